"""SQLite: documents, passages, vectors and the log of changes. The truth; everything else can be made again from it.

A change is done when its transaction has committed. Every change to the passages of a document is also an entry of
the log, so that a cache knows what it has missed since the position it has reached.
"""

import json
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from embeddings.encoder import FloatArray
from embeddings.ids import IdArray
from qa.datatypes import Document, Passage, PassageId, Role
from qa.errors import IndexDamagedError, IndexMismatchError, IndexMissingError, NotFoundError
from qa.filters import Where
from qa.ranking.reprints import SLOTS
from qa.storage.database import Database
from qa.storage.rows import (
    DOCUMENTS,
    PASSAGE_COLUMNS,
    PASSAGES,
    SCHEMA,
    DocumentRecord,
    VectorRow,
    document_row,
    passage_of,
    passage_row,
    vector_of,
    vector_row,
)
from qa.storage.stretches import SCHEMA as STRETCHES
from qa.storage.stretches import passage_ids, stretch_rows, stretches_query

FORMAT = 3
FILE_NAME = "store.sqlite3"


class Change(NamedTuple):
    """An entry of the log: a document's passages, `first_passage` and the following, came or went."""

    position: int
    kind: str
    first_passage: int
    passages: int


class Store:
    """One store file. Safe to share between threads: they take turns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.identity = self._fact("identity")
        self.encoder = self._fact("encoder")
        self.dimension = int(self._fact("dimension"))

    @classmethod
    def create(cls, directory: Path, encoder: str, dimension: int) -> "Store":
        """Make a new, empty store, for vectors of one encoder; or open one that another process has made meanwhile."""
        directory.mkdir(parents=True, exist_ok=True)
        database = Database(directory / FILE_NAME)
        facts = {"format": FORMAT, "identity": uuid.uuid4().hex, "encoder": encoder, "dimension": dimension}
        with database.transaction() as connection:
            for statement in (SCHEMA + STRETCHES).split(";"):  # a script would begin with a commit
                connection.execute(statement)
            connection.executemany("INSERT OR IGNORE INTO facts VALUES (?, ?)", [(k, str(v)) for k, v in facts.items()])
        return cls(database)

    @classmethod
    def open(cls, directory: Path) -> "Store":
        """Open the store of an index directory.

        Raises:
            IndexMissingError: there is none.
            IndexDamagedError: the file is no store, or a damaged one.
            IndexMismatchError: it was written by another version of this program.
        """
        path = directory / FILE_NAME
        missing = f"no index at {directory}: make one with `chuchu index FOLDER --index {directory}`"
        if not path.is_file():
            raise IndexMissingError(missing)
        try:
            database = Database(path)
            if not database.rows("SELECT 1 FROM sqlite_master LIMIT 1"):
                raise IndexMissingError(missing)  # its making was cut short
            if database.rows("SELECT value FROM facts WHERE name = 'format'") != [(str(FORMAT),)]:
                raise IndexMismatchError(
                    f"the index at {directory} has another format: delete it and index the folder again"
                )
            return cls(database)
        except (IndexDamagedError, ValueError) as error:
            raise IndexDamagedError(
                f"the index at {directory} is damaged ({error}): delete that folder and index again"
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._database.close()

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
        rows = (passage_row(passage, vector) for passage, vector in zip(passages, vectors, strict=True))
        with self._database.transaction() as connection:
            self._remove(connection, document.id)
            values = document_row(document, len(passages), location, recipe)
            connection.execute(f"INSERT INTO documents VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608
            if len(passages):
                marks = ", ".join("?" * len(passage_row(passages[0], vectors[0])))
                connection.executemany(f"INSERT INTO passages VALUES ({marks})", rows)  # noqa: S608
            connection.executemany("INSERT INTO stretches VALUES (?, ?, ?, ?, ?, ?, ?)", stretch_rows(passages))
            self._log(connection, "added", document.passage_id(0), len(passages))

    def remove(self, document_id: str) -> None:
        """Remove a document and its passages, in one transaction.

        Raises:
            NotFoundError: there is no such document.
        """
        with self._database.transaction() as connection:
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
        connection.execute("INSERT INTO changes (kind, first_passage, passages) VALUES (?, ?, ?)", (kind, first, count))

    # Reading

    def position(self) -> int:
        """Position of the newest change; 0 before the first."""
        return int(self._database.rows("SELECT coalesce(max(position), 0) FROM changes")[0][0])

    def changes_since(self, position: int) -> list[Change]:
        """The entries of the log after a position, oldest first."""
        return [
            Change(*row)
            for row in self._database.rows("SELECT * FROM changes WHERE position > ? ORDER BY 1", (position,))
        ]

    def vector_rows(self, first: int, count: int) -> Iterator[VectorRow]:
        """The passages whose ids lie in a range, as caches see them; those that are gone again are left out."""
        yield from self._vector_rows("WHERE p.id BETWEEN ? AND ?", (first, first + count - 1))

    def vectors(self, first: int, count: int) -> Iterator[tuple[int, FloatArray]]:
        """The ids in a range, each with its vector (dimension,); those that are gone again are left out.

        Raises:
            IndexDamagedError: a vector is of another length.
        """
        query = "SELECT id, vector FROM passages WHERE id BETWEEN ? AND ?"
        for number, vector in self._database.rows(query, (first, first + count - 1)):
            yield number, vector_of(vector, self.dimension, number)

    def all_vector_rows(self) -> Iterator[VectorRow]:
        """Every passage, as caches see it."""
        yield from self._vector_rows("", ())

    def _vector_rows(self, where: str, values: Sequence[int]) -> Iterator[VectorRow]:
        query = f"SELECT {PASSAGE_COLUMNS}, p.vector FROM passages p JOIN documents d ON d.id = p.document {where}"  # noqa: S608
        for row in self._database.each_row(query, values):
            yield vector_row(row, self.dimension)

    def selected(self, where: Where) -> IdArray:
        """The ids of the passages that meet conditions, in ascending order."""
        return passage_ids(self._database.rows(*stretches_query(where)))

    def passages(self, ids: Iterable[PassageId]) -> dict[PassageId, Passage]:
        """The passages of ids; those that are not there are left out."""
        query = f"{PASSAGES} WHERE p.id IN (SELECT value FROM json_each(?))"  # noqa: S608
        found = (passage_of(row) for row in self._database.rows(query, (_json(ids),)))
        return {passage.id: passage for passage in found}

    def signatures(self, ids: Iterable[PassageId]) -> dict[PassageId, bytes]:
        """What tells reprints among passages; those that are not there are left out.

        Raises:
            IndexDamagedError: a signature is of another length.
        """
        query = "SELECT id, signature FROM passages WHERE id IN (SELECT value FROM json_each(?))"
        found: dict[PassageId, bytes] = dict(self._database.rows(query, (_json(ids),)))
        if any(len(one) != SLOTS for one in found.values()):
            raise IndexDamagedError("a signature has another length than the others")
        return found

    def texts(self, ids: Iterable[PassageId]) -> dict[PassageId, str]:
        """What passages say; those that are not there are left out."""
        query = "SELECT id, text FROM passages WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self._database.rows(query, (_json(ids),)))

    def roles(self, ids: Iterable[PassageId]) -> dict[PassageId, Role]:
        """What each of these passages is to its article, those of its text left out."""
        # Without its name SQLite would look up every row, although few are in this index.
        query = """SELECT id, role FROM passages INDEXED BY passages_about_articles
            WHERE role != 'text' AND id IN (SELECT value FROM json_each(?))"""
        return dict(self._database.rows(query, (_json(ids),)))

    def passages_of(self, document_id: str) -> list[Passage]:
        """A document's passages, in order."""
        rows = self._database.rows(f"{PASSAGES} WHERE d.id = ? ORDER BY p.start, p.id", (document_id,))
        return list(map(passage_of, rows))

    def passage_at(self, document_id: str, offset: int) -> Passage | None:
        """The last passage of a document that begins at or before an offset, or else its first, if it has any."""
        first = "SELECT min(start) FROM passages WHERE document = d.id"
        query = f"{PASSAGES} WHERE d.id = ? AND p.start <= max(?, ({first})) ORDER BY p.start DESC, p.id DESC LIMIT 1"
        rows = self._database.rows(query, (document_id, offset))
        return passage_of(rows[0]) if rows else None

    def passage_count(self) -> int:
        """How many passages there are."""
        return int(self._database.rows("SELECT count(*) FROM passages")[0][0])

    def documents(self) -> list[DocumentRecord]:
        """Every document, by path."""
        return [DocumentRecord(*row) for row in self._database.rows(f"{DOCUMENTS} ORDER BY path, id")]

    def document(self, document_id: str) -> DocumentRecord:
        """One document.

        Raises:
            NotFoundError: there is no such document.
        """
        return DocumentRecord(*self._of_document(f"{DOCUMENTS} WHERE id = ?", document_id))

    def text(self, document_id: str) -> str:
        """A document's original.

        Raises:
            NotFoundError: there is no such document.
        """
        return str(self._of_document("SELECT text FROM documents WHERE id = ?", document_id)[0])

    def _of_document(self, query: str, document_id: str) -> Any:
        rows = self._database.rows(query, (document_id,))
        if not rows:
            raise NotFoundError(f"no document {document_id} in the index")
        return rows[0]

    def original(self, document_id: str, start: int, end: int) -> str:
        """A span of a document's original; empty when the document has gone."""
        query = "SELECT substr(text, ?, ?) FROM documents WHERE id = ?"
        rows = self._database.rows(query, (start + 1, end - start, document_id))
        return str(rows[0][0]) if rows else ""

    def versions(self) -> dict[str, tuple[str, str, str]]:
        """What was indexed of each document: id to (sha256, recipe, location)."""
        return {row[0]: row[1:] for row in self._database.rows("SELECT id, sha256, recipe, location FROM documents")}

    def integrity_problems(self) -> list[str]:
        """What SQLite itself finds wrong with the file; nothing when all is well."""
        try:
            rows = [row[0] for row in self._database.rows("PRAGMA integrity_check(5)")]
            orphans = self._database.rows("PRAGMA foreign_key_check")
        except IndexDamagedError as error:
            return [str(error)]
        problems = [f"store: {row}" for row in rows if row != "ok"]
        return problems + [f"store: {len(orphans)} passages without a document"] * bool(orphans)

    def _fact(self, name: str) -> str:
        rows = self._database.rows("SELECT value FROM facts WHERE name = ?", (name,))
        if not rows:
            raise IndexDamagedError(f"it does not say its {name}")
        return str(rows[0][0])


def _json(ids: Iterable[PassageId]) -> str:
    """Ids as one value of a query, however many."""
    return json.dumps([int(number) for number in ids])
