"""Store and caches behind one face: always equal, whatever becomes of the caches."""

import itertools
import json
import multiprocessing
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from embeddings.encoder import Encoder
from qa.analysis import fold_script, query_terms, terms
from qa.chunking import passages
from qa.datatypes import Document
from qa.errors import IndexDamagedError, IndexLockedError, IndexMismatchError, IndexMissingError, NotFoundError
from qa.passage_index import PassageIndex
from qa.store import FILE_NAME

MakeDocument = Callable[..., Document]


@pytest.fixture
def place(index: PassageIndex) -> Path:
    return index.directory


def replace(index: PassageIndex, encoder: Encoder, document: Document, limit: int = 60) -> int:
    found = passages(document, limit)
    vectors = encoder.encode_passages([fold_script(passage.context) for passage in found])
    index.replace(document, found, vectors, location=f"/papers/{document.path}", recipe="r")
    return len(found)


def found_files(index: PassageIndex, encoder: Encoder, question: str) -> tuple[set[str], set[str]]:
    """The files of the passages that the dense and the lexical side find."""
    dense, scores = index.dense(encoder.encode_queries([fold_script(question)])[0], 100)
    assert scores == sorted(scores, reverse=True)
    lexical = index.lexical(query_terms(question), 100)
    assert lexical.scores == sorted(lexical.scores, reverse=True)
    every = index.fetch([*dense, *lexical.ids])
    assert set(every) == {*dense, *lexical.ids}
    return {every[n].source.path for n in dense}, {every[n].source.path for n in lexical.ids}


