"""What something was, and what it has become."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reading.changes import of_its_time

ROAD = "新区人口由38万增至57万,审批环节由原来的23个压缩为6个。"
PLAN = "污水厂将由每天8万吨扩建到12万吨。"
WORDS = "从签约到开工用了97天,从2019年到2022年增加47公里。"


@pytest.mark.parametrize(
    ("question", "text", "guess", "expected"),
    [
        ("三年前有多少人口", ROAD, "57万", "38万"),
        ("现在有多少人口", ROAD, "38万", "57万"),
        ("有多少人口", ROAD, "38万", "38万"),  # it does not say when
        ("现在有多少人口", ROAD, "57万", "57万"),
        ("原来有几个审批环节", ROAD, "6个", "23个"),
        ("改革后审批环节有几个", ROAD, "23个", "6个"),
        ("现在每天处理多少", PLAN, "8万吨", "8万吨"),
        ("原来每天处理多少", PLAN, "12万吨", "8万吨"),
        ("之前审批环节比现在多多少", ROAD, "6个", "6个"),
        ("原来有多少人口", ROAD, "38万增至57万", "38万"),
        ("现在有多少人口", ROAD, "38万增至57万", "57万"),
        ("2019年有多少人口", ROAD, "57万", "57万"),
        ("目前有多少路", WORDS, "97天", "97天"),
        ("前三季度有多少人口", ROAD, "57万", "57万"),
        ("当前有多少人口", ROAD, "57万", "57万"),
    ],
)
def test_the_figure_of_the_time_that_is_asked_about(question: str, text: str, guess: str, expected: str) -> None:
    start = text.index(guess)
    first, after = of_its_time(question, text, start, start + len(guess))
    assert text[first:after] == expected


def test_a_unit_that_no_list_has_comes_along() -> None:
    text = "审批由18天压缩到5天。"
    assert of_its_time("原来要几天", text, 9, 11) == (3, 6)


@given(st.text("由从12万增至到为,。", max_size=30), st.data())
def test_what_comes_out_is_a_part_of_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for question in ("原来多少", "现在多少"):
        first, after = of_its_time(question, text, start, end)
        assert 0 <= first <= after <= len(text)
