"""FAISS vectors and tantivy postings as caches of the store: each follows the store's log of changes.

Beside each cache lies a record: the store it belongs to, the position of the log that it has reached, and its format.
A cache without a sound record is made anew from the store. What the log says is applied so that doing it twice does no
harm: a run may end between a cache's commit and its record.
"""

import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from embeddings.errors import VectorIndexError
from embeddings.vector_index import CROSSOVER, VectorIndex
from qa import analysis
from qa.errors import IndexLockedError
from qa.lexical_index import LexicalIndex
from qa.storage.stretches import passage_ids
from qa.store import Store

# Passages whose ids follow one another: the first, and how many.
_Stretch = tuple[int, int]
# Of what the caches hold for a passage, and how; another version's are made anew.
_FORMAT = 2
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
    """The vectors in memory, as of `position`; saved to a file now and then.

    A small index is saved after every change. A large one is a graph in the file, as of the position in the record:
    what came since is taken from the log, until there is so much of it that the graph is made again (`settle`).
    """

    def __init__(self, directory: Path, store: Store, lock: CacheLock, crossover: int = CROSSOVER) -> None:
        self._store = store
        self._lock = lock
        self._settling = FileLock(directory / "settling.lock")
        self._file = directory / "vectors.faiss"
        self._record = _Record(directory / "vectors.json", store, of=self._file)
        self._crossover = crossover
        self._of_file: tuple[int, str] | None = None
        self.index, self.position = self._load()

    def refresh(self) -> None:
        """Bring the vectors in memory to the store's position."""
        if self.index.overgrown and self._record.known() not in {None, self._of_file}:
            # Another process has settled them.
            self.index, self.position = self._load()
        self.position = _apply_changes(self._store, self.position, self._remove, self._add)

    def save(self) -> None:
        """Save the vectors, unless another process has saved newer ones, or they are to be settled."""
        if self.index.settled or self.index.overgrown:
            return
        with self._lock.held():
            saved = self._record.read()
            if saved is None or saved < self.position:
                self._record.path.unlink(missing_ok=True)
                self.index.save(self._file)
                self._of_file = self._record.write(self.position)

    def settle(self, lock: threading.RLock, going_on: Callable[[], bool]) -> bool:
        """Make a graph of what is held when there is too much beside it; whether one was made.

        That takes from seconds to minutes, in which questions are answered and changes made.

        Args:
            lock: held while what is in memory is read or replaced.
            going_on: asked every few seconds; when it says no, everything stays as it is.

        Raises:
            VectorIndexError: the file is damaged.
        """
        try:
            self._settling.acquire(timeout=0)
        except Timeout:  # another process does the same
            return False
        draft = self._file.with_name("vectors.settling")
        try:
            with lock:
                position, unsettled = self.position, self.index.unsettled()
                current = not self.index.settled or self._record.known() == self._of_file
                if not current or not self.index.overgrown:
                    return False
            if not unsettled.settle(self._file, draft, going_on):
                return False
            digest = _sha256(draft)
            with lock, self._lock.held():
                self._record.path.unlink(missing_ok=True)
                draft.replace(self._file)
                self._of_file = self._record.write(position, digest)
                self.index = VectorIndex.load(self._file, self._store.dimension, self._crossover)
                self.position = position
                self.refresh()
            return True
        finally:
            draft.unlink(missing_ok=True)
            self._settling.release()

    def clear(self) -> None:
        """Forget the vectors; `refresh` makes them anew."""
        self.index, self.position = VectorIndex(self._store.dimension, self._crossover), 0
        self._of_file = None
        self._record.path.unlink(missing_ok=True)

    def _load(self) -> tuple[VectorIndex, int]:
        position = self._record.read()
        self._of_file = self._record.known()
        if position is not None:
            try:
                return VectorIndex.load(self._file, self._store.dimension, self._crossover), position
            except VectorIndexError:
                pass
        return VectorIndex(self._store.dimension, self._crossover), 0

    def _add(self, stretches: Iterable[_Stretch]) -> None:
        rows = (row for first, count in stretches for row in self._store.vectors(first, count))
        while some := list(islice(rows, _BATCH)):
            ids, vectors = zip(*some, strict=True)
            self.index.add(np.array(ids, np.int64), np.stack(vectors))

    def _remove(self, stretches: Sequence[_Stretch]) -> None:
        if len(self.index):
            self.index.remove(passage_ids(stretches))


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
            reached = _apply_changes(self._store, position, self._remove, self._add)
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

    def _add(self, stretches: Iterable[_Stretch]) -> None:
        rows = (row for first, count in stretches for row in self._store.vector_rows(first, count))
        self.index.add((row.id, analysis.terms(row.indexed)) for row in rows)

    def _remove(self, stretches: Sequence[_Stretch]) -> None:
        # A change was applied as a whole or not at all, so the first passage speaks for the others.
        for first, count in stretches:
            if self.index.holds(first):
                self.index.remove(first, count)


class _Record:
    """What is written down of a cache: format, store, position, and the SHA-256 of its file when it is one."""

    def __init__(self, path: Path, store: Store, of: Path | None = None) -> None:
        self.path = path
        self._store = store
        self._of = of

    def read(self) -> int | None:
        """The position that the cache has reached; None when it is not a sound cache of this very store."""
        known = self.known()
        try:
            sound = known is not None and (self._of is None or known[1] == _sha256(self._of))
        except OSError:
            return None
        return known[0] if known and sound else None

    def known(self) -> tuple[int, str] | None:
        """What is written down: the position, and the SHA-256 that the cache's file should have."""
        try:
            record = json.loads(self.path.read_text(encoding="utf-8"))
            sound = record["format"] == _FORMAT and record["store"] == self._store.identity
            if not sound or record["position"] > self._store.position():
                return None
            return int(record["position"]), "" if self._of is None else str(record["sha256"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, position: int, digest: str | None = None) -> tuple[int, str]:
        """Write the record, atomically, with the file's SHA-256 when it is known already; returns what is `known`."""
        record: dict[str, Any] = {"format": _FORMAT, "store": self._store.identity, "position": position}
        if self._of is not None:
            record["sha256"] = digest or _sha256(self._of)
        draft = self.path.with_name(self.path.name + ".draft")
        draft.write_text(json.dumps(record), encoding="utf-8")
        draft.replace(self.path)
        return position, record.get("sha256", "")


def _apply_changes(
    store: Store,
    position: int,
    remove: Callable[[Sequence[_Stretch]], None],
    add: Callable[[Iterable[_Stretch]], None],
) -> int:
    """Apply the store's log from a position on; returns the position reached.

    Of what came and went several times only the last matters. All of it is removed, for it may be there already.
    """
    changes = store.changes_since(position)
    if not changes:
        return position
    latest = {change.first_passage: change for change in changes}.values()
    remove([(change.first_passage, change.passages) for change in changes if change.passages])
    add((change.first_passage, change.passages) for change in latest if change.kind == "added")
    return changes[-1].position


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
