"""Nearest neighbours of a vector, by inner product, in FAISS.

The index is exact (flat). Ids are the caller's. What is asked of it is kept to what an approximate index (HNSW, IVF)
can do as well, so that one can take its place without a change to the callers.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from embeddings.encoder import FloatArray
from embeddings.errors import VectorIndexError

IdArray = npt.NDArray[np.int64]

_METRIC = 0  # faiss.METRIC_INNER_PRODUCT


class Selector(NamedTuple):
    """Some of the ids of an index, as a search takes them. Good until ids are added or removed."""

    size: int
    ids: IdArray
    """Every id of the index, by position."""
    positions: Any
    """FAISS's selector of the positions."""


class VectorIndex:
    """Vectors of one dimension, each under an id."""

    def __init__(self, dimension: int) -> None:
        import faiss

        self.dimension = dimension
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors (n, dimension) under new ids (n,)."""
        if len(ids):
            self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.asarray(ids, np.int64))

    def remove(self, ids: IdArray) -> int:
        """Remove ids, those that are not there among them; returns how many were."""
        return int(self._index.remove_ids(np.asarray(ids, np.int64))) if len(ids) else 0

    def search(self, vector: FloatArray, k: int, within: Selector | None = None) -> tuple[IdArray, FloatArray]:
        """The k nearest of one vector (dimension,): ids and inner products, best first; fewer when fewer are held.

        Args:
            vector: what is looked for.
            k: how many.
            within: look at these only.
        """
        k = min(k, len(self) if within is None else within.size)
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        row = np.ascontiguousarray(vector[None], np.float32)
        if within is None:
            scores, ids = self._index.search(row, k)
            return ids[0], scores[0]
        import faiss

        # Of positions a bitmap can be asked, which takes half the time of asking for ids.
        parameters = faiss.SearchParameters(sel=within.positions)  # type: ignore[call-arg]
        scores, positions = self._index.index.search(row, k, params=parameters)
        return within.ids[positions[0]], scores[0]

    def selector(self, ids: IdArray) -> Selector:
        """What keeps a search to these ids, in ascending order; those that are not held are passed over."""
        import faiss

        held = self.ids()
        chosen = among(held, ids)
        bitmap = faiss.IDSelectorBitmap(np.packbits(chosen, bitorder="little"))  # type: ignore[call-arg, arg-type]
        return Selector(int(chosen.sum()), held, bitmap)

    def vectors(self, ids: IdArray) -> FloatArray:
        """The vectors (n, dimension) of ids; zeros for those that are not held."""
        wanted = np.asarray(ids, np.int64)
        vectors = np.zeros((len(wanted), self.dimension), np.float32)
        if len(wanted):
            try:
                vectors[:] = self._index.reconstruct_batch(wanted)
            except RuntimeError:  # one is not held, and which one FAISS says only of one at a time
                held = np.isin(wanted, self.ids())
                if held.any():
                    vectors[held] = self._index.reconstruct_batch(wanted[held])
        return vectors

    def ids(self) -> IdArray:
        """Every id that is held, in no order."""
        import faiss

        return np.asarray(faiss.vector_to_array(self._index.id_map), np.int64)

    def save(self, path: Path) -> None:
        """Write the index to a file, atomically."""
        import faiss

        draft = path.with_name(path.name + ".draft")
        faiss.write_index(self._index, str(draft))
        draft.replace(path)

    @classmethod
    def load(cls, path: Path, dimension: int) -> "VectorIndex":
        """Read an index that `save` wrote.

        Raises:
            VectorIndexError: the file is missing, damaged, or holds something else.
        """
        import faiss

        index = cls(dimension)
        try:
            index._index = faiss.read_index(str(path))
        except (RuntimeError, MemoryError) as error:  # a damaged length asks for more memory than there is
            raise VectorIndexError(f"{path} cannot be read as a vector index") from error
        read = index._index
        if not isinstance(read, faiss.IndexIDMap2) or read.d != dimension or read.index.metric_type != _METRIC:
            raise VectorIndexError(f"{path} holds no index of vectors of length {dimension} by inner product")
        return index


def among(ids: IdArray, others: IdArray) -> npt.NDArray[np.bool_]:
    """Which of some ids are among others, those in ascending order: of a few ids ten times faster than `np.isin`."""
    if not len(others):
        return np.zeros(len(ids), np.bool_)
    found: npt.NDArray[np.bool_] = others[np.minimum(np.searchsorted(others, ids), len(others) - 1)] == ids
    return found
