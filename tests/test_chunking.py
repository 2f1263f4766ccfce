"""Sections to passages, and where each passage stands in the file."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.assistant import place
from qa.chunking import passages
from qa.cleaning import clean
from qa.datatypes import Document, Passage
from qa.loading import SourceFile, load
from qa.sectioning import sections
from qa.text.sentences import sentences

LIMIT = 200
MakeDocument = Callable[..., Document]


def assert_in_place(document: Document, found: Sequence[Passage]) -> None:
    """Every passage stands where its source and its alignment say."""
    original = document.text
    for ordinal, passage in enumerate(found):
        source = passage.source
        assert passage.id == document.passage_id(ordinal)
        assert (source.document, source.sha256, source.path) == (document.id, document.sha256, document.path)
        assert 0 <= source.start < source.end <= len(original)
        place = original[source.start : source.end]
        assert passage.alignment.apply(place) == passage.text
        assert source.line == original.count("\n", 0, source.start) + 1
        assert source.utf16_start == len(original[: source.start].encode("utf-16-le")) // 2
        assert source.utf16_end == len(original[: source.end].encode("utf-16-le")) // 2


def test_a_list_that_a_passage_can_hold_is_not_cut(document: MakeDocument) -> None:
    before = "园区为企业提供服务，企业可以通过平台提出申请。" * 6
    items = [f"（{number}）注册满{number}年，具有独立法人资格，近{number}年没有失信记录；" for number in "一二三"]
    listed = "\n".join(["申领企业应当同时具备下列条件：", *items])
    found = [passage.text for passage in passages(document(f"{before}\n{listed}\n{before}"), LIMIT)]
    assert any(listed in text for text in found)
    # One that is longer than a passage is cut between its items, and not behind what leads to it.
    long = "\n".join(["申领企业应当同时具备下列条件：", *items * 4])
    found = [passage.text for passage in passages(document(f"{before}\n{long}"), LIMIT)]
    assert not any(text.endswith("：") for text in found)
    assert all(len(text) <= LIMIT for text in found)


def test_a_table_that_a_passage_can_hold_is_not_cut(document: MakeDocument) -> None:
    before = "园区为企业提供服务，企业可以通过平台提出申请。" * 6
    rows = [f"| 第{number}高新技术企业有限公司 | 王某某 | 1,230 | 97,600 |" for number in range(7)]
    table = "\n".join(["| 企业名称 | 法定代表人 | 员工数 | 产值（万元） |", *rows])
    assert LIMIT < len(table) <= 2 * LIMIT
    found = [passage.text for passage in passages(document(f"{before}\n\n{table}\n\n{before}"), LIMIT)]
    assert table in found
    longer = f"{before}\n\n{table}\n" + "\n".join(rows)
    assert all(len(passage.text) <= 2 * LIMIT for passage in passages(document(longer), LIMIT))


@pytest.mark.parametrize(
    ("names", "above"),
    [
        ("| 企业名称 | 员工数 | 2023 | 2024 |", "企业名称 | 员工数 | 2023 | 2024"),
        ("|  | 员工数 | 2023 | 2024 |", "|  | 员工数 | 2023 | 2024 |"),  # as many cells as the rows have
        ("企业名称\t员工数\t2023\t2024", "企业名称\t员工数\t2023\t2024"),
        ("企业名称,员工数,2023年,2024年", "企业名称,员工数,2023年,2024年"),
        ("| 第零公司 | 98 | 97.6 | 10 |", None),  # a row like the others
        (f"| {'企业名称' * 50} | 员工数 | 2023 | 2024 |", None),
    ],
)
def test_a_table_that_is_cut_has_its_columns_above_each_part(
    document: MakeDocument, names: str, above: str | None
) -> None:
    between = "\t" if "\t" in names else " | " if "|" in names else ","
    left, right = ("| ", " |") if "|" in names else ("", "")
    rows = [left + between.join([f"第{number}公司", "123", "97.6", "10"]) + right for number in range(60)]
    text = "\n".join(["# 主要指标", "", "各企业的情况见下表。", "", names, *rows, "", "情况由统计部门提供。"])
    made = passages(document(text), LIMIT)
    within = [passage for passage in made if passage.text.startswith(f"{left}第") and names not in passage.text]
    assert len(within) > 3
    assert {passage.source.headings for passage in within} == {("主要指标", above) if above else ("主要指标",)}
    assert all(passage.encoded == f"主要指标\n{passage.text}" for passage in within)
    assert {passage.source.headings for passage in made if passage not in within} == {("主要指标",)}


def test_a_question_goes_with_its_answer(document: MakeDocument) -> None:
    said = "记者：{}？\n林女士：{}，我们走了很远的路，后来才知道这条路是对的。"
    text = "\n".join(said.format(f"第{number}个问题是什么", f"第{number}个回答") for number in range(20))
    found = [passage.text for passage in passages(document(text), 100)]
    assert len(found) > 5
    assert not any(text.endswith("？") for text in found)


@pytest.mark.parametrize("limit", [100, LIMIT, 400])
def test_passages_of_real_files(real_files: list[Path], limit: int) -> None:
    for file in real_files:
        document = load(SourceFile(file, file.name))
        cleaned = clean(document.text).text
        articles = sections(cleaned)
        made = passages(document, limit)
        assert_in_place(document, made)
        for caption in (passage for passage in made if passage.role == "caption"):
            assert caption.text not in cleaned
            assert clean(document.text[caption.source.start : caption.source.end]).text == caption.text
        if limit == LIMIT:
            for passage in made:
                assert clean(document.text, passage.source.start, passage.source.end).text == passage.text
        found = [passage for passage in made if passage.role != "caption"]
        position = 0
        for passage in found:
            assert passage.text == passage.text.strip()
            assert len(passage.text) <= 2 * limit
            start = cleaned.index(passage.text, position)
            position = start + 1
            (article,) = (a for a in articles if a.start <= start < a.end)
            assert start + len(passage.text) <= article.end
            assert (passage.source.headline, passage.source.date) == (article.headline, article.date)
            assert (passage.source.headings, passage.role) == (article.headings, article.role)
        # Nothing of an article is lost.
        for article in articles:
            for start, end in sentences(cleaned[article.start : article.end]):
                sentence = cleaned[article.start + start : article.start + end]
                if len(sentence) <= 2 * limit:
                    assert any(sentence in passage.text for passage in found)


def test_a_menu_is_in_no_passage(real_files: list[Path]) -> None:
    found = passages(load(SourceFile(real_files[4], "a")), LIMIT)
    assert found
    assert not any("高新院新聞" in passage.text or "一帶一路" in passage.text for passage in found)


PARAGRAPH = "".join(f"第{number}个项目落户园区，投资{number}亿元。" for number in range(1, 31))


def test_every_sentence_is_in_one_passage(document: MakeDocument) -> None:
    found = [passage.text for passage in passages(document(PARAGRAPH), 100)]
    assert len(found) > 3
    assert "".join(found) == PARAGRAPH
    assert all(len(text) <= 100 for text in found)


def test_text_in_letters_has_passages_of_twice_as_many_characters(document: MakeDocument) -> None:
    sentence = "The park signed ten projects in May, and three of them began to build before the summer was over. "
    found = [passage.text for passage in passages(document(sentence * 20), LIMIT)]
    assert {text.count("signed") for text in found} == {4}
    assert all(LIMIT < len(text) <= 2 * LIMIT for text in found)
    # Chinese that names many things in letters is still Chinese.
    mixed = "园区引进了ABB和IBM的AI项目。"
    found = [passage.text for passage in passages(document(mixed * 60), LIMIT)]
    assert all(LIMIT - len(mixed) < len(text) <= LIMIT for text in found[:-1])


def test_a_passage_ends_with_its_paragraph(document: MakeDocument) -> None:
    text = f"{'甲方投资一亿元。' * 8}\n{'乙方投资两亿元。' * 8}"
    assert [passage.text for passage in passages(document(text), 100)] == text.split("\n")


def test_no_sentence_is_cut(document: MakeDocument) -> None:
    whole = {PARAGRAPH[start:end] for start, end in sentences(PARAGRAPH)}
    for passage in passages(document(PARAGRAPH), 100):
        assert {passage.text[start:end] for start, end in sentences(passage.text)} <= whole


def test_a_sentence_that_is_far_too_long_is_cut_at_its_marks(document: MakeDocument) -> None:
    text = "园区引进了" + "，".join(f"第{number}个项目" for number in range(200)) + "。"
    found = [passage.text for passage in passages(document(text), 100)]
    assert all(len(part) <= 200 for part in found)
    assert all(part[-1] in "，。" for part in found)
    assert "".join(found) == text
    unmarked = "科" * 1000
    found = [passage.text for passage in passages(document(unmarked), 100)]
    assert "".join(found) == unmarked
    assert all(len(part) <= 200 for part in found)


def test_a_heading_stands_above_its_passages_and_in_none(document: MakeDocument) -> None:
    text = f"{'甲方投资一亿元。' * 8}\n创新种子落地生根\n{'乙方投资两亿元。' * 8}"
    found = passages(document(text), 100)
    assert [passage.source.headings for passage in found] == [(), ("创新种子落地生根",)]
    assert found[-1].text.startswith("乙方")
    assert found[-1].context.startswith("创新种子落地生根\n乙方")


def test_a_short_line_that_is_no_heading_goes_with_what_follows_it(document: MakeDocument) -> None:
    text = f"{'甲方投资一亿元。' * 8}\n联系方式：见下文\n{'乙方投资两亿元。' * 8}"
    found = passages(document(text), 100)
    assert found[-1].text.startswith("联系方式：见下文\n乙方")


CUT = "园区里的企业越来越多，去年新建成的航空职业"
REST = "大学已经开始招生，今年还要再建一所。"


def test_a_caption_cuts_no_sentence_and_is_a_passage_of_its_own(document: MakeDocument) -> None:
    made = document(f"## 园区\n\n{CUT}\n\n\n\n小镇一角\n\n王芳/摄\n\n{REST}\n")
    text, caption = passages(made, LIMIT)
    assert_in_place(made, [text, caption])
    assert (text.text, text.role) == (CUT + REST, "text")
    assert (caption.text, caption.role) == ("小镇一角\n\n王芳/摄", "caption")
    assert caption.source.headings == ("园区",)
    assert text.source.start < caption.source.start < caption.source.end < text.source.end
    assert clean(made.text[text.source.start : text.source.end]).text == text.text
    start, end = text.alignment.to_original(len(CUT) - 2, len(CUT) + 2)
    quoted = made.text[text.source.start + start : text.source.start + end]
    assert quoted.startswith("职业\n")
    assert quoted.endswith("\n大学")


def test_a_heading_that_is_numbered_goes_with_what_follows_it(document: MakeDocument) -> None:
    text = f"{'甲方投资一亿元。' * 8}\n一、创新种子落地生根\n{'乙方投资两亿元。' * 8}"
    last = passages(document(text), 100)[-1]
    assert last.text.startswith("乙方")
    assert last.source.headings == ("一、创新种子落地生根",)
    assert last.context.startswith("一、创新种子落地生根\n乙方")


ITEM = "引进项目。总投资一百二十八亿元！用地三百亩，建设期为两年"


@pytest.mark.parametrize(
    "marks",
    ["1. |2. |3. ", "1、|2、|3、", "一、|二、|三、", "（一）|（二）|（三）", "①|②|③", "- |* |• ", "a) |b) |c) "],
)
def test_no_item_of_a_list_is_cut(document: MakeDocument, marks: str) -> None:
    items = [f"{mark}{ITEM}{number}年" for number, mark in enumerate(marks.split("|") * 4)]
    found = passages(document("\n".join(["园区今年的工作有下面这些。", *items])), 80)
    assert len(found) > 3
    assert [line for passage in found for line in passage.text.split("\n")][1:] == items
    # An item that is longer than a passage stays whole up to twice the length of one.
    assert [passage.text for passage in passages(document("\n".join(items)), 20)] == items


ROWS = {
    "Markdown": "| 园区 | 项目。数 | 金额 |\n|---|---|---|\n"
    + "".join(f"| 清远高新区{n} | 引进! 建设 | {n}.5亿元，等 |\n" for n in range(12)),
    "bars": "".join(f"清远高新区{n} | 引进。建设，验收 | {n}.5亿元，等\n" for n in range(12)),
    "tabs": "".join(f"清远高新区{n}\t引进。建设，验收\t{n}.5亿元，等\n" for n in range(12)),
    "commas": "年份,园区,金额,占比\n" + "".join(f'{n},清远高新技术产业开发区,"1,234",{n}.5\n' for n in range(12)),
}


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_no_row_of_a_table_is_cut_or_joined_to_another(document: MakeDocument, rows: str) -> None:
    found = passages(document(f"下表是今年的情况。\n\n{rows}\n以上是全部情况。\n"), 80)
    lines = [line for passage in found for line in passage.text.split("\n") if line]
    assert lines == ["下表是今年的情况。", *rows.rstrip("\n").split("\n"), "以上是全部情况。"]


def test_offsets_count_code_points_and_utf_16_units(document: MakeDocument) -> None:
    text = f"𠮷野家😀开业，生意兴隆。\n\n{PARAGRAPH[:90]}😀😀。\n\n結束創(chuàng)新𠮷。"
    found = passages(document(text), 40)
    assert len(found) > 3
    assert_in_place(document(text), found)
    last = found[-1]
    assert last.text.endswith("創新𠮷。")
    assert text[last.source.start : last.source.end].endswith("創(chuàng)新𠮷。")
    assert last.source.utf16_end - last.source.end == 5


def test_lines_of_every_convention_are_counted(document: MakeDocument) -> None:
    for newline in ("\n", "\r\n"):
        text = f"第一行到此结束。{newline}{newline}第三行到此结束。{newline}第四行。"
        found = passages(document(text), 8)
        assert [passage.source.line for passage in found] == [1, 3, 4]
        assert [passage.text for passage in found] == ["第一行到此结束。", "第三行到此结束。", "第四行。"]


def test_a_headline_is_context_and_not_quoted(document: MakeDocument) -> None:
    (first, second) = passages(document(f"## 南通高新区\n{PARAGRAPH[:60]}\n## 永川\n{PARAGRAPH[60:120]}"), LIMIT)
    assert first.context == f"南通高新区\n{first.text}"
    assert "南通" not in first.text
    assert second.source.headline == "永川"


def test_the_encoder_reads_the_headline_and_the_lexical_index_the_sub_heads_too(document: MakeDocument) -> None:
    text = "甲方投资一亿元，乙方投资两亿元。"
    below = passages(document(f"园区周刊\n\n南通\n\n■ 李明\n\n{text}\n\n招商\n\n{text}"), LIMIT)[-1]
    assert below.context == f"园区周刊\n南通\n招商\n{below.text}"
    assert below.encoded == f"园区周刊\n南通\n{below.text}"


def test_a_file_of_nothing_but_a_headline_is_a_passage(document: MakeDocument) -> None:
    (passage,) = passages(document("## 南通高新区\n"), LIMIT)
    assert (passage.text, passage.source.headline, passage.context) == ("南通高新区", "南通高新区", "南通高新区")


_PIECES = st.sampled_from(
    [
        "园区新引进了项目，投资一亿元。", "\n", "\n\n", "\r\n", "創(chuàng)新，", "## 南通\n", "► 张悦\n", "😀", "𠮷", " ",
        "科技创新高新区发展，" * 4, "。”", "图为车间。\n", "李明/摄\n", "车间一角\n\n", "“好！”", "3.5", "abc. ", "- 首页\n", "来源：日报 日期：2021-3-5\n", "大数据提速\n",
    ]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=30).map("".join), st.sampled_from([20, 50, 100]))
def test_passages_of_any_text_stand_where_they_say(document: MakeDocument, text: str, limit: int) -> None:
    made = document(text)
    found = passages(made, limit)
    assert_in_place(made, found)
    assert all(len(passage.text) <= 2 * limit for passage in found)
    places = [(passage.source.start, passage.source.end) for passage in found]
    assert places == sorted(places)
    assert [passage for passage in found if not passage.text.strip()] == []


@given(st.lists(_PIECES, max_size=20).map("".join), st.data())
def test_every_span_of_a_passage_is_made_from_its_place(document: MakeDocument, text: str, data: st.DataObject) -> None:
    for passage in passages(document(text), 50):
        start = data.draw(st.integers(0, len(passage.text) - 1))
        end = data.draw(st.integers(start + 1, len(passage.text)))
        source = passage.source
        span = place(passage, start, end, text[source.start : source.end])
        assert passage.alignment.slice(start, end).apply(text[span.start : span.end]) == passage.text[start:end]


@given(st.text(max_size=300))
def test_any_text_can_be_cut(document: MakeDocument, text: str) -> None:
    assert_in_place(document(text), passages(document(text), 20))
