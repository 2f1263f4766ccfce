"""Store and caches behind one face: what retrieval sees, and what writes to it.

SQLite is the truth. The FAISS vectors and the tantivy postings are caches of it: each records the position of the
store's log that it has reached, catches up before it is asked, and is built anew when it is missing, damaged, or of
another store or format. Nothing is answered from a cache that is behind.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import compress
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from embeddings.encoder import Encoder, FloatArray
from embeddings.ids import among
from embeddings.stages import stage
from embeddings.vector_index import CROSSOVER
from qa.datatypes import Document, Passage, PassageId, Role, later
from qa.errors import IndexDamagedError, IndexLockedError, IndexMismatchError, IndexMissingError
from qa.filters import Where
from qa.lexical_index import LexicalHits
from qa.storage.caches import CacheLock, PostingsCache, VectorCache
from qa.storage.rows import DocumentRecord
from qa.storage.selections import Selections
from qa.storage.sides import Sides
from qa.storage.verification import disagreements
from qa.store import Store


class PassageIndex:
    """An index directory. Safe to share between threads; processes may read while one writes."""

    def __init__(self, directory: Path, store: Store, crossover: int = CROSSOVER) -> None:
        self.directory = directory
        self._store = store
        self._lock = threading.RLock()
        self._writer_lock = FileLock(directory / "writer.lock")
        cache_lock = CacheLock(directory)
        self._vectors = VectorCache(directory, store, cache_lock, crossover)
        self._postings = PostingsCache(directory, store, cache_lock)
        self._sides = Sides(self._vectors, self._postings, Selections(store))
        self._settling: threading.Thread | None = None
        self._closing = False

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
        """Let go of the files. What is being settled is left as it was."""
        self._closing = True
        if self._settling is not None:
            self._settling.join()
        self._store.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer until the end of the block, at which the caches are brought up to date and saved.

        Blocks may stand within one another; the outermost counts.

        Raises:
            IndexLockedError: another process is writing.
        """
        try:
            self._writer_lock.acquire(timeout=0)
        except Timeout as error:
            raise IndexLockedError(f"another process is writing to the index at {self.directory}") from error
        try:
            yield
            if self._writer_lock.lock_counter == 1:
                with stage("write"):
                    self.keep_up()
                    self._vectors.save()
        finally:
            self._writer_lock.release()

    # Writing

    def replace(
        self, document: Document, passages: Sequence[Passage], vectors: FloatArray, *, location: str, recipe: str
    ) -> None:
        """Add a document, or put this version in the place of the one that is held. Durable on return."""
        with self.writing(), stage("write"):
            self._store.put(document, passages, vectors, location=location, recipe=recipe)

    def remove(self, document_id: str) -> None:
        """Remove a document. Durable on return.

        Raises:
            NotFoundError: there is no such document.
        """
        with self.writing():
            self._store.remove(document_id)

    # Asking

    @contextmanager
    def unchanged(self) -> Iterator[Sides]:
        """Both sides as of now: no other thread brings them up to date before the end of the block.

        Whoever has them may have another thread ask them, which has to be done by then.
        """
        with self._lock:
            self.refresh()
            yield self._sides

    def dense(self, vector: FloatArray, k: int, where: Where = ()) -> tuple[list[PassageId], list[float]]:
        """The k passages nearest to a question's vector: see `Sides`."""
        with self.unchanged() as sides:
            return sides.dense(vector, k, where)

    def lexical(self, terms: Sequence[str | Sequence[str]], k: int, where: Where = ()) -> LexicalHits:
        """The k passages with the highest BM25 for a question's terms: see `Sides`."""
        with self.unchanged() as sides:
            return sides.lexical(terms, k, where)

    def fetch(self, ids: Iterable[PassageId]) -> dict[PassageId, Passage]:
        """The passages of ids; those removed meanwhile are left out."""
        return self._store.passages(ids)

    def signatures(self, ids: Iterable[PassageId]) -> dict[PassageId, bytes]:
        """What tells reprints among passages; those removed meanwhile are left out."""
        return self._store.signatures(ids)

    def texts(self, ids: Iterable[PassageId]) -> dict[PassageId, str]:
        """What passages say; those removed meanwhile are left out."""
        return self._store.texts(ids)

    def roles(self, ids: Iterable[PassageId]) -> dict[PassageId, Role]:
        """What each of these passages is to its article, those of its text left out."""
        return self._store.roles(ids)

    def passages_of(self, document_id: str, where: Where = ()) -> list[Passage]:
        """A document's passages, in order; those that meet conditions."""
        passages = self._store.passages_of(document_id)
        with self.unchanged() as sides:
            selection = sides.selections.of(where, sides.vectors)
        if selection is None:
            return passages
        met = among(np.array([passage.id for passage in passages], np.int64), selection.ids)
        return list(compress(passages, met))

    def passage_at(self, document_id: str, offset: int) -> Passage | None:
        """The passage of a document that an offset of its original lies in, or else the one before it, or the first."""
        return self._store.passage_at(document_id, offset)

    def around(self, passage: Passage, count: int) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
        """The passages before one and behind it in its document, in order, up to `count` of each."""
        steps = range(-count, count + 1)
        found = self.fetch(later(passage.id, step) for step in steps)
        # The ids before a document's first may by chance be another's.
        near = [(step, found[number]) for step in steps if (number := later(passage.id, step)) in found]
        near = [(step, one) for step, one in near if one.source.document == passage.source.document]
        return tuple(one for step, one in near if step < 0), tuple(one for step, one in near if step > 0)

    def documents(self) -> list[DocumentRecord]:
        """Every document, by path."""
        return self._store.documents()

    def document(self, document_id: str) -> DocumentRecord:
        """One document.

        Raises:
            NotFoundError: there is no such document.
        """
        return self._store.document(document_id)

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
            for cache in (self._vectors, self._postings):
                if cache.position != position:
                    cache.refresh()

    def keep_up(self) -> None:
        """Bring both caches to the store's position, and begin to settle the vectors behind when they have grown."""
        self.refresh()
        running = self._settling is not None and self._settling.is_alive()
        if self._vectors.index.overgrown and not running:
            # A daemon: a program that is broken off does not wait for it, and loses nothing but time.
            self._settling = threading.Thread(target=self._settle, name="settling", daemon=True)
            self._settling.start()

    def settle(self) -> None:
        """Wait until the vectors are settled, as far as they have grown."""
        if self._settling is not None:
            self._settling.join()
        self._settle()

    def _settle(self) -> None:
        while self._vectors.settle(self._lock, lambda: not self._closing):
            pass

    def verify(self) -> list[str]:
        """Hold store, vectors, postings and originals against each other, row by row: every disagreement, in words."""
        with self._lock:
            problems = self._store.integrity_problems()
            if problems:
                return problems
            try:
                self.refresh()
                return list(disagreements(self._store, self._vectors.index, self._postings.index))
            except IndexDamagedError as error:
                return [str(error)]

    def rebuild(self) -> None:
        """Throw both caches away and make them again from the store."""
        with self.writing(), self._lock:
            self._vectors.clear()
            self._postings.clear()
