"""The store: what is put in comes out, whole or not at all."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from qa.chunking import passages
from qa.datatypes import Document, Passage
from qa.errors import IndexDamagedError, IndexMismatchError, IndexMissingError, NotFoundError
from qa.store import FILE_NAME, Change, Store

MakeDocument = Callable[..., Document]
TEXT = "## 南通高新区\n► 张悦\n科技創(chuàng)新😀，项目落户园区，投资一亿元。" + "项目落户园区，投资一亿元。" * 20


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.create(tmp_path / "index", "bigrams:8", 8)
    yield store
    store.close()


def put(store: Store, document: Document) -> tuple[list[Passage], np.ndarray]:
    found = passages(document, 60)
    vectors = np.random.default_rng(0).normal(size=(len(found), 8)).astype(np.float32)
    store.put(document, found, vectors, location=f"/papers/{document.path}", recipe="r")
    return found, vectors


def read_everything(store: Store) -> None:
    for record in store.documents():
        store.text(record.id)
    list(store.all_vector_rows())
    store.passage_count()


def damage(tmp_path: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(tmp_path / "index" / FILE_NAME)
    with connection:
        connection.execute(statement, values)
    connection.close()


def test_a_document_comes_back_as_it_was_put(store: Store, document: MakeDocument) -> None:
    made = document(TEXT)
    found, vectors = put(store, made)
    assert store.passages_of(made.id) == found
    assert store.passages([found[1].id, 12345]) == {found[1].id: found[1]}
    assert store.text(made.id) == TEXT
    assert store.passage_count() == len(found)
    (record,) = store.documents()
    assert record[:7] == (made.id, made.path, made.sha256, made.format, "utf-8", 1.0, 0)
    assert (record.passages, record.characters) == (len(found), len(TEXT))
    assert store.versions() == {made.id: (made.sha256, "r", "/papers/a.txt")}
    rows = list(store.vector_rows(found[0].id, len(found)))
    assert [(row.id, row.indexed) for row in rows] == [(passage.id, passage.indexed) for passage in found]
    assert np.abs(np.stack([row.vector for row in rows]) - vectors).max() < 0.01
    assert len(list(store.all_vector_rows())) == len(found)


def test_a_span_of_the_original_counts_code_points(store: Store, document: MakeDocument) -> None:
    made = document(TEXT)
    put(store, made)
    for start, end in ((0, 5), (20, 40), (30, 30), (len(TEXT) - 3, len(TEXT))):
        assert store.original(made.id, start, end) == TEXT[start:end]
    assert store.original("gone", 0, 5) == ""


def test_text_with_odd_characters_is_kept(store: Store, document: MakeDocument) -> None:
    text = "甲\x01乙\ufffd\u2028丙\x85\r。" * 10
    made = document(text)
    put(store, made)
    assert store.text(made.id) == text
    assert store.original(made.id, 5, 25) == text[5:25]
    assert store.documents()[0].characters == len(text)


def test_another_version_takes_the_place_of_the_first(store: Store, document: MakeDocument) -> None:
    old, _ = put(store, document(TEXT))
    new, _ = put(store, document("只有一句。"))
    assert store.passages_of("a.txt") == new
    assert store.passages([passage.id for passage in old]) == {}
    assert store.passage_count() == 1
    first, second = old[0].id, new[0].id
    assert store.changes_since(0) == [
        Change(1, "added", first, len(old)),
        Change(2, "removed", first, len(old)),
        Change(3, "added", second, 1),
    ]
    assert store.changes_since(2) == [Change(3, "added", second, 1)]
    assert store.position() == 3


def test_a_removed_document_is_gone_with_its_passages(store: Store, document: MakeDocument) -> None:
    put(store, document(TEXT))
    put(store, document(TEXT, "b.txt"))
    store.remove("a.txt")
    assert [record.id for record in store.documents()] == ["b.txt"]
    assert store.passages_of("a.txt") == []
    with pytest.raises(NotFoundError):
        store.text("a.txt")
    with pytest.raises(NotFoundError):
        store.remove("a.txt")
    assert store.position() == 3
    assert store.integrity_problems() == []


def test_a_document_without_passages_is_a_document(store: Store, document: MakeDocument) -> None:
    made = document("## 南通\n")
    store.put(made, [], np.empty((0, 8), np.float32), location="/a.txt", recipe="r")
    assert store.versions()[made.id][0] == made.sha256
    assert store.passage_count() == 0
    store.remove(made.id)


def test_a_change_that_fails_changes_nothing(store: Store, document: MakeDocument) -> None:
    found, vectors = put(store, document(TEXT))
    made = document("别的内容。" * 30)
    others = passages(made, 60)
    with pytest.raises(ValueError, match="zip"):
        store.put(made, others, vectors[:1], location="/a.txt", recipe="r")
    twice = [others[0], others[0]]
    with pytest.raises(IndexDamagedError):
        store.put(made, twice, vectors[:2], location="/a.txt", recipe="r")
    assert store.passages_of("a.txt") == found
    assert store.position() == 1


def test_a_crash_inside_a_change_changes_nothing(tmp_path: Path, document: MakeDocument, store: Store) -> None:
    found, _ = put(store, document(TEXT))
    script = (
        "import os, sys; from pathlib import Path; from qa.store import Store\n"
        "store = Store.open(Path(sys.argv[1]))\n"
        "with store._database.transaction() as connection:\n"
        "    assert store._remove(connection, 'a.txt')\n"
        "    os._exit(9)\n"
    )
    run = subprocess.run([sys.executable, "-c", script, str(tmp_path / "index")], check=False)
    assert run.returncode == 9
    assert store.passages_of("a.txt") == found
    assert store.position() == 1
    store.remove("a.txt")


def test_a_store_can_be_opened_again_and_by_several(tmp_path: Path, store: Store, document: MakeDocument) -> None:
    found, _ = put(store, document(TEXT))
    other = Store.open(tmp_path / "index")
    assert (other.identity, other.encoder, other.dimension) == (store.identity, "bigrams:8", 8)
    assert other.passages_of("a.txt") == found
    store.remove("a.txt")
    assert other.position() == 2
    assert other.passages_of("a.txt") == []
    other.close()


# What is no store


def test_a_missing_store_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="chuchu index"):
        Store.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_not_made_over_another(tmp_path: Path, store: Store, document: MakeDocument) -> None:
    found, _ = put(store, document(TEXT))
    # Two processes that both saw none: the second uses what the first has made.
    second = Store.create(tmp_path / "index", "bigrams:8", 8)
    assert second.identity == store.identity
    assert second.passages_of("a.txt") == found
    second.close()


def test_a_store_whose_making_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    directory = tmp_path / "index"
    directory.mkdir()
    script = (
        "import os, sys, sqlite3; from pathlib import Path; from qa import store\n"
        "store.uuid.uuid4 = lambda: os._exit(9)\n"
        "store.Store.create(Path(sys.argv[1]), 'bigrams:8', 8)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(directory)], check=False).returncode == 9
    with pytest.raises(IndexMissingError):
        Store.open(directory)
    store = Store.create(directory, "bigrams:8", 8)
    assert store.position() == 0
    store.close()


@pytest.mark.parametrize("content", [b"not a database " * 100, b"SQLite format 3\0" + bytes(4080), b"\0" * 4096])
def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(content)
    with pytest.raises(IndexDamagedError, match="damaged"):
        Store.open(tmp_path)
    assert path.read_bytes() == content


def test_a_truncated_store_is_refused_or_reported(tmp_path: Path, store: Store, document: MakeDocument) -> None:
    for number in range(20):
        put(store, document(TEXT + str(number), f"{number}.txt"))
    store.close()
    path = tmp_path / "index" / FILE_NAME
    content = path.read_bytes()
    refused = 0
    for length in range(512, len(content) - 1, len(content) // 12):
        path.write_bytes(content[:length])
        try:
            opened = Store.open(tmp_path / "index")
        except IndexDamagedError:
            refused += 1
            continue
        assert opened.integrity_problems()
        with pytest.raises(IndexDamagedError):
            read_everything(opened)
        opened.close()
    assert refused
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("UPDATE facts SET value = '99' WHERE name = 'format'", IndexMismatchError),
        ("UPDATE facts SET value = 'x' WHERE name = 'format'", IndexMismatchError),
        ("DELETE FROM facts WHERE name = 'format'", IndexMismatchError),
        ("DELETE FROM facts WHERE name = 'identity'", IndexDamagedError),
        ("UPDATE facts SET value = 'many' WHERE name = 'dimension'", IndexDamagedError),
        ("DROP TABLE facts", IndexDamagedError),
    ],
)
def test_a_store_of_another_format_is_refused(
    tmp_path: Path, store: Store, statement: str, error: type[Exception]
) -> None:
    store.close()
    damage(tmp_path, statement)
    with pytest.raises(error):
        Store.open(tmp_path / "index")


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("UPDATE passages SET edits = ?", "[[1"),
        ("UPDATE passages SET edits = ?", "[[1, 2]]"),
        ("UPDATE passages SET edits = ?", "[[1, 2, 3, null, 5]]"),
        ("UPDATE passages SET edits = ?", "7"),
        ("UPDATE passages SET vector = ?", b"odd"),
        ("UPDATE passages SET vector = ?", b"even"),
    ],
)
def test_a_row_that_cannot_be_read_is_damage(
    tmp_path: Path, store: Store, document: MakeDocument, statement: str, value: object
) -> None:
    put(store, document(TEXT))
    damage(tmp_path, statement, value)
    with pytest.raises(IndexDamagedError):
        list(store.all_vector_rows())


def test_a_passage_without_its_document_is_found(tmp_path: Path, store: Store, document: MakeDocument) -> None:
    put(store, document(TEXT))
    damage(tmp_path, "DELETE FROM documents")
    assert any("without a document" in problem for problem in store.integrity_problems())


def test_a_store_that_may_not_be_read_is_an_error(tmp_path: Path, store: Store) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    store.close()
    (tmp_path / "index" / FILE_NAME).chmod(0)
    with pytest.raises(IndexDamagedError):
        Store.open(tmp_path / "index")