def sql(place: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(place / FILE_NAME)
    with connection:
        connection.execute(statement, values)
    connection.close()


def test_what_was_indexed_is_found_on_both_sides(index: PassageIndex, encoder: Encoder) -> None:
    dense, lexical = found_files(index, encoder, "永川大数据产业园入驻了多少家企业？")
    assert dense == {"papers/guiyang.txt", "papers/zones.md", "papers/2019/dalian.txt"}
    assert "papers/zones.md" in lexical
    # Asked in simplified script, found in traditional script.
    assert "papers/2019/dalian.txt" in found_files(index, encoder, "高新技术企业总量")[1]
    assert index.verify() == []
    assert len(index) == sum(record.passages for record in index.documents()) > 5


def test_cosines_are_those_of_the_dense_side(index: PassageIndex, encoder: Encoder) -> None:
    vector = encoder.encode_queries(["大数据"])[0]
    ids, scores = index.dense(vector, 5)
    with index.unchanged() as sides:
        assert np.allclose(sides.cosines(vector, ids), scores, atol=1e-6)
        assert sides.cosines(vector, []) == []


def test_a_passage_that_has_gone_meanwhile_has_no_cosine_but_makes_no_error(
    index: PassageIndex, encoder: Encoder
) -> None:
    vector = encoder.encode_queries(["大数据"])[0]
    ids, scores = index.dense(vector, 5)
    gone = index.passages_of(index.documents()[0].id)[0].id
    index.remove(index.documents()[0].id)
    kept = [number for number in ids if number in index.fetch(ids)]
    with index.unchanged() as sides:
        cosines = sides.cosines(vector, [*kept, gone])
    assert cosines[-1] == 0
    assert np.allclose(cosines[:-1], [scores[ids.index(number)] for number in kept], atol=1e-6)


def test_a_document_is_added_replaced_and_removed(
    index: PassageIndex, encoder: Encoder, document: MakeDocument
) -> None:
    before = len(index)
    added = replace(index, encoder, document("火星探测器着陆。" * 30))
    assert len(index) == before + added
    assert "a.txt" in found_files(index, encoder, "火星探测器")[1]
    replaced = replace(index, encoder, document("木星探测器发射。"))
    assert len(index) == before + replaced
    assert "a.txt" not in found_files(index, encoder, "火星")[1]
    assert "a.txt" in found_files(index, encoder, "木星")[1]
    index.remove("a.txt")
    assert not any("a.txt" in side for side in found_files(index, encoder, "木星探测器"))
    assert len(index) == before
    with pytest.raises(NotFoundError):
        index.remove("a.txt")
    assert index.verify() == []


def test_the_same_version_can_be_put_again_and_cut_otherwise(
    index: PassageIndex, encoder: Encoder, document: MakeDocument
) -> None:
    made = document("火星探测器着陆。" * 40)
    many = replace(index, encoder, made, 60)
    few = replace(index, encoder, made, 300)
    assert few < many
    assert len(index.passages_of(made.id)) == few
    assert index.verify() == []
    assert replace(index, encoder, made, 60) == many
    assert index.verify() == []


def test_a_document_without_passages(index: PassageIndex, encoder: Encoder, document: MakeDocument) -> None:
    assert replace(index, encoder, document("\u200b\n")) == 0
    assert index.verify() == []
    index.remove("a.txt")
    assert index.verify() == []


def test_originals_and_texts(index: PassageIndex) -> None:
    (record,) = [record for record in index.documents() if record.path.endswith("dalian.txt")]
    text = index.text(record.id)
    assert "創(chuàng)新" in text or "創(chu" in text
    for passage in index.passages_of(record.id):
        assert index.original(passage) == text[passage.source.start : passage.source.end]
    with pytest.raises(NotFoundError):
        index.text("nothing")


def test_passages_are_found_by_place_and_with_those_around_them(index: PassageIndex) -> None:
    for record in index.documents():
        found = index.passages_of(record.id)
        assert [passage.ordinal for passage in found] == list(range(len(found)))
        for number, passage in enumerate(found):
            for count in (0, 1, 2, 100):
                before, after = index.around(passage, count)
                assert list(before) == found[max(number - count, 0) : number]
                assert list(after) == found[number + 1 : number + 1 + count]
        for offset in range(record.characters + 1):
            begun = [passage for passage in found if passage.source.start <= offset]
            assert index.passage_at(record.id, offset) == (begun or found)[-1 if begun else 0]
    assert index.passage_at("nothing", 0) is None


def test_an_index_can_be_opened_again(index: PassageIndex, encoder: Encoder, place: Path) -> None:
    expected = found_files(index, encoder, "大数据产业")
    index.close()
    again = PassageIndex.open(place, encoder)
    assert found_files(again, encoder, "大数据产业") == expected
    assert again.verify() == []


def test_an_empty_index_finds_nothing(tmp_path: Path, encoder: Encoder) -> None:
    index = PassageIndex.open(tmp_path / "empty", encoder, create=True)
    assert found_files(index, encoder, "大数据") == (set(), set())
    assert index.verify() == []
    assert PassageIndex.open(tmp_path / "empty", encoder).documents() == []


def test_a_missing_index_is_not_made_by_asking(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(IndexMissingError):
        PassageIndex.open(tmp_path / "none", encoder)
    assert not (tmp_path / "none").exists()


def test_another_models_index_is_refused(index: PassageIndex, encoder: Encoder, place: Path) -> None:
    other = type(encoder)(32)
    with pytest.raises(IndexMismatchError, match="bigrams:64, not bigrams:32"):
        PassageIndex.open(place, other, create=True)
    assert PassageIndex.open(place, encoder).verify() == []


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000])
def test_a_damaged_store_is_refused_and_not_overwritten(
    index: PassageIndex, encoder: Encoder, place: Path, content: bytes
) -> None:
    index.close()
    for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
        (place / name).unlink(missing_ok=True)
    (place / FILE_NAME).write_bytes(content)
    if content:
        with pytest.raises(IndexDamagedError):
            PassageIndex.open(place, encoder, create=True)
        assert (place / FILE_NAME).read_bytes() == content
    else:
        # There is nothing in it to lose; but asking does not make a new one.
        with pytest.raises(IndexMissingError):
            PassageIndex.open(place, encoder)


# Caches


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _garble(path: Path) -> None:
    path.write_bytes(b"\xff" + path.read_bytes()[1:][::-1])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x40
    path.write_bytes(content)


def _delete(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _other_store(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "store": "0" * 32}))


def _other_format(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 0}))


