"""Which formats there are, and what taking a file apart gives: its text, and where its pages or rows begin."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from qa.datatypes import Place, Unit

Kind = Literal["text", "markdown", "html", "pdf", "docx", "epub", "csv", "jsonl"]

FORMATS: dict[str, Kind] = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".epub": "epub",
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
BINARY: frozenset[Kind] = frozenset({"pdf", "docx", "epub"})
"""Their bytes are no text in any encoding."""
ROWS: frozenset[Kind] = frozenset({"csv", "jsonl"})
"""Tables: documents only when a column holds text."""

# SQLite ends a text at the first NUL, and takes no lone surrogates.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_TIGHT = ("|", "- ")


@dataclass(frozen=True, slots=True)
class Extraction:
    """The text of a file, and where its units begin."""

    text: str
    unit: Unit | None = None
    places: tuple[Place, ...] = ()


def composed(unit: Unit, blocks: Iterable[tuple[int, str]]) -> Extraction:
    """Numbered blocks as one text. Rows of a table and items of a list stand close, all else has a line between."""
    pieces: list[str] = []
    places: list[Place] = []
    length = 0
    before = ""
    for number, block in blocks:
        text = _UNSTORABLE.sub("\ufffd", block)
        if not text.strip():
            continue
        if pieces:
            tight = any(text.startswith(mark) and before.startswith(mark) for mark in _TIGHT)
            separator = "\n" if tight else "\n\n"
            pieces.append(separator)
            length += len(separator)
        places.append(Place(length, number))
        pieces.append(text)
        length += len(text)
        before = text
    return Extraction("".join(pieces) + "\n" if pieces else "", unit, tuple(places))


def head_lines(
    title: str | None, byline: str | None = None, publication: str | None = None, date: str | None = None
) -> str:
    """What a file says of itself, as the lines above an article that sectioning reads."""
    source = [f"来源：{_line(publication)}"] * bool(publication) + [f"日期：{_line(date)}"] * bool(date)
    lines = [f"# {_line(title)}"] if title else []
    lines += [f"■ {_line(byline)}"] if byline else []
    return "\n".join([*lines, " ".join(source)] if source else lines)


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
