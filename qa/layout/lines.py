"""Lines that a page has cut, and lines that a page has put in: columns, running heads, page numbers."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa.alignment import Repair
from qa.analysis import has_han
from qa.layout.imprint import imprint_of
from qa.layout.tables import cells, is_list_item

# Headings, list items, bylines and datelines: such a line goes on from no other, and no other goes on from it.
MARKED_LINE = re.compile(r"\s*(?:#{1,6}\s|[-*+•]\s|[■□▲△►▶◆●○※]|\|)")
# A field with its name, the address of a link, a quotation: such a line goes on from no other.
BEGINNING = re.compile(r"\s*(?:(?a:[\w-]+):\s|\[[^\]\n]+\]:\s|>)")
_SENTENCE_MARKS = re.compile(r"[，。；！？,;!?]")
_TERMINATORS = "。！？!?…：:；;”’」』）)】》>|"
# A line of prose is longer than a heading. Real headings reach 30 characters, and newspaper columns that cut a
# sentence carry its comma; so a line counts as prose when it is long, or punctuated within.
_PROSE_CHARACTERS = 40
_PUNCTUATED_CHARACTERS = 16
# What a line of a program, a command or a comment begins with, and what it ends with; and a call at its end.
_CODE_BEGINS = (">>> ", "... ", "$ ", "//", "/*", "<!--", ".. ")
_CODE_ENDS = ("{", "}", "[", "(", "=", "\\", "<", ">", ";", "},")
_CALL = re.compile(r"\w\([^()]*\)\Z")
_LONGEST_CALL = 80
_FENCES = ("```", "~~~")
_LINE_BREAK = re.compile(r"\n[ \t\u3000\r\n]*")
_BEFORE_BREAK = " \t\u3000\r"

_PAGE_NUMBER = re.compile(
    r"""
      [-—–·]\ ?\d{1,4}\ ?[-—–·]
    | 第\ ?\d{1,4}\ ?[页頁] (?: \ ?[/,，]?\ ?共\ ?\d{1,4}\ ?[页頁] )?
    | Page\ \d{1,4} (?: \ of\ \d{1,4} | \ ?/\ ?\d{1,4} )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Of the lines of sentences that many end with one, where a page is not cut in columns.
_WHOLE_SHARE = 0.8
_SENTENCE_CHARACTERS = 20
_DIGITS = re.compile(r"\d+")
_HEAD_CHARACTERS = 40
_FEWEST_HEADS = 3
# Photo credits recur as well, but belong to the article.
_CREDIT = re.compile(r"[摄攝]|[图圖]片|[图圖]为|[图圖]為|供[图圖]|[记記]者|[来來]源")


class Line(NamedTuple):
    """A line that is not blank: `text` is `page[start:end]` without the white space around it."""

    start: int
    end: int
    text: str


def text_lines(page: str) -> list[Line]:
    """The lines of a page, in order, blank ones left out."""
    lines = (Line(m.start(), m.end(), m[0].strip()) for m in re.finditer(r"[^\n]+", page))
    return [line for line in lines if line.text]


def has_whole_lines(lines: Sequence[Line]) -> bool:
    """Whether a page's lines are its paragraphs, and not what columns or a fixed width have made of them."""
    prose = [
        line.text[-1]
        for line in lines
        if len(line.text) >= _SENTENCE_CHARACTERS
        and _SENTENCE_MARKS.search(line.text)
        and not MARKED_LINE.match(line.text)
    ]
    return sum(last in _TERMINATORS or last == "." for last in prose) >= _WHOLE_SHARE * len(prose)


def is_code(line: str) -> bool:
    """Whether a line is of no sentence, but of a program and the like: it begins or ends with a sign."""
    line = line.strip()
    if line.startswith(_CODE_BEGINS):
        return True
    # A line of Chinese may be cut in front of a bracket, or end with a half-width mark.
    signed = line.endswith(_CODE_ENDS) or _CALL.search(line[-_LONGEST_CALL:]) is not None
    return signed and not has_han(line)


