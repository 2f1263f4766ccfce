"""Pages of many layouts to their articles: where each begins and ends, its headings, its author, date and source."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.cleaning import cleaned
from qa.layout.articles import Article, articles
from qa.layout.headings import heading_levels, is_headline
from qa.layout.lines import text_lines
from qa.loading import SourceFile, load
from qa.sectioning import sections

DATA = Path(__file__).parent / "data"

P1 = "今年以来，园区新引进了45个项目，总投资达到128亿元。项目负责人说，厂房年底就能封顶。"
P2 = "为了让企业安心发展，管委会派出专员上门办事，审批时间比去年缩短了一半。"
P3 = "下一步，园区还要建设人才公寓和学校，让来这里工作的年轻人留得下来。"

NEWSPAPER = f"""\
抓机遇 促转型

东湖园区项目建设跑出加速度

——来自一线的调查

■ 本报记者 李明

厂房里的新设备

王芳/摄

{P1}

厂房里的年轻人

{P2}

春风里的校园
■ 张岚 本报记者 周远

{P3}

本报讯的写法

本报讯(记者 赵敏) {P1}

{P2}

孙立
"""

TRADITIONAL = """\
科技園區擴建 明年動工
記者王小明／台北報導
科技園區昨天宣布，擴建工程將於明年動工，預計增加三千個工作機會。
圖／園區管理局提供
園區主任表示，廠商對土地的需求很大，擴建之後可以再容納四十家公司。
（摘自《經濟週報》，民國103年10月27日）
"""

WEB_PAGE = f"""\
首页
新闻
政策
关于我们
东湖园区公布年度成绩单
2018-05-03 08:00 来源：湖北 经济 周刊 作者：李明 点击：12
{P1}
项目怎么来
{P2}
责任编辑：王芳
"""

MARKDOWN = f"""\
# 东湖园区年度报告

{P1}

## 项目

{P2}

### 招商

{P3}

```sh
# 这不是标题
```

## 人才

{P3}

## 附录

## 致谢
"""

MARKDOWN_PAGE = f"""\
# 园区周刊

## 东湖的加速度

By Jane Doe

{P1}

### 背景

{P2}

## 西湖的慢功夫

本报讯 {P3}
"""

ENGLISH = """\
River Park Opens Its Second Plant

By Jane Doe and John Roe

March 3, 2019

SPRINGFIELD, March 3 (Reuters) - The park opened a second plant on Sunday, its director said.

Workers at the new plant

Photo: Ann Lee/Reuters

The plant will employ 300 people, and a third one is planned.

Jobs for the Town

Most of the workers come from the town itself, the director said. They were trained on site.

A School Without Walls

By Mary Major

Pupils of the town learn outdoors, whatever the weather is like.

First published in The Daily Planet, 4 March 2019
"""

AGENCY = f"""\
园区签下新项目
新华社武汉5月3日电（记者 李明、王芳）{P1}
{P2}
（完）
企业入驻提速
据了解，{P3}
"""

LAW = """\
东湖园区管理办法

第一章 总则

第一条 为了规范园区的管理，制定本办法。

第二条 本办法适用于园区内的企业，以及在园区办事的个人。

第二章 项目

第一节 申报

第三条 申报项目的企业，应当提交申请书和可行性报告。

第二节 验收

