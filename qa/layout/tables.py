"""Lines that are no prose: rows of tables and items of lists. They go on from no other line, and stay whole."""

import re
from itertools import pairwise

_MARKS = "[-*+•·‣▪][ \t]"
_DIGITS = r"\d{1,3}(?:[)）][ \t]?|[、．](?!\d)|\.[ \t])"
_NUMERALS = "[一二三四五六七八九十]{1,3}[、．)）](?![一二三四五六七八九十])"
_BRACKETED = r"[（(](?:[一二三四五六七八九十]{1,3}|\d{1,3}|[A-Za-z])[)）]"
_RINGED = r"[\u2460-\u249b\u3220-\u3229\u2776-\u2793]|[A-Za-z][.)][ \t]"
_LIST_ITEM = re.compile(rf"[ \t\u3000]*(?:({_MARKS})|({_DIGITS})|({_NUMERALS})|({_BRACKETED})|({_RINGED}))")
_PROSE_ENDS = re.compile("[。！？；;“”]|, ")
_QUOTED_CELL = re.compile('"[^"\n]*"')
_NUMBER = re.compile(r"\s*[-+]?[$¥￥]?\d[\d.:/%-]*\s*\Z")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORT_CELL = 8


def is_list_item(line: str) -> bool:
    """Whether a line begins an item of a list: `1.`, `一、`, `（一）`, `①`, `-`."""
    return _LIST_ITEM.match(line) is not None


def same_level(one: str, other: str) -> bool:
    """Whether two lines are items of one list, by their marks: `（一）` and `（二）`, but not `一、` and `（一）`."""
    first, second = _LIST_ITEM.match(one), _LIST_ITEM.match(other)
    return first is not None and second is not None and first.lastindex == second.lastindex


def leads_on(line: str) -> bool:
    """Whether a line leads to what stands below it, as to a list: it ends with a colon."""
    return line.rstrip().endswith(("：", ":"))


def item_mark(line: str) -> int:
    """Where the text of a list item begins behind its mark; 0 when a line is no item."""
    match = _LIST_ITEM.match(line)
    return match.end() if match else 0


def cell_spans(line: str) -> list[tuple[int, int]]:
    """Where the cells of a row lie, without the white space around them; empty ones have no length."""
    left, right = len(line) - len(line.lstrip()), len(line.rstrip())
    mark = "\t" if "\t" in line.strip() else "|" if "|" in line else ","
    if mark == "|":
        left += line.startswith(mark, left)
        right -= line.endswith(mark, left, right)
    spaced = _QUOTED_CELL.sub(lambda cell: " " * len(cell[0]), line) if mark == "," else line
    edges = [left - 1, *(place for place in range(left, right) if spaced[place] == mark), right]
    found = []
    for before, end in pairwise(edges):
        cell = line[before + 1 : end]
        start = before + 1 + len(cell) - len(cell.lstrip())
        found.append((start, max(start, before + 1 + len(cell.rstrip()))))
    return found


def cells(line: str) -> int:
    """How many cells a line has as the row of a table, 0 when it cannot be one: between tabs, bars or commas."""
    stripped = line.strip()
    if "\t" in stripped:
        return stripped.count("\t") + 1
    if stripped.count("|") >= 2 or " | " in stripped:
        return stripped.strip("|").count("|") + 1
    if stripped.count(",") < 2:
        return 0
    values = _QUOTED_CELL.sub("", stripped).split(",")
    if len(values) < 3 or _PROSE_ENDS.search(stripped):
        return 0
    tabular = any(map(_NUMBER.match, values)) or all(len(value) <= _SHORT_CELL for value in values)
    return len(values) if tabular else 0


def has_column_names(row: str) -> bool:
    """Whether the first row of a table says what stands in its columns: no figures, unless these are years."""
    names = [row[start:end] for start, end in cell_spans(row)]
    return not any(_NUMBER.match(name) and not _YEAR.fullmatch(name) for name in names)
