"""Who holds an office, and who is its deputy."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.cross_encoder import load_cross_encoder
from qa.analysis import fold
from qa.chunking import passages
from qa.datatypes import Document, Hit
from qa.reading.offices import Office, asked_office, is_said_of, only_others
from qa.reading.span_reader import SpanReader
from qa.settings import Settings

MAYOR, VICE_MAYOR = Office("市长", deputy=False), Office("市长", deputy=True)
OTHER = "应急局局长贺平、气象局副局长冯晓琳出席会议。"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("临江市市长是谁？", MAYOR),
        ("临江市現任市長為誰", MAYOR),
        ("市长叫什么名字", MAYOR),
        ("谁担任临江市的副市长", VICE_MAYOR),
        ("市长助理是哪位", VICE_MAYOR),
        ("Who is the mayor of Linjiang?", Office("mayor", deputy=False)),
        ("who was the vice president", Office("president", deputy=True)),
        ("市长会见了谁", None),
        ("谁把市长的信送来", None),
        ("市长和副市长分别是谁", None),
        ("临江市的面积是多少", None),
        ("湖南省长沙市在谁的领导下", None),
        ("", None),
    ],
)
def test_the_office_that_a_question_asks_for(question: str, expected: Office | None) -> None:
    found = asked_office(fold(question))
    assert found == expected if expected is None or found is None else found[:2] == expected[:2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("副市长罗建平出席会议。", True),
        ("副市长罗建平、市长助理秦晓红出席会议。", True),
        ("副市长罗建平、市长秦晓红出席会议。", False),
        ("常务副市长罗建平，北京市长安街", True),  # no mayor
        ("罗建平出席会议。", False),
        ("县长罗建平、副县长秦晓红出席会议。", False),  # of another name
    ],
)
def test_a_text_that_speaks_of_deputies_only(text: str, *, expected: bool) -> None:
    assert only_others(MAYOR, text) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("气象局局长是谁", True),
        ("气象局的局长是谁", True),
        ("应急局局长是谁", False),
        ("气象局副局长是谁", False),
        ("局长是谁", False),
    ],
)
def test_heads_of_others_are_none_of_it(question: str, *, expected: bool) -> None:
    asked = asked_office(question)
    assert asked is not None
    assert only_others(asked, OTHER) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("副市长罗建平出席会议", False),
        ("市委副书记、市长罗建平", True),
        ("由副市长升任市长的罗建平", True),
        ("秦晓红、罗建平当选副市长", False),
        ("罗建平（副市长）主持会议", False),
        ("副市长秦晓红缺席，罗建平主持会议", None),
        ("罗建平主持会议，市长秦晓红讲话", None),
        ("镇长、市长罗建平", True),
        ("镇长秦晓红和罗建平", None),
    ],
)
def test_what_is_said_of_a_name(text: str, expected: bool | None) -> None:  # noqa: FBT001 - of three
    start = text.index("罗建平")
    assert is_said_of(MAYOR, text, start, start + 3) is expected
    assert is_said_of(VICE_MAYOR, text, start, start + 3) is (None if expected is None else not expected)


@given(st.text("副市县长助理罗建平，是谁 a", max_size=30), st.data())
def test_no_text_fails(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert asked_office(text) is None or not only_others(MAYOR, "")
    assert is_said_of(MAYOR, text, start, end) in {True, False, None}


MEETING = """\
9月12日，临江市召开重点项目推进会。市长丁怀瑾主持会议，副市长罗建平通报项目进展，管委会副主任秦晓红汇报下一步工作。

会议指出，截至8月底，全市38个重点项目完成投资62.4亿元。"""


@pytest.mark.model
def test_no_deputy_is_taken_for_who_holds_the_office(document: Callable[..., Document]) -> None:
    reader = SpanReader(load_cross_encoder(Settings().reader, Settings().cache))
    hits = [Hit(passage, 1.0, 0.9, 1.0) for passage in passages(document(MEETING), 200)]
    for question, expected in {
        "临江市市长是谁？": "丁怀瑾",
        "临江市副市长是谁？": "罗建平",
        "管委会副主任是谁？": "秦晓红",
        "管委会主任是谁？": None,
    }.items():
        reading = reader.read(question, {}, hits)
        assert reading is not None
        best, first = reading.candidates[0], reading.hits[0]
        assert first.relevance is not None
        if expected is None:
            assert first.relevance == 0
        else:
            assert first.passage.text[best.start : best.end] == expected
            assert first.relevance > 0.5


@pytest.mark.parametrize("text", ["镇长罗建平主持会议", "书记：罗建平"])
def test_who_has_another_office_just_in_front_does_not_hold_it(text: str) -> None:
    start = text.index("罗建平")
    assert is_said_of(MAYOR, text, start, start + 3) is False
    assert is_said_of(VICE_MAYOR, text, start, start + 3) is False


def test_an_office_in_another_language_may_be_the_same_one() -> None:
    assert is_said_of(Office("director", deputy=False), "推广部主任罗建平", 5, 8) is None
    assert is_said_of(MAYOR, "director ana ruiz", 9, 17) is None


def test_titles_that_are_used_for_one_another_are_not_told_apart() -> None:
    assert is_said_of(Office("总编", deputy=False), "时任主编罗建平", 4, 7) is None
    assert is_said_of(Office("chief operating", deputy=False), "chief financial officer: ana ruiz", 25, 33) is False
