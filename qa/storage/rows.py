"""The tables of the store, and the way between their rows and what flows through the house."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from embeddings.encoder import FloatArray
from qa.alignment import Alignment, Edit
from qa.datatypes import Document, Passage, PassageId, Place, Source
from qa.errors import IndexDamagedError
from qa.ranking.reprints import signature

# Vectors are kept in half precision: a cosine moves by less than 0.0005, which is what bfloat16 encoding costs too.
VECTOR_DTYPE = np.dtype("<f2")


class VectorRow(NamedTuple):
    """A passage as a cache sees it: what was embedded and indexed, and the vector that came out."""

    id: PassageId
    indexed: str
    vector: FloatArray


SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY,
    location TEXT NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    format TEXT NOT NULL,
    encoding TEXT NOT NULL,
    encoding_confidence REAL NOT NULL,
    undecodable INTEGER NOT NULL,
    recipe TEXT NOT NULL,
    first_passage INTEGER NOT NULL,
    passages INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('text', 'imprint', 'caption')),
    headings TEXT NOT NULL,
    headline TEXT,
    byline TEXT,
    date TEXT,
    publication TEXT,
    page INTEGER,
    paragraph INTEGER,
    "row" INTEGER,
    line INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    utf16_start INTEGER NOT NULL,
    utf16_end INTEGER NOT NULL,
    edits TEXT NOT NULL,
    places TEXT NOT NULL,
    vector BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS passages_of_document ON passages (document, start);
CREATE INDEX IF NOT EXISTS passages_about_articles ON passages (id, role) WHERE role != 'text';
CREATE TABLE IF NOT EXISTS changes (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('added', 'removed')),
    first_passage INTEGER NOT NULL,
    passages INTEGER NOT NULL
) STRICT;
"""

PASSAGE_COLUMNS = """
    p.id, p.text, p.role, p.headings, p.headline, p.byline, p.date, p.publication, p.page, p.paragraph, p."row",
    p.line, p.start, p."end", p.utf16_start, p.utf16_end, p.edits, p.places, d.id, d.sha256, d.path
"""
"""What `passage_of` reads, of passages `p` and their documents `d`."""

PASSAGES = f"SELECT {PASSAGE_COLUMNS} FROM passages p JOIN documents d ON d.id = p.document"  # noqa: S608
"""Every passage; a condition may follow."""

DOCUMENTS = """
SELECT id, path, sha256, format, encoding, encoding_confidence, undecodable, passages, length(text) FROM documents
"""
"""What the store knows of documents, but for their texts."""


class DocumentRecord(NamedTuple):
    """What the store knows of a document, but for its text."""

    id: str
    path: str
    sha256: str
    format: str
    encoding: str
    encoding_confidence: float
    undecodable: int
    passages: int
    characters: int


def document_row(document: Document, passages: int, location: str, recipe: str) -> tuple[Any, ...]:
    """A document as a row of `documents`."""
    return (
        document.id, location, document.path, document.sha256, document.format, document.encoding,
        document.encoding_confidence, document.undecodable, recipe, document.passage_id(0), passages, document.text,
    )  # fmt: skip


def passage_row(passage: Passage, vector: FloatArray) -> tuple[Any, ...]:
    """A passage as a row of `passages`."""
    source = passage.source
    return (
        passage.id, source.document, passage.text, passage.role, json.dumps(source.headings, ensure_ascii=False),
        source.headline, source.byline, source.date, source.publication, source.page, source.paragraph, source.row,
        source.line, source.start, source.end, source.utf16_start, source.utf16_end,
        json.dumps(passage.alignment.edits, ensure_ascii=False), json.dumps(passage.places),
        vector.astype(VECTOR_DTYPE).tobytes(), signature(passage.text),
    )  # fmt: skip


def passage_of(row: Sequence[Any]) -> Passage:
    """A passage from a row of `PASSAGE_COLUMNS`; what follows them is not looked at.

    Raises:
        IndexDamagedError: the row holds what was never written there.
    """
    (
        number, text, role, headings, headline, byline, date, publication, page, paragraph, row_number, line, start,
        end, utf16_start, utf16_end, edits, places, document, sha256, path,
    ) = row[: len(PASSAGE_COLUMNS.split(","))]  # fmt: skip
    try:
        source = Source(
            document, sha256, path, headline, byline, date, publication, page, line, start, end, utf16_start,
            utf16_end, paragraph, row_number, tuple(map(str, json.loads(headings))),
        )  # fmt: skip
        alignment = Alignment(
            tuple(
                Edit(int(a), int(b), int(c), int(d), str(replacement)) for a, b, c, d, replacement in json.loads(edits)
            )
        )
        located = tuple(Place(*place) for place in json.loads(places))
    except (ValueError, TypeError) as error:
        raise IndexDamagedError(f"the headings or the alignment of passage {number} cannot be read") from error
    return Passage(PassageId(number), text, source, alignment, located, role)


def vector_row(row: Sequence[Any], dimension: int) -> VectorRow:
    """A passage as caches see it, from a row of `PASSAGE_COLUMNS` with the vector behind them.

    Raises:
        IndexDamagedError: the row holds what was never written there.
    """
    passage = passage_of(row)
    return VectorRow(passage.id, passage.indexed, vector_of(row[-1], dimension, passage.id))


def vector_of(content: bytes, dimension: int, passage: int) -> FloatArray:
    """A vector (dimension,) from what is stored of a passage.

    Raises:
        IndexDamagedError: it has another length.
    """
    if len(content) != dimension * VECTOR_DTYPE.itemsize:
        raise IndexDamagedError(f"the vector of passage {passage} has another length than the others")
    return np.frombuffer(content, VECTOR_DTYPE).astype(np.float32)
