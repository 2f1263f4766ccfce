"""What a filter lets through, kept for the next question with the same one."""

import threading
from typing import NamedTuple

from embeddings.ids import IdArray
from embeddings.vector_index import Selector, VectorIndex
from qa.filters import Where
from qa.storage.caches import VectorCache
from qa.store import Store

_KEPT = 8


class Selection(NamedTuple):
    """The passages that a filter lets through."""

    ids: IdArray
    """In ascending order."""
    vectors: Selector


class Selections:
    """The last few of them, as long as the vectors stand where they stood. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[tuple[Where, int], Selection] = {}
        self._of: VectorIndex | None = None
        self._choosing = threading.Lock()

    def of(self, where: Where, vectors: VectorCache) -> Selection | None:
        """What a filter lets through, as of the position of the vectors; None without conditions."""
        if not where:
            return None
        # Both sides of an index ask at once, and want the same.
        with self._choosing:
            if self._of is not vectors.index:
                self._known.clear()
                self._of = vectors.index
            key = where, vectors.position
            if key not in self._known:
                while len(self._known) >= _KEPT:
                    del self._known[next(iter(self._known))]
                ids = self._store.selected(where)
                self._known[key] = Selection(ids, vectors.index.selector(ids))
            return self._known[key]
