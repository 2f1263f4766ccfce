"""Readers: passages ranked anew, and the words that answer."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.cross_encoder import PassageScores, load_cross_encoder
from qa.analysis import fold
from qa.datatypes import Hit, PassageId
from qa.reader import stated
from qa.reading.question_kinds import asked_kind, wants_yes_or_no
from qa.reading.sentence_reader import SentenceReader
from qa.reading.span_reader import SpanReader
from qa.retriever import Retriever
from qa.settings import Settings


class PatternModel:
    """Reads one token a character, and is sure of what a pattern finds."""

    fingerprint = "pattern"

    def __init__(self, pattern: str, relevance: float = 6.0) -> None:
        self._pattern, self._relevance = re.compile(pattern), relevance
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
        return PassageScores(self._relevance if matches else -6.0, places, starts, ends)


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
    reading = SpanReader(PatternModel("高新区|增长|封顶")).read("哪里？", {}, hits("南通高新区"))
    texts = [reading.hits[one.passage].passage.text[one.start : one.end] for one in reading.candidates]
    assert len(set(texts)) == len(texts) > 1


def test_the_same_words_in_several_passages_are_one_candidate(hits):
    model = PatternModel("高新区", relevance=-6.0)  # so unsure that all are read
    reading = SpanReader(model).read("哪里？", {}, hits("高新区"))
    texts = [reading.hits[one.passage].passage.text[one.start : one.end] for one in reading.candidates]
    assert sum("高新区" in text for text in model.texts) > 1
    assert len(set(texts)) == len(texts)
    assert texts.count("高新区") == 1


def test_a_runner_up_stands_apart_from_the_answer_and_not_in_the_headline(hits):
    found = hits("大数据项目")[:1]
    reading = SpanReader(PatternModel("45个|128亿元")).read("总投资多少？", {}, found)
    best, *others = reading.candidates
    assert {answer(reading)} | {found[0].passage.text[one.start : one.end] for one in others} >= {"45个", "128亿元"}
    assert all(0 <= one.start < one.end for one in others)
    assert all(one.end <= best.start or one.start >= best.end for one in others)


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


class RelevanceModel:
    """Says of texts how relevant they are, and remembers what it was asked."""

    fingerprint = "relevance"

    def __init__(self, relevance: dict[str, float]) -> None:
        self._relevance = relevance
        self.texts: list[str] = []

    def read(self, question: str, texts: Sequence[str]) -> list[PassageScores]:
        self.texts += texts
        nothing = np.empty((0, 2), np.int32), np.empty(0, np.float32), np.empty(0, np.float32)
        return [PassageScores(self._relevance[text], *nothing) for text in texts]


def made_up(hit: Hit, number: int, score: float, article: int) -> Hit:
    source = replace(hit.passage.source, document=f"document {article}")
    passage = replace(hit.passage, id=PassageId(number), text=f"第{number}段。", source=source)
    return replace(hit, passage=passage, score=score)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(-9, 9), st.integers(0, 3)), min_size=1, max_size=8))
def test_what_comes_first_is_what_would_if_all_were_read(hits, drawn):
    (hit, *_) = hits("大数据")
    drawn.sort(reverse=True)
    many = [made_up(hit, number, score, article) for number, (score, _, article) in enumerate(drawn)]
    model = RelevanceModel({fold(one.passage.context): logit for one, (_, logit, _) in zip(many, drawn, strict=True)})
    reading = SpanReader(model).read("什么？", {}, many)
    share, weight = SpanReader.ARTICLE_SHARE, SpanReader.RELEVANCE_WEIGHT
    shared = [
        (1 - share) * score + share * max(other for other, _, of in drawn if of == article)
        for score, _, article in drawn
    ]
    chosen = sorted(range(len(drawn)), key=lambda number: -shared[number])[: SpanReader.DEPTH]
    read = {number: shared[number] + weight * sigmoid(drawn[number][1]) for number in chosen}
    assert reading.hits[0].score == pytest.approx(max(read.values()))
    assert read[reading.hits[0].passage.id] == pytest.approx(max(read.values()))
    assert sorted(one.passage.id for one in reading.hits) == list(range(len(many)))
    scores = [one.score for one in reading.hits]
    assert scores == sorted(scores, reverse=True)


def sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def test_within_an_article_the_model_decides_and_between_articles_retrieval_does(hits):
    (hit, *_) = hits("大数据")
    for article, first in ((0, 1), (1, 0)):
        many = [made_up(hit, 0, 0.9, 0), made_up(hit, 1, 0.6, article)]
        model = RelevanceModel({fold(many[0].passage.context): 0.0, fold(many[1].passage.context): 3.0})
        assert SpanReader(model).read("什么？", {}, many).hits[0].passage.id == first


def test_a_passage_beside_the_best_is_read_before_a_stranger(hits):
    (hit, *_) = hits("大数据")
    many = [made_up(hit, number, 0.9 - number / 20, number) for number in range(8)]
    sibling = made_up(hit, 8, 0.5, 0)
    model = RelevanceModel({fold(one.passage.context): -9.0 for one in (*many, sibling)})
    SpanReader(model).read("什么？", {}, [*many, sibling])
    assert fold(sibling.passage.context) in model.texts
    assert fold(many[SpanReader.DEPTH - 1].passage.context) not in model.texts


def test_only_passages_that_may_come_first_are_read(hits):
    (hit, *_) = hits("大数据")
    first, *others = (made_up(hit, number, score, number) for number, score in enumerate((0.9, 0.8, 0.7, 0.1)))
    texts = [fold(one.passage.context) for one in (first, *others)]
    for relevance in (0.99, 0.7, 0.3, 0.01):
        model = RelevanceModel(dict.fromkeys(texts, math.log(relevance / (1 - relevance))))
        reading = SpanReader(model).read("什么？", {}, [first, *others])
        least = first.score + SpanReader.RELEVANCE_WEIGHT * (relevance - 1)
        worth = 1 + sum(one.score > least for one in others)
        assert model.texts == texts[:worth]
        assert [one.relevance is None for one in reading.hits] == [number >= worth for number in range(4)]
        assert [one.passage.id for one in reading.hits] == [0, 1, 2, 3]


def test_no_more_than_so_many_are_read(hits):
    (hit, *_) = hits("大数据")
    many = [made_up(hit, number, 0.9 - number / 100, number) for number in range(9)]
    model = RelevanceModel({fold(one.passage.context): -9.0 for one in many})
    reading = SpanReader(model).read("什么？", {}, many)
    assert len(model.texts) == SpanReader.DEPTH
    assert len(reading.hits) == 9
    assert [hit.relevance is None for hit in reading.hits] == [False] * SpanReader.DEPTH + [True] * (
        9 - SpanReader.DEPTH
    )


@pytest.mark.parametrize(
    ("question", "pattern", "expected"),
    [
        ("升规的企业奖励多少？", r"20万元；.*100万元", "20万元"),
        ("两类企业分别奖励多少？", r"20万元；.*100万元", "20万元；对小巨人奖励100万元"),
        ("货邮吞吐量增长多少？", r"4,120吨|3\.6%", "3.6%"),
        ("货邮吞吐量有多少？", r"4,120吨", "4,120吨"),
        ("货邮吞吐量有多少？", r"4,120吨.*%", "4,120吨"),  # what it is held against is not asked for
        ("货邮吞吐量比上年增长多少？", r"4,120吨.*%", "3.6%"),
    ],
)
def test_one_figure_of_the_kind_that_is_asked_for(hits, question, pattern, expected):
    (hit, *_) = hits("大数据")
    text = "对升规的企业奖励20万元；对小巨人奖励100万元。货邮吞吐量4,120吨，同比增长3.6%。"
    one = replace(hit, passage=replace(hit.passage, text=text))
    assert answer(SpanReader(PatternModel(pattern)).read(question, {}, [one])) == expected


def test_what_was_asked_in_a_text_is_no_answer(hits):
    (hit, *_) = hits("大数据")
    text = "问：房产税什么时候推出？\n答：短期内不会。电话0579-8123456。"
    one = replace(hit, passage=replace(hit.passage, text=text))

    def asked(question: str, pattern: str) -> str:
        return answer(SpanReader(PatternModel(pattern)).read(question, {}, [one]))

    assert asked("房产税什么时候推出？", "什么时候推出") == "答：短期内不会。"
    assert asked("会推出房产税吗？", "房产税") == "答：短期内不会。"
    assert asked("电话是多少？", r"0579-8123456") == "0579-8123456"


@pytest.mark.parametrize(
    ("question", "answered", "other"),
    [
        ("讲解多少钱？", "200元", "0579-8123456"),
        ("门票几元？", "65岁以上免费", "65岁以上"),
        ("比赛奖金多少钱", "$5,000", "3日"),
        ("产值增长多少？", "3.6%", "4,120吨"),
        ("哪天开工？", "3月4日", "昨晚"),
        ("有几家企业？", "三家", "许多"),
    ],
)
def test_what_kind_of_answer_is_asked_for(question: str, answered: str, other: str) -> None:
    kind = asked_kind(fold(question))
    assert kind is not None
    assert kind.search(fold(answered))
    assert not kind.search(fold(other))


def test_a_tab_is_a_bar_to_the_model(hits):
    (hit, *_) = hits("大数据")
    model = PatternModel("280")
    reading = SpanReader(model).read(
        "东区产值多少？", {}, [replace(hit, passage=replace(hit.passage, text="东区\t280"))]
    )
    assert model.texts[0].endswith("东区|280")
    assert answer(reading) == "280"


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
