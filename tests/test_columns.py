"""Pages in columns: read as a person reads them, whatever order they were drawn in."""

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from qa.chunking import passages
from qa.datatypes import Document
from qa.files.columns import Fragment, has_columns, paragraphs, rows
from qa.files.pdf import pdf_text
from qa.loading import SourceFile, load
from tests import samples
from tests.samples import Block

HEAD = "东湖晚报 2019年5月7日 星期二"


def chinese(name: str, count: int = 16) -> str:
    """Sentences of one paragraph, told apart by a name and a number."""
    return "".join(
        f"{name}第{number}家企业今年投产，合同投资{number}亿元，用工{number}百人。" for number in range(1, count + 1)
    )


def english(name: str, count: int = 12) -> str:
    return " ".join(
        f"Observation {number} of the {name} experiment describes considerable improvements over earlier measurements."
        for number in range(1, count + 1)
    )


def said(data: bytes) -> list[str]:
    """The paragraphs of a PDF."""
    return [line for line in pdf_text(data).text.split("\n") if line]


def columns(texts: Sequence[str], top: float = 740, size: float = 10) -> list[Block]:
    """Columns side by side, a gutter of two letters between them."""
    width = (495 - 2 * size * (len(texts) - 1)) / len(texts)
    return [(50 + number * (width + 2 * size), top, width, size, text) for number, text in enumerate(texts)]


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[[bytes], Document]:
    def load_bytes(data: bytes) -> Document:
        (tmp_path / "a.pdf").write_bytes(data)
        return load(SourceFile(tmp_path / "a.pdf", "a.pdf"))

    return load_bytes


@pytest.mark.parametrize("by_row", [True, False])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_newspaper_page_is_read_column_by_column(count: int, *, by_row: bool) -> None:
    texts = [chinese(name) for name in "甲乙丙丁"[:count]]
    page = [(50, 780, 495, 20, "东湖园区一年成绩单"), *columns([f" {text}" for text in texts])]
    assert said(samples.paper([page], by_row=by_row)) == ["东湖园区一年成绩单", *texts]


@pytest.mark.parametrize("by_row", [True, False])
def test_a_paper_is_read_column_by_column_below_its_abstract(*, by_row: bool) -> None:
    title, abstract = "Columns and the Order in Which They Are Read", f"Abstract. {english('whole', 3)}"
    first, second, third = english("first"), english("second"), english("third", 5)
    page: list[Block] = [
        (50, 790, 495, 16, title),
        (50, 760, 495, 10, abstract),
        (50, 690, 237, 10, f" {first}"),
        (50, 340, 237, 12, "2 Results"),
        (50, 320, 237, 10, f" {third}"),
        (307, 690, 237, 10, f" {second}"),
    ]
    assert said(samples.paper([page], by_row=by_row)) == [title, abstract, first, "2 Results", third, second]


def test_a_paragraph_goes_on_in_the_next_column() -> None:
    whole = chinese("甲", 30)
    lines = samples._wrapped(whole, 237, 10)
    halves = ["".join(lines[:20]), "".join(lines[20:])]
    assert said(samples.paper([columns(halves)])) == [whole]


def test_a_headline_over_some_of_the_columns_stands_above_these() -> None:
    one, two, three, four = (chinese(name, 8) for name in "甲乙丙丁")
    (left, middle, right) = columns([f" {one}{four}", f" {two}", f" {three}"])
    headline: Block = (middle[0], 740, 310, 18, "西湖园区换新颜")
    lower = [(block[0], 700, *block[2:]) for block in (middle, right)]
    assert said(samples.paper([[left, headline, *lower]])) == [one + four, "西湖园区换新颜", two, three]


def test_two_stories_below_each_other_in_columns() -> None:
    texts = [chinese(name, 8) for name in "甲乙丙丁"]
    page = [
        (50, 780, 495, 18, "东湖的故事"),
        *columns([f" {text}" for text in texts[:2]], top=750),
        (50, 560, 495, 18, "西湖的故事"),
        *columns([f" {text}" for text in texts[2:]], top=530),
    ]
    assert said(samples.paper([page])) == ["东湖的故事", *texts[:2], "西湖的故事", *texts[2:]]


def test_running_heads_of_pages_in_columns_go_and_pages_keep_their_numbers(loaded: Callable[[bytes], Document]) -> None:
    texts = [[chinese(f"{page}{name}") for name in "甲乙"] for page in "春夏秋冬"]
    document = loaded(samples.paper([columns(page, 780) for page in texts], HEAD))
    assert "东湖晚报" not in document.text
    assert "版" not in document.text
    assert [place.number for place in document.places] == [1, 2, 3, 4]
    for place, page in zip(document.places, texts, strict=True):
        assert document.text[place.start :].startswith(page[0][:20])
    found = passages(document, 200)
    assert {passage.source.page for passage in found} == {1, 2, 3, 4}
    known = "".join(itertools.chain(*texts))
    assert all(line in known for passage in found for line in passage.text.split("\n"))


def test_a_table_is_read_row_by_row() -> None:
    names = ["贵阳", "清远", "南宁", "永川", "南通", "大连", "郑州", "景德镇", "苏州", "无锡", "常州", "合肥"]
    page: list[Block] = [
        (x, 700 - 20 * row, 200, 12, text)
        for row, name in enumerate(names)
        for x, text in ((60, name), (200, f"{row + 1}个项目"), (340, f"{row * 7}亿元"))
    ]
    lines = said(samples.paper([page]))
    assert [line.split()[0] for line in lines] == names
    assert lines[3].split() == ["永川", "4个项目", "21亿元"]


def test_a_page_of_whole_lines_has_no_columns() -> None:
    text = english("only", 40)
    assert " ".join(said(samples.paper([[(50, 780, 495, 10, text)]]))) == text


def fragments(lefts: Sequence[float], lines: int, width: float) -> list[Fragment]:
    return [
        Fragment(left, 700 - 12 * line, left + width, 710 - 12 * line, f"{left:g}/{line}")
        for line in range(lines)
        for left in lefts
    ]


def test_two_lines_beside_each_other_are_no_columns() -> None:
    assert not has_columns(fragments([0, 200], 2, 180))
    assert has_columns(fragments([0, 200], 6, 180))
    assert not has_columns([])


def test_rows_are_read_from_the_top_and_from_the_left() -> None:
    mixed = fragments([200, 0], 3, 180)[::-1]
    assert [[one.text for one in row] for row in rows(mixed)] == [
        ["0/0", "200/0"], ["0/1", "200/1"], ["0/2", "200/2"],
    ]  # fmt: skip


def test_nothing_is_lost_however_a_page_is_set() -> None:
    for lefts, lines, width in itertools.product([[0], [0, 100], [0, 100, 230]], [1, 4, 9], [40, 90, 150]):
        found = fragments(lefts, lines, width)
        told = " ".join(paragraphs(found)).split()
        assert sorted(told) == sorted(one.text for one in found)
