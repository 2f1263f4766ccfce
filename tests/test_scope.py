"""Figures of another year, another part of a year, another kind than is asked for."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.cross_encoder import load_cross_encoder
from qa.analysis import fold
from qa.chunking import passages
from qa.datatypes import Document, Hit
from qa.reading.scope import is_of_another, is_of_another_time
from qa.reading.span_reader import SpanReader
from qa.settings import Settings

MakeDocument = Callable[..., Document]
YEARLY = """\
# 松原高新区晒出成绩单

2023年，松原高新区实现工业总产值812.6亿元，同比增长9.4%。全区高新技术企业达到527家，比上年增加83家。"""
QUARTERLY = """\
清源市外贸开门红

本报讯（记者 姚立群）据海关统计，今年一季度，清源市出口143.9亿元，增长11.2%，其中民营企业出口98.3亿元。进出口总值218.4亿元。"""
TITLED = """\
# 瀚海生物2022年半年报

来源：清源日报 日期：2022-08-24

公司实现营业收入17.35亿元，去年同期为16.99亿元，研发人员有1,240人。"""
COMPARED = (
    "# 节日消费\n\n今年春节，古城接待游客82万人次，比2019年增长12%，景区始建于1963年，门票收入较一季度平均高两成。"
)
FOUNDED = """\
# 园区简介

