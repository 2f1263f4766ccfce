"""Files to text: formats, encodings, and the files that are none of them."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import DocumentError, InputError
from qa.loading import SourceFile, decode, find_files, load

SIMPLIFIED = "贵阳高新区新引进了45个大数据项目，总投资达到128亿元。\n“我们的目标是成为国家级示范区。”\n"
TRADITIONAL = "大連高新區的高新技術企業總量已達480家，占全市39%。\n「創新是引領發展的第一動力。」\n"


def written(tmp_path: Path, data: bytes, name: str = "a.txt") -> SourceFile:
    path = tmp_path / name
    path.write_bytes(data)
    return SourceFile(path, name)


@pytest.mark.parametrize(
    ("text", "written_as", "read_as"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (TRADITIONAL, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "utf-16", "utf-16-le"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (TRADITIONAL, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "gb2312", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (SIMPLIFIED + "𠮷", "gb18030", "gb18030"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL, "big5hkscs", "big5hkscs"),
        ("Plain English, nothing else.\n", "ascii", "utf-8"),
        ("Plain English, nothing else.\n", "utf-16-le", "utf-16-le"),
        ("科技", "gb18030", "gb18030"),
        ("科技", "utf-8", "utf-8"),
        ("創新", "big5", "big5hkscs"),
    ],
)
def test_a_text_comes_back_exactly_with_its_encoding(tmp_path: Path, text: str, written_as: str, read_as: str) -> None:
    document = load(written(tmp_path, text.encode(written_as)))
    assert document.text == text
    assert document.encoding == read_as
    assert 0.9 < document.encoding_confidence <= 1
    assert document.undecodable == 0


def test_utf_16_big_endian_with_its_mark(tmp_path: Path) -> None:
    document = load(written(tmp_path, b"\xfe\xff" + SIMPLIFIED.encode("utf-16-be")))
    assert (document.text, document.encoding, document.encoding_confidence) == (SIMPLIFIED, "utf-16-be", 1.0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5hkscs"])
def test_real_paragraphs_come_back_exactly(question_set, encoding: str) -> None:
    name = "drcd_dev" if encoding == "big5hkscs" else "cmrc2018_trial"
    for paragraph, _ in question_set(name)[:100]:
        text = paragraph.encode(encoding, "ignore").decode(encoding)
        assert decode(text.encode(encoding))[0] == text


def test_a_long_file_is_detected_by_a_part_of_it() -> None:
    for encoding in ("gb18030", "big5hkscs"):
        text = "," + (SIMPLIFIED if encoding == "gb18030" else TRADITIONAL) * 3000
        assert len(text.encode(encoding)) > 200_000
        assert decode(text.encode(encoding))[0] == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_utf_8_is_utf_8(text: str) -> None:
    data = text.encode()
    if "\0" not in text and not text.startswith("\ufeff"):
        assert decode(data) == (text, "utf-8", 1.0, 0)


@given(st.binary(max_size=300))
def test_any_bytes_become_a_text_without_surrogates(data: bytes) -> None:
    text, _, confidence, undecodable = decode(data)
    text.encode()
    assert 0 <= confidence <= 1
    assert 0 <= undecodable <= len(data)


def test_places_that_cannot_be_decoded_are_counted_and_seen(tmp_path: Path) -> None:
    head, tail = SIMPLIFIED[:9], SIMPLIFIED[9:] * 5
    document = load(written(tmp_path, head.encode() + b"\xff" + tail.encode() + b"\xfe" + head.encode()))
    assert document.encoding == "utf-8"
    assert document.undecodable == 2
    assert document.text.count("\ufffd") == 2
    assert document.text == f"{head}\ufffd{tail}\ufffd{head}"
    assert document.encoding_confidence < 1


def test_a_nul_is_a_place_that_cannot_be_decoded(tmp_path: Path) -> None:
    for encoding in ("utf-8", "gb18030", "utf-16-le"):
        document = load(written(tmp_path, f"{SIMPLIFIED}\0{SIMPLIFIED}".encode(encoding)), encoding)
        assert document.text == f"{SIMPLIFIED}\ufffd{SIMPLIFIED}"
        assert document.undecodable == 1


def test_a_replacement_character_of_the_text_itself_is_no_damage(tmp_path: Path) -> None:
    text = f"这里\ufffd有一个：{SIMPLIFIED}"
    for encoding in ("utf-8", "utf-16-le", "gb18030"):
        document = load(written(tmp_path, text.encode(encoding)), encoding)
        assert (document.text, document.undecodable) == (text, 0)


def test_the_encoding_may_be_given(tmp_path: Path) -> None:
    document = load(written(tmp_path, TRADITIONAL.encode("big5")), "Big5")
    assert (document.text, document.encoding, document.encoding_confidence) == (TRADITIONAL, "big5", 1.0)
    with pytest.raises(DocumentError, match="no text in utf-8"):
        load(written(tmp_path, TRADITIONAL.encode("big5")), "utf-8")


@pytest.mark.parametrize("name", ["klingon", "hex", "rot13", "undefined", "idna", "punycode", "", "a\0b"])
def test_what_is_no_encoding_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="unknown encoding"):
        decode(SIMPLIFIED.encode("gb18030"), name)


@pytest.mark.parametrize(
    "data",
    [b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20, bytes(1000), b"PK\x03\x04" + bytes(range(255, 0, -1)) * 9],
    ids=["program", "zeros", "archive"],
)
def test_a_binary_file_named_txt_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DocumentError, match="not a text file"):
        load(written(tmp_path, data))


@pytest.mark.parametrize(
    "data", [b"", b" \n\t\n", "\ufeff".encode(), "\ufeff  \n".encode("utf-16-le"), "\u3000\n".encode()]
)
def test_a_file_without_text_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DocumentError, match="holds no text"):
        load(written(tmp_path, data))


def test_a_missing_file_is_an_error_of_that_file(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"papers/a\.txt: cannot be read: No such file"):
        load(SourceFile(tmp_path / "a.txt", "papers/a.txt"))


def test_a_file_that_may_not_be_read_is_an_error_of_that_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, b"text")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DocumentError, match=r"a\.txt: cannot be read: Permission denied") as error:
        load(file)
    assert str(tmp_path) not in str(error.value)


@pytest.mark.parametrize("name", ["a.xlsx", "a", "a.txt.zip"])
def test_an_unsupported_format_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(DocumentError, match="format not supported"):
        load(written(tmp_path, b"text", name))


@pytest.mark.parametrize(("name", "kind"), [("a.TXT", "text"), ("a.md", "markdown"), ("a.Markdown", "markdown")])
def test_formats_go_by_the_suffix_in_any_case(tmp_path: Path, name: str, kind: str) -> None:
    assert load(written(tmp_path, b"text", name)).format == kind


def test_a_version_is_its_bytes_and_a_document_its_place(tmp_path: Path) -> None:
    first = load(written(tmp_path, b"one"))
    changed = load(written(tmp_path, b"two"))
    elsewhere = load(written(tmp_path, b"one", "b.txt"))
    assert first.id == changed.id != elsewhere.id
    assert first.sha256 == elsewhere.sha256 != changed.sha256
    assert first.passage_id(0) != changed.passage_id(0)
    assert first.passage_id(5) == (first.passage_id(0) + 5) % (1 << 63)


def test_line_ends_are_kept_as_they_are(tmp_path: Path) -> None:
    assert load(written(tmp_path, b"a\r\nb\rc\n")).text == "a\r\nb\rc\n"


# Which files


def test_files_are_found_below_folders_in_order_and_hidden_ones_are_not(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config.txt").write_text("hidden")
    (folder / ".hidden.txt").write_text("hidden")
    (folder / "2019" / "图片.png").write_bytes(b"png")
    shown = [file.shown for file in find_files([folder])]
    assert shown == ["papers/2019/dalian.txt", "papers/2019/图片.png", "papers/guiyang.txt", "papers/zones.md"]


def test_a_folder_below_a_hidden_one_may_be_named_itself(tmp_path: Path) -> None:
    folder = tmp_path / ".private" / "papers"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("text")
    assert [file.shown for file in find_files([folder])] == ["papers/a.txt"]
    assert [file.shown for file in find_files([folder / "a.txt"])] == ["a.txt"]


def test_a_file_named_twice_is_found_once(folder: Path) -> None:
    files = list(find_files([folder, folder / "guiyang.txt", folder / "2019", folder]))
    assert len(files) == len({file.document_id for file in files}) == 3


def test_a_root_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such file or folder: .*missing"):
        list(find_files([tmp_path / "missing"]))


def test_a_name_that_is_no_utf_8_can_be_shown_and_stored(tmp_path: Path) -> None:
    name = os.fsdecode("园区.txt".encode("gb18030"))
    try:
        (tmp_path / name).write_text("text")
    except OSError:
        pytest.skip("this file system takes no such names")
    (file,) = find_files([tmp_path])
    file.shown.encode()
    assert file.shown.endswith(".txt")
    assert len(file.document_id) == 16
    assert load(file).text == "text"
