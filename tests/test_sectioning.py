"""One file to its articles."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.cleaning import clean
from qa.datatypes import Section
from qa.loading import SourceFile, load
from qa.sectioning import sections


def articles(text: str) -> list[tuple[str | None, str | None, str | None, str | None]]:
    """Headline, byline, date and publication of each article, once."""
    found = [(s.headline, s.byline, s.date, s.publication) for s in sections(text)]
    return list(dict.fromkeys(found))


def real_articles(file: Path) -> list[tuple[str | None, str | None, str | None, str | None]]:
    return articles(clean(load(SourceFile(file, file.name)).text).text)


def test_real_file_000_is_one_article_of_a_newspaper(real_files: list[Path]) -> None:
    assert real_articles(real_files[0]) == [(None, None, "2014-10-27", "中國高新技術產業導報")]


def test_real_file_001_is_two_articles(real_files: list[Path]) -> None:
    assert real_articles(real_files[1]) == [
        (
            "对接粤港澳大湾区建设 争创创新型特色园区 清远高新区奋力谱写高质量发展新篇章",
            "本报记者 罗晓燕报道",
            None,
            None,
        ),
        ("南宁·中关村创新示范基地:培育创新主体 释放创新潜力", "阮晓莹", None, None),
    ]


def test_real_file_002_says_nothing_of_itself(real_files: list[Path]) -> None:
    assert real_articles(real_files[2]) == [(None, None, None, None)]


def test_real_file_003_is_a_newspaper_page_of_six(real_files: list[Path]) -> None:
    assert real_articles(real_files[3]) == [
        ("建平台 兴产业 聚人才 优环境 提品质 西部(重庆)科学城强势崛起", "张雪燕 本报记者 叶伟", None, None),
        ("景德镇高新区：“航空梦”带动千亿产业园区建设", "本报特约通讯员 曹燕妮", None, None),
        ("南通高新区：3个“不动摇”推进“南通速度”", "张悦", None, None),
        ("郑州高新区智慧产业 引“北京小鸟”入栖天健湖", None, None, None),
        ("贵阳高新区“智慧工程”初建 社区居民尽享“掌上”便利", None, None, None),
        ("永川高新区为传统制造业 换智能大脑", None, None, None),
    ]


def test_real_file_004_is_a_page_with_a_menu(real_files: list[Path]) -> None:
    assert real_articles(real_files[4]) == [
        ("大連高新區:集聚“又高又新”發展新動能自創區建設跑出加速度", None, "2019-07-05", None)
    ]
    text = clean(load(SourceFile(real_files[4], "a")).text).text
    kept = "".join(text[section.start : section.end] for section in sections(text))
    for line in ("高新院新聞", "一帶一路新聞", "智慧城市news"):
        assert line in text
        assert line not in kept


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
    assert [text[section.start : section.end] for section in sections(text)] == ["## 南通\n► 张悦\n", BODY]


def test_text_above_the_first_article_is_kept_and_a_menu_is_not() -> None:
    assert sections(f"{BODY}## 南通\n{BODY}")[0] == Section(0, len(BODY))
    assert sections(f"首页\n新闻\n## 南通\n{BODY}")[0].headline == "南通"


def test_nothing_has_no_articles() -> None:
    assert sections("") == sections(" \n\n ") == []


_LINES = st.sampled_from(
    [
        BODY,
        "\n",
        "## 南通\n",
        "► 张悦\n",
        "大数据提速\n",
        "来源：科技日报 日期：2021-3-5\n",
        "- 首页\n",
        "摘自《科技日报》\n",
        "  \n",
        "本报讯 ",
    ]
)


@given(st.lists(_LINES, max_size=20).map("".join))
def test_articles_are_in_order_and_apart(text: str) -> None:
    position = 0
    for section in sections(text):
        assert position <= section.start < section.end <= len(text)
        position = section.end


@given(st.text(st.characters(exclude_characters="#")))
def test_any_text_without_headlines_has_articles(text: str) -> None:
    assert bool(sections(text)) == bool(text.strip())
