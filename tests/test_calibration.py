"""Signals to probability."""

import math
from dataclasses import replace

import pytest

from qa.calibration import Calibration, Signals, load_calibration, signals
from qa.reading.sentence_reader import SentenceReader
from qa.retriever import Retriever


@pytest.fixture
def judged(index, encoder):
    """Signals of a question's best sentence."""

    def judge(question: str) -> Signals:
        retrieval = Retriever(index, encoder).search(question, 5)
        reading = SentenceReader().read(question, retrieval.weights, retrieval.hits)
        assert reading is not None
        return signals(question, retrieval.weights, reading)

    return judge


def test_the_probability_is_a_logistic_regression():
    nothing = Signals(*[0.0] * len(Signals._fields))
    calibration = Calibration(-1.0, nothing._replace(cosine=2.0, coverage=4.0), thresholds=())
    others = Signals(*[9.0] * len(Signals._fields))
    assert calibration.probability(others._replace(cosine=0.5, coverage=0.25)) == pytest.approx(1 / (1 + math.exp(-1)))
    assert calibration.probability(nothing._replace(cosine=-1e9)) == pytest.approx(0, abs=1e-12)


def test_what_the_signals_contribute_adds_up_to_the_log_odds(judged):
    calibration = load_calibration("sentence")
    observed = judged("永川大数据产业园累计入驻多少家企业？")
    log_odds = calibration.intercept + sum(share for _, share in calibration.contributions(observed))
    assert calibration.probability(observed) == pytest.approx(1 / (1 + math.exp(-log_odds)))


def test_what_is_shipped_can_be_loaded_and_says_what_it_was_fitted_on():
    calibration = load_calibration("sentence")
    assert 0 < calibration.threshold(0.8) < 1
    assert calibration.coefficients.cosine > 0
    assert calibration.coefficients.coverage > 0


def test_the_threshold_is_the_least_probability_at_which_enough_answers_are_right():
    calibration = Calibration(0.0, Signals(*[0.0] * len(Signals._fields)), ((0.5, 0.1), (0.8, 0.3), (0.9, 0.7)))
    assert [calibration.threshold(share) for share in (0, 0.5, 0.6, 0.8, 0.9)] == [0.1, 0.1, 0.3, 0.3, 0.7]
    assert calibration.threshold(0.95) == 1.0


@pytest.mark.parametrize("reader", ["span", "sentence"])
def test_more_precision_asks_for_more_confidence(reader):
    thresholds = load_calibration(reader).thresholds
    assert list(thresholds) == sorted(thresholds)
    assert [least for _, least in thresholds] == sorted(least for _, least in thresholds)


def test_an_answer_that_shares_more_is_more_likely(judged):
    calibration = load_calibration("sentence")
    close = judged("永川大数据产业园累计入驻多少家企业？")
    far = judged("火星上有几座火山？")
    assert close.coverage > far.coverage
    # All else being equal: the small encoder's cosines are not the model's.
    level = replace_cosine(far, close)
    assert calibration.probability(close) > calibration.probability(level)


def replace_cosine(what: Signals, by: Signals) -> Signals:
    return what._replace(cosine=by.cosine, cosine_lead=by.cosine_lead)


def test_an_english_question_answered_in_chinese_is_known_to_be(index, encoder, judged):
    question = "How many enterprises are in 永川?"
    retrieval = Retriever(index, encoder).search(question, 5)
    reading = SentenceReader().read(question, retrieval.weights, retrieval.hits)
    assert signals(question, retrieval.weights, reading).across_languages == 0
    assert signals("How many enterprises are there?", retrieval.weights, reading).across_languages == 1
    english = replace(retrieval.hits[0].passage, text="There are 399 enterprises.")
    reading = reading._replace(hits=(replace(reading.hits[0], passage=english), *reading.hits[1:]))
    assert signals("How many enterprises are there?", retrieval.weights, reading).across_languages == 0
