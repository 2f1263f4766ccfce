"""Lines about an article: what they say, and lines that only look like them."""

import re
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.layout.imprint import Imprint, closing_of, imprint_of, opening_of, opens_an_article
from qa.layout.names import is_name
from qa.text.dates import dates


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("■ 本报记者 李明报道", "本报记者 李明报道"),
        ("► 张雪 本报记者 李明", "张雪 本报记者 李明"),
        ("► 编写组", "编写组"),
        ("本报记者 李明", "本报记者 李明"),
        ("記者 李明", "記者 李明"),
        ("科技日报记者 李明 通讯员 王芳", "科技日报记者 李明 通讯员 王芳"),
        ("本报记者 李明 摄影报道", "本报记者 李明 摄影报道"),
        ("作者：李明", "李明"),
        ("作者：李明，园区管委会主任", "李明"),
        ("记者：李明", "李明"),
        ("（文/李明）", "李明"),
        ("文/图 李明", "李明"),
        ("By Jane Doe", "Jane Doe"),
        ("By Jane Doe and John O'Neil, Staff Writers", "Jane Doe and John O'Neil, Staff Writers"),
        ("BY JANE DOE", "JANE DOE"),
        ("Author: Jane Doe", "Jane Doe"),
    ],
)
def test_bylines(line: str, byline: str) -> None:
    assert imprint_of(line) == Imprint(byline=byline)
    assert opens_an_article(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("来源：科技日报 日期：2021年3月5日", (None, "2021-03-05", "科技日报")),
        ("來源:未知 日期:2019-07-05 點擊:次", (None, "2019-07-05", None)),
        ("来源：The New York Times 日期：2019-07-05", (None, "2019-07-05", "The New York Times")),
        ("来源：湖北 经济 周刊", (None, None, "湖北 经济 周刊")),
        ("来源：科技日报2021-03-05", (None, "2021-03-05", "科技日报")),
        ("来源：《科技日报》", (None, None, "科技日报")),
        ("2018-05-03 08:00 来源：贵阳日报 作者：李明", ("李明", "2018-05-03", "贵阳日报")),
        ("文章来源：南方 周末 | 作者：甲乙 | 2011-01-02", ("甲乙", "2011-01-02", "南方 周末")),
        ("发布时间：2018年5月3日 浏览：120", (None, "2018-05-03", None)),
        ("時間：民國103年10月27日", (None, "2014-10-27", None)),
        ("2019年7月5日", (None, "2019-07-05", None)),
        ("《科技日报》2020年10月12日 第1版 记者 李明", ("记者 李明", "2020-10-12", "科技日报")),
        (
            "科技日報 2020年10月12日 第A03版：要聞 記者 李明 實習生 王芳",
            ("記者 李明 實習生 王芳", "2020-10-12", "科技日報"),
        ),
        ("2022年9月30日 记者 李明 通讯员 王芳", ("记者 李明 通讯员 王芳", "2022-09-30", None)),
        ("本报记者 李明 2024年2月20日", ("本报记者 李明", "2024-02-20", None)),
        ("2021年5月16日 江州教育网", (None, "2021-05-16", "江州教育网")),
        ("新华网 2024-02-20 08:15:00 星期二", (None, "2024-02-20", "新华网")),
        ("March 3, 2019", (None, "2019-03-03", None)),
        ("Published on 3 March 2019", (None, "2019-03-03", None)),
        ("Source: The Guardian", (None, None, "The Guardian")),
    ],
)
def test_lines_of_source_and_date(line: str, expected: tuple[str | None, ...]) -> None:
    assert imprint_of(line) == expected
    assert opens_an_article(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("摘自《科技日报》，2014年10月27日", (None, "2014-10-27", "科技日报")),
        ("（摘自《科技日报》2014.1.2）", (None, "2014-01-02", "科技日报")),
        ("(摘自《科技日報》 2014年10月27日刊)", (None, "2014-10-27", "科技日報")),
        ("摘自 人民日报 海外版 2014年1月2日", (None, "2014-01-02", "人民日报 海外版")),
        ("转自：中国新闻网", (None, None, "中国新闻网")),
        ("原载于《读书》2001年第3期", (None, None, "读书")),
        ("《人民日报》（2019年07月05日 03 版）", (None, "2019-07-05", "人民日报")),
        ("——《人民日报》2019年7月5日", (None, "2019-07-05", "人民日报")),
        ("First published in The Guardian on 3 March 2019", (None, "2019-03-03", "The Guardian")),
        ("From The New York Times, March 3, 2019", (None, "2019-03-03", "The New York Times")),
        ("责任编辑：王芳", (None, None, None)),
    ],
)
def test_lines_that_end_an_article(line: str, expected: tuple[str | None, ...]) -> None:
    assert imprint_of(line) == expected
    assert not opens_an_article(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "园区签下新项目",
        "2015年2月15日，国家高新区获批，来源广泛。",
        "2019年园区签下新项目",
        "记者了解到园区新引进项目",
        "记者节",
        "中国记者协会",
        "来源广泛",
        "图片来源：园区管委会",
        "本报记者 李明 摄",
        "《狂人日记》",
        "《狂人日记》是一部小说",
        "时间：明天下午三点",
        "日期：待定",
        "记者：为什么选择这里？",
        "摘自这本书的一段话很有意思，值得一读",
        "出自名门的年轻人",
        "By the time it was over",
        "From March to May",
        "From the town to the river",
        "Sources of the Nile",
        "来源：" + "甲" * 200,
    ],
)
def test_lines_that_say_something_else(line: str) -> None:
    assert imprint_of(line) is None