园区成立于1992年。现有企业527家，城镇居民人均可支配收入49872元。"""
PARKING = "# 智慧停车一期项目中标结果\n\n由泊安公司中标。工期二十天，一期间不得停工。"
RANGE = "2020年至2022年营业收入分别为2.31亿元、3.05亿元和4.48亿元。"
DATED = "# 园区开放日\n\n来源：清源日报 日期：2024-{month}-12\n\n管委会主任吴晓东说，全区有企业126家。"
SPRING, SUMMER = DATED.format(month="03"), DATED.format(month="07")
KIN = "# 专访\n\n谭桂英说：“我女儿在医院当护士。”"
ENGLISH = "Revenue grew 9 percent to 7.84 billion yuan in 2023. The company shipped 9.6 gigawatts of wafers."
TRADE = "In the first quarter the port handled 2.3 million tonnes. Exports through it were worth $4.1 billion in Q1."
WRITTEN = "# 縣志\n\n一九五八年全縣糧食總產量達到三千二百萬斤，農民人均收入四十元。"


@pytest.mark.parametrize(
    ("question", "text", "answer", "expected"),
    [
        ("2023年松原高新区工业总产值是多少", YEARLY, "812.6亿元", False),
        ("2022年松原高新区工业总产值是多少", YEARLY, "812.6亿元", True),
        ("2022年有多少家高新技术企业", YEARLY, "527家", True),  # the sentence before says of when it is
        ("松原高新区工业总产值是多少", YEARLY, "812.6亿元", False),
        ("2022年以来工业总产值是多少", YEARLY, "812.6亿元", False),
        ("2022年和2023年的工业总产值", YEARLY, "812.6亿元", False),
        ("2022年什么晒出成绩单", YEARLY, "松原高新区", False),  # no figure
        ("松原经开区工业总产值是多少", YEARLY, "812.6亿元", True),
        ("松原高新技术产业园区产值", YEARLY, "812.6亿元", False),
        ("哪一产业产值最高", "# 概况\n\n第三产业产值最高，达30亿元。", "第三产业", False),
        ("松原经济技术开发区在哪里", YEARLY, "松原高新区", True),
        ("智慧停车二期谁中标", PARKING, "泊安公司", True),
        ("智慧停车第1期谁中标", PARKING, "泊安公司", False),
        ("智慧停车首期谁中标", PARKING, "泊安公司", False),
        ("3号楼进度如何", "# 例会\n\n1号楼完成85%，2号楼完成60%。", "60%", True),
        ("3号楼进度如何", "# 例会\n\n1、3号楼完成85%，2号楼完成60%。", "85%", False),
        ("第十二届博览会签约多少", "# 第12届博览会闭幕\n\n签约358亿元，上届为300亿元。", "358亿元", False),
        ("第十二届博览会签约多少", "# 第11届博览会闭幕\n\n签约358亿元。", "358亿元", True),
        ("一季度出口多少", QUARTERLY, "143.9亿元", False),
        ("1—3月出口多少", QUARTERLY, "143.9亿元", False),
        ("前三个月出口多少", QUARTERLY, "143.9亿元", False),
        ("前三季度出口多少", QUARTERLY, "143.9亿元", True),
        ("二季度进出口总值是多少", QUARTERLY, "218.4亿元", True),
        ("一季度进口多少", QUARTERLY, "218.4亿元", True),
        ("国有企业出口多少", QUARTERLY, "98.3亿元", True),
        ("民企出口多少", QUARTERLY, "98.3亿元", False),
        ("瀚海生物2022年上半年营业收入", TITLED, "17.35亿元", False),
        ("瀚海生物2021年营业收入", TITLED, "16.99亿元", False),  # `去年`, and the article's date is known
        ("瀚海生物2020年营业收入", TITLED, "17.35亿元", True),
        ("瀚海生物全年营业收入", TITLED, "17.35亿元", True),
        ("上半年净利润多少", "# 南浦银行2023年半年度业绩快报\n\n实现净利润31.07亿元。", "31.07亿元", False),
        ("2023年度净利润多少", "# 南浦银行2023年半年度业绩快报\n\n实现净利润31.07亿元。", "31.07亿元", True),
        ("2023年现有多少家企业", FOUNDED, "527家", False),  # nothing says of when
        ("农村居民人均可支配收入是多少", FOUNDED, "49872元", True),
        ("柏林高新区工业总产值是多少", YEARLY, "812.6亿元", True),  # the headline names another
        ("我市高新区工业总产值是多少", YEARLY, "812.6亿元", False),
        ("现在高新区工业总产值是多少", YEARLY, "812.6亿元", False),
        ("省级高新区工业总产值是多少", YEARLY, "812.6亿元", False),
        ("松原市高新区工业总产值是多少", YEARLY, "812.6亿元", False),
        ("哪个高新区产值812.6亿元", YEARLY, "松原高新区", False),
        ("柏林市工业总产值是多少", YEARLY, "812.6亿元", False),  # nothing of its kind is named
        ("柏林高新区现有多少家企业", FOUNDED, "527家", False),
        ("2021年营业收入是多少", RANGE, "3.05亿元", False),
        ("2019年营业收入是多少", RANGE, "3.05亿元", True),
        ("2023年春节接待多少游客", COMPARED, "82万人次", False),  # what it is held against says nothing of when it is
        ("二季度接待多少游客", COMPARED, "82万人次", False),
        ("2024年有多少家企业", SPRING, "126家", False),  # the year of its article is meant
        ("2023年有多少家企业", SPRING, "126家", False),
        ("2023年有多少家企业", SUMMER, "126家", True),
        ("2019年有多少家企业", SPRING, "126家", True),
        ("谭桂英的儿子做什么工作", KIN, "医院当护士", True),
        ("谭桂英的女儿做什么工作", KIN, "医院当护士", False),
        ("谁是周瑜的儿子", "# 家谱\n\n周循的父亲是周瑜。", "周循", False),
        ("How much revenue was there in 2021?", ENGLISH, "7.84 billion yuan", True),
        ("How much revenue was there in 2023?", ENGLISH, "7.84 billion yuan", False),
        ("How much was exported in the second quarter?", TRADE, "$4.1 billion", True),
        ("How much was exported in the first quarter?", TRADE, "$4.1 billion", False),
        ("How much was imported in Q1?", TRADE, "$4.1 billion", True),
        ("How many gigawatts were shipped in 2021?", ENGLISH, "9.6 gigawatts", False),
        ("一九五九年糧食總產量是多少", WRITTEN, "三千二百萬斤", True),
        ("1958年糧食總產量是多少", WRITTEN, "三千二百萬斤", False),
        ("2019年3月", "3月4日，出口5亿元。", "3月4日", False),  # a day is no figure
    ],
)
def test_what_is_of_another_scope(
    document: MakeDocument, question: str, text: str, answer: str, *, expected: bool
) -> None:
    found = next(passage for passage in passages(document(text), 200) if answer in passage.text)
    start = found.text.index(answer)
    assert is_of_another(fold(question), found, start, start + len(answer)) is expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("2019年主任是谁", SUMMER, True),
        ("2024年主任是谁", SUMMER, False),
        ("主任是谁", SUMMER, False),
        ("2019年以来主任是谁", SUMMER, False),
        ("2019年主任是谁", FOUNDED, False),  # of an unknown date
        ("2021年营业收入", TITLED, False),  # `去年`
    ],
)
def test_what_is_of_another_time(document: MakeDocument, question: str, text: str, *, expected: bool) -> None:
    found = next(passage for passage in passages(document(text), 200) if passage.role == "text")
    assert is_of_another_time(fold(question), found) is expected


@given(st.text("2019年一季度前三上半年，。从出进口2", max_size=30), st.data())
def test_what_a_passage_says_itself_is_of_no_other_scope(
    document: MakeDocument, text: str, data: st.DataObject
) -> None:
    for passage in passages(document(f"概况：{text}"), 200):
        start = data.draw(st.integers(0, len(passage.text)))
        end = data.draw(st.integers(start, len(passage.text)))
        assert not is_of_another(fold(passage.text), passage, start, end)


@pytest.mark.model
def test_a_figure_of_another_scope_is_no_answer(document: MakeDocument) -> None:
    reader = SpanReader(load_cross_encoder(Settings().reader, Settings().cache))
    hits = [Hit(passage, 1.0, 0.9, 1.0) for passage in passages(document(QUARTERLY), 200)]
    for question, answers in {
        "清源市一季度出口多少？": True,
        "清源市二季度出口多少？": False,
        "清源市进口多少？": False,
    }.items():
        reading = reader.read(question, {}, hits)
        assert reading is not None
        relevance = reading.hits[0].relevance
        assert relevance is not None
        assert relevance > 0.5 if answers else relevance == 0
