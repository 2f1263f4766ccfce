"""SQLite: documents, passages, vectors and the log of changes. The truth; everything else can be made again from it.

A change is done when its transaction has committed. Every change to the passages of a document is also an entry of
the log, so that a cache knows what it has missed since the position it has reached.
"""

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from embeddings.encoder import FloatArray
from qa.alignment import Alignment, Edit
from qa.datatypes import Document, Passage, PassageId, Source
from qa.errors import IndexDamagedError, IndexMismatchError, IndexMissingError, NotFoundError

FORMAT = 1
FILE_NAME = "store.sqlite3"

# Vectors are kept in half precision: a cosine moves by less than 0.0005, which is what bfloat16 encoding costs too.
VECTOR_DTYPE = np.dtype("<f2")

_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE documents (
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
CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    headline TEXT,
    byline TEXT,
    date TEXT,
    publication TEXT,
    page INTEGER,
    line INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    utf16_start INTEGER NOT NULL,
    utf16_end INTEGER NOT NULL,
    edits TEXT NOT NULL,
    vector BLOB NOT NULL
) STRICT;
CREATE INDEX passages_of_document ON passages (document);
CREATE TABLE changes (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('added', 'removed')),
    first_passage INTEGER NOT NULL,
    passages INTEGER NOT NULL
) STRICT;
"""

_PASSAGE_COLUMNS = """
    p.id, p.text, p.headline, p.byline, p.date, p.publication, p.page, p.line, p.start, p."end", p.utf16_start,
    p.utf16_end, p.edits, d.id, d.sha256, d.path
"""


class Change(NamedTuple):
    """An entry of the log: a document's passages, `first_passage` and the following, came or went."""

    position: int
    kind: str
    first_passage: int
    passages: int


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


class VectorRow(NamedTuple):
    """A passage as a cache sees it: what was embedded and indexed, and the vector that came out."""

    id: PassageId
    context: str
    vector: FloatArray