def fenced_lines(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """The blocks of code between fences of Markdown: the numbers of their first lines and last, fences both."""
    found: list[tuple[int, int]] = []
    first, fence = 0, ""
    for index, line in enumerate(lines):
        if line.text[:3] not in _FENCES:
            continue
        if not fence and line.text[0] not in line.text.lstrip(line.text[0]):
            first, fence = index, line.text[: len(line.text) - len(line.text.lstrip(line.text[0]))]
        elif fence and line.text.startswith(fence) and not line.text.strip(fence[0]):
            found.append((first, index))
            fence = ""
    return found


def fenced_spans(text: str) -> list[tuple[int, int]]:
    """Where blocks of code stand in a text, with the line breaks around them."""
    if not any(fence in text for fence in _FENCES):
        return []
    lines = text_lines(text)
    return [(max(lines[first].start - 1, 0), lines[last].end + 1) for first, last in fenced_lines(lines)]


def broken_lines(text: str) -> Iterator[Repair]:
    """Join lines that a column or a page has cut in the middle of a sentence, blank lines between them or not."""
    for match in _LINE_BREAK.finditer(text):
        line_start, end = text.rfind("\n", 0, match.start()) + 1, match.end()
        before = text[line_start : match.start()].rstrip(_BEFORE_BREAK)
        if not before or before[-1] in _TERMINATORS or end == len(text):
            continue
        line_end = text.find("\n", end)
        after = text[end : line_end if line_end >= 0 else len(text)]
        # Latin text shows behind a blank line by a small letter that a sentence goes on.
        apart = text.count("\n", match.start(), end) > 1 and before[-1].isascii() and after[0].isascii()
        if apart and after[0].isupper():
            continue
        if goes_on(before, after) and not _is_row(text, line_start, before, after):
            spaced = before[-1].isascii() and after[0].isascii() and before[-1] != "-"
            yield Repair(line_start + len(before), end, " " if spaced else "")


def running_heads(text: str) -> Iterator[Repair]:
    """Remove page numbers, and the short line that a page repeats at its head or foot.

    A line is a running head when it recurs, digits aside, three times or more, and stands next to a page number or
    inside a sentence: a refrain or a heading does neither.
    """
    lines = text_lines(text)
    shapes = [_shape(line.text) for line in lines]
    recurring = {shape for shape, count in Counter(shapes).items() if shape and count >= _FEWEST_HEADS}
    if not recurring:
        return
    numbers = {
        index for index, line in enumerate(lines) if shapes[index] in recurring and _PAGE_NUMBER.fullmatch(line.text)
    }
    heads = {
        shape
        for index, shape in enumerate(shapes)
        if shape in recurring and index not in numbers and _intrudes(lines, index, numbers)
    }
    for index, line in enumerate(lines):
        if index in numbers or shapes[index] in heads:
            yield Repair(line.start, min(line.end + 1, len(text)), "")


def _shape(line: str) -> str:
    """A line that might be a running head, its digits aside; nothing for one that cannot be."""
    if _PAGE_NUMBER.fullmatch(line):
        return _DIGITS.sub("0", line)
    if len(line) > _HEAD_CHARACTERS or MARKED_LINE.match(line) or _CREDIT.search(line) or is_code(line):
        return ""
    return "" if line[-1] in _TERMINATORS + "." or _SENTENCE_MARKS.search(line) else _DIGITS.sub("0", line)


def _intrudes(lines: Sequence[Line], index: int, numbers: set[int]) -> bool:
    """Whether a line stands next to a page number, or inside a sentence."""
    if index - 1 in numbers or index + 1 in numbers:
        return True
    return 0 < index < len(lines) - 1 and goes_on(lines[index - 1].text, lines[index + 1].text)


def _is_row(text: str, line_start: int, before: str, after: str) -> bool:
    """Whether the line in front of a line break is the row of a table: one beside it has as many cells."""
    of = cells(before)
    if not of:
        return False
    above = text[text.rfind("\n", 0, max(line_start - 1, 0)) + 1 : max(line_start - 1, 0)]
    return of in {cells(above), cells(after)}


def goes_on(before: str, after: str) -> bool:
    """Whether a sentence goes on from one line to the next."""
    if before[-1] in _TERMINATORS + "." or BEGINNING.match(after):
        return False
    if any(MARKED_LINE.match(line) or is_code(line) for line in (before, after)):
        return False
    # A number that is cut may look like an item's.
    if is_list_item(after) and not (before[-1].isdigit() and after[:1].isdigit()):
        return False
    marks = [match.end() for match in _SENTENCE_MARKS.finditer(before)]
    # A column that is cut right behind a comma leaves a character or two: no heading ends like that.
    punctuated = marks and (len(before) >= _PUNCTUATED_CHARACTERS or len(before) - marks[-1] <= 2)
    prose_before = punctuated or len(before) >= _PROSE_CHARACTERS
    # What follows must be the rest of a sentence, not a heading or a caption: it has a mark of its own.
    prose_after = _SENTENCE_MARKS.search(after) is not None
    # A line about the article, `来源：… 日期：…`, is none of its sentences.
    return bool(prose_before and prose_after) and imprint_of(before.strip()) is None
