"""Answers in what is laid out in lines: one cell of a table, by the names of its row and column; the items of a list.

A model reads a table as one line behind the other. It finds the row that is asked about, and mostly its first figure.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import NamedTuple

from qa.analysis import HAN, fold
from qa.question_kinds import asks_for_several
from qa.tables import cell_spans, cells, is_list_item, item_mark, leads_on

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


def in_place(question: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The span that answers a folded question, where `text[start:end]`, a model's choice, is in a table or a list.

    In a table a span ends with its cell. Where the question names another column than that of the cell, or another row,
    it is the cell there. In a list, the mark of an item is none of it; of a question about several things the answer is
    all items behind a colon.
    """
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
    width = cells(lines[number].text)

    def is_row(line: _Line) -> bool:
        return cells(line.text) == width

    above = list(takewhile(is_row, reversed(lines[:number])))[::-1]
    table = [*above, *takewhile(is_row, lines[number:])]
    rows = [_cells_of(line) for line in table if not _RULE.fullmatch(line.text)]
    row = next((place for place, each in enumerate(rows) if each[0][0] <= start < each[-1][1]), None)
    if row is None:
        return start, end
    columns = [place for place, (first, after) in enumerate(rows[row]) if first < end and start < after]
    if not columns:
        return start, end
    first, after = rows[row][columns[-1]]
    # Whole cells side by side may be meant.
    whole = (start, end) == (rows[row][columns[0]][0], after)
    chosen = (start, end) if whole else (max(start, first), min(end, after))

    def named(names: Iterable[tuple[int, int]], own: int) -> int | None:
        return _named(question, [fold(text[slice(*name)]) for name in names], own)

    column = named(rows[0], columns[0])
    other = named((each[0] for each in rows), row)
    if column is None or other is None:
        # With one of them the rest is as the model has it, if that is a cell of the table's body.
        if row == 0 or columns[0] == 0 or len(columns) > 1:
            return chosen
        column, other = columns[0] if column is None else column, row if other is None else other
    first, after = rows[other][column]
    return (first, after) if (other, [column]) != (row, columns) and first < after else chosen


def _named(question: str, names: Sequence[str], own: int) -> int | None:
    """Which of the columns or rows behind the first a question names; None when it names several, or none.

    One that the model has chosen is not left for another where the question has some words of its name.
    """
    asked, plain = _plain(question), [_plain(_IN_BRACKETS.sub("", name)) for name in names]
    places = [place for place, name in enumerate(plain) if place and len(name) >= _SHORTEST_NAME and name in asked]
    # `净利润` stands in `归母净利润` too.
    places = [one for one in places if not any(plain[one] in plain[other] and one != other for other in places)]
    if len(places) == 1:
        [place] = places
        words = (word[1] for word in _SOME_WORD.finditer(plain[own])) if own else ()
        return own if any(word in asked and word not in plain[place] for word in words) else place
    return None if places else _named_in_part(asked, plain)


def _named_in_part(asked: str, plain: Sequence[str]) -> int | None:
    """Which of the names behind the first has most of its words in a question, in one piece: `云岭光电` of a company's.

    A name with a figure is named whole or not at all.
    """
    shared = [0, *(0 if _FIGURE.search(name) else _longest_shared(name, asked) for name in plain[1:])]
    most = max(shared)
    return shared.index(most) if most >= _SHORTEST_PART and shared.count(most) == 1 else None


def _longest_shared(name: str, asked: str) -> int:
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
        return is_list_item(line.text)

    above = list(takewhile(is_item, reversed(lines[:number])))
    first = number - len(above)
    last = number + len(list(takewhile(is_item, lines[number + 1 :])))
    if first in (last, 0) or not leads_on(lines[first - 1].text):
        return None
    start = lines[first].start + len(lines[first].text) - len(lines[first].text.lstrip())
    return start, lines[last].start + len(lines[last].text.rstrip())


def _lines(text: str) -> list[_Line]:
    """The lines of a text that are not blank, with the white space around them; `qa/lines.py` is for who cleans."""
    return [
        _Line(match.start(), match.end(), match[0]) for match in re.finditer(r"[^\n]+", text) if not match[0].isspace()
    ]
