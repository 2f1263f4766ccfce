"""Folders to an index: what is new, what has changed, what has gone, and what could not be read."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from qa import indexing
from qa.datatypes import Document
from qa.errors import IndexLockedError, InputError
from qa.indexing import Progress, Report, index_files
from qa.passage_index import PassageIndex
from qa.text.lengths import read_length


def run(index: PassageIndex, encoder: Any, *roots: Path, **options: Any) -> Report:
    return index_files(list(roots), index, encoder, **{"passage_characters": 100, **options})


def shown(index: PassageIndex) -> list[str]:
    return [record.path for record in index.documents()]


ALL = ["papers/2019/dalian.txt", "papers/guiyang.txt", "papers/zones.md"]


def test_every_file_becomes_a_document(index: PassageIndex, encoder: Any) -> None:
    assert shown(index) == ALL
    dalian, guiyang, zones = index.documents()
    assert (dalian.encoding, guiyang.encoding, zones.format) == ("big5hkscs", "utf-8", "markdown")
    assert dalian.passages == len(index.passages_of(dalian.id)) > 0
    sources = [passage.source for passage in index.passages_of(zones.id)]
    assert {(source.headline, source.byline) for source in sources} == {("南通高新区", "张悦"), ("永川高新区", None)}
    # Headlines are read by the encoder, and both scripts as one.
    assert all("高新區" not in text for text in encoder.encoded)
    assert any(text.startswith("南通高新区\n") for text in encoder.encoded)
    assert len(encoder.encoded) == len(index)
    assert index.verify() == []


def test_a_second_run_touches_nothing(index: PassageIndex, encoder: Any, folder: Path) -> None:
    encoder.encoded.clear()
    report = run(index, encoder, folder)
    assert (report.indexed, report.unchanged, report.removed, report.failed) == ([], 3, 0, [])
    assert encoder.encoded == []
    # What changes without its text changing is no change.
    os.utime(folder / "guiyang.txt", (1, 1))
    assert run(index, encoder, folder).unchanged == 3


def test_only_changed_files_are_read_again(index: PassageIndex, encoder: Any, folder: Path) -> None:
    before = {record.path: (record.sha256, index.passages_of(record.id)) for record in index.documents()}
    encoder.encoded.clear()
    (folder / "guiyang.txt").write_text("火星探测器着陆。", encoding="utf-8")
    report = run(index, encoder, folder)
    assert [(file.path, file.passages) for file in report.indexed] == [("papers/guiyang.txt", 1)]
    assert report.unchanged == 2
    assert encoder.encoded == ["火星探测器着陆。"]
    after = {record.path: (record.sha256, index.passages_of(record.id)) for record in index.documents()}
    assert [path for path in ALL if before[path] != after[path]] == ["papers/guiyang.txt"]
    assert index.verify() == []


def test_files_that_have_gone_are_dropped(index: PassageIndex, encoder: Any, folder: Path) -> None:
    (folder / "zones.md").unlink()
    assert run(index, encoder, folder).removed == 1
    assert shown(index) == ALL[:2]
    assert index.verify() == []


def test_what_lies_elsewhere_is_left_alone(index: PassageIndex, encoder: Any, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "papers-2"
    other.mkdir()
    (other / "mars.txt").write_text("火星探测器着陆。", encoding="utf-8")
    report = run(index, encoder, other)
    assert (len(report.indexed), report.removed) == (1, 0)
    assert shown(index) == ["papers-2/mars.txt", *ALL]
    (folder / "guiyang.txt").unlink()
    assert run(index, encoder, other).removed == 0
    assert run(index, encoder, folder / "2019").removed == 0
    assert run(index, encoder, folder, other).removed == 1


def test_files_may_be_named_themselves(tmp_path: Path, encoder: Any, folder: Path) -> None:
    index = PassageIndex.open(tmp_path / "other", encoder, create=True)
    run(index, encoder, folder / "guiyang.txt")
    assert shown(index) == ["guiyang.txt"]
    # Its document is the same when its folder is indexed.
    assert run(index, encoder, folder).unchanged == 1
    assert len(index.documents()) == 3


def test_a_moved_file_is_another_document(index: PassageIndex, encoder: Any, folder: Path) -> None:
    (folder / "guiyang.txt").rename(folder / "moved.txt")
    report = run(index, encoder, folder)
    assert (len(report.indexed), report.removed, report.unchanged) == (1, 1, 2)
    assert "papers/moved.txt" in shown(index)
    assert index.verify() == []


def test_two_files_of_the_same_text_are_two_documents(index: PassageIndex, encoder: Any, folder: Path) -> None:
    (folder / "copy.md").write_bytes((folder / "zones.md").read_bytes())
    run(index, encoder, folder)
    assert len(index.documents()) == 4
    (folder / "zones.md").unlink()
    run(index, encoder, folder)
    assert index.passages_of(index.documents()[1].id)
    assert index.verify() == []


def test_another_way_of_cutting_reads_every_file_again(
    index: PassageIndex, encoder: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(run(index, encoder, folder, passage_characters=40).indexed) == 3
    assert run(index, encoder, folder, passage_characters=40).unchanged == 3
    monkeypatch.setattr(indexing, "REVISION", indexing.REVISION + 1)
    assert len(run(index, encoder, folder, passage_characters=40).indexed) == 3
    assert index.verify() == []


def test_a_file_that_cannot_be_read_is_reported_and_keeps_its_version(
    index: PassageIndex, encoder: Any, folder: Path
) -> None:
    (folder / "zones.md").write_bytes(bytes(1000))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "图.png").write_bytes(b"png")
    report = run(index, encoder, folder)
    assert sorted(report.failed) == [
        "papers/empty.txt: holds no text",
        "papers/zones.md: not a text file, whatever its name says",
    ]
    assert report.skipped == ["papers/图.png"]
    assert (report.unchanged, report.removed) == (2, 0)
    assert shown(index) == ALL
    assert index.verify() == []


def test_an_encoding_may_be_given(index: PassageIndex, encoder: Any, folder: Path) -> None:
    report = run(index, encoder, folder / "2019", encoding="big5hkscs")
    assert [file.encoding for file in report.indexed] == ["big5hkscs"]
    with pytest.raises(InputError, match="unknown encoding"):
        run(index, encoder, folder, encoding="klingon")
    assert index.verify() == []


def test_a_file_without_passages_is_a_document(index: PassageIndex, encoder: Any, folder: Path) -> None:
    (folder / "bare.md").write_text("\u200b\u200b\n", encoding="utf-8")
    report = run(index, encoder, folder)
    assert [file.passages for file in report.indexed] == [0]
    assert run(index, encoder, folder).unchanged == 4
    assert index.verify() == []


def test_names_that_are_no_utf_8(index: PassageIndex, encoder: Any, folder: Path) -> None:
    below = folder / os.fsdecode("园区".encode("gb18030"))
    try:
        below.mkdir()
    except OSError:
        pytest.skip("this file system takes no such names")
    (below / "a.txt").write_text("火星探测器着陆。", encoding="utf-8")
    assert len(run(index, encoder, folder).indexed) == 1
    assert run(index, encoder, below).unchanged == 1
    (below / "a.txt").unlink()
    (below / "b.txt").write_text("木星探测器发射。", encoding="utf-8")
    report = run(index, encoder, below)
    assert (len(report.indexed), report.removed) == (1, 1)
    assert index.verify() == []


def test_nothing_to_index_is_an_error_and_drops_nothing(
    index: PassageIndex, encoder: Any, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        run(index, encoder, tmp_path / "missing")
    with pytest.raises(InputError, match="no such file or folder"):
        run(index, encoder, folder, tmp_path / "missing")
    for path in folder.rglob("*.*"):
        path.unlink()
    (folder / "图.png").write_bytes(b"png")
    with pytest.raises(InputError, match="nothing to index"):
        run(index, encoder, folder)
    assert shown(index) == ALL


def test_another_writer_is_an_error(index: PassageIndex, encoder: Any, folder: Path) -> None:
    with PassageIndex.open(index.directory, encoder).writing(), pytest.raises(IndexLockedError):
        run(index, encoder, folder)


def test_a_run_that_ends_early_is_taken_up_where_it_ended(
    tmp_path: Path, encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number:02}.txt").write_text(f"第{number}个项目落户园区。" * 10, encoding="utf-8")
    monkeypatch.setattr(indexing, "_BATCH_PASSAGES", 5)
    index = PassageIndex.open(tmp_path / "index", encoder, create=True)

    def interrupt(progress: Progress) -> None:
        if progress.files_done >= 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(index, encoder, folder, progress=interrupt)
    done = len(index.documents())
    assert 5 <= done < 12
    assert index.verify() == []
    encoder.encoded.clear()
    again = PassageIndex.open(tmp_path / "index", encoder)
    report = run(again, encoder, folder)
    assert (report.unchanged, len(report.indexed)) == (done, 12 - done)
    assert len(encoder.encoded) == sum(file.passages for file in report.indexed)
    assert again.verify() == index.verify() == []


_KILLED = """
import signal, sys
from pathlib import Path
# A shell's background job is born deaf to Ctrl-C, and so are its children.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, sys.argv[3])
from conftest import BigramEncoder
from qa import indexing
from qa.passage_index import PassageIndex
indexing._BATCH_PASSAGES = 5
encoder = BigramEncoder()
def slow(progress):
    print(progress.files_done, flush=True)
    sys.stdin.readline()
