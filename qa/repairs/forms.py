"""Characters in a form that is not theirs: full-width letters and digits, exotic spaces, what no reader sees."""

import re
from collections.abc import Iterator

from qa.alignment import Repair
from qa.analysis import HAN, has_han

# Digits, capital and small letters; punctuation is full-width in Chinese, and stays.
_FULL_WIDTH = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)}

_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# Control characters, soft hyphens, zero-width characters, marks of direction, byte order marks. The joiners of emoji
# and of scripts that shape their letters stay: U+200C and U+200D go only from among Han and Latin.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+"
    f"|(?<=[\x00-\u02ff{HAN}\u3000-\u303f])[\u200c\u200d]+"
)
# The same without the look behind, to find at once in a text where there are any.
_PERHAPS_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+"
)
_SPACE = "\u00a0\u1680\u2000-\u200a\u202f\u205f"
_EXOTIC_SPACES = re.compile(f"[{_SPACE}\u3000][{_SPACE}\u3000 ]*")


def line_ends(text: str) -> Iterator[Repair]:
    """Write every end of a line, and of a page, as a line feed."""
    if "\r" not in text and not _LINE_ENDS.search(text):
        return
    for match in _LINE_ENDS.finditer(text):
        if match[0] == "\r\n":
            yield Repair(match.start(), match.start() + 1, "")
        else:
            yield Repair(match.start(), match.end(), "\n")


def invisible_characters(text: str) -> Iterator[Repair]:
    """Remove what is not seen: control characters, soft hyphens, zero-width spaces, marks of direction."""
    for perhaps in _PERHAPS_INVISIBLE.finditer(text):
        for match in _INVISIBLE.finditer(text, *perhaps.span()):
            yield Repair(match.start(), match.end(), "")


def exotic_spaces(text: str) -> Iterator[Repair]:
    """Inside a line, write spaces of other widths as one plain space; between Han, where none belongs, as nothing."""
    done = 0
    for match in _EXOTIC_SPACES.finditer(text):
        start, end = match.span()
        while start > done and text[start - 1] == " ":
            start -= 1
        done = end
        # At the ends of a line a space is none. Between Han there are none, but the wide one, which sets things apart.
        if start == 0 or text[start - 1].isspace() or end == len(text) or text[end].isspace():
            continue
        between_han = not {"\u3000", " "}.intersection(text[start:end]) and _is_between_han(text, start, end)
        yield Repair(start, end, "" if between_han else " ")


def full_width(text: str) -> Iterator[Repair]:
    """Write full-width letters and digits as half-width ones."""
    for match in _FULL_WIDTH.finditer(text):
        yield Repair(match.start(), match.end(), match[0].translate(_HALF_WIDTH))


def _is_between_han(text: str, start: int, end: int) -> bool:
    return has_han(text[start - 1]) and has_han(text[end])
