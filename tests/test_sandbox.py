"""Files that mean harm, and parsers that fail: each costs its own file."""

import contextlib
import json
import struct
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from qa.errors import DocumentError
from qa.files.sandbox import Sandbox
from qa.indexing import index_files
from qa.passage_index import PassageIndex
from tests import samples

# What the child runs in the place of a parser: `{}` is what becomes of a file that begins with "bad".
MISBEHAVING = """
import sys, qa.files.extraction as e
def extract(data, kind):
    if data.startswith(b"bad"):
        {}
    return e.composed("paragraph", [(1, data.decode())]) if hasattr(e, "composed") else e.Extraction(data.decode())
e.extract = extract
e.main(int(sys.argv[1]), int(sys.argv[2]))
"""


def misbehaving(what: str, **limits: float) -> Sandbox:
    return Sandbox(code=MISBEHAVING.format(what), **limits)


@pytest.mark.parametrize(
    ("what", "limits", "says"),
    [
        ("while True: pass", {"wall_seconds": 0.5}, "was not read within 0.5 seconds"),
        ("import threading; threading.Event().wait()", {"wall_seconds": 0.5}, "was not read within 0.5 seconds"),
        ("while True: pass", {"processor_seconds": 0}, "takes more processor time"),
        ("bytearray(1 << 33)", {}, "takes more memory"),
        ("x = [b'']\n        while True: x.append(bytes(1 << 24))", {}, "takes more memory"),
        ("import os; os.abort()", {}, "the parser crashed"),
        ("import os; os._exit(0)", {}, "the parser crashed"),
        ("raise KeyError('a bug')", {}, "cannot be taken apart: KeyError"),
        ("def f(): f()\n        f()", {}, "cannot be taken apart: RecursionError"),
    ],
)
def test_a_parser_that_fails_costs_its_own_file(what: str, limits: dict[str, float], says: str) -> None:
    with misbehaving(what, **limits) as sandbox:
        assert sandbox.extract(b"good", "pdf").text.strip() == "good"
        with pytest.raises(DocumentError, match=says):
            sandbox.extract(b"bad", "pdf")
        assert sandbox.extract(b"good again", "pdf").text.strip() == "good again"


def test_what_a_parser_prints_is_no_answer() -> None:
    with misbehaving("import os; print('{}', flush=True); os.write(1, b'{}\\n'); data = b'fine'") as sandbox:
        assert sandbox.extract(b"bad", "pdf").text.strip() == "fine"


def test_one_process_serves_many_files_and_ends_with_the_block() -> None:
    with Sandbox() as sandbox:
        sandbox.extract(samples.page(), "html")
        process = sandbox._process
        sandbox.extract(samples.docx(), "docx")
        with pytest.raises(DocumentError):
            sandbox.extract(b"nothing", "pdf")
        assert sandbox._process is process
    assert process is not None
    assert process.returncode is not None


def test_nothing_is_started_when_nothing_needs_it() -> None:
    with Sandbox() as sandbox:
        assert sandbox._process is None


def test_a_process_that_other_files_have_filled_is_not_blamed_on_the_next() -> None:
    with misbehaving("pass") as sandbox:
        sandbox.extract(b"good", "pdf")
        process = sandbox._process
        assert process is not None
        process.kill()
        process.wait()
        assert sandbox.extract(b"next", "pdf").text.strip() == "next"


def test_the_process_imports_no_model() -> None:
    code = (
        "import sys, qa.files.extraction as e; from tests import samples as s\n"
        "for data, kind in [(s.page(), 'html'), (s.docx(), 'docx'), (s.epub(), 'epub')]: e.extract(data, kind)\n"
        "import json; print(json.dumps(sorted({'torch', 'openvino', 'numpy', 'faiss', 'jieba'} & set(sys.modules))))"
    )
    root = Path(__file__).parents[1]
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=root, check=True, timeout=60)
    assert json.loads(result.stdout) == []


# Bombs


