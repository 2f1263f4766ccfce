"""An index that outgrows the flat one: a small crossover, and everything else as it is."""

import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embeddings.encoder import Encoder
from embeddings.neighbour_graph import GraphDraft
from qa.chunking import passages
from qa.datatypes import Document, PassageId
from qa.filters import conditions
from qa.passage_index import PassageIndex
from qa.store import Store

MakeDocument = Callable[..., Document]
CROSSOVER = 8
SUBJECTS = ["大数据", "火星探测器", "港口", "水稻", "高铁", "博物馆", "疫苗", "冰川", "芯片", "茶叶", "桥梁", "鲸鱼"]


def opened(place: Path, encoder: Encoder) -> PassageIndex:
    return PassageIndex(place, Store.open(place), CROSSOVER)


def put(index: PassageIndex, encoder: Encoder, made: Document) -> None:
    found = passages(made, 60)
    vectors = encoder.encode_passages([passage.text for passage in found])
    index.replace(made, found, vectors, location=f"/{made.path}", recipe="1")


def text_about(subject: str) -> str:
    return "".join(f"{subject}的第{number}个项目在{subject}园区落户，投资达到{number}亿元。" for number in range(12))


def nearest(index: PassageIndex, encoder: Encoder, question: str, k: int = 5) -> list[PassageId]:
    return index.dense(encoder.encode_queries([question])[0], k)[0]


def is_settled(index: PassageIndex) -> bool:
    return index._vectors.index.settled


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def flat(place: Path, encoder: Encoder, document: MakeDocument) -> PassageIndex:
    """An index of a few dozen passages that is far below its crossover."""
    index = PassageIndex.open(place, encoder, create=True)
    with index.writing():
        for subject in SUBJECTS:
            put(index, encoder, document(text_about(subject), f"{subject}.txt"))
    return index


@pytest.fixture
def index(flat: PassageIndex, place: Path, encoder: Encoder) -> PassageIndex:
    """The same index, above it."""
    index = opened(place, encoder)
    index.settle()
    return index


def test_a_settled_index_answers_as_a_flat_one(flat: PassageIndex, index: PassageIndex, encoder: Encoder) -> None:
    assert (is_settled(flat), is_settled(index)) == (False, True)
    for subject in SUBJECTS:
        question = encoder.encode_queries([f"{subject}的项目"])[0]
        for where in ((), conditions(["path=港口*"]), conditions(["path!=港口*"])):
            ids, scores = index.dense(question, 5, where)
            expected_ids, expected = flat.dense(question, 5, where)
            assert np.allclose(scores, expected, atol=1e-6)
            with index.unchanged() as sides:
                assert sides.cosines(question, expected_ids) == pytest.approx(expected, abs=1e-6)
                assert sides.cosines(question, ids) == pytest.approx(scores, abs=1e-6)
    assert index.verify() == []


def test_it_is_opened_again_as_it_was(index: PassageIndex, place: Path, encoder: Encoder) -> None:
    expected = nearest(index, encoder, "水稻的项目")
    index.close()
    again = opened(place, encoder)
    assert is_settled(again)
    assert nearest(again, encoder, "水稻的项目") == expected
    assert not (place / "vectors.settling").exists()


def test_changes_are_seen_by_the_next_question(
    index: PassageIndex, place: Path, encoder: Encoder, document: MakeDocument
) -> None:
    other = opened(place, encoder)
    file = (place / "vectors.faiss").read_bytes()
    made = document("熊猫在保护区里过冬。", "熊猫.txt")
    put(index, encoder, made)
    for asked in (index, other, opened(place, encoder)):
        assert nearest(asked, encoder, "熊猫在保护区", 1) == [made.passage_id(0)]
    gone = next(record for record in index.documents() if record.path == "港口.txt")
    ids = {passage.id for passage in index.passages_of(gone.id)}
    index.remove(gone.id)
    for asked in (index, other, opened(place, encoder)):
        assert not ids & set(nearest(asked, encoder, "港口的项目", 20))
        assert asked.verify() == []
    # Small changes do not write a large file.
    assert (place / "vectors.faiss").read_bytes() == file


def test_settling_goes_on_behind(index: PassageIndex, place: Path, encoder: Encoder, document: MakeDocument) -> None:
    before = (place / "vectors.faiss").stat().st_mtime_ns
    for number in range(12):
        put(index, encoder, document(f"熊猫{number}号在保护区里过冬。", f"{number}.txt"))
    index.settle()
    assert (place / "vectors.faiss").stat().st_mtime_ns > before
    assert not index._vectors.index.overgrown
    assert index.verify() == []
    assert opened(place, encoder).verify() == []


def test_another_process_takes_the_settled_file(
    flat: PassageIndex, place: Path, encoder: Encoder, document: MakeDocument
) -> None:
    reader = opened(place, encoder)
    assert nearest(reader, encoder, "高铁的项目", 1)
    assert not is_settled(reader)
    opened(place, encoder).settle()
    made = document("熊猫在保护区里过冬。", "熊猫.txt")
    put(opened(place, encoder), encoder, made)
    assert nearest(reader, encoder, "熊猫在保护区", 1) == [made.passage_id(0)]
    assert is_settled(reader)
    assert reader.verify() == []