index = PassageIndex.open(Path(sys.argv[1]), encoder, create=True)
indexing.index_files([Path(sys.argv[2])], index, encoder, passage_characters=100, progress=slow)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_run_is_taken_up_where_it_ended(tmp_path: Path, encoder: Any, number: int) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for name in range(40):
        (folder / f"{name:02}.txt").write_text(f"第{name}个项目落户园区。" * 10, encoding="utf-8")
    arguments = [str(tmp_path / "index"), str(folder), str(Path(__file__).parent)]
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, *arguments],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        for _ in range(2):
            process.stdout.readline()
            process.stdin.write("\n")
            process.stdin.flush()
        done = int(process.stdout.readline())
        process.send_signal(number)
        process.wait(20)
    assert process.returncode != 0
    assert 0 < done < 40
    index = PassageIndex.open(tmp_path / "index", encoder)
    assert len(index.documents()) == done
    report = run(index, encoder, folder)
    assert (report.unchanged, len(report.indexed)) == (done, 40 - done)
    assert len(encoder.encoded) == sum(file.passages for file in report.indexed)
    assert index.verify() == []


def test_files_are_read_while_others_are_encoded(
    tmp_path: Path, encoder: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_BATCH_PASSAGES", 1)
    read = threading.Semaphore(0)
    load = indexing.load

    def counted(*arguments: Any, **options: Any) -> Document:
        document = load(*arguments, **options)
        read.release()
        return document

    encode = encoder.encode_passages

    def waiting(texts: list[str]) -> Any:
        # Every encoding but the last waits for a file that comes after its own.
        if not encoder.encoded:
            assert read.acquire(timeout=10)
            assert read.acquire(timeout=10)
        return encode(texts)

    monkeypatch.setattr(indexing, "load", counted)
    monkeypatch.setattr(encoder, "encode_passages", waiting)
    index = PassageIndex.open(tmp_path / "other", encoder, create=True)
    encoder.encoded.clear()
    assert len(run(index, encoder, folder).indexed) == 3
    assert not [thread for thread in threading.enumerate() if thread.name == "reading"]


def test_what_goes_wrong_while_reading_ends_the_run(
    index: PassageIndex, encoder: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Document:
        raise RuntimeError("broken")

    monkeypatch.setattr(indexing, "load", broken)
    (folder / "new.txt").write_text("火星探测器着陆。", encoding="utf-8")
    with pytest.raises(RuntimeError, match="broken"):
        run(index, encoder, folder)
    assert not [thread for thread in threading.enumerate() if thread.name == "reading"]
    assert index.verify() == []


def test_progress_counts_every_file_once(
    tmp_path: Path, encoder: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_BATCH_PASSAGES", 1)
    seen: list[Progress] = []
    index = PassageIndex.open(tmp_path / "index", encoder, create=True)
    run(index, encoder, folder, progress=seen.append)
    assert [progress.files_done for progress in seen] == [1, 2, 3]
    assert {progress.files for progress in seen} == {3}
    assert seen[-1].passages == len(index)


def test_a_large_file_is_encoded_in_parts(
    tmp_path: Path, encoder: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PassageIndex.open(tmp_path / "whole", encoder, create=True)
    run(whole, encoder, folder)
    monkeypatch.setattr(indexing, "_ENCODED_PASSAGES", 2)
    seen: list[Progress] = []
    index = PassageIndex.open(tmp_path / "index", encoder, create=True)
    run(index, encoder, folder, progress=seen.append)
    assert [progress.passages for progress in seen] == [*range(2, len(index), 2), len(index)]
    assert [row[:2] for row in index._store.all_vector_rows()] == [row[:2] for row in whole._store.all_vector_rows()]
    vectors = zip(index._store.all_vector_rows(), whole._store.all_vector_rows(), strict=True)
    assert all((ours.vector == theirs.vector).all() for ours, theirs in vectors)
    assert index.verify() == []


def test_passages_are_as_short_as_the_encoder_reads(tmp_path: Path, encoder: Any) -> None:
    encoder.reach = 120
    (tmp_path / "a.txt").write_text(f"## {'题' * 300}\n{'园区引进了项目' * 100}\n{'ﷺ' * 100}", encoding="utf-8")
    index = PassageIndex.open(tmp_path / "index", encoder, create=True)
    run(index, encoder, tmp_path / "a.txt", passage_characters=200)
    assert len(encoder.encoded) > 20
    assert max(read_length(text) for text in encoder.encoded) <= 120


def test_the_real_files_are_indexed_whole(tmp_path: Path, encoder: Any, real_files: list[Path]) -> None:
    index = PassageIndex.open(tmp_path / "index", encoder, create=True)
    report = run(index, encoder, real_files[0].parent, passage_characters=200)
    assert len(report.indexed) == 5
    assert report.failed == []
    assert index.verify() == []
    assert all(file.undecodable == 0 for file in report.indexed)
    for record in index.documents():
        text = index.text(record.id)
        for passage in index.passages_of(record.id):
            assert index.original(passage) == text[passage.source.start : passage.source.end]
