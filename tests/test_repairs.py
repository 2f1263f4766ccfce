"""Each repair by itself: what it mends, and what it leaves alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from qa.alignment import AlignedText
from qa.analysis import fold_script
from qa.chunking import passages
from qa.cleaning import clean
from qa.datatypes import Document
from qa.layout.lines import running_heads
from qa.loading import SourceFile, load
from qa.repairs import readings
from qa.repairs.byteslips import byte_slips
from qa.repairs.duplicates import duplicated_paragraphs
from qa.repairs.forms import exotic_spaces, full_width, invisible_characters, line_ends
from qa.repairs.middledots import middle_dots
from qa.text.sentences import sentences


def repaired(repair, text: str) -> str:
    return AlignedText(text).repaired(list(repair(text))).text


# `。科` is A1 A3 BF C6, and A3 BF is `？`: written as `?` by a program that sees bytes, it takes both apart.
@pytest.mark.parametrize(
    ("damaged", "restored"),
    [
        ("要發展新質生產力??萍紕?(chuàng)新是大家的事", "要發展新質生產力。科技創(chuàng)新是大家的事"),
        ("要發展新質生產力??萍紕?chuàng)新是大家的事", "要發展新質生產力。科技創(chuàng)新是大家的事"),
        ("先进学?!薄ⅰ八拇ㄊ〉掠?先进集体", "先进学校”、“四川省德育先进集体"),
        ("現今屬於東南亞?,F今香港的人口", "現今屬於東南亞。現今香港的人口"),
    ],
)
def test_a_run_read_one_byte_off_is_restored(damaged: str, restored: str) -> None:
    assert repaired(byte_slips, damaged) == restored


@pytest.mark.parametrize(
    "text",
    [
        "你好吗?我不知道。",
        "北京?贵阳",
        "What? (really)",
        "-30°C",
        "卡拉OK和T恤",
        "这是什么??我不知道",
        "他说:好!?(笑)",
        "?",
        "",
        "啊?",
    ],
)
def test_what_did_not_slip_is_left_alone(text: str) -> None:
    assert repaired(byte_slips, text) == text


@pytest.mark.parametrize(
    "text",
    [
        "借助北京·贵阳系列活动",
        "剧作家威廉·莎士比亚写过",
        "南宁·中关村创新示范基地",
        "借助北京·貴陽創新驅動",
        "其弟·藏人信孝在合战中",
        "早年参与文禄·庆长之役",
        "岂惟害民（《元史·裕宗传》）",
    ],
)
def test_a_lost_middle_dot_comes_back(text: str) -> None:
    assert repaired(middle_dots, text.replace("·", "?")) == text


@pytest.mark.parametrize(
    "text",
    [
        "他来了吗?我不知道",
        "你去过北京?贵阳呢?",
        "谁到了北京?威廉到了",
        "这是为什么?北京人都知道",
        "什么是高新区?南宁人说",
        "这是他的妻子?没想到这么年轻",
        "他有儿子?没有",
        "a?b",
        "官吏?障",
    ],
)
def test_a_question_keeps_its_mark(text: str) -> None:
    assert repaired(middle_dots, text) == text


def test_forms_of_characters() -> None:
    assert repaired(full_width, "Ｔ型车，２０１９年（ａ）") == "T型车，2019年（a）"
    assert repaired(invisible_characters, "高\u00ad新\u200b区\u202a的\ufeff\x07事") == "高新区的事"
    assert repaired(invisible_characters, "👨\u200d👩\t\n") == "👨\u200d👩\t\n"
    assert repaired(exotic_spaces, "高\u00a0新 a\u2009b　c\n　　段") == "高新 a b c\n　　段"
    assert repaired(exotic_spaces, "招商引资　集群发展") == "招商引资 集群发展"
    assert repaired(line_ends, "甲\r\n乙\r丙\f丁\n") == "甲\n乙\n丙\n丁\n"


PROSE = "企业入驻基地后，不仅可以享受到一系列高效优质服务，还能共享"
MORE = "更多创新合作机会，加快成长。"


def test_running_heads_and_page_numbers_go() -> None:
    pages = [(f"第{page}批{PROSE}", MORE) for page in "一二三四"]
    text = "".join(f"{before}\n- {page} -\n高新技术年鉴\n{after}\n" for page, (before, after) in enumerate(pages))
    assert repaired(running_heads, text) == "".join(f"{before}\n{after}\n" for before, after in pages)
    assert clean(text).text == "".join(f"{before}{after}\n" for before, after in pages)


@pytest.mark.parametrize("line", ["记者张三/摄", "- 首页", "## 南通高新区", "问：", "副歌"])
def test_other_lines_that_recur_stay(line: str) -> None:
    text = "".join(f"{PROSE[:20]}。\n{line}\n{MORE}\n" for _ in range(4))
    assert repaired(running_heads, text) == text


CODE = "const boats = sold(harbour, 1874);"


@pytest.mark.parametrize("line", ["```", "}", "try {", "// ...", "boats.sold();", "in 1874."])
def test_no_line_of_a_program_is_a_running_head_nor_the_last_of_a_paragraph(line: str) -> None:
    text = "".join(
        f"The harbour was dug by a company that, {number} years later,\n{line}\n{CODE}\n" for number in range(4)
    )
    assert repaired(running_heads, text) == text
    # A line of letters is, where lines of sentences are around it.
    head = text.replace(line, "Yearbook of the harbour").replace(CODE, "was gone, and nobody knew why.")
    assert "Yearbook" not in repaired(running_heads, head)


def test_what_items_or_chapters_of_a_manual_say_alike_is_said_of_each() -> None:
    note = "    An exception occurs if there is no such boat in the harbour."
    items = f"- read: open a boat for reading.\n{note}\n- write: open it for writing.\n{note}"
    assert repaired(duplicated_paragraphs, items) == items
    chapters = f"# 手册\n{PROSE}{MORE}\n### 甲\n{MORE}{PROSE}。\n### 乙\n{MORE}{PROSE}。"
    assert repaired(duplicated_paragraphs, chapters) == chapters
    assert repaired(duplicated_paragraphs, f"{chapters}\n{MORE}{PROSE}。") == chapters


def test_a_paragraph_is_said_once_in_an_article() -> None:
    paragraph = PROSE + MORE
    assert (
        repaired(duplicated_paragraphs, f"{paragraph}\n{paragraph}\n另一段。\n{paragraph}") == f"{paragraph}\n另一段。"
    )
    two_articles = f"## 甲\n{paragraph}\n## 乙\n{paragraph}"
    assert repaired(duplicated_paragraphs, two_articles) == two_articles
    assert repaired(duplicated_paragraphs, f"{MORE}\n{MORE}") == f"{MORE}\n{MORE}"


def found_in(document: Document, folded: str) -> str:
    """The original of the sentence that begins so."""
    for passage in passages(document, 200):
        for start, end in sentences(passage.text):
            if fold_script(passage.text[start:end]).startswith(folded):
                begin, stop = passage.alignment.to_original(start, end)
                return document.text[passage.source.start + begin : passage.source.start + stop]
    raise AssertionError(folded)


def test_a_restored_sentence_leads_to_the_damaged_line(document: Callable[..., Document]) -> None:
    line = "大家說,要發(fā)展新質(zhì)生產(chǎn)力??萍紕?chuàng)新是園區(qū)的根本屬性,也是它的長處。"
    place = found_in(document(line), "科技创新是园区的根本属性")
    assert "萍紕?chuàng)新" in place
    assert "生產力。科技創新" in clean(line).text


def test_the_real_line(real_files: list[Path]) -> None:
    file = real_files[2]
    place = found_in(load(SourceFile(file, file.name)), "科技创新是国家高新区的天然属性")
    assert "萍紕?chuàng)新" in place


def test_readings_are_those_of_the_package() -> None:
    from pypinyin.pinyin_dict import pinyin_dict

    known = {int(character): spelt for character, spelt in readings._known_readings().items()}
    assert known == pinyin_dict
    assert readings.is_read("创", "chuang")
    assert not readings.is_read("创", "xin")
