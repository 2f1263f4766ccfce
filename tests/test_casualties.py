"""Counts of people by what became of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reading.casualties import those_counted

BLAST = "5月3日9时许,化工厂发生爆炸,截至当晚8时,已造成6人死亡、21人受伤,另有3人失联。厂长被控制。"
CRASH = "团雾致12车相撞,4人当场死亡,9人受伤送医,其中2人伤势较重。"
FLOOD = "暴雨造成全市11人遇难,5人失踪,紧急转移安置2.3万人,倒塌房屋417间。"
CAMP = "约有50,000名战俘和超过40,000名犯人死于其中。"


@pytest.mark.parametrize(
    ("question", "text", "guess", "expected"),
    [
        ("爆炸死了多少人", BLAST, "21人", "6人"),
        ("爆炸死了多少人", BLAST, "6人死亡、21人", "6人"),
        ("爆炸多少人受伤", BLAST, "6人", "21人"),
        ("几人失踪了", BLAST, "21人受伤", "3人"),
        ("伤了几个人", CRASH, "2人", "9人"),
        ("其中重伤几人", CRASH, "2人", "2人"),
        ("死亡人数是多少", FLOOD, "5人", "11人"),
        ("转移了多少人", FLOOD, "2.3万人", "2.3万人"),
        ("暴雨获救多少人", FLOOD, "5人", "5人"),  # nothing is said of them
        ("死伤多少人", BLAST, "21人", "21人"),
        ("倒塌多少房屋", FLOOD, "417间", "417间"),
        ("爆炸死了多少人", BLAST, "厂长", "厂长"),  # no count
        ("有多少人死于集中营", CAMP, "40,000名", "40,000名"),
        ("什么时候死了人", BLAST, "5月3日9时许", "5月3日9时许"),
    ],
)
def test_those_that_are_asked_about_are_counted(question: str, text: str, guess: str, expected: str) -> None:
    start = text.index(guess)
    first, after = those_counted(question, text, start, start + len(guess))
    assert text[first:after] == expected


@given(st.text("死伤失踪多少人12、,。其中", max_size=30), st.data())
def test_a_span_stays_in_its_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, after = those_counted("死了多少人", text, start, end)
    assert 0 <= first <= after <= len(text)
