"""One file to its articles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.datatypes import Section
from qa.sectioning import caption_sections, sections


def articles(text: str) -> list[tuple[str | None, str | None, str | None, str | None]]:
    """Headline, byline, date and publication of each article, once."""
    found = [(s.headline, s.byline, s.date, s.publication) for s in sections(text)]
    return list(dict.fromkeys(found))


BODY = "园区新引进了45个项目，总投资128亿元。\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BODY, [(None, None, None, None)]),
        (f"## 南通高新区\n{BODY}", [("南通高新区", None, None, None)]),
        (f"# 南通\n\n► 张悦\n\n{BODY}", [("南通", "张悦", None, None)]),
        (f"### 小标题\n{BODY}", [(None, None, None, None)]),
        (f"大数据产业提速\n■ 本报记者 李明\n{BODY}", [("大数据产业提速", "本报记者 李明", None, None)]),
        (f"大数据产业提速\n作者：李明\n{BODY}", [("大数据产业提速", "李明", None, None)]),
        (f"大数据产业提速\n本报记者 李明\n{BODY}", [("大数据产业提速", "本报记者 李明", None, None)]),
        (
            f"大数据提速\n来源：科技日报 日期：2021年3月5日\n{BODY}",
            [("大数据提速", None, "2021-03-05", "科技日报")],
        ),
        (f"大数据提速\n来源:未知 日期:2019-07-05 点击:次\n{BODY}", [("大数据提速", None, "2019-07-05", None)]),
        (f"{BODY}摘自《科技日报》，2014年10月27日", [(None, None, "2014-10-27", "科技日报")]),
        (f"{BODY}（摘自《科技日报》2014.1.2）", [(None, None, "2014-01-02", "科技日报")]),
        # Nothing that could be its headline stands above the byline: no new article.
        (f"{BODY}■ 本报记者 李明\n{BODY}", [(None, None, None, None)]),
        # Dates and sources in the text itself are what it says, not where it is from.
        ("2015年2月15日，国家高新区获批，来源广泛。\n", [(None, None, None, None)]),
        (
            f"第一篇提速\n■ 甲\n{BODY}第二篇增效\n■ 乙\n{BODY}",
            [("第一篇提速", "甲", None, None), ("第二篇增效", "乙", None, None)],
        ),
    ],
)
def test_articles_are_recognised_by_what_stands_above_them(text: str, expected: list[tuple[str | None, ...]]) -> None:
    assert articles(text) == expected


def test_the_head_of_an_article_can_be_quoted_and_its_text_is_apart_from_it() -> None:
    text = f"## 南通\n► 张悦\n{BODY}"
    assert [(text[one.start : one.end], one.role, one.headings) for one in sections(text)] == [
        ("► 张悦", "imprint", ("南通",)),
        (BODY.strip(), "text", ("南通",)),
    ]


def test_a_headline_with_nothing_below_it_is_text() -> None:
    text = f"## 南通\n\n## 永川\n{BODY}"
    first = sections(text)[0]
    assert (text[first.start : first.end], first.headline, first.headings) == ("南通", "南通", ())
    text = "# 周刊\n## 南通\n► 张悦\n"
    assert [(text[one.start : one.end], one.headings) for one in sections(text)] == [("► 张悦", ("周刊", "南通"))]


def test_a_caption_belongs_to_the_article_and_the_heading_above_it() -> None:
    text = f"## 南通\n{BODY}\n### 招商\n{BODY}\n## 永川\n{BODY}"
    places = [0, text.index(BODY), text.index("招商") + 4, text.index("永川") + 3, len(text)]
    found = caption_sections(text, places)
    assert [one.headings for one in found] == [("南通",), ("南通",), ("南通", "招商"), ("永川",), ("永川",)]
    assert [(one.start, one.end, one.role) for one in found] == [(place, place, "caption") for place in places]
    assert caption_sections(f"首页\n## 南通\n{BODY}", [0]) == [Section(0, 0, role="caption")]


def test_text_above_the_first_article_is_kept_and_a_menu_is_not() -> None:
    assert sections(f"{BODY}## 南通\n{BODY}")[0] == Section(0, len(BODY) - 1)
    assert sections(f"首页\n新闻\n## 南通\n{BODY}")[0].headline == "南通"


def test_who_signs_a_notice_and_when_is_about_it_and_what_is_attached_has_its_own_title() -> None:
    rules = "第一章 总则\n第一条 为降低企业成本，制定本办法。\n第二章 申领\n第二条 企业应当同时具备下列条件：\n（一）满一年；"
    signed = "东湖高新区管理委员会\n2025年4月18日"
    text = f"关于印发创新券办法的通知\n\n{BODY}\n{signed}\n\n创新券办法\n\n{rules}"
    notice, imprint, *chapters = sections(text)
    assert (notice.headline, notice.byline, notice.date) == (
        "关于印发创新券办法的通知",
        "东湖高新区管理委员会",
        "2025-04-18",
    )
    assert (imprint.role, text[imprint.start : imprint.end]) == ("imprint", signed)
    assert [one.headings for one in chapters] == [("创新券办法", "第一章 总则"), ("创新券办法", "第二章 申领")]
    assert {one.date for one in chapters} == {None}
    # Nothing need be attached; and below a headline and its date stands prose.
    assert [one.date for one in sections(f"关于创新券的通知\n\n{BODY}\n{signed}")] == ["2025-04-18"] * 2
    report = sections(f"{BODY}\n\n东湖成立管理委员会\n2025年4月18日\n{BODY}")
    assert [one.headline for one in report] == [None, *["东湖成立管理委员会"] * 2]


def test_a_title_may_stand_above_fields() -> None:
    fields = "项目名称：滨江路改造\n预算金额：4860万元\n工期：420天"
    (tender,) = sections(f"交易中心招标公告\n\n{fields}\n\n{BODY}")
    assert tender.headline == "交易中心招标公告"
    # One field may be a headline.
    (report,) = sections(f"东湖观察\n\n南通：科创新城崛起\n\n{BODY}")
    assert report.headings == ("东湖观察", "南通：科创新城崛起")


def test_nothing_has_no_articles() -> None:
    assert sections("") == sections(" \n\n ") == []


@given(st.text())
def test_any_text_has_sections(text: str) -> None:
    assert bool(sections(text)) == bool(text.strip())


def test_a_line_that_goes_on_in_the_next_is_no_heading() -> None:
    first, last = "It was dug in 1874, and nobody knows why.", "It rusts, and is loved."
    text = f"# Harbour\n\n{first}\n\nThe crane that the town had given\nis used by nobody, not even once.\n\n{last}"
    assert {one.headings for one in sections(text)} == {("Harbour",)}
    headed = text.replace("is used", "Used")
    assert {one.headings for one in sections(headed)} > {("Harbour",)}
