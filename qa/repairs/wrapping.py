"""Prose that a program has wrapped: lines of one width, of which paragraphs are made again."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from qa.alignment import Repair
from qa.analysis import has_han
from qa.layout.lines import BEGINNING, MARKED_LINE, is_code
from qa.layout.tables import cells, is_list_item

_LINE = re.compile("^.*$", re.MULTILINE)
# Programs fill their lines to 60 characters or more; with Chinese to half as many, for they are twice as wide.
_NARROWEST = {True: 24, False: 50}
"""Characters of the widest line, of Chinese text and of other."""
_FEWEST_LINES = 3
"""That show by themselves that they are wrapped; two do where others have shown it."""
_FILLED = 0.6
"""Share of the lines of a wrapped text that are full; the others end a paragraph."""
_RUNNING_ON = 0.5
"""Share of the lines behind full ones that begin with a small letter, in Latin text: most sentences are longer."""
_FEWEST_WORDS = 3
_MOST_CODE = 0.25
"""Share of the lines of prose that end like those of a program: with a semicolon, say."""
_COLUMNS = re.compile(r"\S[ ]{3,}\S")
_WORD = re.compile("[!-~]+")
_ENDS = "。！？!?…：:；;”’」』）)】》"


class _Line(NamedTuple):
    """A line: where it stands without the white space at its end, and what it says behind its indent."""

    start: int
    end: int
    text: str

    @property
    def width(self) -> int:
        """From the margin to the last character."""
        return self.end - self.start

    @property
    def indent(self) -> int:
        """How far it is indented."""
        return self.width - len(self.text)


def wrapped_lines(text: str) -> Iterator[Repair]:
    """Join the lines of a paragraph that was cut at a fixed width.

    A line is full when the first word of the next would not have fitted: that is how programs fill lines. Lines that
    follow one another are wrapped when most are full, and sentences go on from one to the next.
    """
    parts = [part for part in _parts(text) if len(part) > 1 and _is_prose(part)]
    shown = {number for number, part in enumerate(parts) if len(part) >= _FEWEST_LINES and _is_wrapped(part)}
    widths = sorted(_width(parts[number]) for number in shown)
    for number, part in enumerate(parts):
        if number in shown:
            yield from _joined(part, _width(part))
        elif widths and len(part) < _FEWEST_LINES and _width(part) <= widths[-1]:
            # By hand, or with spaces to stretch, lines are filled to one width or the next.
            usual = widths[len(widths) // 2]
            if _is_wrapped(part, usual):
                yield from _joined(part, usual)


def _joined(part: Sequence[_Line], width: int) -> Iterator[Repair]:
    """The line breaks behind full lines; in Chinese not those behind a sentence, where a paragraph may end."""
    han = _is_han(part)
    for before, after in _full(part, width):
        if not (han and before.text[-1] in _ENDS):
            spaced = not han or (before.text[-1].isascii() and after.text[0].isascii())
            yield Repair(before.end, after.start + after.indent, " " if spaced else "")


def _parts(text: str) -> Iterator[list[_Line]]:
    """Lines that follow one another, those of each list item, heading and the like by themselves."""
    part: list[_Line] = []
    for match in _LINE.finditer(text):
        line = match[0].rstrip()
        if part and (not line or any(form.match(line) for form in (MARKED_LINE, BEGINNING)) or is_list_item(line)):
            yield part
            part = []
        if line:
            part.append(_Line(match.start(), match.start() + len(line), line.lstrip()))
    if part:
        yield part


def _is_prose(part: Sequence[_Line]) -> bool:
    """Whether lines are no rows of a table or of a program: those are as long as they are."""
    code = sum(is_code(line.text) for line in part)
    return code <= _MOST_CODE * len(part) and not any(cells(line.text) or _COLUMNS.search(line.text) for line in part)


def _is_wrapped(part: Sequence[_Line], width: int = 0) -> bool:
    """Whether lines are of one paragraph or several, cut at a width; at that of the widest unless one is given."""
    han, width = _is_han(part), width or _width(part)
    full = _full(part, width)
    if width < _NARROWEST[han] or len(full) < _FILLED * (len(part) - 1):
        return False
    if han:
        return True
    words = all(before.text.count(" ") >= _FEWEST_WORDS - 1 for before, _ in full)
    # A quotation mark and the like says nothing.
    within = sum(after.text[0].islower() or not after.text[0].isalnum() for _, after in full)
    return words and within >= _RUNNING_ON * len(full)


def _full(part: Sequence[_Line], width: int) -> list[tuple[_Line, _Line]]:
    """The lines that are full, each with the next: behind the first one of an item all stand where the second does."""
    han, margin = _is_han(part), min(line.indent for line in part[1:])
    return [
        (before, after)
        for before, after in pairwise(part)
        if after.indent == margin and before.width + _taken(after.text, han=han) > width
    ]


def _taken(line: str, *, han: bool) -> int:
    """Characters that the beginning of a line would have taken at the end of the one before."""
    if not han:
        return 1 + len(line.split(maxsplit=1)[0])
    # A word of letters is not cut, and a mark that may not begin a line takes a character along.
    word = _WORD.match(line)
    return 1 + (len(word[0]) if word else 1)


def _width(part: Sequence[_Line]) -> int:
    return max(line.width for line in part)


def _is_han(part: Sequence[_Line]) -> bool:
    return sum(has_han(line.text) for line in part) > len(part) / 2
