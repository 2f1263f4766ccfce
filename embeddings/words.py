"""The vectors of a model's words, in a file of their own: rows are read as they are needed, and nothing is kept.

In the default model they are five sixths of all weights, and a text needs some hundred of 250,000. Two graphs with the
same words share the file.
"""

import hashlib
import os
import tempfile
import weakref
from pathlib import Path

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]


class WordVectors:
    """Token ids to vectors. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Open a file that `save_words` has written.

        Raises:
            OSError, ValueError: it is missing or damaged.
        """
        table = np.lib.format.open_memmap(path, mode="r")
        self._begin = table.offset
        self._width = table.shape[1]
        # Read, not mapped: a mapped row brings its neighbours into memory, and soon all of them are there.
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    def rows(self, ids: npt.NDArray[np.int64]) -> FloatArray:
        """The vectors of token ids: float32, (*ids.shape, width)."""
        size = 2 * self._width
        distinct, places = np.unique(ids, return_inverse=True)
        data = b"".join([os.pread(self._file, size, self._begin + size * number) for number in distinct.tolist()])
        return np.frombuffer(data, np.float16).reshape(-1, self._width).astype(np.float32)[places]


def save_words(vectors: FloatArray, directory: Path) -> str:
    """Write vectors, (words, width), in half precision, whole or not at all; the name of their file without `.npy`."""
    table = np.ascontiguousarray(vectors, np.float16)
    name = f"words-{hashlib.sha256(table.data).hexdigest()[:16]}"
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=directory, prefix=f".{name}-", delete=False) as draft:
        np.save(draft, table, allow_pickle=False)
    Path(draft.name).replace(directory / f"{name}.npy")
    return name


def words_beside(converted: Path) -> Path:
    """The directory of the word vectors, from that of a converted graph: graphs may share them."""
    return converted.parents[1] / "words"