def declared_smaller(data: bytes, name: str, size: int) -> bytes:
    """An archive whose directory and header lie about the size of a member."""
    changed = bytearray(data)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        real = struct.pack("<I", archive.getinfo(name).file_size)
    position = changed.find(real)
    while position >= 0:
        changed[position : position + 4] = struct.pack("<I", size)
        position = changed.find(real, position + 4)
    return bytes(changed)


ZIP_BOMB = samples.archive({"word/document.xml": bytes(300 << 20)})
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">' + b"".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">'.encode() for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("kind", "data", "says"),
    [
        ("docx", ZIP_BOMB, "would unpack to 314,572,800 bytes"),
        ("epub", ZIP_BOMB, "would unpack to 314,572,800 bytes"),
        ("epub", declared_smaller(ZIP_BOMB, "word/document.xml", 1000), "is damaged"),
        ("docx", samples.archive({f"{n}": b"" for n in range(20_001)}), "an archive of 20,001 members"),
        ("epub", samples.epub(**{"OEBPS/book.opf": LAUGHS + b"]><package>&a11;</package>"}), "is damaged: no EPUB"),
    ],
    ids=["zip bomb as docx", "zip bomb as epub", "lying zip bomb", "many members", "billion laughs"],
)
def test_bombs_do_not_go_off(kind, data: bytes, says: str) -> None:
    with Sandbox() as sandbox, pytest.raises(DocumentError, match=says):
        sandbox.extract(data, kind)


@pytest.mark.parametrize("tag", ["div", "table><tr><td", "b"])
def test_a_deeply_nested_page_costs_no_other(tag: str) -> None:
    with Sandbox(processor_seconds=20) as sandbox:
        with contextlib.suppress(DocumentError):
            sandbox.extract((f"<{tag}>" * 20_000 + samples.FIRST).encode(), "html")
        assert samples.FIRST in sandbox.extract(samples.page(), "html").text


def test_a_page_of_many_links_is_read() -> None:
    with Sandbox() as sandbox:
        text = sandbox.extract((f"<p>{samples.FIRST}</p>" + "<a href=x>链接</a><br>" * 100_000).encode(), "html").text
    assert samples.FIRST in text


def test_bad_files_among_good_ones_are_named_and_the_good_indexed(tmp_path, encoder) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "bomb.docx").write_bytes(ZIP_BOMB)
    (folder / "damaged.pdf").write_bytes(b"%PDF-1.7 \xff\xff")
    (folder / "good.docx").write_bytes(samples.docx())
    (folder / "good.html").write_bytes(samples.page("gb18030", "gb2312"))
    (folder / "good.pdf").write_bytes(samples.pdf([samples.lines([samples.FIRST])]))
    (folder / "gold.jsonl").write_text(samples.GOLD, encoding="utf-8")
    (folder / "picture.png").write_bytes(b"png")
    (folder / "rows.csv").write_text(samples.CSV, encoding="utf-8")
    index = PassageIndex.open(tmp_path / "index", encoder, create=True)
    report = index_files([folder], index, encoder, passage_characters=100)
    assert [file.path for file in report.indexed] == [
        "papers/good.docx",
        "papers/good.html",
        "papers/good.pdf",
        "papers/rows.csv",
    ]
    assert [line.split(": ")[0] for line in report.failed] == ["papers/bomb.docx", "papers/damaged.pdf"]
    assert report.skipped == ["papers/gold.jsonl", "papers/picture.png"]
    assert report.reasons["papers/picture.png"] == "format not supported (.png)"
    assert index.verify() == []
    encoded = len(encoder.encoded)
    again = index_files([folder], index, encoder, passage_characters=100)
    assert (again.unchanged, len(again.indexed), len(encoder.encoded)) == (4, 0, encoded)
    # Places come back from the store as they went in.
    passages = {record.path: index._store.passages_of(record.id) for record in index.documents()}
    assert [passage.source.row for passage in passages["papers/rows.csv"]][-1] == 4
    assert passages["papers/good.pdf"][0].source.page == 1
    assert passages["papers/good.docx"][0].places[0].start == 0
    assert passages["papers/good.docx"][0].source.paragraph == passages["papers/good.docx"][0].places[0].number
