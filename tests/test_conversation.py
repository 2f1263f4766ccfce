"""Which questions lean on the conversation, and what is searched for then."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.conversation import standalone
from qa.datatypes import Turn

FIRST = "清远高新区2018年引进了多少个项目？"


@pytest.mark.parametrize(
    "question",
    [
        "那南通呢？", "南通呢", "它的总投资是多少？", "它們有多少員工？", "该园区有多少企业？", "總投資中，该園占多少？", "有多少家？", "在哪里？",
        "是什么时候开业的？", "占全市多少？", "谁投资的？", "为什么？", "哪一年获批国家高新区？", "什么時候成立的？", "然后建了什么？",
        "How many people work in it?", "What about Nantong?", "And when did they open?",
    ],
)  # fmt: skip
def test_a_question_that_leans_is_searched_with_the_one_it_leans_on(question: str) -> None:
    assert standalone(question, [Turn(FIRST)]) == f"{FIRST} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "南通高新区上半年增长了多少？", "贵阳高新区的其他企业有哪些？", "吉他产业园在哪里？", "其它园区的企业总量是多少？", "谁是郑州天健湖物联网产业园总经理？",
        "有多少家全球顶级大数据企业进了贵阳高新区？", "哪家公司把软件研发的郑州总部放到了天健湖？", "在清远高新区办创新药物研究中心的是哪所大学？",
        "为什么要在贵阳高新区建设大数据交易所？", "How many items did Guiyang attract?", "Which capital was invested in Qingyuan?",
    ],
)  # fmt: skip
def test_a_question_that_stands_alone_is_not_touched(question: str) -> None:
    assert standalone(question, [Turn(FIRST), Turn("那南通呢？")]) == question


def test_without_a_conversation_nothing_is_touched() -> None:
    assert standalone("那南通呢？", []) == "那南通呢？"


def test_the_last_question_that_stands_alone_names_the_subject() -> None:
    history = [Turn("大连高新区有多少家企业？", "480家"), Turn(FIRST), Turn("它的总投资呢？", "280亿元")]
    assert standalone("那企业呢？", history) == f"{FIRST} 那企业呢？"


def test_when_every_question_leans_the_first_is_taken() -> None:
    assert standalone("为什么？", [Turn("它呢？"), Turn("那呢？")]) == "它呢？ 为什么？"


def test_few_questions_that_stand_alone_are_taken_to_lean(
    question_set: Callable[[str], list[tuple[str, list[str]]]],
) -> None:
    # Some of them do: they were asked with their paragraph in view, `该书讲述了什么内容？`.
    questions = [question for _, asked in question_set("cmrc2018_trial") for question in asked]
    touched = [question for question in questions if standalone(question, [Turn(FIRST)]) != question]
    assert len(touched) < len(questions) * 0.04


def test_no_question_of_the_sample_corpus_leans() -> None:
    path = Path(__file__).parents[1] / "seeds" / "questions.jsonl"
    questions = [json.loads(line)["question"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(questions) > 10
    assert [question for question in questions if standalone(question, [Turn(FIRST)]) != question] == []