def test_removing_most_makes_it_flat_again(
    index: PassageIndex, place: Path, encoder: Encoder, document: MakeDocument
) -> None:
    others = index.documents()
    put(index, encoder, document("熊猫在保护区里过冬。", "熊猫.txt"))
    for record in others:
        index.remove(record.id)
    index.settle()
    assert not is_settled(index)
    assert index.verify() == []
    assert opened(place, encoder).verify() == []


def test_a_version_may_come_back(index: PassageIndex, encoder: Encoder, document: MakeDocument) -> None:
    made = document(text_about("茶叶"), "茶叶.txt")
    index.remove(made.id)
    put(index, encoder, made)
    index.remove(made.id)
    put(index, encoder, made)
    assert len(index.passages_of(made.id)) > 1
    assert index.verify() == []


def test_a_damaged_graph_is_made_again(index: PassageIndex, place: Path, encoder: Encoder) -> None:
    expected = nearest(index, encoder, "桥梁的项目")
    index.close()
    content = bytearray((place / "vectors.faiss").read_bytes())
    content[len(content) // 2] ^= 255
    (place / "vectors.faiss").write_bytes(content)
    again = opened(place, encoder)
    assert not is_settled(again)
    assert nearest(again, encoder, "桥梁的项目") == expected
    again.settle()
    assert is_settled(again)
    assert opened(place, encoder).verify() == []


def test_a_rebuilt_index_is_settled_again(index: PassageIndex, encoder: Encoder) -> None:
    index.rebuild()
    index.settle()
    assert is_settled(index)
    assert index.verify() == []


def test_closing_does_not_wait_for_settling(
    flat: PassageIndex, place: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def endless(_: object, __: Path, ___: Path, going_on: Callable[[], bool]) -> bool:
        begun.set()
        while going_on():
            time.sleep(0.01)
        return False

    monkeypatch.setattr("embeddings.vector_index.Unsettled.settle", endless)
    index = opened(place, encoder)
    with index.writing():
        pass
    assert begun.wait(10)
    index.close()
    assert index._settling is not None
    assert not index._settling.is_alive()


def test_questions_are_answered_while_it_settles(
    flat: PassageIndex, place: Path, encoder: Encoder, document: MakeDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    written = GraphDraft.save

    def held_up(draft: GraphDraft, path: Path) -> None:
        reached.set()
        assert go_on.wait(10)
        written(draft, path)

    monkeypatch.setattr(GraphDraft, "save", held_up)
    index = opened(place, encoder)
    with index.writing():
        pass
    assert reached.wait(10)
    made = document("熊猫在保护区里过冬。", "熊猫.txt")
    put(index, encoder, made)
    index.remove(next(record.id for record in index.documents() if record.path == "港口.txt"))
    assert nearest(index, encoder, "熊猫在保护区", 1) == [made.passage_id(0)]
    go_on.set()
    index.settle()
    assert is_settled(index)
    assert nearest(index, encoder, "熊猫在保护区", 1) == [made.passage_id(0)]
    assert index.verify() == []


_SETTLING = """
import os, sys
from pathlib import Path
from embeddings import neighbour_graph
from qa.passage_index import PassageIndex
from qa.store import Store
from qa.storage import caches
point = sys.argv[2]
if point == "written":
    neighbour_graph.GraphDraft.save = lambda draft, path: (path.write_bytes(b"half"), os.kill(os.getpid(), 9))
elif point == "replaced":
    caches._Record.write = lambda *_: os.kill(os.getpid(), 9)
PassageIndex(Path(sys.argv[1]), Store.open(Path(sys.argv[1])), 8).settle()
"""


@pytest.mark.parametrize("point", ["written", "replaced"])
def test_a_process_that_is_killed_while_settling_loses_nothing(
    flat: PassageIndex, place: Path, encoder: Encoder, point: str
) -> None:
    expected = nearest(flat, encoder, "冰川的项目")
    flat.close()
    ended = subprocess.run(
        [sys.executable, "-c", _SETTLING, str(place), point], cwd=Path(__file__).parents[1], check=False
    )
    assert ended.returncode == -signal.SIGKILL
    index = opened(place, encoder)
    assert nearest(index, encoder, "冰川的项目") == expected
    index.settle()
    assert is_settled(index)
    assert index.verify() == []
    assert not list(place.glob("*.settling"))


def test_a_copied_index_can_be_settled(flat: PassageIndex, place: Path, encoder: Encoder) -> None:
    flat.close()
    shutil.copytree(place, place.with_name("copy"))
    copy = opened(place.with_name("copy"), encoder)
    copy.settle()
    assert copy.verify() == []
    assert not is_settled(PassageIndex.open(place, encoder))