def _ahead(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "position": 10_000}))


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("vectors.faiss", _truncate),
        ("vectors.faiss", _garble),
        ("vectors.faiss", _flip),
        ("vectors.faiss", _delete),
        ("vectors.json", _truncate),
        ("vectors.json", _delete),
        ("vectors.json", _other_store),
        ("vectors.json", _other_format),
        ("vectors.json", _ahead),
        ("postings", _delete),
        ("postings/meta.json", _truncate),
        ("postings/meta.json", _garble),
        ("postings/meta.json", _delete),
        ("postings/*.term", _truncate),
        ("postings/*.term", _delete),
        ("postings/*.idx", _delete),
        ("postings/*.fast", _delete),
        ("postings.json", _truncate),
        ("postings.json", _delete),
        ("postings.json", _other_store),
        ("postings.json", _other_format),
        ("postings.json", _ahead),
    ],
)
def test_a_cache_that_is_missing_damaged_or_foreign_is_made_anew(
    index: PassageIndex, encoder: Encoder, document: MakeDocument, place: Path, name: str, harm: Callable[[Path], None]
) -> None:
    replace(index, encoder, document("火星探测器着陆。" * 30))
    expected = found_files(index, encoder, "大数据产业园的火星探测器")
    index.close()
    harmed = list(place.glob(name))
    assert harmed
    for path in harmed:
        harm(path)
    again = PassageIndex.open(place, encoder)
    assert found_files(again, encoder, "大数据产业园的火星探测器") == expected
    assert again.verify() == []
    replace(again, encoder, document("木星探测器发射。"))
    assert again.verify() == []
    again.close()
    assert PassageIndex.open(place, encoder).verify() == []


def test_caches_of_another_index_are_not_used(
    index: PassageIndex, encoder: Encoder, document: MakeDocument, place: Path, tmp_path: Path
) -> None:
    other = PassageIndex.open(tmp_path / "other", encoder, create=True)
    for number in range(3):
        replace(other, encoder, document(f"火星探测器着陆{number}。", f"{number}.txt"))
    assert other._store.position() == index._store.position()
    expected = found_files(index, encoder, "大数据产业")
    index.close()
    for name in ("vectors.faiss", "vectors.json", "postings.json"):
        shutil.copy(tmp_path / "other" / name, place / name)
    shutil.rmtree(place / "postings")
    shutil.copytree(tmp_path / "other" / "postings", place / "postings")
    again = PassageIndex.open(place, encoder)
    assert found_files(again, encoder, "大数据产业") == expected
    assert again.verify() == []


def test_caches_that_are_behind_catch_up(
    index: PassageIndex, encoder: Encoder, document: MakeDocument, place: Path, tmp_path: Path
) -> None:
    index.close()
    shutil.copytree(place, tmp_path / "old")
    index = PassageIndex.open(place, encoder)
    for number in range(3):
        replace(index, encoder, document(f"火星探测器着陆{number}。" * 20, f"{number}.txt"))
    index.remove("1.txt")
    index.remove(next(record.id for record in index.documents() if record.path.endswith("zones.md")))
    expected = found_files(index, encoder, "火星探测器")
    index.close()
    for name in ("vectors.faiss", "vectors.json", "postings.json"):
        shutil.copy(tmp_path / "old" / name, place / name)
    shutil.rmtree(place / "postings")
    shutil.copytree(tmp_path / "old" / "postings", place / "postings")
    again = PassageIndex.open(place, encoder)
    assert found_files(again, encoder, "火星探测器") == expected
    assert again.verify() == []


def test_a_damaged_vector_file_is_mended_by_the_next_writer(index: PassageIndex, encoder: Encoder, place: Path) -> None:
    sound = (place / "vectors.faiss").read_bytes()
    index.close()
    _truncate(place / "vectors.faiss")
    again = PassageIndex.open(place, encoder)
    with again.writing():
        pass
    assert len((place / "vectors.faiss").read_bytes()) == len(sound)


