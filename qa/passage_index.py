"""Store and caches behind one face: what retrieval sees, and what writes to it.

SQLite is the truth. The FAISS vectors and the tantivy postings are caches of it: each records the position of the
store's log that it has reached, catches up before it is asked, and is built anew when it is missing, damaged, or of
another store or format. Nothing is answered from a cache that is behind.
"""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from embeddings.encoder import Encoder, FloatArray
from embeddings.errors import VectorIndexError
from embeddings.vector_index import VectorIndex
from qa import analysis
from qa.datatypes import Document, Passage, PassageId
from qa.errors import IndexLockedError, IndexMismatchError, IndexMissingError
from qa.lexical_index import LexicalHits, LexicalIndex, digest_of
from qa.store import DocumentRecord, Store, VectorRow

# Of the caches: what they hold for a passage, and how. Another version's are built anew.
_CACHE_FORMAT = 1
_BATCH = 4096
# A writer holds the caches only while it brings them up to date, which takes seconds even for a large change.
_CACHE_WAIT_SECONDS = 60.0


class PassageIndex:
    """An index directory. Safe to share between threads; processes may read while one writes."""

    def __init__(self, directory: Path, store: Store) -> None:
        self.directory = directory
        self._store = store
        self._lock = threading.RLock()
        self._writer_lock = FileLock(directory / "writer.lock")
        self._cache_lock = FileLock(directory / "caches.lock")
        self._vectors_file = directory / "vectors.faiss"
        self._vectors_record = directory / "vectors.json"
        self._postings_directory = directory / "postings"
        self._postings_record = directory / "postings.json"
        self._vectors, self._vectors_position = self._load_vectors()
        self._postings, self._postings_position = self._load_postings()

    @classmethod
    def open(cls, directory: Path, encoder: Encoder, *, create: bool = False) -> "PassageIndex":
        """Open the index of a directory.

        Args:
            directory: where it lies.
            encoder: the model whose vectors it holds.
            create: make an empty one where there is none.

        Raises:
            IndexMissingError: there is none, and none is to be made.
            IndexDamagedError: the store cannot be read.
            IndexMismatchError: it holds the vectors of another model.
        """
        try:
            store = Store.open(directory)
        except IndexMissingError:
            if not create:
                raise
            store = Store.create(directory, encoder.fingerprint, encoder.dimension)
        if store.encoder != encoder.fingerprint:
            made_with, asked_with = store.encoder, encoder.fingerprint
            store.close()
            raise IndexMismatchError(
                f"the index at {directory} was made with the model {made_with}, not {asked_with}: "
                "name that model, or index the folder again into another directory"
            )
        return cls(directory, store)

    def close(self) -> None:
        """Let go of the files."""
        self._store.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer, until the end of the block, at which the caches are saved.

        Raises:
            IndexLockedError: another process is.
        """
        try:
            self._writer_lock.acquire(timeout=0)
        except Timeout as error:
            raise IndexLockedError(f"another process is writing to the index at {self.directory}") from error
        try:
            yield
            self.refresh()
            self._save_vectors()
        finally:
            self._writer_lock.release()

    # Writing

    def replace(
        self, document: Document, passages: Sequence[Passage], vectors: FloatArray, *, location: str, recipe: str
    ) -> None:
        """Add a document, or put this version in the place of the one that is held. Durable on return."""
        with self.writing():
            self.put(document, passages, vectors, location=location, recipe=recipe)

    def put(
        self, document: Document, passages: Sequence[Passage], vectors: FloatArray, *, location: str, recipe: str
    ) -> None:
        """`replace`, within `writing`: the caches follow at the next question, or at the end of the block."""
        self._store.put(document, passages, vectors, location=location, recipe=recipe)

    def remove(self, document_id: str) -> None:
        """Remove a document. Durable on return.

        Raises:
            NotFoundError: there is no such document.
        """
        with self.writing():
            self.drop(document_id)

    def drop(self, document_id: str) -> None:
        """`remove`, within `writing`."""
        self._store.remove(document_id)

    # Asking

    def dense(self, vector: FloatArray, k: int) -> tuple[list[PassageId], list[float]]:
        """The k passages nearest to a question's vector (dimension,): ids and cosines, best first."""
        with self._lock:
            self.refresh()
            ids, scores = self._vectors.search(vector, k)
        return [PassageId(number) for number in ids.tolist()], scores.tolist()

    def lexical(self, terms: Sequence[str], k: int) -> LexicalHits:
        """The k passages with the highest BM25 for a question's terms."""
        with self._lock:
            self.refresh()
            return self._postings.search(terms, k)

    def cosines(self, vector: FloatArray, ids: Sequence[PassageId]) -> list[float]:
        """Cosine of a question's vector (dimension,) with each of these passages."""
        with self._lock:
            vectors = self._vectors.vectors(np.asarray(ids, np.int64))
        cosines: list[float] = (vectors @ vector).tolist()
        return cosines

    def fetch(self, ids: Iterable[PassageId]) -> dict[PassageId, Passage]:
        """The passages of ids; those removed meanwhile are left out."""
        return self._store.passages(ids)

    def passages_of(self, document_id: str) -> list[Passage]:
        """A document's passages, in order."""
        return self._store.passages_of(document_id)

    def documents(self) -> list[DocumentRecord]:
        """Every document, by path."""
        return self._store.documents()

    def versions(self) -> dict[str, tuple[str, str, str]]:
        """What was indexed of each document: id to (sha256, recipe, location)."""
        return self._store.versions()

    def text(self, document_id: str) -> str:
        """A document's original.

        Raises:
            NotFoundError: there is no such document.
        """
        return self._store.text(document_id)

    def original(self, passage: Passage) -> str:
        """The part of the original that a passage was made from; empty when its document has gone."""
        return self._store.original(passage.source.document, passage.source.start, passage.source.end)

    def __len__(self) -> int:
        return self._store.passage_count()

    # The caches

    def refresh(self) -> None:
        """Bring both caches to the store's position.

        Raises:
            IndexLockedError: another process holds the caches for longer than any change takes.
        """
        with self._lock:
            position = self._store.position()
            if self._vectors_position != position:
                self._vectors_position = self._catch_up(
                    self._vectors_position, self._add_vectors, self._remove_vectors
                )
            if self._postings_position != position:
                self._refresh_postings()

    def verify(self) -> list[str]:
        """Hold store, vectors, postings and originals against each other, row by row: every disagreement, in words."""
        with self._lock:
            self.refresh()
            problems = self._store.integrity_problems()
            if problems:
                return problems
            held = set(self._vectors.ids().tolist())
            digests = self._postings.digests()
            rows = 0
            for row in self._store.all_vector_rows():
                rows += 1
                if row.id not in held:
                    problems.append(f"vectors: passage {row.id} is missing")
                elif not np.array_equal(self._vectors.vectors(np.array([row.id]))[0], row.vector):
                    problems.append(f"vectors: passage {row.id} differs from the store")
                if row.id not in digests:
                    problems.append(f"postings: passage {row.id} is missing")
                elif digests[row.id] != digest_of(analysis.terms(row.context)):
                    problems.append(f"postings: passage {row.id} differs from the store")
            for name, count in (("vectors", len(self._vectors)), ("postings", len(self._postings))):
                if count != rows:
                    problems.append(f"{name}: {count} passages, {rows} in the store")
            for document in self._store.documents():
                problems += self._misplaced_passages(document)
            return problems

    def _misplaced_passages(self, document: DocumentRecord) -> Iterator[str]:
        original = self._store.text(document.id)
        for passage in self._store.passages_of(document.id):
            place = original[passage.source.start : passage.source.end]
            runs = passage.alignment.unchanged_runs(len(passage.text))
            if any(passage.text[start:end] != place[at : at + end - start] for start, end, at in runs):
                yield f"originals: passage {passage.id} of {document.path} does not stand where it should"

    def rebuild(self) -> None:
        """Throw both caches away and make them again from the store."""
        with self._lock, self._holding_caches():
            self._vectors, self._vectors_position = VectorIndex(self._store.dimension), 0
            self._postings.clear()
            self._postings.commit()
            self._postings_position = 0
            self._write_record(self._postings_record, 0)
            self.refresh()
            self._save_vectors()

    def _catch_up(
        self, position: int, add: Callable[[Iterable[VectorRow]], None], remove: Callable[[int, int], None]
    ) -> int:
        """Apply the log from a position on; returns the position reached."""
        for change in self._store.changes_since(position):
            # What is added may be there already, from a run that ended between a cache's commit and its record.
            remove(change.first_passage, change.passages)
            if change.kind == "added":
                for start in range(0, change.passages, _BATCH):
                    count = min(_BATCH, change.passages - start)
                    add(self._store.vector_rows(change.first_passage + start, count))
            position = change.position
        return position

    def _add_vectors(self, rows: Iterable[VectorRow]) -> None:
        rows = list(rows)
        if rows:
            self._vectors.add(np.array([row.id for row in rows], np.int64), np.stack([row.vector for row in rows]))

    def _remove_vectors(self, first: int, count: int) -> None:
        self._vectors.remove(np.arange(first, first + count, dtype=np.int64))

    def _add_postings(self, rows: Iterable[VectorRow]) -> None:
        self._postings.add((row.id, analysis.terms(row.context)) for row in rows)

    def _refresh_postings(self) -> None:
        """Postings are shared on disk: whoever comes first brings them up to date, the others see it done."""
        with self._holding_caches():
            position = self._read_record(self._postings_record)
            if position is None:
                self._postings, position = self._load_postings()
            self._postings.reload()
            reached = self._catch_up(position, self._add_postings, self._postings.remove)
            if reached != position:
                self._postings.commit()
                self._write_record(self._postings_record, reached)
            self._postings_position = reached

    @contextmanager
    def _holding_caches(self) -> Iterator[None]:
        try:
            self._cache_lock.acquire(timeout=_CACHE_WAIT_SECONDS)
        except Timeout as error:
            raise IndexLockedError(f"another process holds the caches of {self.directory}") from error
        try:
            yield
        finally:
            self._cache_lock.release()

    def _load_vectors(self) -> tuple[VectorIndex, int]:
        """The saved vectors and their position; empty ones, to be filled from the store, when they cannot be used."""
        position = self._read_record(self._vectors_record, of=self._vectors_file)
        if position is not None:
            try:
                return VectorIndex.load(self._vectors_file, self._store.dimension), position
            except VectorIndexError:
                pass
        return VectorIndex(self._store.dimension), 0

    def _save_vectors(self) -> None:
        with self._holding_caches():
            saved = self._read_record(self._vectors_record)
            if saved is None or saved < self._vectors_position:
                self._vectors_record.unlink(missing_ok=True)
                self._vectors.save(self._vectors_file)
                self._write_record(self._vectors_record, self._vectors_position, of=self._vectors_file)

    def _load_postings(self) -> tuple[LexicalIndex, int]:
        """The postings and their position; empty ones, to be filled from the store, when they cannot be used."""
        position = self._read_record(self._postings_record)
        if position is not None:
            try:
                return LexicalIndex(self._postings_directory), position
            except ValueError:
                pass
        with self._holding_caches():
            shutil.rmtree(self._postings_directory, ignore_errors=True)
            postings = LexicalIndex(self._postings_directory)
            self._write_record(self._postings_record, 0)
        return postings, 0

    def _write_record(self, path: Path, position: int, *, of: Path | None = None) -> None:
        """Record, atomically, what a cache holds."""
        record: dict[str, Any] = {"format": _CACHE_FORMAT, "store": self._store.identity, "position": position}
        if of is not None:
            record["sha256"] = _sha256(of)
        draft = path.with_name(path.name + ".draft")
        draft.write_text(json.dumps(record), encoding="utf-8")
        os.replace(draft, path)

    def _read_record(self, path: Path, *, of: Path | None = None) -> int | None:
        """The position that a cache has reached; None when it is not a sound cache of this very store."""
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            sound = record["format"] == _CACHE_FORMAT and record["store"] == self._store.identity
            sound = sound and record["position"] <= self._store.position()
            if of is not None:
                sound = sound and record["sha256"] == _sha256(of)
            return int(record["position"]) if sound else None
        except (OSError, ValueError, KeyError, TypeError):
            return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
