"""FAISS vectors and tantivy postings as caches of the store: each follows the store's log of changes.

Beside each cache lies a record: the store it belongs to, the position of the log that it has reached, and its format.
A cache without a sound record is made anew from the store. What the log says is applied so that doing it twice does no
harm: a run may end between a cache's commit and its record.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from embeddings.encoder import FloatArray  # noqa: TC001 - read at run time
from embeddings.errors import VectorIndexError
from embeddings.vector_index import VectorIndex
from qa import analysis
from qa.errors import IndexLockedError
from qa.lexical_index import LexicalIndex
from qa.rows import VectorRow
from qa.store import Store

# Of what the caches hold for a passage, and how; another version's are made anew.
_FORMAT = 1
_BATCH = 4096
# A writer holds the caches only while it brings them up to date, which takes seconds even for a large change.
_WAIT_SECONDS = 60.0


class CacheLock:
    """Keeps processes from writing the caches of one directory at the same time."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = FileLock(directory / "caches.lock")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock until the end of the block.

        Raises:
            IndexLockedError: another process holds it for longer than any change takes.
        """
        try:
            self._lock.acquire(timeout=_WAIT_SECONDS)
        except Timeout as error:
            raise IndexLockedError(f"another process holds the caches of {self._directory}") from error
        try:
            yield
        finally:
            self._lock.release()


class VectorCache:
    """The vectors in memory, as of `position`; saved to a file now and then."""

    def __init__(self, directory: Path, store: Store, lock: CacheLock) -> None:
        self._store = store
        self._lock = lock
        self._file = directory / "vectors.faiss"
        self._record = _Record(directory / "vectors.json", store, of=self._file)
        self.index, self.position = self._load()

    def refresh(self) -> None:
        """Bring the vectors in memory to the store's position."""
        self.position = _apply_changes(self._store, self.position, self._add, self._remove)

    def save(self) -> None:
        """Save the vectors, unless another process has saved newer ones."""
        with self._lock.held():
            saved = self._record.read()
            if saved is None or saved < self.position:
                self._record.path.unlink(missing_ok=True)
                self.index.save(self._file)
                self._record.write(self.position)

    def clear(self) -> None:
        """Forget the vectors; `refresh` makes them anew."""
        self.index, self.position = VectorIndex(self._store.dimension), 0
        self._record.path.unlink(missing_ok=True)

    def _load(self) -> tuple[VectorIndex, int]:
        position = self._record.read()
        if position is not None:
            try:
                return VectorIndex.load(self._file, self._store.dimension), position
            except VectorIndexError:
                pass
        return VectorIndex(self._store.dimension), 0

    def _add(self, rows: Iterable[VectorRow]) -> None:
        ids: list[int] = []
        vectors: list[FloatArray] = []
        for row in rows:
            ids.append(row.id)
            vectors.append(row.vector)
        if ids:
            self.index.add(np.array(ids, np.int64), np.stack(vectors))

    def _remove(self, first: int, count: int) -> None:
        self.index.remove(np.arange(first, first + count, dtype=np.int64))


class PostingsCache:
    """The postings, shared by all processes: whoever comes first brings them up to date, the others see it done."""

    def __init__(self, directory: Path, store: Store, lock: CacheLock) -> None:
        self._store = store
        self._lock = lock
        self._directory = directory / "postings"
        self._record = _Record(directory / "postings.json", store)
        self.index, self.position = self._load()

    def refresh(self) -> None:
        """Bring the postings to the store's position."""
        with self._lock.held():
            position = self._record.read()
            if position is None:
                self.index, position = self._load()
            self.index.reload()
            reached = _apply_changes(self._store, position, self._add, self.index.remove)
            if reached != position:
                self.index.commit()
                self._record.write(reached)
            self.position = reached

    def clear(self) -> None:
        """Forget the postings; `refresh` makes them anew."""
        with self._lock.held():
            self.index.clear()
            self.index.commit()
            self._record.write(0)
            self.position = 0

    def _load(self) -> tuple[LexicalIndex, int]:
        position = self._record.read()
        # Where this file is missing tantivy would begin a new, empty index and say nothing.
        if position is not None and (self._directory / "meta.json").is_file():
            try:
                return LexicalIndex(self._directory), position
            except ValueError:
                pass
        with self._lock.held():
            shutil.rmtree(self._directory, ignore_errors=True)
            index = LexicalIndex(self._directory)
            self._record.write(0)
        return index, 0

    def _add(self, rows: Iterable[VectorRow]) -> None:
        self.index.add((row.id, analysis.terms(row.context)) for row in rows)


class _Record:
    """What is written down of a cache: format, store, position, and the SHA-256 of its file when it is one."""

    def __init__(self, path: Path, store: Store, of: Path | None = None) -> None:
        self.path = path
        self._store = store
        self._of = of

    def read(self) -> int | None:
        """The position that the cache has reached; None when it is not a sound cache of this very store."""
        try:
            record = json.loads(self.path.read_text(encoding="utf-8"))
            sound = record["format"] == _FORMAT and record["store"] == self._store.identity
            sound = sound and record["position"] <= self._store.position()
            if self._of is not None:
                sound = sound and record["sha256"] == _sha256(self._of)
            return int(record["position"]) if sound else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, position: int) -> None:
        """Write the record, atomically."""
        record: dict[str, Any] = {"format": _FORMAT, "store": self._store.identity, "position": position}
        if self._of is not None:
            record["sha256"] = _sha256(self._of)
        draft = self.path.with_name(self.path.name + ".draft")
        draft.write_text(json.dumps(record), encoding="utf-8")
        draft.replace(self.path)


def _apply_changes(
    store: Store,
    position: int,
    add: Callable[[Iterable[VectorRow]], None],
    remove: Callable[[int, int], None],
) -> int:
    """Apply the store's log from a position on; returns the position reached."""
    for change in store.changes_since(position):
        remove(change.first_passage, change.passages)
        if change.kind == "added":
            for start in range(0, change.passages, _BATCH):
                count = min(_BATCH, change.passages - start)
                add(store.vector_rows(change.first_passage + start, count))
        position = change.position
    return position


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
