"""CSV and JSONL to text: the column that holds text, row by row, or questions with their answers."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from qa.errors import DocumentError
from qa.files.formats import Extraction, Kind, composed, head_lines

_TEXT = ("text", "content", "body", "正文", "内容", "內容")
_QUESTION = ("question", "问题", "問題")
_ANSWER = ("answer", "答案", "回答")
_TITLE = ("title", "headline", "标题", "標題")
_AUTHOR = ("author", "byline", "作者")
_PUBLICATION = ("source", "publication", "来源", "來源")
_DATE = ("date", "日期")
_DELIMITERS = ",\t;"
_LONGEST_FIELD = 1 << 28
_FIRST_ROWS = 20
NO_TEXT = f"no column named {', '.join(_TEXT)}, nor question and answer"


class _Row(NamedTuple):
    number: int
    """As a spreadsheet or an editor counts: from 1, the header included."""
    fields: dict[str, str]


def records_text(text: str, kind: Kind) -> Extraction:
    """The text of each row that has any, under what the row says of itself.

    A title, or a question, stands above as a headline: the encoder reads it with every passage of the row.

    Raises:
        DocumentError: no column holds text, or a row is damaged.
    """
    named = False
    texts: list[tuple[int, str]] = []
    for row in _rows(text, kind):
        named = named or has_text(row.fields)
        texts.append((row.number, _row_text(row.fields)))
    if texts and not named:
        raise DocumentError(NO_TEXT)
    return composed("row", texts)


def refused_columns(sample: str, kind: Kind) -> str | None:
    """Why a file that begins like this is no document; None when it is one, or damaged, which reading it will tell.

    A file of questions with lists of `answers` is gold for `chuchu eval`: it says what documents should say.
    """
    try:
        first = list(islice(_rows(sample, kind), _FIRST_ROWS))
    except DocumentError:
        return None
    return None if not first or any(has_text(row.fields) for row in first) else NO_TEXT


def has_text(fields: dict[str, str]) -> bool:
    """Whether these columns make a document."""
    return any(name in fields for name in _TEXT) or (
        any(name in fields for name in _QUESTION) and any(name in fields for name in _ANSWER)
    )


def _row_text(fields: dict[str, str]) -> str:
    body = _first(fields, _TEXT)
    question = _first(fields, _QUESTION)
    if body is None:
        body = _first(fields, _ANSWER)
    if body is None:
        return ""
    title = _first(fields, _TITLE) or question
    head = head_lines(title, _first(fields, _AUTHOR), _first(fields, _PUBLICATION), _first(fields, _DATE))
    # Without a headline the other columns would be the first lines of the text.
    return f"{head}\n\n{body}" if title else body


def _first(fields: dict[str, str], names: Sequence[str]) -> str | None:
    return next((fields[name].strip() for name in names if fields.get(name, "").strip()), None)


def _rows(text: str, kind: Kind) -> Iterator[_Row]:
    return _csv_rows(text) if kind == "csv" else _jsonl_rows(text)


def _csv_rows(text: str) -> Iterator[_Row]:
    header_line = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(_DELIMITERS, key=header_line.count)
    csv.field_size_limit(_LONGEST_FIELD)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        for number, row in enumerate(rows, 2):
            yield _Row(number, dict(zip(names, row, strict=False)))
    except csv.Error as error:
        raise DocumentError(f"is damaged near line {rows.line_num}: {error}") from error


def _jsonl_rows(text: str) -> Iterator[_Row]:
    for number, line in enumerate(io.StringIO(text), 1):
        if not line.strip():
            continue
        try:
            entry: Any = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DocumentError(f"line {number} is not JSON") from error
        if not isinstance(entry, dict):
            raise DocumentError(f"line {number} is no JSON object")
        yield _Row(
            number, {str(name).strip().lower(): value for name, value in entry.items() if isinstance(value, str)}
        )
