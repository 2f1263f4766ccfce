"""Damaged text to clean text, with an alignment back to the original.

Each repair is a function from a text to the changes it asks for; `clean` makes them one after another. A repair
leaves alone what it is not sure of: nothing may change in a clean text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

from qa.alignment import AlignedText, Repair
from qa.analysis import HAN

# Headings, list items, bylines and datelines: such a line goes on from no other, and no other goes on from it.
MARKED_LINE = re.compile(r"\s*(?:#{1,6}\s|[-*+•]\s|[■□▲△►▶◆●○※]|\|)")
_SENTENCE_MARKS = re.compile(r"[，。；！？,;!?]")
_TERMINATORS = "。！？!?…：:；;”’」』）)】》>|"
# A line of prose is longer than a heading. Real headings reach 30 characters, and newspaper columns that cut a
# sentence carry its comma; so a line counts as prose when it is long, or punctuated within.
_PROSE_CHARACTERS = 40
_PUNCTUATED_CHARACTERS = 16

_BRACKETED_READING = re.compile(f"(?<=[{HAN}])[(（]([a-zü\u00e0-\u01dc\u1e3f\u0144\u0148]{{1,6}})[)）]")
_LINE_BREAK = re.compile(r"[ \t\u3000\r]*\n[ \t\u3000\r\n]*")


def clean(text: str) -> AlignedText:
    """Make every repair. Where the text needs none it comes back as it was."""
    aligned = AlignedText(text)
    changed = True
    while changed:  # a sentence that was cut twice shows the second cut when the first is mended
        changed = False
        for repair in REPAIRS:
            if repairs := list(repair(aligned.text)):
                aligned, changed = aligned.repaired(repairs), True
    return aligned


def bracketed_readings(text: str) -> Iterator[Repair]:
    """Remove the pinyin of a character in brackets behind it: `創(chuàng)新` to `創新`.

    A bracket that is no reading of that very character stays. Tones are not compared: they come and go.
    """
    for match in _BRACKETED_READING.finditer(text):
        if _toneless(match[1]) in _readings(text[match.start() - 1]):
            yield Repair(match.start(), match.end(), "")


def broken_lines(text: str) -> Iterator[Repair]:
    """Join lines that a column or a page has cut in the middle of a sentence, blank lines between them or not."""
    for match in _LINE_BREAK.finditer(text):
        if not 0 < match.start() <= match.end() < len(text):
            continue
        line_start = text.rfind("\n", 0, match.start()) + 1
        line_end = text.find("\n", match.end())
        before = text[line_start : match.start()]
        after = text[match.end() : line_end if line_end >= 0 else len(text)]
        if _goes_on(before, after):
            spaced = before[-1].isascii() and after[0].isascii() and before[-1] != "-"
            yield Repair(match.start(), match.end(), " " if spaced else "")


REPAIRS: tuple[Callable[[str], Iterator[Repair]], ...] = (bracketed_readings, broken_lines)


def _goes_on(before: str, after: str) -> bool:
    """Whether a sentence goes on from one line to the next."""
    if before[-1] in _TERMINATORS or MARKED_LINE.match(before) or MARKED_LINE.match(after):
        return False
    if before.endswith("."):
        return False
    marks = [match.end() for match in _SENTENCE_MARKS.finditer(before)]
    # A column that is cut right behind a comma leaves a character or two: no heading ends like that.
    punctuated = marks and (len(before) >= _PUNCTUATED_CHARACTERS or len(before) - marks[-1] <= 2)
    prose_before = punctuated or len(before) >= _PROSE_CHARACTERS
    # What follows must be the rest of a sentence, not a heading or a caption: it has a mark of its own.
    prose_after = _SENTENCE_MARKS.search(after) is not None
    return bool(prose_before and prose_after)


def _toneless(reading: str) -> str:
    """Bare letters; `ü` is written `v` or `u` as well."""
    letters = unicodedata.normalize("NFD", reading)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("v", "u")


@cache
def _readings(character: str) -> frozenset[str]:
    from pypinyin.pinyin_dict import pinyin_dict

    return frozenset(map(_toneless, pinyin_dict.get(ord(character), "").split(",")))