class Store:
    """One store file. Safe to share between threads: they take turns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        self.identity = self._fact("identity")
        self.encoder = self._fact("encoder")
        self.dimension = int(self._fact("dimension"))

    @classmethod
    def create(cls, directory: Path, encoder: str, dimension: int) -> "Store":
        """Make a new, empty store, for vectors of one encoder."""
        directory.mkdir(parents=True, exist_ok=True)
        connection = _connect(directory / FILE_NAME)
        facts = {"format": FORMAT, "identity": uuid.uuid4().hex, "encoder": encoder, "dimension": dimension}
        with connection:
            connection.executescript("BEGIN;" + _SCHEMA)
            connection.executemany("INSERT INTO facts VALUES (?, ?)", [(k, str(v)) for k, v in facts.items()])
        return cls(connection)

    @classmethod
    def open(cls, directory: Path) -> "Store":
        """Open the store of an index directory.

        Raises:
            IndexMissingError: there is none.
            IndexDamagedError: the file is no store, or a damaged one.
            IndexMismatchError: it was written by another version of this program.
        """
        path = directory / FILE_NAME
        if not path.is_file():
            raise IndexMissingError(f"no index at {directory}: make one with `chuchu index FOLDER --index {directory}`")
        try:
            connection = _connect(path)
            row = connection.execute("SELECT value FROM facts WHERE name = 'format'").fetchone()
            if row is None or int(row[0]) != FORMAT:
                raise IndexMismatchError(f"the index at {directory} has another format: index the folder again")
            return cls(connection)
        except sqlite3.DatabaseError as error:
            raise IndexDamagedError(
                f"the index at {directory} is damaged ({error}): delete that folder and index again"
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    # Writing

    def put(
        self,
        document: Document,
        passages: Sequence[Passage],
        vectors: FloatArray,
        *,
        location: str,
        recipe: str,
    ) -> None:
        """Add a document, or put this version in the place of the one that is held, in one transaction.

        Args:
            document: the version.
            passages: its passages, ids consecutive from `document.passage_id(0)`.
            vectors: their vectors, (len(passages), dimension).
            location: absolute path of the file.
            recipe: names how passages were made, so that a change of it is noticed.
        """
        first = document.passage_id(0)
        rows = [
            (
                passage.id, document.id, passage.text, source.headline, source.byline, source.date,
                source.publication, source.page, source.line, source.start, source.end, source.utf16_start,
                source.utf16_end, json.dumps(passage.alignment.edits), vector.astype(VECTOR_DTYPE).tobytes(),
            )
            for passage, vector in zip(passages, vectors, strict=True)
            for source in (passage.source,)
        ]  # fmt: skip
        with self._transaction() as connection:
            self._remove(connection, document.id)
            connection.execute(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    document.id, location, document.path, document.sha256, document.format, document.encoding,
                    document.encoding_confidence, document.undecodable, recipe, first, len(passages), document.text,
                ),
            )  # fmt: skip
            connection.executemany(f"INSERT INTO passages VALUES ({', '.join('?' * 15)})", rows)  # noqa: S608
            self._log(connection, "added", first, len(passages))

    def remove(self, document_id: str) -> None:
        """Remove a document and its passages, in one transaction.

        Raises:
            NotFoundError: there is no such document.
        """
        with self._transaction() as connection:
            if not self._remove(connection, document_id):
                raise NotFoundError(f"no document {document_id} in the index")

    def _remove(self, connection: sqlite3.Connection, document_id: str) -> bool:
        row = connection.execute(
            "DELETE FROM documents WHERE id = ? RETURNING first_passage, passages", (document_id,)
        ).fetchone()
        if row is None:
            return False
        self._log(connection, "removed", *row)
        return True

    @staticmethod
    def _log(connection: sqlite3.Connection, kind: str, first: int, count: int) -> None:
        connection.execute(
            "INSERT INTO changes (kind, first_passage, passages) VALUES (?, ?, ?)", (kind, first, count)
        )

    # Reading

    def position(self) -> int:
        """Position of the newest change; 0 before the first."""
        return int(self._one("SELECT coalesce(max(position), 0) FROM changes")[0])

    def changes_since(self, position: int) -> list[Change]:
        """The entries of the log after a position, oldest first."""
        return [Change(*row) for row in self._all("SELECT * FROM changes WHERE position > ? ORDER BY 1", (position,))]

    def vector_rows(self, first: int, count: int) -> Iterator[VectorRow]:
        """The passages whose ids lie in a range, as caches see them; those that are gone again are left out."""
        yield from self._vector_rows("WHERE p.id BETWEEN ? AND ?", (first, first + count - 1))

    def all_vector_rows(self) -> Iterator[VectorRow]:
        """Every passage, as caches see it."""
        yield from self._vector_rows("", ())

    def _vector_rows(self, where: str, values: Sequence[int]) -> Iterator[VectorRow]:
        query = f"SELECT {_PASSAGE_COLUMNS}, p.vector FROM passages p JOIN documents d ON d.id = p.document {where}"  # noqa: S608
        with self._lock:
            for row in self._execute(query, values):
                passage = _passage(row)
                vector = np.frombuffer(row[-1], VECTOR_DTYPE).astype(np.float32)
                yield VectorRow(passage.id, passage.context, vector)

    def passages(self, ids: Iterable[PassageId]) -> dict[PassageId, Passage]:
        """The passages of ids; those that are not there are left out."""
        wanted = json.dumps([int(number) for number in ids])
        query = f"""
            SELECT {_PASSAGE_COLUMNS} FROM passages p JOIN documents d ON d.id = p.document
            WHERE p.id IN (SELECT value FROM json_each(?))
        """  # noqa: S608
        found = (_passage(row) for row in self._all(query, (wanted,)))
        return {passage.id: passage for passage in found}

    def passages_of(self, document_id: str) -> list[Passage]:
        """A document's passages, in order."""
        query = f"""
            SELECT {_PASSAGE_COLUMNS} FROM passages p JOIN documents d ON d.id = p.document
            WHERE d.id = ? ORDER BY p.start, p.id
        """  # noqa: S608
        return [_passage(row) for row in self._all(query, (document_id,))]

    def passage_count(self) -> int:
        """How many passages there are."""
        return int(self._one("SELECT count(*) FROM passages")[0])

    def documents(self) -> list[DocumentRecord]:
        """Every document, by path."""
        query = """
            SELECT id, path, sha256, format, encoding, encoding_confidence, undecodable, passages, length(text)
            FROM documents ORDER BY path, id
        """
        return [DocumentRecord(*row) for row in self._all(query)]

    def text(self, document_id: str) -> str:
        """A document's original.

        Raises:
            NotFoundError: there is no such document.
        """
        rows = self._all("SELECT text FROM documents WHERE id = ?", (document_id,))
        if not rows:
            raise NotFoundError(f"no document {document_id} in the index")
        return str(rows[0][0])

    def original(self, document_id: str, start: int, end: int) -> str:
        """A span of a document's original; empty when the document has gone."""
        query = "SELECT substr(text, ?, ?) FROM documents WHERE id = ?"
        rows = self._all(query, (start + 1, end - start, document_id))
        return str(rows[0][0]) if rows else ""

    def versions(self) -> dict[str, tuple[str, str, str]]:
        """What was indexed of each document: id to (sha256, recipe, location)."""
        return {row[0]: row[1:] for row in self._all("SELECT id, sha256, recipe, location FROM documents")}

    def integrity_problems(self) -> list[str]:
        """What SQLite itself finds wrong with the file; nothing when all is well."""
        try:
            rows = [row[0] for row in self._all("PRAGMA integrity_check(5)")]
            orphans = self._all("PRAGMA foreign_key_check")
        except IndexDamagedError as error:
            return [str(error)]
        problems = [f"store: {row}" for row in rows if row != "ok"]
        return problems + [f"store: {len(orphans)} passages without a document"] * bool(orphans)

    # The connection

    def _fact(self, name: str) -> str:
        row = self._connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise IndexDamagedError(f"the index does not say its {name}: delete it and index again")
        return str(row[0])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                with self._connection:
                    yield self._connection
            except sqlite3.DatabaseError as error:
                raise IndexDamagedError(f"the index could not be written: {error}") from error

    def _execute(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        try:
            return self._connection.execute(query, values)
        except sqlite3.DatabaseError as error:
            raise IndexDamagedError(f"the index could not be read: {error}") from error

    def _all(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._lock:
            try:
                return self._execute(query, values).fetchall()
            except sqlite3.DatabaseError as error:
                raise IndexDamagedError(f"the index could not be read: {error}") from error

    def _one(self, query: str) -> Any:
        return self._all(query)[0]


def _connect(path: Path) -> sqlite3.Connection:
    # Autocommit: transactions are begun where they are meant.
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _passage(row: Sequence[Any]) -> Passage:
    (
        number, text, headline, byline, date, publication, page, line, start, end, utf16_start, utf16_end, edits,
        document, sha256, path,
    ) = row[:16]  # fmt: skip
    source = Source(
        document, sha256, path, headline, byline, date, publication, page, line, start, end, utf16_start, utf16_end
    )
    alignment = Alignment(tuple(Edit(*edit) for edit in json.loads(edits)))
    return Passage(PassageId(number), text, source, alignment)
