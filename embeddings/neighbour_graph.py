"""A graph of neighbours in a file (HNSW, Malkov and Yashunin 2018): nearly the nearest, in time that hardly grows.

Vectors lie in the file in half precision, mapped into memory, so that processes share them. What is in a graph stays
in it: a vector that was removed is a tombstone, which searches pass over, and what comes later makes another file.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from embeddings.encoder import FloatArray
from embeddings.errors import VectorIndexError
from embeddings.ids import IdArray, Mask, among

_METRIC = 0  # faiss.METRIC_INNER_PRODUCT
_TOMBSTONE = -1
# Links of a vector, and how far is looked when they are made and when they are followed: docs/performance.md.
_LINKS = 32
_LOOKED_AT_MAKING = 100
_LOOKED_AT = 200
_LOOKED_AT_UP_TO = 100_000  # beyond, with the square root of the size
AT_ONCE = 8192
"""So many vectors are linked in one go; between, a program may end."""


class Rows(NamedTuple):
    """Some rows of a graph, as a search takes them."""

    size: int
    selector: Any
    """FAISS's; None for every row."""


class NeighbourGraph:
    """Vectors of one dimension, each under an id, in a file that a `GraphDraft` has become."""

    def __init__(self, path: Path, dimension: int, exact: int) -> None:
        """Open a file.

        Args:
            path: of the file.
            dimension: of its vectors.
            exact: searches within so many vectors or fewer look at every one of them.

        Raises:
            VectorIndexError: it is missing, damaged, or holds something else.
        """
        self._exact = exact
        self._index = _read(path, dimension, mapped=True)
        self._storage = _storage(self._index)
        self._ids = _ids(self._index)
        self._live = self._ids != _TOMBSTONE
        self._by_id = np.argsort(self._ids)
        self._sorted = self._ids[self._by_id]
        self._every = self._rows(self._live)
        self._looked_at = int(_LOOKED_AT * max(1.0, len(self._ids) / _LOOKED_AT_UP_TO) ** 0.5)

    def __len__(self) -> int:
        return self._every.size

    @property
    def tombstones(self) -> int:
        """How many vectors lie in the file that are no longer held."""
        return len(self._ids) - len(self)

    def ids(self) -> IdArray:
        """Every id that is held, in no order."""
        held: IdArray = self._ids[self._live]
        return held

    def live(self) -> Mask:
        """Which rows of the file are held still."""
        copy: Mask = self._live.copy()
        return copy

    def remove(self, ids: IdArray) -> int:
        """Remove ids, those that are not there among them; returns how many were. The file stays as it is."""
        rows = self._places(ids)
        rows = rows[rows >= 0]
        if len(rows):
            self._live[rows] = False
            self._every = self._rows(self._live)
        return len(rows)

    def slices(self, live: Mask) -> Iterator[tuple[IdArray, FloatArray]]:
        """The ids and vectors of some rows, in parts."""
        rows = np.flatnonzero(live)
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            yield self._ids[some], self._storage.reconstruct_batch(some)

    def rows(self, ids: IdArray) -> Rows:
        """What keeps a search to these ids, in ascending order; those that are not held are passed over."""
        mask = np.empty(len(self._ids), np.bool_)
        mask[self._by_id] = among(self._sorted, ids)
        return self._rows(mask & self._live)

    def search(self, vector: FloatArray, k: int, within: Rows | None = None) -> tuple[IdArray, FloatArray]:
        """The k nearest of one vector (dimension,), or nearly so: ids and inner products, best first."""
        faiss = one_thread()
        size, selector = within or self._every
        k = min(k, size)
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        row = np.ascontiguousarray(vector[None], np.float32)
        if size <= self._exact:
            parameters = faiss.SearchParameters(sel=selector)
            scores, places = self._storage.search(row, k, params=parameters)
        else:
            looked_at = max(self._looked_at, 2 * k) * len(self._ids) // size
            parameters = faiss.SearchParametersHNSW(sel=selector, efSearch=looked_at)
            scores, places = self._index.index.search(row, k, params=parameters)
        found = places[0] >= 0
        return self._ids[places[0][found]], scores[0][found]

    def vectors(self, ids: IdArray) -> tuple[FloatArray, Mask]:
        """The vectors (n, dimension) of ids, zeros for those that are not held, and which of them are, (n,)."""
        vectors = np.zeros((len(ids), self._index.d), np.float32)
        rows = self._places(ids)
        held: Mask = rows >= 0
        if held.any():
            vectors[held] = self._storage.reconstruct_batch(rows[held])
        return vectors, held

    def _places(self, ids: IdArray) -> IdArray:
        """The rows of ids, -1 for those that are not held."""
        places = np.searchsorted(self._sorted, ids)
        rows = self._by_id[np.minimum(places, len(self._ids) - 1)]
        return np.where((self._ids[rows] == ids) & self._live[rows], rows, -1)

    def _rows(self, mask: Mask) -> Rows:
        faiss = _import_faiss()
        size = int(mask.sum())
        if size == len(mask):
            return Rows(size, None)
        return Rows(size, faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little")))


class GraphDraft:
    """A graph in the making, in memory."""

    def __init__(self, dimension: int) -> None:
        faiss = _import_faiss()
        graph = faiss.IndexHNSWSQ(dimension, faiss.ScalarQuantizer.QT_fp16, _LINKS, _METRIC)
        graph.hnsw.efConstruction = _LOOKED_AT_MAKING
        self._index = faiss.IndexIDMap(graph)

    @classmethod
    def of(cls, path: Path, dimension: int, live: Mask) -> "GraphDraft":
        """Begin with the rows of a file that are held still; the others become tombstones.

        Raises:
            VectorIndexError: the file is missing, damaged, or holds something else.
        """
        draft = cls(dimension)
        draft._index = _read(path, dimension, mapped=False)
        ids = np.where(live, _ids(draft._index), _TOMBSTONE)
        _import_faiss().copy_array_to_vector(ids, draft._index.id_map)
        return draft

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors (n, dimension) under new ids (n,), by rights `AT_ONCE` of them at most."""
        _import_faiss().omp_set_num_threads(os.cpu_count() or 1)
        self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.asarray(ids, np.int64))

    def save(self, path: Path) -> None:
        """Write the graph to a file."""
        faiss = _import_faiss()
        faiss.write_index(self._index, str(path))


def one_thread() -> Any:
    """FAISS, with one thread for what the calling thread asks of it.

    A search that is split waits for the last of its threads: with eight busy processes on two cores, 300 ms instead of
    1. Questions run beside each other instead.
    """
    faiss = _import_faiss()
    faiss.omp_set_num_threads(1)
    return faiss


def is_graph(path: Path) -> bool:
    """Whether a file begins as one of a graph does."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"IxMp"
    except OSError:
        return False


def _read(path: Path, dimension: int, *, mapped: bool) -> Any:
    faiss = _import_faiss()
    # Windows lets no file be replaced that is mapped.
    flags = faiss.IO_FLAG_MMAP_IFC if mapped and os.name != "nt" else 0
    try:
        index = faiss.read_index(str(path), flags)
    except (RuntimeError, MemoryError) as error:
        raise VectorIndexError(f"{path} cannot be read as a graph of vectors") from error
    sound = type(index) is faiss.IndexIDMap and index.d == dimension and len(_ids(index)) == index.ntotal
    graph = faiss.downcast_index(index.index) if sound else None
    sound = isinstance(graph, faiss.IndexHNSWSQ) and graph.ntotal == index.ntotal and graph.metric_type == _METRIC
    if not sound or _storage(index).ntotal != index.ntotal:
        raise VectorIndexError(f"{path} holds no graph of vectors of length {dimension} by inner product")
    return index


def _storage(index: Any) -> Any:
    faiss = _import_faiss()
    return faiss.downcast_index(faiss.downcast_index(index.index).storage)


def _ids(index: Any) -> IdArray:
    faiss = _import_faiss()
    return np.asarray(faiss.vector_to_array(index.id_map), np.int64)


def _import_faiss() -> Any:
    import faiss

    return faiss
