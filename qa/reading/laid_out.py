"""Answers in what is laid out in lines: one cell of a table, by the names of its row and column; the items of a list.

A model reads a table as one line behind the other. It finds the row that is asked about, and mostly its first figure.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise, takewhile
from typing import NamedTuple

from qa.analysis import HAN, fold
from qa.layout.tables import cell_spans, cells, item_mark, leads_on, same_level
from qa.reading.question_kinds import asks_for_several

_RULE = re.compile(r"[\s|:+=-]*")
"""The line that Markdown draws below the names of columns."""
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_NO_LETTERS = re.compile(r"[\W_]+")
_FIGURE = re.compile(r"\d")
_SHORTEST_NAME, _SHORTEST_PART = 2, 3
_SOME_WORD = re.compile(rf"(?=([{HAN}]{{2}}|\b[a-z]{{3,}}\b))")


class _Line(NamedTuple):
    start: int
    end: int
    text: str


_Row = list[tuple[int, int]]
"""Where a row's cells lie."""


def in_place(question: str, text: str, start: int, end: int, above: str = "") -> tuple[int, int]:
    """The span that answers a folded question, where `text[start:end]`, a model's choice, is in a table or a list.

    `above` is the line above the text: the names of columns, where the text goes on with a table.

    In a table a span ends with its cell. Where the question names another column than that of the cell, or another row,
    it is the cell there. In a list, the mark of an item is none of it; of a question about several things the answer is
    all items behind a colon.
    """
    if cells(above):
        lead = len(above) + 1
        first, after = in_place(question, f"{above}\n{text}", start + lead, end + lead)
        return first - lead, after - lead
    lines = _lines(text)
    number = next((number for number, line in enumerate(lines) if line.start <= start < line.end), None)
    if number is None:
        return start, end
    line = lines[number]
    if cells(line.text):
        return _cell(question, text, lines, number, start, min(end, line.end))
    behind_mark = line.start + item_mark(line.text)
    if behind_mark == line.start or end <= behind_mark:
        return start, end
    if asks_for_several(question) and (items := _items(lines, number)) is not None and end <= items[1]:
        return items
    return max(start, behind_mark), end


def _cell(question: str, text: str, lines: Sequence[_Line], number: int, start: int, end: int) -> tuple[int, int]:
    """What of a span is one cell, or the cell in the row and column that the question names."""
    rows = [_cells_of(line) for line in _table(lines, number) if not _RULE.fullmatch(line.text)]
    row = next((place for place, each in enumerate(rows) if each[0][0] <= start < each[-1][1]), None)
    if row is None:
        return start, end
    columns = [place for place, (first, after) in enumerate(rows[row]) if first < end and start < after]
    if not columns:
        return start, end

    def named(names: Iterable[tuple[int, int]], own: Sequence[int]) -> Sequence[int]:
        return _named(question, [fold(text[slice(*name)]) for name in names], own)

    others = named((each[0] for each in rows), [row])
    if len(others) == 1 and others != [row] and columns[0] == 0 and len(columns) > 1:  # another row's name goes
        columns = columns[1:]
        start = rows[row][columns[0]][0]
    first, after = rows[row][columns[-1]]
    # Whole cells side by side may be meant.
    whole = (start, end) == (rows[row][columns[0]][0], after)
    chosen = (start, end) if whole else (max(start, first), min(end, after))
    found = named(rows[0], columns)
    if not found or len(others) != 1:
        # With one of them the rest is as the model has it, if that is a cell of the table's body.
        if row == 0 or columns[0] == 0 or (len(columns) > 1 and not found):
            return chosen
        found, others = found or columns, others if len(others) == 1 else [row]
    [other] = others
    if found[-1] - found[0] >= len(found):  # others stand between them
        return chosen
    first, after = rows[other][found[0]][0], rows[other][found[-1]][1]
    return (first, after) if (other, found) != (row, columns) and first < after else chosen