第四条 项目完成之后，由管委会组织专家验收。
"""

NARROW = """\
今年以来园区新引进了四十五个项目
总投资达到一百二十八亿元，比去年
同期增长了三成。项目负责人介绍说
厂房年底就能封顶，新的生产线也会
陆续安装调试
预计明年春天投产，届时可以提供三
百多个工作岗位。为了让企业安心地
发展，管委会派出专员上门办事，审
"""


def seen(text: str) -> list[tuple[Any, ...]]:
    """Headings, byline, date and publication of each article of a page."""
    return [(found.headings, *found.imprint) for found in articles(cleaned(text).text.text)]


def paths(text: str) -> list[tuple[str, ...]]:
    """The heading path of each stretch of text of a page."""
    return [found.headings for found in sections(cleaned(text).text.text) if found.role == "text"]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            NEWSPAPER,
            [
                (("抓机遇 促转型", "东湖园区项目建设跑出加速度", "来自一线的调查"), "本报记者 李明", None, None),
                (("春风里的校园",), "张岚 本报记者 周远", None, None),
                (("本报讯的写法",), "记者 赵敏", None, None),
            ],
        ),
        (TRADITIONAL, [(("科技園區擴建 明年動工",), "王小明", "2014-10-27", "經濟週報")]),
        (WEB_PAGE, [(("东湖园区公布年度成绩单",), "李明", "2018-05-03", "湖北 经济 周刊")]),
        (MARKDOWN, [(("东湖园区年度报告",), None, None, None)]),
        (
            MARKDOWN_PAGE,
            [
                (("园区周刊", "东湖的加速度"), "Jane Doe", None, None),
                (("园区周刊", "西湖的慢功夫"), None, None, None),
            ],
        ),
        (
            ENGLISH,
            [
                (("River Park Opens Its Second Plant",), "Jane Doe and John Roe", "2019-03-03", "Reuters"),
                (("A School Without Walls",), "Mary Major", "2019-03-04", "The Daily Planet"),
            ],
        ),
        (AGENCY, [(("园区签下新项目",), "记者 李明、王芳", None, "新华社")]),
        (LAW, [(("东湖园区管理办法",), None, None, None)]),
        (NARROW, [((), None, None, None)]),
        ("静夜\n李白\n床前的月光，照在地上，像是一层白霜。", [(("静夜",), "李白", None, None)]),
        (f"张三\n{P1}", [((), None, None, None)]),
        # Bullets, and no bylines.
        (f"主要任务\n■ 完善配套\n■ 引进人才\n{P1}", [((), None, None, None)]),
        # A letter's head is no menu, and its subject line no headline.
        (
            f"From: a@b.org\nTo: c@d.org\nSubject: plans\nDate: 3 March 2019\n\n{P1}\n\n## 园区\n{P2}",
            [((), None, None, None), (("园区",), None, None, None)],
        ),
        (f"Copyright 2019 Jane Doe\n\n{P1}", [((), None, None, None)]),
        ("All rights reserved.\n\nThe plant was opened on Sunday, he said.", [((), None, None, None)]),
        # A title above a table, its unit between them or not; without a blank line it may be a row of it.
        ("各园区历年产值\n\n单位：亿元\n\n园区\t2023年\n东区\t280", [(("各园区历年产值",), None, None, None)]),
        ("各园区历年产值\n\n| 园区 | 产值 |\n|---|---|\n| 东区 | 280 |", [(("各园区历年产值",), None, None, None)]),
        ("各园区\n园区\t2023年\n东区\t280", [((), None, None, None)]),
        ("", []),
        ("只有标题", [((), None, None, None)]),
        ("## 只有标题", [(("只有标题",), None, None, None)]),
    ],
    ids=range(21),
)
def test_pages_of_every_layout(page: str, expected: list[tuple[Any, ...]]) -> None:
    assert seen(page) == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            NEWSPAPER,
            [
                ("抓机遇 促转型", "东湖园区项目建设跑出加速度", "来自一线的调查"),
                ("抓机遇 促转型", "东湖园区项目建设跑出加速度", "来自一线的调查", "厂房里的年轻人"),
                ("春风里的校园",),
                ("本报讯的写法",),
            ],
        ),
        (WEB_PAGE, [("东湖园区公布年度成绩单",), ("东湖园区公布年度成绩单", "项目怎么来")]),
        (
            MARKDOWN,
            [
                ("东湖园区年度报告",),
                ("东湖园区年度报告", "项目"),
                ("东湖园区年度报告", "项目", "招商"),
                ("东湖园区年度报告", "人才"),
            ],
        ),
        (
            LAW,
            [
                ("东湖园区管理办法", "第一章 总则"),
                ("东湖园区管理办法", "第二章 项目", "第一节 申报"),
                ("东湖园区管理办法", "第二章 项目", "第二节 验收"),
            ],
        ),
        (
            ENGLISH,
            [
                ("River Park Opens Its Second Plant",),
                ("River Park Opens Its Second Plant", "Jobs for the Town"),
                ("A School Without Walls",),
            ],
        ),
        (AGENCY, [("园区签下新项目",), ("园区签下新项目", "企业入驻提速")]),
        (NARROW, [()]),
        (
            f"一、项目\n{P1}\n（一）招商\n{P2}\n二、人才\n{P3}",
            [("一、项目",), ("一、项目", "（一）招商"), ("二、人才",)],
        ),
        (f"**项目**\n{P1}\n【人才】\n{P2}", [("项目",), ("项目", "人才")]),
        # A list, a label and a date are text.
        (f"{P1}\n甲公司\n乙公司\n丙公司\n{P2}", [()]),
        (f"{P1}\n联系电话：123\n{P2}", [()]),
        (f"{P1}\n2019年5月3日\n{P2}", [()]),
        # A paragraph goes on below a line that ends no sentence.
        (f"{P1[:-1]}\n园区的年轻人\n{P2}", [()]),
    ],
    ids=range(13),
)
def test_text_stands_below_its_headings(page: str, expected: list[tuple[str, ...]]) -> None:
    assert paths(page) == expected


@pytest.mark.parametrize("page", [NEWSPAPER, WEB_PAGE, MARKDOWN, MARKDOWN_PAGE, ENGLISH, AGENCY, LAW, NARROW])
def test_headings_are_apart_from_the_text_and_nothing_else_is_lost(page: str) -> None:
    text = cleaned(page).text.text
    found = sections(text)
    kept = [line for section in found for line in text[section.start : section.end].splitlines() if line]
    headings = {heading for section in found for heading in section.headings}
    menu = {"首页", "新闻", "政策", "关于我们"}
    for line in text_lines(text):
        bare = line.text.strip("#—").strip()
        apart = bare in headings | menu and line.text != "# 这不是标题"
        assert (line.text in kept or bare in kept) != apart, line


@pytest.mark.parametrize(
    "line",
    [
        "第一章 总则", "12", "2019年5月3日", "李明来了。", "项目，人才，资金", "- 首页", "他说：", "作者：李明",
        "审判长 邵文静", "代理審判員　姜 濤", "联系人：王芳",
    ],
)  # fmt: skip
def test_what_is_no_headline(line: str) -> None:
    assert is_headline("园区签下新项目")
    assert not is_headline(line)


def test_headings_in_code_are_none() -> None:
    assert heading_levels(text_lines("# 甲\n```\n# 乙\n```\n~~~\n```\n## 丙\n~~~\n### 丁 ##\n")) == {0: 1, 8: 3}


# The real files: what is said of them in tests/data was written down by hand, before the program was asked.


def annotated() -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = json.loads((DATA / "real_articles.json").read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("page", annotated(), ids=lambda page: page["file"][:3])
def test_articles_of_real_files(page: dict[str, Any], real_files: list[Path]) -> None:
    (file,) = (file for file in real_files if file.name == page["file"])
    original = load(SourceFile(file, file.name)).text
    text, captions, _ = cleaned(original)

    def place(start: int, end: int) -> tuple[int, int]:
        piece = text.text[start:end]
        start += len(piece) - len(piece.lstrip())
        return text.alignment.to_original(start, start + len(piece.strip()))

    def clean_at(span: list[int] | None) -> str | None:
        return cleaned(original[slice(*span)]).text.text if span else None

    found = articles(text.text)
    marked = {at for one in page["articles"] for at in (one["start"], one["end"])}
    told = {at for one in found for at in place(one.start, one.end)}
    assert len(marked & told) / len(told) >= 0.95
    assert len(marked & told) / len(marked) >= 0.95
    for one, article in zip(page["articles"], found, strict=True):
        assert original[one["start"] :].startswith(one["first"])
        assert original[: one["end"]].endswith(one["last"])
        assert article.headline == clean_at(one["headline"])
        assert article.headings == tuple(filter(None, [clean_at(one["kicker"]), article.headline]))
        assert article.imprint == (clean_at(one["byline"]), one["date"], clean_at(one["publication"]))
        assert subheads(text.text, article) == [clean_at(span) for span in one["subheads"]]
    assert [[caption.start, caption.end] for caption in captions] == page["captions"]


def subheads(text: str, article: Article) -> list[str]:
    depth = len(article.headings)
    inside = [one for one in sections(text) if article.start <= one.start < article.end]
    return list(dict.fromkeys(heading for one in inside for heading in one.headings[depth:]))


_LINES = st.sampled_from(
    [
        P1, P2, "", "", "## 南通", "# 周刊", "### 背景", "► 张悦", "大数据提速", "来源：科技日报 日期：2021-3-5", "- 首页",
        "摘自《科技日报》", "  ", "本报讯 近日，园区封顶。", "席文", "一、项目", "第一章 总则", "图为车间。", "李明/摄", "```",
    ]
)  # fmt: skip


@given(st.lists(_LINES, max_size=20).map("\n".join))
def test_articles_are_in_order_and_cover_what_is_no_menu(text: str) -> None:
    lines = text_lines(text)
    found = articles(text)
    assert bool(found) == bool(lines)
    told = [line for article in found for line in article.lines]
    assert told == lines[len(lines) - len(told) :]
    position = 0
    for section in sections(text):
        assert position <= section.start < section.end <= len(text)
        assert text[section.start : section.end].strip()
        position = section.end
