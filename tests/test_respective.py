"""Lists of which one goes with the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.analysis import fold
from qa.reading.respective import in_order

YEARS = "2020年至2022年营业收入分别为2.31亿元、3.05亿元和4.48亿元，净利润分别为3120万元、4870万元和8016万元。"
BEFORE = f"{YEARS}前五大客户收入占比分别为78.2%、81.5%和84.9%。"
NAMES = "贵阳、遵义和安顺分别有企业1,200家、900家和70家。"
EACH_YEAR = "2022年、2023年该港分别发生险情5起和9起，均未上报。"
TWO = "此外，生物医药、新能源汽车两大产业规模分别达到210亿元和165亿元。"
CLAUSES = "公司2023年前三季度实现营业收入8.93亿元，净利润1.02亿元，分别同比下降6.4%和12.7%。"
KINDS = "营业收入和净利润分别为3亿元和1亿元。"


@pytest.mark.parametrize(
    ("question", "text", "guess", "expected"),
    [
        ("2021年营业收入是多少", YEARS, "2.31亿元", "3.05亿元"),
        ("2022年净利润是多少", YEARS, "3120万元、4870万元和8016万元", "8016万元"),
        ("2020年净利润是多少", YEARS, "3120万元", "3120万元"),
        ("2022年前五大客户收入占比", BEFORE, "78.2%", "84.9%"),
        ("2019年营业收入是多少", YEARS, "2.31亿元", "2.31亿元"),  # none of them
        ("遵义有多少家企业", NAMES, "1,200家", "900家"),
        ("遵义和安顺有多少家企业", NAMES, "1,200家", "1,200家"),  # two are asked for
        ("贵阳、遵义、安顺分别有多少家企业", NAMES, "1,200家、900家和70家", "1,200家、900家和70家"),
        ("2023年出过几起险情", EACH_YEAR, "5起和9", "9起"),
        ("净利润是多少", KINDS, "3亿元", "1亿元"),
        ("生物医药产业规模多大", TWO, "165亿元", "210亿元"),
        ("新能源汽车产业规模多大", TWO, "210亿元", "165亿元"),
        ("净利润下降多少", CLAUSES, "6.4%", "12.7%"),
        ("营业收入下降多少", CLAUSES, "12.7%", "6.4%"),
        ("营业收入和净利润各是多少", KINDS, "3亿元和1亿元", "3亿元和1亿元"),
        ("哪里有1,200家", NAMES, "贵阳", "贵阳"),
    ],
)
def test_the_figure_that_goes_with_what_is_named(question: str, text: str, guess: str, expected: str) -> None:
    folded = fold(text)
    start = folded.index(fold(guess))
    first, after = in_order(fold(question), folded, start, start + len(guess))
    assert text[first:after] == expected


@given(st.text("贵阳、和分别为12,亿元2020年至2022。", max_size=40), st.text("贵阳2021年", max_size=8), st.data())
def test_any_answer_stays_in_its_text(text: str, question: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, after = in_order(question, text, start, end)
    assert 0 <= first <= after <= len(text)
    assert after > first or start == end