def _table(lines: Sequence[_Line], number: int) -> list[_Line]:
    """The lines of the table that a row belongs to."""
    width = cells(lines[number].text)

    def is_row(line: _Line) -> bool:
        return cells(line.text) == width

    return [*reversed(list(takewhile(is_row, reversed(lines[:number])))), *takewhile(is_row, lines[number:])]


def _named(question: str, names: Sequence[str], own: Sequence[int]) -> Sequence[int]:
    """Which of the columns or rows behind the first a question names, in their order.

    One that the model has chosen, of `own`, is not left for another where the question has some words of its name.
    """
    asked, plain = _plain(question), [_plain(_IN_BRACKETS.sub("", name)) for name in names]
    places = [place for place, name in enumerate(plain) if place and len(name) >= _SHORTEST_NAME and name in asked]
    # `净利润` stands in `归母净利润` too.
    places = [one for one in places if not any(plain[one] in plain[other] and one != other for other in places)]
    if not places:
        if len(own) > 1:
            return _named_in_part(asked, plain, [place for place in own if place], _SHORTEST_NAME)
        return _named_in_part(asked, plain, range(1, len(plain)), _SHORTEST_PART)
    head = _head(asked, plain, places)
    if head is None or (own[0] and own[0] in places):
        return places if head is None else [head]
    words = (word[1] for word in _SOME_WORD.finditer(plain[own[0]] if own[0] else ""))
    return own[:1] if any(word in asked and word not in plain[head] for word in words) else [head]


def _head(asked: str, plain: Sequence[str], places: Sequence[int]) -> int | None:
    """The one of the names in a question that the others belong to: the last of `收入的同比`, none of `收入和利润`."""
    spans = sorted((asked.rfind(plain[place]), place) for place in places)
    between = (asked[start + len(plain[place]) : behind] for (start, place), (behind, _) in pairwise(spans))
    return spans[-1][1] if spans and all(words.strip() in {"", "的"} for words in between) else None


def _named_in_part(asked: str, plain: Sequence[str], among: Sequence[int], shortest: int) -> list[int]:
    """Which of some names has most of its words in a question, in one piece: `云岭光电` of a company's.

    A name with a figure is named whole or not at all.
    """
    shared = [0 if _FIGURE.search(plain[place]) else longest_shared(plain[place], asked) for place in among]
    most = max(shared, default=0)
    return [among[shared.index(most)]] if most >= shortest and shared.count(most) == 1 else []


def longest_shared(name: str, asked: str) -> int:
    """Characters of the longest piece of a name that stands in a question."""
    match = SequenceMatcher(None, name, asked, autojunk=False).find_longest_match()
    return match.size


def _plain(folded: str) -> str:
    """Letters, digits, and single spaces."""
    return _NO_LETTERS.sub(" ", folded).strip()


def _cells_of(line: _Line) -> _Row:
    return [(line.start + first, line.start + after) for first, after in cell_spans(line.text)]


def _items(lines: Sequence[_Line], number: int) -> tuple[int, int] | None:
    """The items of a list, of which one is given, when there are several and a line with a colon leads to them."""

    def is_item(line: _Line) -> bool:
        return same_level(line.text, lines[number].text)

    above = list(takewhile(is_item, reversed(lines[:number])))
    first = number - len(above)
    last = number + len(list(takewhile(is_item, lines[number + 1 :])))
    if first in (last, 0) or not leads_on(lines[first - 1].text):
        return None
    start = lines[first].start + len(lines[first].text) - len(lines[first].text.lstrip())
    return start, lines[last].start + len(lines[last].text.rstrip())


def _lines(text: str) -> list[_Line]:
    """The lines of a text that are not blank, with the white space around them; see also `qa/layout/lines.py`."""
    return [
        _Line(match.start(), match.end(), match[0]) for match in re.finditer(r"[^\n]+", text) if not match[0].isspace()
    ]
