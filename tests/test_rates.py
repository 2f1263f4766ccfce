"""How much something has grown, beside how much it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reading.rates import its_rate

REPORT = "全市地区生产总值4826.3亿元,按可比价格计算,比上年增长6.1%;粮食产量178.9万吨,增产1.2%。人口512万人。"
TWO = "出口98.3亿元,进口75.1亿元,增长8.4%。"


@pytest.mark.parametrize(
    ("question", "text", "guess", "expected"),
    [
        ("生产总值增长多少", REPORT, "4826.3亿元", "6.1%"),
        ("生产总值的增速是多少", REPORT, "4826.3亿元", "6.1%"),
        ("粮食增长了多少", REPORT, "178.9万吨", "1.2%"),
        ("生产总值是多少", REPORT, "4826.3亿元", "4826.3亿元"),
        ("人口增长了多少", REPORT, "512万人", "512万人"),  # it does not say
        ("生产总值增长多少", REPORT, "6.1%", "6.1%"),
        ("出口增长多少", TWO, "98.3亿元", "98.3亿元"),  # the rate is another's
        ("进口增长多少", TWO, "75.1亿元", "8.4%"),
    ],
)
def test_who_asks_for_the_rate_gets_it(question: str, text: str, guess: str, expected: str) -> None:
    start = text.index(guess)
    first, after = its_rate(question, text, start, start + len(guess))
    assert text[first:after] == expected


@given(st.text("增长3亿元,%;。比", max_size=30), st.data())
def test_what_comes_out_is_a_part_of_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, after = its_rate("增长多少", text, start, end)
    assert start <= first <= after <= len(text)
