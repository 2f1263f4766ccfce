"""Nearest neighbours of a vector, by inner product, in FAISS.

A small index is exact (flat, in half precision). What has grown beyond `CROSSOVER` is settled: it becomes a graph in a
file, beside which a flat index holds what has come since, until that has grown as large and is settled too. Ids are
the caller's.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from embeddings.encoder import FloatArray
from embeddings.errors import VectorIndexError
from embeddings.ids import IdArray, Mask, among
from embeddings.neighbour_graph import AT_ONCE, GraphDraft, NeighbourGraph, Rows, is_graph, one_thread

CROSSOVER = 20_000
"""Vectors up to which a flat index is searched. Measured: docs/performance.md."""

_METRIC = 0  # faiss.METRIC_INNER_PRODUCT
# A graph is made anew, without its tombstones, when they are more than this share of it.
_TOMBSTONES = 0.25


class Selector(NamedTuple):
    """Some of the ids of an index, as a search takes them. Good until ids are added or removed."""

    size: int
    """How many of those that came since."""
    ids: IdArray
    """Every id of these, by position."""
    positions: Any
    """FAISS's selector of the positions."""
    rows: Rows | None
    """Of the graph."""


class Unsettled(NamedTuple):
    """What an index held at a moment, to be settled while it goes on changing."""

    ids: IdArray
    vectors: FloatArray
    """Of what was in no graph yet."""
    graph: NeighbourGraph | None
    live: Mask
    """Which rows of the graph were held."""
    crossover: int

    def settle(self, path: Path, draft: Path, going_on: Callable[[], bool] = lambda: True) -> bool:
        """Write everything to a file, as a graph or, when it has become too little for one, flat; whether it was done.

        Args:
            path: where the graph was read from.
            draft: what is written.
            going_on: asked every few seconds; when it says no, nothing is written.

        Raises:
            VectorIndexError: the file at `path` is damaged.
        """
        dimension = self.vectors.shape[1]
        made: GraphDraft | VectorIndex
        parts = self._recent()
        if self.graph is not None and self.live.mean() >= 1 - _TOMBSTONES:
            made = GraphDraft.of(path, dimension, self.live)
        else:
            large = self.live.sum() + len(self.ids) > self.crossover
            made = GraphDraft(dimension) if large else VectorIndex(dimension)
            parts = parts if self.graph is None else chain(self.graph.slices(self.live), parts)
        for ids, vectors in parts:
            if not going_on():
                return False
            made.add(ids, vectors)
        made.save(draft)
        return True

    def _recent(self) -> Iterator[tuple[IdArray, FloatArray]]:
        for start in range(0, len(self.ids), AT_ONCE):
            yield self.ids[start : start + AT_ONCE], self.vectors[start : start + AT_ONCE]


