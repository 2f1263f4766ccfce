"""Indexes that have outgrown the flat one: what is found, what is no longer, and what a file may be."""

from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.errors import VectorIndexError
from embeddings.neighbour_graph import NeighbourGraph
from embeddings.vector_index import VectorIndex

DIMENSION = 16


def vectors(count: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float16).astype(np.float32)


def settled(index: VectorIndex, path: Path, crossover: int) -> VectorIndex:
    assert index.unsettled().settle(path, path.with_name("draft"))
    path.with_name("draft").replace(path)
    return VectorIndex.load(path, DIMENSION, crossover)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.faiss"


def grown(path: Path, count: int, crossover: int) -> VectorIndex:
    """An index with a graph of `count` vectors, under ids from 10 on that are not in order."""
    index = VectorIndex(DIMENSION, crossover)
    order = np.random.default_rng(5).permutation(count)
    index.add(order + 10, vectors(count)[order])
    assert index.overgrown
    return settled(index, path, crossover)


def exact(query: np.ndarray, rows: np.ndarray, k: int) -> list[int]:
    return (np.argsort(-(rows @ query), kind="stable")[:k] + 10).tolist()


def test_a_graph_finds_nearly_what_looking_at_every_vector_does(path: Path) -> None:
    index = grown(path, 3000, crossover=100)
    assert index.settled
    assert not index.overgrown
    assert len(index) == 3000
    queries = vectors(100, seed=1)
    found = [index.search(query, 10) for query in queries]
    shared = [len({*ids.tolist()} & {*exact(query, vectors(3000), 10)}) for query, (ids, _) in zip(queries, found)]  # noqa: B905
    assert np.mean(shared) >= 9.8
    for query, (ids, scores) in zip(queries, found, strict=True):
        assert np.allclose(scores, vectors(3000)[ids - 10] @ query, atol=1e-5)
        assert (np.diff(scores) <= 0).all()


def test_no_more_is_settled_than_has_grown() -> None:
    index = VectorIndex(DIMENSION, crossover=20)
    index.add(np.arange(20), vectors(20))
    assert not index.overgrown
    index.add(np.array([20]), vectors(1, seed=9))
    assert index.overgrown


def test_what_comes_later_is_found_beside_the_graph(path: Path) -> None:
    index = grown(path, 500, crossover=100)
    more = vectors(50, seed=3)
    index.add(np.arange(5000, 5050), more)
    assert len(index) == 550
    assert sorted(index.ids().tolist()) == [*range(10, 510), *range(5000, 5050)]
    for number in range(50):
        assert index.search(more[number], 3)[0][0] == 5000 + number
    assert index.search(vectors(500)[7], 1)[0].tolist() == [17]
    wanted = np.array([5003, 12, 999, 10])
    expected = np.stack([more[3], vectors(500)[2], np.zeros(DIMENSION, np.float32), vectors(500)[0]])
    assert np.array_equal(index.vectors(wanted), expected)
    again = settled(index, path, crossover=100)
    assert np.array_equal(again.vectors(wanted), expected)
    assert sorted(again.ids().tolist()) == sorted(index.ids().tolist())


@pytest.mark.parametrize("crossover", [1, 10_000], ids=["graph", "looked at one by one"])
def test_tombstones_are_passed_over(path: Path, crossover: int) -> None:
    index = grown(path, 800, crossover=100)
    index = VectorIndex.load(path, DIMENSION, crossover)
    gone = np.arange(10, 110)
    assert index.remove(np.append(gone, 99_999)) == 100
    assert index.remove(gone) == 0
    assert len(index) == 700
    for number in range(0, 100, 7):
        assert not set(index.search(vectors(800)[number], 20)[0].tolist()) & set(gone.tolist())
    assert not index.vectors(gone).any()
    assert not set(index.ids().tolist()) & set(gone.tolist())
    # The file knows of none of this until the graph is made again.
    assert len(VectorIndex.load(path, DIMENSION, crossover)) == 800
    again = settled(index, path, crossover=100)
    assert (len(again), again.remove(gone)) == (700, 0)
    assert not set(again.search(vectors(800)[0], 20)[0].tolist()) & set(gone.tolist())


def test_an_id_may_come_back(path: Path) -> None:
    index = grown(path, 300, crossover=100)
    index.remove(np.array([10, 11]))
    index.add(np.array([10]), vectors(1, seed=4))
    for again in (index, settled(index, path, crossover=100)):
        assert len(again) == 299
        assert np.array_equal(again.vectors(np.array([10, 11])), np.stack([vectors(1, seed=4)[0], 0 * vectors(1)[0]]))
        assert again.search(vectors(1, seed=4)[0], 1)[0].tolist() == [10]


