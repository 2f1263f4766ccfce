"""The questions and passages of our own that the reader learns from."""

import re
from collections import Counter

import pytest

from tests.conftest import SHARED
from training.own_questions import own_passages, own_questions, own_set

KINDS = {"paraphrase", "fact", "list", "why", "yesno", "english", "unanswerable"}


def test_each_question_is_asked_once_and_of_a_known_kind():
    questions = own_questions()
    assert len({(one.paragraph, one.text) for one in questions}) == len(questions)
    assert {one.kind for one in questions} == KINDS


def test_only_what_a_paragraph_does_not_say_has_no_answer():
    for one in own_questions():
        assert (one.kind == "unanswerable") == (not one.answers), one


def test_the_answers_stand_in_our_passages_whole():
    texts = {passage.key: passage.text for passage in own_passages()}
    about = [one for one in own_questions() if one.paragraph.startswith("own")]
    assert {one.paragraph for one in about} == set(texts)
    for one in about:
        for start, end in one.answers:
            answer = texts[one.paragraph][start:end]
            assert answer, one
            assert answer == answer.strip(), one


def test_english_questions_are_english():
    for one in own_questions():
        latin, han = (len(re.findall(pattern, one.text)) for pattern in (r"[A-Za-z]", r"[\u4e00-\u9fff]"))
        assert latin > han or one.kind != "english", one


def test_some_of_our_passages_are_held_back():
    assert Counter(passage.held_back for passage in own_passages()) == {True: 94, False: 456}


@pytest.mark.skipif(not (SHARED / "data").is_dir(), reason="the question sets are not here")
def test_the_answers_stand_in_the_published_paragraphs():
    from bench.datasets import load_set
    from training.reading_data import SETS

    paragraphs = {key: text for name in SETS for key, text in load_set(SHARED / "data", name).paragraphs.items()}
    questions = own_set(paragraphs).questions
    assert len(questions) == len(own_questions())
    assert all(answer.strip() for question in questions for answer in question.answers)
