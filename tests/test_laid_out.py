"""Answers in tables and lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.analysis import fold
from qa.layout.tables import cell_spans, cells
from qa.reading.laid_out import in_place

BARS = """\
| 指标 | 2024年 | 2023年 | 同比 |
|---|---|---|---|
| 营业收入（亿元） | 38.62 | 33.15 | +16.5% |
| 归母净利润（亿元） | 4.27 | 3.81 | +12.1% |
| 员工人数（人） | 5,812 | 5,347 | |
报告期内利润4.27亿元。"""
NAMES = """\
| 企业名称 | 法人 | 2023年产值（万元） | 2024年产值（万元） |
| 云岭光电有限公司 | 赵志刚 | 45,200 | 52,310 |
| 星河生物科技股份公司 | 钱丽华 | 18,900 | 23,450 |"""
COMMAS = '园区,产值,企业\n东区,280,"甲,乙"\n西区,95,丙'
MODELS = "| Model | Max. power (W) |\n|---|---|\n| AP-1 | 5 |\n| AP-2 | 9 |"
TABS = "年份\t产值\n2023年\t280\n2024年\t310"
ITEMS = """\
申领企业应当具备下列条件：
（一）注册满一年；
（二）营业收入不超过2亿元；

（三）无失信记录。
单个企业每年不超过20万元。"""
NESTED = """\
三、限行车辆为小型客车。
四、以下车辆不受限制：
（一）公交车；
（二）消防车；
（三）残疾人专用汽车。
五、违反规定的，处以罚款。"""
LOTS = """\
| 标段 | 供应商 | 金额（元） |
| 标段一 路侧泊位 | 泊安公司 | 12,860,000 |
| 标段二 停车场 | 云停公司 | 9,475,500 |"""
NO_LEAD = "大事记\n- 1958年动工。\n- 1961年停工。"


def answer(question: str, text: str, guess: str) -> str:
    start = text.index(guess)
    first, after = in_place(fold(question), text, start, start + len(guess))
    return text[first:after]


def test_the_name_of_another_row_goes_with_it() -> None:
    assert answer("标段二谁中标", LOTS, "标段一 路侧泊位 | 泊安公司") == "云停公司"
    assert answer("标段一谁中标", LOTS, "标段一 路侧泊位 | 泊安公司") == "标段一 路侧泊位 | 泊安公司"
    assert answer("谁中标", LOTS, "标段一 路侧泊位 | 泊安公司") == "标段一 路侧泊位 | 泊安公司"


@pytest.mark.parametrize(
    ("question", "text", "guess", "expected"),
    [
        ("2024年净利润是多少", BARS, "4.27", "4.27"),
        ("2023年净利润是多少", BARS, "4.27", "3.81"),
        ("净利润是多少", BARS, "4.27", "4.27"),
        ("2023年的员工人数", BARS, "4.27", "5,347"),
        ("员工人数同比增长多少", BARS, "5,812", "5,812"),  # that cell is empty
        ("2024年和2023年净利润", BARS, "4.27", "4.27 | 3.81"),
        ("营业收入的2024年同比", BARS, "38.62", "+16.5%"),
        ("营业收入2024年和同比各是多少", BARS, "38.62", "38.62"),  # another column lies between them
        ("2024年净利润是多少", BARS, "亿元） | 4.27", "4.27"),
        ("云岭光电是谁的企业", NAMES, "云岭光电有限公司 | 赵志刚", "云岭光电有限公司 | 赵志刚"),
        ("星河生物的法人代表是谁", NAMES, "钱丽华 | 18,900", "钱丽华"),
        ("净利润是多少", BARS, "4.27 | 3.81", "4.27 | 3.81"),
        ("归母净利润2023年是多少", BARS, "2023年 | 同比", "3.81"),
        ("归母净利润2023年是多少", BARS, "4.27 | 3.81", "3.81"),
        ("营业收入和净利润2023年是多少", BARS, "4.27", "3.81"),
        ("How strong is the AP-2?", MODELS, "5", "9"),
        ("max power of the AP-2?", MODELS, "Max. power (W)", "9"),
        ("哪个指标增长了12.1%", BARS, "归母净利润", "归母净利润"),
        ("2023年利润是多少", BARS, "4.27亿元", "4.27亿元"),  # prose below the table
        ("云岭光电2023年产值多少", NAMES, "2024年产值（万元", "45,200"),
        ("星河生物2024年产值多少", NAMES, "45,200", "23,450"),
        ("星河生物的产值", NAMES, "52,310", "23,450"),
        ("有限公司的产值", NAMES, "18,900", "45,200"),
        ("2022年产值多少", NAMES, "18,900", "18,900"),
        ("西区产值多少", COMMAS, "280", "95"),
        ("东区有哪些企业", COMMAS, "甲,乙", "甲,乙"),
        ("2024年产值多少", TABS, "280", "310"),
        ("申领要具备哪些条件", ITEMS, "一）注册满一年", ITEMS[ITEMS.index("（一") : ITEMS.index("\n单个")]),
        ("申领要具备什么条件", ITEMS, "一）注册满一年", "注册满一年"),
        ("营业收入不超过多少", ITEMS, "2亿元", "2亿元"),
        ("哪些企业每年不超过20万元", ITEMS, "单个企业", "单个企业"),
        ("哪些车辆不受限制", NESTED, "公交车", NESTED[NESTED.index("（一") : NESTED.index("\n五")]),
        ("哪些年份停工", NO_LEAD, "1961年", "1961年"),
    ],
)
def test_the_place_that_the_question_names(question: str, text: str, guess: str, expected: str) -> None:
    assert answer(question, text, guess) == expected


@pytest.mark.parametrize("names", ["园区\t产值\t企业数", "园区 | 产值 | 企业数", "| 园区 | 产值 | 企业数 |"])
def test_names_of_columns_above_the_text(names: str) -> None:
    text = "南区高新区 | 280 | 31\n北区高新区 | 310 | 47"
    start = text.index("280")
    first, after = in_place("北区高新区有多少企业数", text, start, start + 3, names)
    assert text[first:after] == "47"
    # What is above may be no row, or one of another table.
    for other in ("一、总体情况", "园区 | 产值"):
        assert in_place("北区高新区有多少企业数", text, start, start + 3, other) == (start, start + 3)


@pytest.mark.parametrize("row", ["| a |  | c d |", "a | b", "a\t\tc", 'x,"1,2",3', "  甲,1,2  ", "||", "| |"])
def test_as_many_cells_as_are_counted(row: str) -> None:
    found = cell_spans(row)
    assert len(found) == cells(row)
    assert all(row[start:end] == row[start:end].strip() for start, end in found)


@given(
    st.text("|,\t\n:：（一）1. 2023年甲-", max_size=60),
    st.text("2023年甲哪些", max_size=8),
    st.text("|,甲2 ", max_size=8),
    st.data(),
)
def test_any_answer_stays_in_its_text(text: str, question: str, above: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, after = in_place(question, text, start, end, above)
    assert 0 <= first <= after <= len(text)
    assert after > first or start == end or not text[start:end].strip()
