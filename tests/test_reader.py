"""Readers: passages ranked anew, and the words that answer."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from embeddings.cross_encoder import PassageScores, load_cross_encoder
from qa.analysis import fold
from qa.datatypes import Hit
from qa.question_kinds import wants_yes_or_no
from qa.reader import stated
from qa.retriever import Retriever
from qa.sentence_reader import SentenceReader
from qa.settings import Settings
from qa.span_reader import SpanReader


class PatternModel:
    """Reads one token a character, and is sure of what a pattern finds."""

    fingerprint = "pattern"

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern)
        self.texts: list[str] = []

    def read(self, question: str, texts: Sequence[str]) -> list[PassageScores]:
        self.texts += texts
        return [self._scores(text) for text in texts]

    def _scores(self, text: str) -> PassageScores:
        places = np.array([(at, at + 1) for at in range(len(text))], np.int32).reshape(-1, 2)
        starts, ends = np.zeros(len(text), np.float32), np.zeros(len(text), np.float32)
        matches = list(self._pattern.finditer(text))
        for match in matches:
            starts[match.start()], ends[match.end() - 1] = 9, 9
        return PassageScores(6.0 if matches else -6.0, places, starts, ends)


@pytest.fixture
def hits(index, encoder):
    def found(question: str) -> list[Hit]:
        return Retriever(index, encoder).search(question, 6).hits

    return found


def answer(reading) -> str:
    best = reading.candidates[0]
    return reading.hits[best.passage].passage.text[best.start : best.end]


def test_the_words_answer_and_their_passage_comes_first(hits):
    found = hits("园区有多少家企业？")
    reading = SpanReader(PatternModel("521.3亿元")).read("产值多少？", {}, found[::-1])
    assert answer(reading) == "521.3亿元"
    assert "521.3亿元" in reading.hits[0].passage.text
    assert reading.hits[0].relevance == pytest.approx(1 / (1 + math.exp(-6)))
    assert {hit.passage.id for hit in reading.hits} == {hit.passage.id for hit in found}


def test_what_is_read_is_folded_and_what_is_shown_is_not(hits):
    model = PatternModel("大连高新区")
    reading = SpanReader(model).read("哪里？", {}, hits("大連高新區"))
    assert any("高新技术企业总量" in text for text in model.texts)
    assert answer(reading) == "大連高新區"


def test_a_headline_is_read_but_is_no_answer(hits):
    model = PatternModel("加快发展大数据产业|128亿元")
    reading = SpanReader(model).read("总投资多少？", {}, hits("总投资多少？"))
    assert any(text.startswith("贵阳高新区加快发展大数据产业\n") for text in model.texts)
    assert answer(reading) == "128亿元"


def test_a_question_of_yes_or_no_gets_the_sentence(hits):
    reading = SpanReader(PatternModel("399家")).read("永川大数据产业园入驻399家企业了吗？", {}, hits("永川"))
    assert answer(reading) == "本报讯 永川大数据产业园累计入驻399家企业，实现地区生产总值521.3亿元。"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("它建成了吗？", True),
        ("是否已经封顶？", True),
        ("Is it open?", True),
        ("是什么时候建成的？", False),
        ("你知道它有多少家企业吗？", False),
        ("几乎都建成了吗？", True),
        ("Which zone grew?", False),
    ],
)
def test_which_questions_want_yes_or_no(question: str, *, expected: bool) -> None:
    assert wants_yes_or_no(fold(question)) is expected


def test_a_model_that_only_ranks_leaves_the_words_to_the_sentences(hits):
    class Ranker:
        fingerprint = "ranker"

        def read(self, question: str, texts: Sequence[str]) -> list[PassageScores]:
            nothing = np.empty((0, 2), np.int32), np.empty(0, np.float32), np.empty(0, np.float32)
            return [PassageScores(5.0 if "399" in text else -5.0, *nothing) for text in texts]

    question = "永川大数据产业园累计入驻多少家企业？"
    retrieval_hits = hits(question)
    reading = SpanReader(Ranker()).read(question, {"永川": 1.0}, retrieval_hits)
    assert "399家企业" in answer(reading)
    assert answer(reading).endswith("。")


def test_no_two_candidates_say_the_same(hits):
    reading = SpanReader(PatternModel("高新区")).read("哪里？", {}, hits("高新区"))
    texts = [reading.hits[one.passage].passage.text[one.start : one.end] for one in reading.candidates]
    assert len(set(texts)) == len(texts) > 1


def test_nothing_found_is_nothing_read():
    assert SpanReader(PatternModel("x")).read("什么？", {}, []) is None
    assert SentenceReader().read("什么？", {}, []) is None
    assert stated("李明", []) is None


def test_what_is_stated_is_found_where_it_stands(hits):
    found = hits("大数据")
    name = found[0].passage.text[2:5]
    reading = stated(name, found)
    assert answer(reading) == name
    assert stated("没有这个人", found) is None


def test_only_the_first_passages_are_read(hits):
    (one, *_) = hits("大数据")
    many = [replace(one, score=1 - number / 100) for number in range(9)]
    model = PatternModel("大数据")
    reading = SpanReader(model).read("什么？", {}, many)
    assert len(model.texts) == SpanReader.DEPTH
    assert len(reading.hits) == 9
    assert [hit.relevance is None for hit in reading.hits] == [False] * SpanReader.DEPTH + [True] * (
        9 - SpanReader.DEPTH
    )


@pytest.mark.model
def test_the_default_reader_underlines_the_answer(index, encoder):
    reader = SpanReader(load_cross_encoder(Settings().reader, Settings().cache))
    for question, expected in {
        "永川大数据产业园入驻了多少家企业？": "399家",
        "贵阳高新区新引进的大数据项目总投资是多少？": "128亿元",
        "大連高新區的高新技術企業有多少家？": "480家",
    }.items():
        retrieval = Retriever(index, encoder).search(question, 6)
        reading = reader.read(question, retrieval.weights, retrieval.hits)
        assert answer(reading).endswith(expected), question
        assert len(answer(reading)) < len(reading.hits[0].passage.text) / 2
