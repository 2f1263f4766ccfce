"""Word vectors in a file, held against the table that was written."""

from pathlib import Path

import numpy as np
import pytest

from embeddings.words import WordVectors, save_words


def test_rows_are_those_of_the_table(tmp_path: Path) -> None:
    table = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float16).astype(np.float32)
    name = save_words(table, tmp_path / "words")
    ids = np.array([[3, 49, 3], [0, 0, 7]])
    rows = WordVectors(tmp_path / "words" / f"{name}.npy").rows(ids)
    assert rows.dtype == np.float32
    assert np.array_equal(rows, table[ids])
    assert WordVectors(tmp_path / "words" / f"{name}.npy").rows(ids[:0]).shape == (0, 3, 8)


def test_the_same_table_is_one_file(tmp_path: Path) -> None:
    table = np.arange(12, dtype=np.float32).reshape(4, 3)
    assert save_words(table, tmp_path) == save_words(table.copy(), tmp_path)
    assert save_words(table + 1, tmp_path) != save_words(table, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_damaged_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / f"{save_words(np.ones((40, 30), np.float32), tmp_path)}.npy"
    whole = path.read_bytes()
    for damaged in (b"", whole[:20], whole[:-100]):
        path.write_bytes(damaged)
        with pytest.raises((ValueError, OSError)):
            WordVectors(path)
    path.unlink()
    with pytest.raises(OSError, match="No such file"):
        WordVectors(path)
