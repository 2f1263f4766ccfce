"""Damage is repaired, what is no damage stays, and every repair leads back to the original."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.chunking import passages
from qa.cleaning import REPAIRS, clean
from qa.datatypes import Document
from qa.loading import SourceFile, load


@pytest.mark.parametrize(
    ("damaged", "cleaned"),
    [
        ("科技創(chuàng)新", "科技創新"),
        ("科技創（chuàng）新", "科技創新"),
        ("貴陽(yáng)國(guó)家高新區(qū)", "貴陽國家高新區"),
        ("發(fā)展、發(fa)展", "發展、發展"),
        ("旅(lǚ)游、旅(lü)游、旅(lv)游、綠(lǜ)色、略(lüè)", "旅游、旅游、旅游、綠色、略"),
        ("行(xíng)業(yè)、銀行(háng)", "行業、銀行"),
    ],
)
def test_the_reading_of_a_character_is_removed(damaged: str, cleaned: str) -> None:
    assert clean(damaged).text == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "物聯網(AIOT)產業園",
        "中山大学(清远)创新研究院",
        "創(abc)新",
        "創(fā)新",
        "創(chuàng新",
        "創 (chuàng) 新",
        "abc(chuang)",
        "(chuàng)新",
        "東軟(a)",
        "人(ren2)",
        "创(Chuang)新",
    ],
)
def test_a_bracket_that_is_no_reading_of_its_character_stays(text: str) -> None:
    assert clean(text).text == text


def test_a_removed_reading_leads_back_to_its_place() -> None:
    original = "推動科技創(chuàng)新支撐引領(lǐng)發展"
    aligned = clean(original)
    start = aligned.text.index("創新")
    begin, end = aligned.alignment.to_original(start, start + 2)
    assert original[begin:end] == "創(chuàng)新"


PROSE = "企业入驻基地后，不仅可以享受到一系列高效优质服务，还能共享"
MORE = "更多创新合作机会，加快成长。"


@pytest.mark.parametrize("break_", ["\n", "\n\n", "\n\n\n\n", "\r\n\r\n", " \n", "\n　　", " \n \n "])
def test_a_line_that_is_cut_inside_a_sentence_is_joined(break_: str) -> None:
    assert clean(f"{PROSE}{break_}{MORE}").text == PROSE + MORE


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        # Cut inside a word, and inside a number.
        (
            "目,总建筑面积约48万平方米,以来吸引了企业签约入",
            "驻,势头良好。",
            "目,总建筑面积约48万平方米,以来吸引了企业签约入驻,势头良好。",
        ),
        # A name and a colon of the sentence itself.
        (f"{PROSE}，园区主任", "王小明说: 更多机会，加快成长。", f"{PROSE}，园区主任王小明说: 更多机会，加快成长。"),
        # Without a mark, but longer than a heading.
        ("南" * 40, "宁的企业，发展很快。", "南" * 40 + "宁的企业，发展很快。"),
        # A column of a character or two behind a comma.
        ("近年来，永", "川区政府出台了政策，效果显著。", "近年来，永川区政府出台了政策，效果显著。"),
        # Latin words keep their space, a word cut at its hyphen is not given one.
        (
            "The zone, which was founded in 1999, has",
            "grown, and still grows.",
            "The zone, which was founded in 1999, has grown, and still grows.",
        ),
        (
            "The zone, which was founded in 1999, is well-",
            "known, and grows.",
            "The zone, which was founded in 1999, is well-known, and grows.",
        ),
    ],
)
def test_lines_are_joined_as_they_were_cut(before: str, after: str, joined: str) -> None:
    assert clean(f"{before}\n\n{after}").text == joined


def test_a_sentence_that_is_cut_twice_is_joined_whole() -> None:
    lines = ["近年来，永", "川区人民政府近日，出台了", "鼓励企业做大做强的政策，效果显著。"]
    assert clean("\n\n".join(lines)).text == "".join(lines)
    lines = ["科" * 45, "技" * 45, "创新，发展。"]
    assert clean("\n".join(lines)).text == "".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        "强化产业链招商 打造特色产业集群\n\n自2015年升级以来，清远高新区抢抓机遇，统筹谋划。",
        f"{PROSE[:-2]}机会。\n\n{MORE}",
        f"{PROSE}\n\n## 景德镇高新区，航空梦",
        f"{PROSE}\n\n■ 本报记者，罗晓燕",
        f"{PROSE}\n\n► 张悦，李明",
        f"{PROSE}\n\n- 列表，一项",
        f"- {PROSE}\n{MORE}",
        f"### {PROSE}\n{MORE}",
        f"■ {PROSE}\n{MORE}",
        "豪美铝业生产车间\n\n近一段时间以来，清远高新区认真学习，成效显著。",
        "他说：\n“好，我们去。”",
        f"| {PROSE} |\n| {MORE} |",
        "席阿罗",
        "携手创新，共谋发展\n园区引进了45个项目，势头良好。",
        f"{PROSE}\n",
        f"\n{MORE}",
        f"{PROSE}\n\n位于景德镇高新区的航空小镇",
    ],
)
def test_headings_items_captions_and_bylines_stay_on_their_own_lines(text: str) -> None:
    assert clean(text).text == text


FENCED = f"""```js
const boats = await harbour.sold({{ year: 1874, company: 'ice', nobody: true,
  crane: null, sheds: ['a', 'b'] }}, (boat) => {{
}});
{PROSE}
{MORE}
```"""


@pytest.mark.parametrize("fence", ["```", "~~~~"])
def test_a_block_of_code_is_left_as_it_is(fence: str) -> None:
    block = FENCED.replace("```", fence)
    text = f"{PROSE}\n{MORE}\n\n{block}\n{PROSE}\n\n{MORE}\n"
    assert clean(text).text == f"{PROSE}{MORE}\n\n{block}\n{PROSE}{MORE}\n"
    assert clean(text.replace("\n", "\r\n")).text == clean(text).text
    # A fence that nothing closes is a line like any other.
    assert clean(f"{fence}\n{PROSE}\n{MORE}").text == f"{fence}\n{PROSE}{MORE}"


def test_text_that_needs_no_repair_is_not_touched(question_set: Callable[[str], list[tuple[str, list[str]]]]) -> None:
    paragraphs = [text for name in ("cmrc2018_trial", "drcd_dev") for text, _ in question_set(name)[:150]]
    assert len(paragraphs) == 300
    # Some hold spaces that do not break, or wide ones: that is damage, if little.
    paragraphs = [text for text in paragraphs if not re.search("[\u00a0\u2000-\u200f\u3000]", text)]
    assert len(paragraphs) >= 290
    for text in paragraphs:
        aligned = clean(text)
        assert aligned.text == text
        assert aligned.alignment.edits == ()
    together = "\n".join(paragraphs)
    changed = [line for line in clean(together).text.split("\n") if line not in set(paragraphs)]
    # A long paragraph that ends without a full stop is taken for a broken line; one in fifty does.
    assert len(changed) <= 6


def test_the_repairs_of_real_files(real_files: list[Path]) -> None:
    removed = {}
    for file in real_files:
        original = load(SourceFile(file, file.name)).text
        aligned = clean(original)
        removed[file.name[:3]] = len(original) - len(aligned.text)
        again = clean(aligned.text)
        assert again.text == aligned.text
        for start, end, at in aligned.alignment.unchanged_runs(len(aligned.text)):
            assert aligned.text[start:end] == original[at : at + end - start]
        assert "(AIOT)" not in original or "(AIOT)" in aligned.text
    assert removed["000"] == 0
    assert removed["002"] > 1000
    assert removed["004"] > 1000


_PIECES = st.sampled_from(
    [
        "創(chuàng)",
        "新",
        "發(fā)",
        "(AIOT)",
        "，",
        "。",
        "\n",
        "\n\n",
        "## ",
        "■ ",
        "- ",
        "科技创新高新区发展" * 5,
        "abc",
        "def, ",
        " ",
        "(",
        ")",
        "𠮷",
    ]
)


@given(st.lists(_PIECES, max_size=25).map("".join))
def test_cleaning_leads_back_and_is_done_after_one_pass(text: str) -> None:
    aligned = clean(text)
    for start, end, at in aligned.alignment.unchanged_runs(len(aligned.text)):
        assert aligned.text[start:end] == text[at : at + end - start]
    again = clean(aligned.text)
    assert again.text == aligned.text


_LINES = st.sampled_from(
    [
        PROSE, MORE, f"{MORE}{PROSE}。", "图为车间。 李明 摄", "位于高新区的航空小镇", "李明/摄", "## 標題", "■ 本报记者 李明",
        "新質生產力??萍紕?(chuàng)新是國(guó)家高新區的天然屬性,也是先天優勢。", "北京?贵阳大数据产业园。", "- 3 -", "　　２０１９年，\u200b园区建成３座厂房。",
        "| 园区 | 项目 |", "- 第一，引进人才", "\u2029", "𠮷野家开业，人潮涌动。", "A long line of prose, and it is cut be-", "tween, as it goes on. It ends.",
        "来源：科技日报 日期：2021-3-5", "园区发展年鉴",
    ]
)  # fmt: skip
_ABOVE = st.sampled_from(["", "---\ntitle: 甲\nauthor: 李明\n---\n", "---\ndate: 2019-1-2\ntitle: 甲\n---\n# 乙\n"])
_TEXTS = st.builds(
    lambda above, lines, breaks: above + "".join(line + end for line, end in zip(lines, breaks, strict=True)),
    _ABOVE,
    st.lists(_LINES, min_size=10, max_size=10),
    st.lists(st.sampled_from(["", "\n", "\n\n", "\r\n", "\r\n\r\n"]), min_size=10, max_size=10),
)


@settings(max_examples=60)
@given(_TEXTS, st.sampled_from([20, 60, 200]))
def test_of_the_place_of_every_passage_cleaning_makes_the_passage(text: str, limit: int) -> None:
    made = Document("a", "a.md", "0", "markdown", "utf-8", 1.0, 0, text)
    for passage in passages(made, limit):
        again = clean(text, passage.source.start, passage.source.end)
        assert again.text == passage.text
        assert again.alignment.apply(text[passage.source.start : passage.source.end]) == passage.text


@given(st.text())
def test_any_text_can_be_cleaned(text: str) -> None:
    aligned = clean(text)
    assert len(aligned.text) <= len(text)
    for repair in REPAIRS:
        assert list(repair("")) == []