def test_both_caches_can_be_thrown_away(index: PassageIndex, encoder: Encoder) -> None:
    expected = found_files(index, encoder, "大数据")
    index.rebuild()
    assert found_files(index, encoder, "大数据") == expected
    assert index.verify() == []


# Damage that only `verify` can see


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE passages SET text = text || '改' WHERE id = (SELECT min(id) FROM passages)", "postings: .* differs"),
        ("UPDATE passages SET headings = '[\"改\"]' WHERE id = (SELECT min(id) FROM passages)", "postings: .* differs"),
        ("UPDATE passages SET vector = zeroblob(128) WHERE id = (SELECT min(id) FROM passages)", "vectors: .* differs"),
        ("UPDATE passages SET vector = zeroblob(7) WHERE id = (SELECT min(id) FROM passages)", "another length"),
        ("UPDATE passages SET edits = '[[' WHERE id = (SELECT min(id) FROM passages)", "alignment"),
        ("UPDATE passages SET edits = '[]' WHERE edits != '[]'", "originals: .* does not stand"),
        ("UPDATE passages SET edits = '[[0, 1, 0, 1, 7]]'", "originals: .* does not stand"),
        ("UPDATE passages SET headings = '[' WHERE id = (SELECT min(id) FROM passages)", "headings"),
        ("UPDATE passages SET start = start + 1 WHERE start > 0", "originals: .* does not stand"),
        ("UPDATE documents SET text = replace(text, '大', '太')", "originals: .* does not stand"),
        ("DELETE FROM passages WHERE id = (SELECT min(id) FROM passages)", r"vectors: \d+ passages, \d+ in the store"),
        ("UPDATE passages SET document = 'nothing' WHERE id = (SELECT min(id) FROM passages)", "without a document"),
    ],
)
def test_verify_finds_damage_in_the_store(index: PassageIndex, place: Path, statement: str, problem: str) -> None:
    assert index.verify() == []
    sql(place, "PRAGMA foreign_keys = OFF")
    sql(place, statement)
    problems = index.verify()
    assert problems
    assert any(re.search(problem, line) for line in problems), problems


def test_verify_finds_damage_in_the_vectors(index: PassageIndex) -> None:
    number = index.passages_of(index.documents()[0].id)[0].id
    index._vectors.index.remove(np.array([number]))
    assert any("vectors: passage" in line and "missing" in line for line in index.verify())
    index._vectors.index.add(np.array([number]), np.ones((1, 64), np.float32))
    assert [line for line in index.verify() if "differs" in line] == [
        f"vectors: passage {number} differs from the store"
    ]
    index._vectors.index.add(np.array([7]), np.ones((1, 64), np.float32))
    assert any("vectors:" in line and "in the store" in line for line in index.verify())
    index.rebuild()
    assert index.verify() == []


def test_verify_finds_damage_in_the_postings(index: PassageIndex) -> None:
    first, second = index.passages_of(index.documents()[1].id)[:2]
    postings = index._postings.index
    postings.remove(first.id, 1)
    postings.remove(second.id, 1)
    postings.add([(second.id, terms("另一篇"))])
    postings.commit()
    problems = index.verify()
    assert f"postings: passage {first.id} is missing" in problems
    assert f"postings: passage {second.id} differs from the store" in problems
    index.rebuild()
    assert index.verify() == []


# Several at once


def test_a_second_writer_is_told(index: PassageIndex, encoder: Encoder, place: Path, document: MakeDocument) -> None:
    other = PassageIndex.open(place, encoder)
    with index.writing():
        with pytest.raises(IndexLockedError, match="another process is writing"):
            replace(other, encoder, document("火星。"))
        # Reading goes on meanwhile.
        assert found_files(other, encoder, "大数据")[1]
    replace(other, encoder, document("火星。"))
    assert "a.txt" in found_files(index, encoder, "火星")[1]


_READER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from conftest import BigramEncoder
from qa.passage_index import PassageIndex
index = PassageIndex.open(Path(sys.argv[1]), BigramEncoder())
for line in sys.stdin:
    found = index.fetch(index.lexical([line.strip()], 10).ids)
    dense = index.fetch(index.dense(BigramEncoder().encode_queries([line])[0], 100)[0])
    assert set(found) <= set(dense)
    print(",".join(sorted({passage.source.path for passage in found.values()})), len(dense), flush=True)
