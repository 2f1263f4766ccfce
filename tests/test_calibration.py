"""Signals to probability."""

import math
from dataclasses import replace

import pytest

from qa.calibration import Calibration, Signals, load_calibration, signals
from qa.reader import SentenceReader
from qa.retriever import Retriever


@pytest.fixture
def judged(index, encoder):
    """Signals of a question's best sentence."""

    def judge(question: str) -> Signals:
        retrieval = Retriever(index, encoder).search(question, 5)
        reading = SentenceReader().read(question, retrieval.weights, retrieval.hits)
        assert reading is not None
        return signals(question, retrieval, reading)

    return judge


def test_the_probability_is_a_logistic_regression():
    calibration = Calibration(-1.0, Signals(2.0, 0.0, 0.0, 0.0, 4.0, 0.0), threshold=0.5)
    assert calibration.probability(Signals(0.5, 9, 9, 9, 0.25, 9)) == pytest.approx(1 / (1 + math.exp(-1.0)))
    assert calibration.probability(Signals(-1e9, 0, 0, 0, 0, 0)) == pytest.approx(0, abs=1e-12)


def test_what_is_shipped_can_be_loaded_and_says_what_it_was_fitted_on():
    calibration = load_calibration()
    assert 0 < calibration.threshold < 1
    assert calibration.coefficients.cosine > 0
    assert calibration.coefficients.coverage > 0


def test_an_answer_that_shares_more_is_more_likely(judged):
    calibration = load_calibration()
    close = judged("永川大数据产业园累计入驻多少家企业？")
    far = judged("火星上有几座火山？")
    assert close.coverage > far.coverage
    # All else being equal: the small encoder's cosines are not the model's.
    level = replace_cosine(far, close)
    assert calibration.probability(close) > calibration.probability(level)


def replace_cosine(what: Signals, by: Signals) -> Signals:
    return what._replace(cosine=by.cosine, cosine_lead=by.cosine_lead)


def test_a_cosine_across_languages_is_not_held_against_the_answer(index, encoder, judged):
    question = "How many enterprises are in 永川?"
    retrieval = Retriever(index, encoder).search(question, 5)
    reading = SentenceReader().read(question, retrieval.weights, retrieval.hits)
    same = signals(question, retrieval, reading)
    across = signals("How many enterprises are there?", retrieval, reading)
    assert same.cosine == pytest.approx(retrieval.hits[0].dense)
    assert across.cosine == pytest.approx(retrieval.hits[0].dense + 0.14)
    english = replace(retrieval.hits[0].passage, text="There are 399 enterprises.")
    retrieval = retrieval._replace(hits=[replace(retrieval.hits[0], passage=english), *retrieval.hits[1:]])
    assert signals("How many enterprises are there?", retrieval, reading).cosine == pytest.approx(same.cosine)
