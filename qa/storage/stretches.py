"""Stretches: neighbouring passages that no filter can tell apart. What they are told by, and conditions as SQL.

A stretch is a row, so that a filter reads some ten times fewer rows than there are passages.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from typing import Any

import numpy as np

from embeddings.ids import IdArray
from qa.analysis import fold
from qa.datatypes import Passage
from qa.filters import Condition, Where
from qa.text.language import writings

SCHEMA = """
CREATE TABLE IF NOT EXISTS stretches (
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    first_passage INTEGER NOT NULL,
    passages INTEGER NOT NULL,
    publication TEXT,
    date TEXT,
    language TEXT,
    script TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS stretches_of_document ON stretches (document);
CREATE INDEX IF NOT EXISTS documents_by_path ON documents (path, id);
"""
"""The publication is folded; the rest is as passages have it."""

# Behind every date that begins as this one does, and before the others: 2018~ comes after 2018-12-31.
_AFTER = "~"


def stretch_rows(passages: Sequence[Passage]) -> Iterator[tuple[Any, ...]]:
    """The stretches of one document's passages, in order, as rows of `stretches`."""
    written = writings([passage.text for passage in passages])
    told = [
        (passage.source.document, _folded(passage.source.publication), passage.source.date, *writing)
        for passage, writing in zip(passages, written, strict=True)
    ]
    for (document, *traits), places in groupby(range(len(passages)), told.__getitem__):
        first, *others = places
        yield (document, passages[first].id, 1 + len(others), *traits)


def stretches_query(where: Where) -> tuple[str, list[str]]:
    """The query for first passage and number of passages of the stretches that meet conditions, and its values."""
    clauses, values = ["TRUE"], []
    for condition in where:
        clause, more = _clause(condition)
        clauses.append(clause)
        values += more
    return f"SELECT first_passage, passages FROM stretches WHERE {' AND '.join(clauses)}", values  # noqa: S608


def passage_ids(stretches: Iterable[tuple[int, int]]) -> IdArray:
    """The ids of the passages of stretches (first, number), in ascending order."""
    # Number by number: of 350,000 stretches an array of pairs would take ten times as long.
    rows = np.fromiter(chain.from_iterable(stretches), np.int64).reshape(-1, 2)
    first, count = rows[np.argsort(rows[:, 0])].T
    behind = np.cumsum(count)
    return np.repeat(first - behind + count, count) + np.arange(count.sum())


def _clause(condition: Condition) -> tuple[str, list[str]]:
    """A condition as SQL with its values. What is not known is NULL, and NULL meets nothing."""
    field, operator, value = condition
    if field == "path":
        unless = "NOT " if operator == "!=" else ""
        return f"document IN (SELECT id FROM documents WHERE path {unless}GLOB ?)", [value]  # noqa: S608
    if field == "publication":
        return f"instr(publication, ?) {'=' if operator == '!=' else '>'} 0", [fold(value)]
    if field != "date":
        return f"{field} {operator} ?", [value]
    after = value + _AFTER
    return {
        "=": ("(date >= ? AND date < ?)", [value, after]),
        "!=": ("(date < ? OR date >= ?)", [value, after]),
        ">=": ("date >= ?", [value]),
        ">": ("date >= ?", [after]),
        "<=": ("date < ?", [after]),
        "<": ("date < ?", [value]),
    }[operator]


def _folded(publication: str | None) -> str | None:
    return None if publication is None else fold(publication)