def test_many_tombstones_are_cleared_away(path: Path) -> None:
    index = grown(path, 1000, crossover=100)
    size = path.stat().st_size
    index.remove(np.arange(10, 250))
    assert not index.overgrown
    index.remove(np.arange(250, 270))
    assert index.overgrown
    again = settled(index, path, crossover=100)
    assert path.stat().st_size < 0.8 * size
    assert not again.overgrown
    assert sorted(again.ids().tolist()) == list(range(270, 1010))
    assert np.array_equal(again.vectors(again.ids()), vectors(1000)[again.ids() - 10])


def test_what_has_become_small_is_flat_again(path: Path) -> None:
    index = grown(path, 500, crossover=100)
    index.remove(np.arange(60, 510))
    again = settled(index, path, crossover=100)
    assert not again.settled
    assert sorted(again.ids().tolist()) == list(range(10, 60))


@given(st.integers(1, 400), st.integers(0, 2**32 - 1), st.integers(1, 30))
@settings(max_examples=25)
def test_a_search_within_few_is_exact(tmp_path_factory: pytest.TempPathFactory, count: int, seed: int, k: int) -> None:
    index = grown(tmp_path_factory.mktemp("g") / "v.faiss", 600, crossover=400)
    index.remove(np.arange(10, 30))
    index.add(np.arange(900, 920), vectors(20, seed=2))
    chance = np.random.default_rng(seed)
    known = {int(number): row for number, row in zip(index.ids(), index.vectors(index.ids()), strict=True)}
    chosen = np.sort(chance.choice(1000, count, replace=False))
    query = vectors(1, seed=seed)[0]
    ids, scores = index.search(query, k, index.selector(chosen))
    among = {number: float(known[number] @ query) for number in chosen.tolist() if number in known}
    expected = sorted(among.values(), reverse=True)[:k]
    assert np.allclose(scores, expected, atol=1e-5)
    assert all(np.isclose(among[int(number)], score, atol=1e-5) for number, score in zip(ids, scores, strict=True))


def test_a_search_within_many_keeps_to_them(path: Path) -> None:
    index = grown(path, 3000, crossover=100)
    chosen = np.arange(10, 3010, 3)
    within = index.selector(chosen)
    rows = vectors(3000)[::3]
    shared = []
    for query in vectors(40, seed=1):
        ids = index.search(query, 10, within)[0].tolist()
        assert {*ids} <= {*chosen.tolist()}
        best = np.argsort(-(rows @ query))[:10] * 3 + 10
        shared.append(len({*ids} & {*best.tolist()}))
    assert np.mean(shared) >= 9.5


def test_settling_can_be_broken_off(path: Path) -> None:
    index = VectorIndex(DIMENSION, crossover=100)
    index.add(np.arange(200), vectors(200))
    assert not index.unsettled().settle(path, path, lambda: False)
    assert not path.exists()


def test_what_changes_meanwhile_is_not_settled(path: Path) -> None:
    index = VectorIndex(DIMENSION, crossover=100)
    index.add(np.arange(200), vectors(200))
    unsettled = index.unsettled()
    index.remove(np.arange(150))
    index.add(np.array([777]), vectors(1))
    assert unsettled.settle(path, path)
    assert sorted(VectorIndex.load(path, DIMENSION, 100).ids().tolist()) == list(range(200))


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.01, 0.3, 0.7, 0.99, 0.9999])
def test_a_truncated_graph_is_refused(path: Path, share: float) -> None:
    grown(path, 500, crossover=100)
    content = path.read_bytes()
    path.with_name("cut").write_bytes(content[: max(4, int(share * len(content)))])
    with pytest.raises(VectorIndexError):
        VectorIndex.load(path.with_name("cut"), DIMENSION)


@pytest.mark.parametrize("factory", ["IDMap,Flat", "IDMap,HNSW8", "IDMap,HNSW8_SQfp16"])
def test_another_kind_is_refused(path: Path, factory: str) -> None:
    dimension = DIMENSION + ("fp16" in factory)
    faiss.write_index(faiss.index_factory(dimension, factory, faiss.METRIC_INNER_PRODUCT), str(path))
    with pytest.raises(VectorIndexError):
        VectorIndex.load(path, DIMENSION)


def test_a_missing_graph_is_refused(path: Path) -> None:
    with pytest.raises(VectorIndexError):
        NeighbourGraph(path, DIMENSION, 10)