"""


def test_a_reader_in_another_process_sees_changes_at_its_next_question(
    index: PassageIndex, encoder: Encoder, place: Path, document: MakeDocument
) -> None:
    reader = subprocess.Popen(
        [sys.executable, "-c", _READER, str(place), str(Path(__file__).parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask() -> str:
        assert reader.stdin is not None
        assert reader.stdout is not None
        reader.stdin.write("火星\n")
        reader.stdin.flush()
        return reader.stdout.readline().strip()

    with reader:
        count = len(index)
        assert ask() == str(count)
        added = replace(index, encoder, document("火星探测器着陆。" * 30))
        assert ask() == f"a.txt {count + added}"
        replace(index, encoder, document("木星探测器发射。"))
        assert ask() == str(count + 1)
        index.remove("a.txt")
        assert ask() == str(count)
    assert reader.returncode == 0


def _hold(place: str, tests: str, ready: Any, done: Any) -> None:
    sys.path.insert(0, tests)
    from conftest import BigramEncoder

    with PassageIndex.open(Path(place), BigramEncoder()).writing():
        ready.set()
        done.wait(60)


def test_a_writer_in_another_process_is_respected_and_its_end_noticed(
    index: PassageIndex, encoder: Encoder, place: Path, document: MakeDocument
) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    writer = context.Process(target=_hold, args=(str(place), str(Path(__file__).parent), ready, done))
    writer.start()
    try:
        assert ready.wait(60)
        with pytest.raises(IndexLockedError):
            replace(index, encoder, document("火星。"))
    finally:
        writer.kill()
        writer.join()
    # It was killed and could not say that it was done.
    replace(index, encoder, document("火星。"))
    assert index.verify() == []


def test_threads_may_ask_while_one_writes(index: PassageIndex, encoder: Encoder, document: MakeDocument) -> None:
    errors: list[BaseException] = []
    stop = threading.Event()

    def ask() -> None:
        try:
            while not stop.is_set():
                dense, lexical = (
                    index.dense(encoder.encode_queries(["大数据"])[0], 50)[0],
                    index.lexical(["数据"], 50).ids,
                )
                with index.unchanged() as sides:
                    sides.cosines(np.ones(64, np.float32), [*dense, *lexical])
                index.fetch([*dense, *lexical])
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(8):
        replace(index, encoder, document(f"大数据项目{number}落户园区。" * 20))
    index.remove("a.txt")
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert index.verify() == []


def test_a_crash_between_the_store_and_the_caches_loses_nothing(
    index: PassageIndex, encoder: Encoder, document: MakeDocument, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = document("火星探测器着陆。" * 30)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    for point in (
        "qa.passage_index.PassageIndex.refresh",
        "qa.storage.caches.VectorCache.save",
        "qa.storage.caches._Record.write",
    ):
        with monkeypatch.context() as patch:
            patch.setattr(point, crash)
            with pytest.raises(KeyboardInterrupt):
                replace(index, encoder, made)
        assert len(index.passages_of(made.id)) > 1
        again = PassageIndex.open(place, encoder)
        assert "a.txt" in found_files(again, encoder, "火星探测器")[1]
        assert again.verify() == []
        assert index.verify() == []
        again.remove(made.id)
        again.close()
        assert index.verify() == []


_KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from conftest import BigramEncoder
from qa import indexing
from qa.storage import caches
from qa.passage_index import PassageIndex
encoder = BigramEncoder()
index = PassageIndex.open(Path(sys.argv[1]), encoder)
owner = {"caches": caches, "_Record": caches._Record, "PostingsCache": caches.PostingsCache, "LexicalIndex": caches.LexicalIndex}[sys.argv[4]]
if sys.argv[6] == "after":
    whole = getattr(owner, sys.argv[5])
    setattr(owner, sys.argv[5], lambda *arguments: (whole(*arguments), os._exit(9)))
else:
    setattr(owner, sys.argv[5], lambda *_: os._exit(9))
indexing.index_files([Path(sys.argv[3])], index, encoder, passage_characters=100)
"""


