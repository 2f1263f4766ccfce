"""Short names of things, and their long ones."""

import pytest

from qa.analysis import fold, query_terms
from qa.text.abbreviations import as_said, other_names

REPORT = "初步核算,全年地区生产总值4826.3亿元,规模以上工业增加值增长7.2%。"


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("临江的GDP是多少?", REPORT, "临江的地区生产总值是多少?"),
        ("临江的国内生产总值是多少?", REPORT, "临江的地区生产总值是多少?"),
        ("人均gdp", "人均GDP为9.4万元", "人均gdp"),  # it is said so
        ("规上工业增加值", REPORT, "规模以上工业增加值"),
        ("规模以上企业有几家", "规上企业527家", "规上企业有几家"),
        ("发改委主任是谁", "市发展改革委主任李明", "发展改革委主任是谁"),
        ("临江的PMI是多少", REPORT, "临江的PMI是多少"),  # it is not in the text by any name
        ("市监委主任是谁", "选举高岚为市监察委员会主任", "市监察委员会主任是谁"),
        ("有多少辆机动车", "动车组列车共20列", "有多少辆机动车"),
        ("外国企业有几家", "国有企业有5家", "外国企业有几家"),
        ("东北大学在哪里", "北京大学在海淀", "东北大学在哪里"),
        ("GDP和规上工业", REPORT, "地区生产总值和规模以上工业"),
        ("Who said aid was late?", "世界卫生组织", "Who said aid was late?"),
    ],
)
def test_a_question_says_what_the_text_says(question: str, text: str, expected: str) -> None:
    assert as_said(question, text) == expected


def test_names_are_translated_by_names() -> None:
    question = fold("GDP和规上工业")
    first, second = other_names(question, query_terms(question))
    assert first.words == ("gdp",)
    assert "地区生产总值" in first.candidates[0]
    assert second.words == ("规上",)
    assert second.candidates == (("规模以上",),)
    assert not set(range(first.start, first.start + 9)) & set(range(second.start, second.start + 9))
    assert other_names("企业有几家", ["企业"]) == []