@pytest.mark.parametrize(
    ("line", "byline", "publication"),
    [
        ("本报讯 招商不停步", None, None),
        ("本报讯(特约通讯员 李明) 近日", "特约通讯员 李明", None),
        ("本报北京5月3日讯 记者李明报道：今天", "记者李明", None),
        ("新华社北京5月3日电（记者 李明、王芳）今天", "记者 李明、王芳", "新华社"),
        ("人民网北京5月3日电 今天", None, "人民网"),
        ("（中央社記者王小明台北5日電）昨天", "王小明", "中央社"),
        ("記者王小明／台北報導", "王小明", None),
        ("LONDON (Reuters) - The plant", None, "Reuters"),
        ("WASHINGTON, March 3 (AP) — The plant", None, "AP"),
    ],
)
def test_the_first_words_of_a_report(line: str, byline: str | None, publication: str | None) -> None:
    assert opening_of(line) == Imprint(byline, None, publication)


@pytest.mark.parametrize(
    "line", ["本报告指出，", "本社区今天", "日报社日前", "记者李明报道", "The plant (new) - a visit", "A (B) - C"]
)
def test_other_first_words(line: str) -> None:
    assert opening_of(line) is None


def test_the_brackets_at_the_end_of_an_article() -> None:
    assert closing_of("项目完成。（本报记者 李明）") == Imprint(byline="本报记者 李明")
    assert closing_of("项目完成。（摘自《科技日报》2014.1.2）") == Imprint(None, "2014-01-02", "科技日报")
    assert closing_of("项目（三期）完成。") == closing_of("项目完成（三期）") == Imprint()


@pytest.mark.parametrize("line", ["席文", "冉成林", "李明 王芳", "（李明）", "劉建國"])
def test_names(line: str) -> None:
    assert is_name(line)


@pytest.mark.parametrize(
    "line", ["谢谢", "全文完", "完", "编写组", "园区", "高新区", "欧洲", "李明 王芳 张三 赵四", "Li Ming", ""]
)
def test_what_is_no_name(line: str) -> None:
    assert not is_name(line)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2014年10月27日", "2014-10-27"),
        ("2014 . 1 . 2", "2014-01-02"),
        ("民國103年1月2日", "2014-01-02"),
        ("二〇一四年十月二十七日", "2014-10-27"),
        ("二零二〇年十二月三十一日", "2020-12-31"),
        ("一九九八年二月十日", "1998-02-10"),
        ("Mar. 3, 2019", "2019-03-03"),
        ("September 21st, 2019", "2019-09-21"),
        ("3 March 2019", "2019-03-03"),
    ],
)
def test_dates_in_every_writing(written: str, iso: str) -> None:
    assert list(dates(f"刊于{written}。")) == [(iso, written)] or list(dates(f"on {written}.")) == [(iso, written)]
    assert list(dates("2014年13月1日 2014-10-32 12月3日 May 2019")) == []


@given(
    st.text(max_size=130), st.sampled_from(["", "■ ", "来源：", "作者：", "摘自", "本报讯", "By ", "《", "2019-01-02 "])
)
def test_any_line_is_read(line: str, mark: str) -> None:
    said = imprint_of(mark + line)
    for value in (said or Imprint())[::2]:
        assert value is None or value in mark + line
    opening_of(mark + line)
    closing_of(line)
    is_name(line)


@pytest.mark.parametrize(
    "line",
    ["记者 李明 " * 12, "李明、" * 40, "A B " * 30, "By " + "Aa " * 39, "■ " + "本报记者 " * 20, "来源：" + "甲 " * 58, "《" * 120]
)  # fmt: skip
def test_no_line_takes_long(line: str) -> None:
    begun = perf_counter()
    imprint_of(line), opening_of(line), closing_of(line)
    imprint_of(line[:52]), opening_of(re.sub(r"\s", "", line))
    assert perf_counter() - begun < 0.5
