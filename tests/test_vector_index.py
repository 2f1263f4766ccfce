"""Vectors under ids: what goes in comes out, and a file that is not an index is refused."""

from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import VectorIndexError
from embeddings.ids import among
from embeddings.vector_index import VectorIndex


def vectors(count: int, dimension: int = 8, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float16).astype(np.float32)


@pytest.fixture
def filled() -> VectorIndex:
    index = VectorIndex(8)
    index.add(np.arange(10, 30), vectors(20))
    return index


def test_search_finds_what_brute_force_finds(filled: VectorIndex) -> None:
    query = vectors(1, seed=1)[0]
    ids, scores = filled.search(query, 5)
    products = vectors(20) @ query
    best = np.argsort(-products)[:5]
    assert ids.tolist() == (best + 10).tolist()
    assert np.allclose(scores, products[best], atol=1e-6)


def test_no_more_is_found_than_there_is(filled: VectorIndex) -> None:
    ids, scores = filled.search(vectors(1)[0], 100)
    assert sorted(ids) == list(range(10, 30))
    assert len(scores) == 20
    ids, scores = VectorIndex(8).search(vectors(1)[0], 5)
    assert (ids.shape, ids.dtype, scores.shape, scores.dtype) == ((0,), np.int64, (0,), np.float32)


def test_a_search_within_some_ids_finds_the_best_of_them(filled: VectorIndex) -> None:
    filled.remove(np.array([12]))
    query = vectors(1, seed=1)[0]
    every = dict(zip(*filled.search(query, 20), strict=True))
    within = filled.selector(np.array([3, 11, 12, 17, 28, 29]))
    ids, scores = filled.search(query, 3, within)
    expected = sorted((every[number] for number in (11, 17, 28, 29)), reverse=True)
    assert scores.tolist() == expected[:3]
    assert [every[number] for number in ids] == expected[:3]
    assert sorted(filled.search(query, 100, within)[0]) == [11, 17, 28, 29]
    assert filled.search(query, 5, filled.selector(np.array([], np.int64)))[0].tolist() == []
    assert VectorIndex(8).search(query, 5, VectorIndex(8).selector(np.array([1])))[0].tolist() == []


@given(st.lists(st.integers(-5, 20)), st.sets(st.integers(-5, 20)))
def test_among_is_membership(ids: list[int], others: set[int]) -> None:
    found = among(np.array(ids, np.int64), np.array(sorted(others), np.int64))
    assert found.tolist() == [number in others for number in ids]


def test_what_was_removed_is_not_found(filled: VectorIndex) -> None:
    assert filled.remove(np.array([10, 12, 999])) == 2
    assert len(filled) == 18
    assert not {10, 12} & set(filled.search(vectors(20)[0], 20)[0].tolist())
    assert filled.search(vectors(20)[1], 1)[0].tolist() == [11]
    assert filled.remove(np.array([], np.int64)) == 0


def test_ids_do_not_move_when_others_are_removed(filled: VectorIndex) -> None:
    filled.remove(np.arange(10, 20))
    filled.add(np.array([1 << 62]), vectors(1, seed=7))
    assert np.array_equal(filled.vectors(np.array([29, 20])), vectors(20)[[19, 10]])
    assert filled.search(vectors(1, seed=7)[0], 1)[0].tolist() == [1 << 62]
    assert sorted(filled.ids().tolist()) == [*range(20, 30), 1 << 62]


def test_the_vectors_of_ids_that_are_not_held_are_zeros(filled: VectorIndex) -> None:
    found = filled.vectors(np.array([11, 999, 10]))
    assert np.array_equal(found, np.stack([vectors(20)[1], np.zeros(8, np.float32), vectors(20)[0]]))
    assert not filled.vectors(np.array([999])).any()


def test_nothing_may_be_added_and_asked_for() -> None:
    index = VectorIndex(8)
    index.add(np.array([], np.int64), np.empty((0, 8), np.float32))
    assert len(index) == 0
    assert index.ids().tolist() == []
    assert index.vectors(np.array([], np.int64)).shape == (0, 8)


def test_a_saved_index_is_the_same_when_loaded(filled: VectorIndex, tmp_path: Path) -> None:
    filled.remove(np.array([15]))
    filled.save(tmp_path / "v.faiss")
    loaded = VectorIndex.load(tmp_path / "v.faiss", 8)
    assert sorted(loaded.ids()) == sorted(filled.ids())
    assert np.array_equal(loaded.vectors(loaded.ids()), filled.vectors(loaded.ids()))
    loaded.add(np.array([15]), vectors(1, seed=3))
    assert loaded.remove(np.array([10, 15])) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["v.faiss"]


def test_an_empty_index_can_be_saved(tmp_path: Path) -> None:
    VectorIndex(8).save(tmp_path / "v.faiss")
    assert len(VectorIndex.load(tmp_path / "v.faiss", 8)) == 0


def test_a_save_that_fails_leaves_the_old_file(
    filled: VectorIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "v.faiss"
    filled.save(path)
    before = path.read_bytes()
    filled.remove(np.array([10]))

    def fail(_: object, name: str) -> None:
        Path(name).write_bytes(b"half")
        raise RuntimeError("disk full")

    monkeypatch.setattr(faiss, "write_index", fail)
    with pytest.raises(RuntimeError):
        filled.save(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"", b"x", b"not an index at all" * 100, bytes(1000), b"IxM2", b"IxM2" + b"\xff" * 500]
)
def test_a_file_that_is_no_index_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "v.faiss").write_bytes(content)
    with pytest.raises(VectorIndexError):
        VectorIndex.load(tmp_path / "v.faiss", 8)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VectorIndexError):
        VectorIndex.load(tmp_path / "v.faiss", 8)


def test_a_truncated_index_is_refused(filled: VectorIndex, tmp_path: Path) -> None:
    path = tmp_path / "v.faiss"
    filled.save(path)
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(VectorIndexError):
            VectorIndex.load(path, 8)


@given(st.data())
def test_a_damaged_index_is_refused_or_whole(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever bytes are damaged: an index comes out of 20 vectors that can be searched, or an error."""
    path = tmp_path_factory.mktemp("damage") / "v.faiss"
    index = VectorIndex(8)
    index.add(np.arange(10, 30), vectors(20))
    index.save(path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, min(200, len(content) - 1)))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        loaded = VectorIndex.load(path, 8)
    except VectorIndexError:
        return
    assert len(loaded) == len(loaded.ids())
    loaded.search(vectors(1)[0], 3)


@pytest.mark.parametrize(
    ("factory", "dimension"),
    [("IDMap2,SQfp16", 9), ("SQfp16", 8), ("IDMap,SQfp16", 8), ("IDMap2,Flat", 8), ("HNSW8", 8)],
)
def test_an_index_of_another_kind_is_refused(tmp_path: Path, factory: str, dimension: int) -> None:
    faiss.write_index(faiss.index_factory(dimension, factory, faiss.METRIC_INNER_PRODUCT), str(tmp_path / "v.faiss"))
    with pytest.raises(VectorIndexError):
        VectorIndex.load(tmp_path / "v.faiss", 8)


def test_an_index_by_distance_is_refused(tmp_path: Path) -> None:
    faiss.write_index(faiss.index_factory(8, "IDMap2,SQfp16", faiss.METRIC_L2), str(tmp_path / "v.faiss"))
    with pytest.raises(VectorIndexError):
        VectorIndex.load(tmp_path / "v.faiss", 8)
