"""What `chuchu index` says of each file."""

from pathlib import Path
from typing import Any

import pytest

from api.reports import print_report, report_json
from qa.indexing import Report, index_files
from qa.passage_index import PassageIndex
from tests import samples

DAMAGED = "科技創(chuàng)新是大(dà)事。\r\n新\u200b园区建成３座厂房。\r\n"


@pytest.fixture
def report(tmp_path: Path, encoder: Any) -> Report:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "中国.txt").write_bytes(DAMAGED.encode())
    (folder / "lost.txt").write_bytes(samples.FIRST.encode() * 3 + b"\xff\xe5\x9b" + samples.SECOND.encode())
    (folder / "clean.md").write_text(samples.THIRD, encoding="utf-8")
    (folder / "report.docx").write_bytes(samples.docx())
    (folder / "photo.png").write_bytes(b"png")
    index = PassageIndex.open(tmp_path / "index", encoder, create=True)
    return index_files([folder], index, encoder, passage_characters=100)


def test_edits_are_counted_by_kind(report: Report) -> None:
    files = {file.path: file for file in report.indexed}
    assert files["papers/中国.txt"].edits == {
        "line ends": 2,
        "bracketed readings": 2,
        "invisible characters": 1,
        "full width": 1,
    }
    assert files["papers/clean.md"].edits == {}


def test_the_table_has_a_row_for_each_file(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    print_report(report, 9)
    header, *rows, skipped, last = capsys.readouterr().out.splitlines()
    assert header.split() == ["file", "format", "encoding", "sure", "bytes", "lost", "passages", "edits"]
    cells = {row.split()[0]: row.split()[1:] for row in rows}
    assert cells["papers/clean.md"] == ["markdown", "utf-8", "100%", "0", "1", "none"]
    assert cells["papers/report.docx"][:4] == ["docx", "–", "–", "–"]
    assert " ".join(cells["papers/中国.txt"]).startswith("text utf-8 100% 0 1 line ends 2, bracketed readings 2, ")
    assert cells["papers/lost.txt"][0:2] == ["text", "utf-8"]
    assert "3" in cells["papers/lost.txt"][3:5]
    assert skipped == "papers/photo.png: skipped, format not supported (.png)"
    assert last.startswith("4 indexed, 0 unchanged, 0 removed, 1 skipped, 0 unreadable; 9 passages")


def test_columns_stand_below_each_other_in_chinese_too(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    print_report(report, 9)
    header, *rows = capsys.readouterr().out.splitlines()[:5]
    column = header.index("format")
    wide = next(row for row in rows if "中国" in row)
    assert wide.index("text") == column - len("中国")
    assert all(row[column:].startswith(("text", "markdown", "docx")) for row in rows if row is not wide)


def test_the_same_as_json(report: Report) -> None:
    told = {file["path"]: file for file in report_json(report, 9)["indexed"]}
    assert told["papers/lost.txt"]["undecodable"] == 3
    assert told["papers/中国.txt"]["edits"]["bracketed readings"] == 2
    assert list(told["papers/clean.md"]) == [
        "path", "format", "encoding", "encoding_confidence", "doubtful", "undecodable", "passages", "edits",
    ]  # fmt: skip
