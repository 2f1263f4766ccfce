"""YAML above a Markdown text: what it says is known of the article, and is no part of its text."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.assistant import place
from qa.chunking import passages
from qa.cleaning import clean
from qa.datatypes import Document
from qa.layout.articles import articles
from qa.repairs.frontmatter import front_matter

BODY = "去年新引进了45个大数据项目，总投资达到128亿元。十一家企业组建了技术联盟。\n"
KNOWN = (("园区的一年",), ("李明", "2019-05-07", "贵阳日报"))


@pytest.mark.parametrize(
    "above",
    [
        "title: 园区的一年\nauthor: 李明\nsource: 贵阳日报\ndate: 2019-05-07\ntags: [园区, 年度]\nlayout: post",
        "layout: post\ntitle: '园区的一年'\ndate: 2019-05-07T10:00:00+08:00\nauthor: 李明 # 记者\npublisher: \"贵阳日报\"",
        "date: 2019-05-07 08:30:00\nauthors:\n  - 李明\nsource: 贵阳日报\ntitle: 园区的一年",
        "标题: 园区的一年\n作者: 李明\n来源: 贵阳日报\n日期: 2019-05-07",
        "title: >\n  园区的一年\nauthor: {name: 李明, email: a@b.c}\nsource: 贵阳日报\ndate: 2019-05-07",
        "Title: 园区的一年\nAuthor: 李明\nSource: 贵阳日报\nDate: 2019年5月7日\nnested:\n  title: 别的",
    ],
)
@pytest.mark.parametrize("heading", ["", "# 园区的一年\n\n"])
def test_what_is_said_above_is_known_of_the_article(above: str, heading: str) -> None:
    original = f"---\n{above}\n---\n\n{heading}{BODY}\n## 配套\n\n{BODY}"
    cleaned = clean(original)
    (article,) = articles(cleaned.text)
    assert (article.headings, tuple(article.imprint)) == KNOWN
    assert cleaned.text.endswith(f"{BODY}\n## 配套\n\n{BODY}")
    assert "layout" not in cleaned.text
    assert cleaned.alignment.apply(original) == cleaned.text


def test_the_title_may_be_the_heading_below() -> None:
    cleaned = clean(f"---\nauthor: 李明\ndate: 2019-05-07\nsource: 贵阳日报\n---\n# 园区的一年\n\n{BODY}")
    (article,) = articles(cleaned.text)
    assert (article.headings, tuple(article.imprint)) == KNOWN


def test_without_a_title_author_and_date_are_known_too() -> None:
    (article,) = articles(clean(f"---\nauthor: 李明\ndate: 2019-05-07\n---\n{BODY}").text)
    assert tuple(article.imprint) == ("李明", "2019-05-07", None)
    assert [line.text for line in article.body] == [BODY.strip()]


def test_headings_below_a_title_are_sub_heads() -> None:
    text = clean(
        f"---\ntitle: 园区的一年\nauthor: 李明\n---\n# 春天\n\n{BODY}\n## 项目\n\n{BODY}\n# 秋天\n\n{BODY}"
    ).text
    (article,) = articles(text)
    assert article.imprint.byline == "李明"
    assert "\n## 春天\n" in text
    assert "\n### 项目\n" in text


def test_a_block_that_says_nothing_of_the_article_goes() -> None:
    assert clean(f"---\nlayout: post\ndraft: true\n---\n\n{BODY}").text == BODY


@pytest.mark.parametrize(
    "text",
    [
        f"---\n他说：园区明年扩建。\n---\n\n{BODY}",
        f"---\n- 一\n- 二\n---\n\n{BODY}",
        f"---\ntitle: [a\n---\n\n{BODY}",
        f"---\n{'[' * 5000}\n---\n\n{BODY}",
        f"---\n他说，园区要做的是: 明年扩建\n---\n\n{BODY}",
        f"---\ntitle: 园区\n\n{BODY}",
        f"{BODY}\n---\ntitle: 园区\n---\n",
        f"------\ntitle: 园区\n------\n{BODY}",
    ],
)
def test_what_is_no_front_matter_stays(text: str) -> None:
    assert list(front_matter(text)) == []


def test_each_value_stands_where_it_is_said(document: Callable[..., Document]) -> None:
    original = f"---\ntitle: 园区的一年\ntags: [园区]\nauthor: '李明'\ndate: 2019-05-07T08:00\n---\n\n{BODY}"
    made = document(original, "a.md")
    about = next(passage for passage in passages(made, 200) if passage.role == "imprint")
    for value in ("李明", "2019-05-07"):
        start = about.text.index(value)
        span = place(about, start, start + len(value), original[about.source.start : about.source.end])
        assert original[span.start : span.end] == value
    assert about.source.headline == "园区的一年"


@given(
    st.lists(st.sampled_from(["title: 甲", "author: 乙", "date: 2019-1-2", "x: |", "  丙", "- 丁", "# 戊", "---", ""]))
)
def test_any_block_keeps_the_alignment(lines: list[str]) -> None:
    original = "---\n" + "\n".join(lines) + f"\n---\n# 甲\n{BODY}"
    cleaned = clean(original)
    assert cleaned.alignment.apply(original) == cleaned.text
    assert cleaned.text.endswith(BODY)