@pytest.mark.parametrize(
    ("owner", "name", "when"),
    [
        ("LexicalIndex", "commit", "before"),
        ("LexicalIndex", "commit", "after"),
        ("_Record", "write", "before"),
        ("caches", "_sha256", "before"),
    ],
)
def test_a_process_that_is_killed_loses_nothing(
    index: PassageIndex, encoder: Encoder, folder: Path, place: Path, owner: str, name: str, when: str
) -> None:
    index.close()
    (folder / "new.txt").write_text("火星探测器着陆。" * 30, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-c", _KILLED, str(place), str(Path(__file__).parent), str(folder), owner, name, when],
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 9, run.stderr
    again = PassageIndex.open(place, encoder)
    assert "papers/new.txt" in found_files(again, encoder, "火星探测器")[1]
    assert again.verify() == []
    replace(again, encoder, Document("b", "b.txt", "0", "text", "utf-8", 1.0, 0, "木星。"))
    assert again.verify() == []


# Whatever is done, in whatever order


CONTENTS = [
    "火星探测器着陆。",
    "木星探测器发射。" * 20,
    "## 只有标题\n",
    "大數據產業😀創(chuàng)新，落戶園區。" * 9,
    "土星。\n\n土星環。",
]
NAMES = st.sampled_from(["a.txt", "b.txt", "c.txt"])


class IndexMachine(RuleBasedStateMachine):
    """An index, and beside it what was put in."""

    root: Path
    encoder: Encoder
    document: MakeDocument
    runs = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.directory = self.root / str(next(self.runs))
        self.index = PassageIndex.open(self.directory, self.encoder, create=True)
        self.contents: dict[str, str] = {}
        self.counts: dict[str, int] = {}

    @rule(name=NAMES, content=st.sampled_from(CONTENTS), limit=st.sampled_from([40, 90]))
    def replace(self, name: str, content: str, limit: int) -> None:
        self.contents[name] = content
        self.counts[name] = replace(self.index, self.encoder, type(self).document(content, name), limit)

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        if self.contents.pop(name, None) is None:
            with pytest.raises(NotFoundError):
                self.index.remove(name)
        else:
            self.index.remove(name)
            del self.counts[name]

    @rule()
    def reopen(self) -> None:
        self.index.close()
        self.index = PassageIndex.open(self.directory, self.encoder)

    @rule(name=st.sampled_from(["vectors.faiss", "vectors.json", "postings.json", "postings/meta.json"]))
    def lose_a_cache_and_reopen(self, name: str) -> None:
        (self.directory / name).unlink(missing_ok=True)
        self.reopen()

    @rule(question=st.sampled_from(["火星", "木星", "土星", "大数据", "创新"]))
    def ask(self, question: str) -> None:
        texts = {
            name: fold_script(content).replace("(chuàng)", "")
            for name, content in self.contents.items()
            if self.counts[name]
        }
        dense, lexical = found_files(self.index, self.encoder, question)
        assert dense == set(texts)
        assert lexical == {name for name, text in texts.items() if question in text}

    @invariant()
    def holds_what_was_put_in(self) -> None:
        assert {record.id: record.passages for record in self.index.documents()} == self.counts
        assert len(self.index) == sum(self.counts.values())
        assert {name: self.index.text(name) for name in self.contents} == self.contents

    def teardown(self) -> None:
        assert self.index.verify() == []
        self.index.close()
        # A thread of tantivy's may still put a file of its own there, seen once in many runs.
        shutil.rmtree(self.directory, ignore_errors=True)


def test_an_index_agrees_with_what_was_put_in(tmp_path: Path, encoder: Encoder, document: MakeDocument) -> None:
    machine = type(
        "Machine", (IndexMachine,), {"root": tmp_path, "encoder": encoder, "document": staticmethod(document)}
    )
    run_state_machine_as_test(machine, settings=settings(max_examples=25, stateful_step_count=15))
