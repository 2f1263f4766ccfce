"""How much something has grown, beside how much it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reading.rates import its_rate

REPORT = "全市地区生产总值4826.3亿元,按可比价格计算,比上年增长6.1%;粮食产量178.9万吨,增产1.2%。人口512万人。"
INCOME = "滨湖县41.9亿元,同比增长12.5%,增收4.7亿元。"
SHARE = "受此影响,公司股价当日下跌5.6%,收于18.32元。"
SPEED = "清江区增速为4.2%,低于全市平均水平1.9个百分点。"
FIRMS = "高新技术企业达到527家,比上年增加83家,增长18.7%。"
BANK = "不良贷款率1.18%,较上年末下降0.04个百分点;净息差1.87%,同比收窄16个基点。"
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
        ("财政收入增长多少?", INCOME, "41.9亿元,同比增长12.5%,增收4.7亿元", "12.5%"),
        ("股价跌了多少?", SHARE, "18.32元", "5.6%"),
        ("股价跌了多少?", SHARE, "5.6%", "5.6%"),
        ("营收下滑了多少?", "营收312亿元,月减4.7%,回落2成。", "4.7%", "4.7%"),
        ("清江区比全市平均低多少?", SPEED, "4.2%", "1.9个百分点"),
        ("不良率比年初下降多少?", BANK, "1.18%", "0.04个百分点"),
        ("净息差收窄了多少?", BANK, "1.87%", "16个基点"),
        ("不良率是多少?", BANK, "1.18%", "1.18%"),
        ("企业增加多少?", FIRMS, "83家", "83家"),  # this is by how much, too
        ("企业增加多少家?", FIRMS, "83家", "83家"),
        ("企业增幅是多少?", FIRMS, "83家", "18.7%"),
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
    assert 0 <= first <= after <= len(text)
    assert (first, after) == (start, end) or re.search("[%倍成点]", text[first:after])