class VectorIndex:
    """Vectors of one dimension, each under an id."""

    def __init__(self, dimension: int, crossover: int = CROSSOVER) -> None:
        import faiss

        self.dimension = dimension
        self._crossover = crossover
        # Half precision, as the store has it: nothing is lost, and half the bytes are looked at in half the time.
        half: Any = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, _METRIC)
        self._recent: Any = faiss.IndexIDMap2(half)
        self._graph: NeighbourGraph | None = None

    def __len__(self) -> int:
        return int(self._recent.ntotal) + (0 if self._graph is None else len(self._graph))

    @property
    def settled(self) -> bool:
        """Whether it has a graph, which only `Unsettled.settle` changes."""
        return self._graph is not None

    @property
    def overgrown(self) -> bool:
        """Whether it is time to settle: searches look at too much that is in no graph, or is no longer held."""
        if self._graph is None:
            return int(self._recent.ntotal) > self._crossover
        dead = self._graph.tombstones
        return self._recent.ntotal > self._crossover or dead > _TOMBSTONES * (len(self._graph) + dead)

    def unsettled(self) -> Unsettled:
        """What is to be settled, as of now."""
        ids = self._recent_ids()
        vectors = self._recent.index.reconstruct_n(0, len(ids)) if len(ids) else np.empty((0, self.dimension))
        live = np.empty(0, np.bool_) if self._graph is None else self._graph.live()
        return Unsettled(ids, np.asarray(vectors, np.float32), self._graph, live, self._crossover)

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors (n, dimension) under new ids (n,)."""
        if len(ids):
            self._recent.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.asarray(ids, np.int64))

    def remove(self, ids: IdArray) -> int:
        """Remove ids, those that are not there among them; returns how many were."""
        if not len(ids):
            return 0
        removed = int(self._recent.remove_ids(np.asarray(ids, np.int64))) if self._recent.ntotal else 0
        return removed + (0 if self._graph is None else self._graph.remove(ids))

    def search(self, vector: FloatArray, k: int, within: Selector | None = None) -> tuple[IdArray, FloatArray]:
        """The k nearest of one vector (dimension,): ids and inner products, best first; fewer when fewer are held.

        Args:
            vector: what is looked for.
            k: how many.
            within: look at these only.
        """
        ids, scores = self._search_recent(vector, k, within)
        if self._graph is None:
            return ids, scores
        more_ids, more_scores = self._graph.search(vector, k, None if within is None else within.rows)
        ids, scores = np.concatenate((ids, more_ids)), np.concatenate((scores, more_scores))
        best = np.argsort(-scores, kind="stable")[:k]
        return ids[best], scores[best]

    def _search_recent(self, vector: FloatArray, k: int, within: Selector | None) -> tuple[IdArray, FloatArray]:
        k = min(k, int(self._recent.ntotal) if within is None else within.size)
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        faiss = one_thread()
        row = np.ascontiguousarray(vector[None], np.float32)
        if within is None:
            scores, ids = self._recent.search(row, k)
            return ids[0], scores[0]
        # Of positions a bitmap can be asked, which takes half the time of asking for ids.
        parameters = faiss.SearchParameters(sel=within.positions)
        scores, positions = self._recent.index.search(row, k, params=parameters)
        return within.ids[positions[0]], scores[0]

    def selector(self, ids: IdArray) -> Selector:
        """What keeps a search to these ids, in ascending order; those that are not held are passed over."""
        import faiss

        held = self._recent_ids()
        chosen = among(held, ids)
        bitmap = faiss.IDSelectorBitmap(np.packbits(chosen, bitorder="little"))  # type: ignore[call-arg, arg-type]
        rows = None if self._graph is None else self._graph.rows(ids)
        return Selector(int(chosen.sum()), held, bitmap, rows)

    def vectors(self, ids: IdArray) -> FloatArray:
        """The vectors (n, dimension) of ids; zeros for those that are not held."""
        wanted = np.asarray(ids, np.int64)
        if self._graph is None:
            return self._recent_vectors(wanted)
        vectors, settled = self._graph.vectors(wanted)
        if not settled.all():
            vectors[~settled] = self._recent_vectors(wanted[~settled])
        return vectors

    def _recent_vectors(self, wanted: IdArray) -> FloatArray:
        vectors = np.zeros((len(wanted), self.dimension), np.float32)
        if len(wanted):
            try:
                vectors[:] = self._recent.reconstruct_batch(wanted)
            except RuntimeError:  # one is not held, and which one FAISS says only of one at a time
                held = np.isin(wanted, self._recent_ids())
                if held.any():
                    vectors[held] = self._recent.reconstruct_batch(wanted[held])
        return vectors

    def ids(self) -> IdArray:
        """Every id that is held, in no order."""
        recent = self._recent_ids()
        return recent if self._graph is None else np.concatenate((self._graph.ids(), recent))

    def _recent_ids(self) -> IdArray:
        import faiss

        return np.asarray(faiss.vector_to_array(self._recent.id_map), np.int64)

    def save(self, path: Path) -> None:
        """Write an index that has no graph to a file, atomically."""
        import faiss

        draft = path.with_name(path.name + ".draft")
        faiss.write_index(self._recent, str(draft))
        draft.replace(path)

    @classmethod
    def load(cls, path: Path, dimension: int, crossover: int = CROSSOVER) -> "VectorIndex":
        """Read an index that `save` or `Unsettled.settle` wrote.

        Raises:
            VectorIndexError: the file is missing, damaged, or holds something else.
        """
        import faiss

        index = cls(dimension, crossover)
        if is_graph(path):
            index._graph = NeighbourGraph(path, dimension, crossover)
            return index
        try:
            index._recent = faiss.read_index(str(path))
        except (RuntimeError, MemoryError) as error:  # a damaged length asks for more memory than there is
            raise VectorIndexError(f"{path} cannot be read as a vector index") from error
        read = index._recent
        sound = isinstance(read, faiss.IndexIDMap2) and read.d == dimension and read.index.metric_type == _METRIC
        if not sound or not isinstance(faiss.downcast_index(read.index), faiss.IndexScalarQuantizer):
            raise VectorIndexError(f"{path} holds no index of vectors of length {dimension} by inner product")
        return index
