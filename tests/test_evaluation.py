"""The figures, worked by hand."""

from pathlib import Path

import pytest

from qa.alignment import Alignment
from qa.datatypes import Answer, Hit, Passage, PassageId, Source, Span
from qa.errors import InputError
from qa.evaluation import Evaluation, GoldQuestion, contains, evaluate, exact_match, f1, load_questions

TEXTS = {
    "甲": "贵阳高新区新引进了45个项目。",
    "乙": "大連高新技術企業總量已達480家。",
    "丙": "南通的项目投资50亿元。",
}


def hit(name: str) -> Hit:
    source = Source(name, "0", f"papers/{name}.txt", None, None, None, None, None, 1, 0, 9, 0, 9)
    return Hit(Passage(PassageId(1), TEXTS[name], source, Alignment()), 0.5, 0.5, 1.0)


def answer(question: str, names: str, best: int | None, confidence: float) -> Answer:
    """An answer whose hits are the passages named, and whose best span is the whole of one of them."""
    hits = tuple(hit(name) for name in names)
    span = None
    if best is not None:
        passage = hits[best].passage
        span = Span(passage.text, best, 0, len(passage.text), passage.source, 1.0)
    return Answer(question, question, span, confidence, 0.5, hits)


# Question, answers, file; what is found, which of it is best, how sure: and the rank and hit that follow.
CASES = [
    ("一", ("45个",), "甲.txt", "甲乙丙", 0, 0.9, 1, True),  # right, and given
    ("二", ("480家",), None, "甲乙丙", 1, 0.4, 2, True),  # right, but not given; another script
    ("三", ("50亿元",), "丙.txt", "甲乙丙", 0, 0.8, 3, False),  # found at 3, a wrong one given
    ("四", ("45个",), "乙.txt", "甲乙丙", 0, 0.2, None, False),  # in another file than the one that counts
    ("五", (), None, "甲乙丙", 0, 0.1, None, False),  # not in the collection, and said so
    ("六", (), None, "甲", 0, 0.7, None, False),  # not in the collection, but something given
    ("七", ("45个",), None, "", None, 0.0, None, False),  # nothing found at all
]


@pytest.fixture
def evaluation() -> Evaluation:
    answers = {case[0]: answer(case[0], case[3], case[4], case[5]) for case in CASES}
    gold = [GoldQuestion(question, answers_, file, "") for question, answers_, file, *_ in CASES]
    return evaluate(answers.__getitem__, gold)


def test_ranks_and_hits(evaluation: Evaluation) -> None:
    assert [(outcome.rank, outcome.hit) for outcome in evaluation.outcomes] == [case[6:] for case in CASES]


def test_figures(evaluation: Evaluation) -> None:
    assert len(evaluation.answerable) == 5
    assert len(evaluation.unanswerable) == 2
    assert evaluation.recall_at(1) == pytest.approx(1 / 5)
    assert evaluation.recall_at(2) == pytest.approx(2 / 5)
    assert evaluation.recall_at(5) == pytest.approx(3 / 5)
    assert evaluation.mean_reciprocal_rank == pytest.approx((1 + 1 / 2 + 1 / 3) / 5)
    assert evaluation.hit_rate == pytest.approx(2 / 5)
    assert evaluation.refused_answerable == pytest.approx(3 / 5)
    assert evaluation.refused_unanswerable == pytest.approx(1 / 2)
    # Given: 一 (right), 三 and 六 (wrong).
    assert evaluation.precision == pytest.approx(1 / 3)


def test_of_no_questions_every_share_is_nothing() -> None:
    nothing = Evaluation(())
    assert nothing.recall_at(5) == nothing.mean_reciprocal_rank == nothing.hit_rate == nothing.precision == 0
    assert nothing.refused_answerable == nothing.refused_unanswerable == 0


def test_only_the_first_passages_count() -> None:
    gold = [GoldQuestion("一", ("50亿元",), None, "")]
    found = answer("一", "甲甲甲甲甲丙", 5, 0.9)
    (outcome,) = evaluate(lambda _: found, gold).outcomes
    assert outcome.rank is None


def test_the_right_words_in_the_wrong_file_are_no_hit() -> None:
    gold = [GoldQuestion("一", ("45个",), "乙.txt", "")]
    (outcome,) = evaluate(lambda _: answer("一", "甲", 0, 0.9), gold).outcomes
    assert not outcome.hit


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("達 480 家", ["480家"], True),
        ("ＧＤＰ增长", ["gdp"], True),
        ("新引进了45个", ["44个", "45个"], True),
        ("新引进了45个", ["54个"], False),
        ("新引进了45个", [], False),
    ],
)
def test_an_answer_is_held_whatever_its_script_width_case_and_space(
    text: str,
    answers: list[str],
    expected: bool,  # noqa: FBT001
) -> None:
    assert contains(text, answers) is expected


# Question files


def test_questions_are_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(
        '{"question": "几个？", "answers": ["45个", 45], "file": "甲.txt", "kind": "number", "id": "x"}\n\n'
        '{"question": "谁？", "answers": []}\n',
        encoding="utf-8",
    )
    assert load_questions(path) == [
        GoldQuestion("几个？", ("45个", "45"), "甲.txt", "number"),
        GoldQuestion("谁？", (), None, ""),
    ]


@pytest.mark.parametrize(
    "line",
    ["not json", "[1]", '"text"', "7", "null", '{"question": "几个？"}', '{"answers": ["45"]}', '{"question": "几个？", "answers": null}', '{"question": "几个？", "answers": 5}', '{"question": "几个？", "answers": "45个"}', '{"question": "几个？", "answers": [""]}', '{"question": ["几个？"], "answers": []}', '{"question": "几个？", "answers": ["45个"], "file": 5}'],
)  # fmt: skip
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "谁？", "answers": []}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2: expected"):
        load_questions(path)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\x00"])
def test_a_file_without_questions_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"q\.jsonl"):
        load_questions(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read the questions"):
        load_questions(tmp_path / "none.jsonl")


def test_the_questions_of_the_sample_corpus_are_read() -> None:
    questions = load_questions(Path(__file__).parents[1] / "seeds" / "questions.jsonl")
    assert any(question.answers for question in questions)
    assert any(not question.answers for question in questions)


@pytest.mark.parametrize(
    ("text", "answers", "exact", "overlap"),
    [
        ("280亿元", ["280亿元"], True, 1.0),
        # Four units in common with an answer of six: 1963, 年, 4, 月, 5, 日.
        ("4月5日", ["1963年4月5日"], False, 2 * 4 / (4 + 6)),
        # Punctuation and case aside, it is the same.
        ("《李尔王》", ["李尔王"], True, 1.0),
        ("Covid-19", ["COVID19"], True, 1.0),
        # The longest run in common counts, here 香港 of 2 against 4: 2 * 2 / (4 + 2).
        ("香港大学", ["香港"], False, 4 / 6),
        # Two runs in common, of which the longer counts: 2 * 2 / (5 + 4).
        ("北京和上海", ["北京上海"], False, 4 / 9),
        # The best of several answers.
        ("南通", ["南京", "南通"], True, 1.0),
        ("data science park", ["science park"], False, 4 / 5),
        ("无", ["有"], False, 0.0),
        ("", ["有"], False, 0.0),
        ("有", [], False, 0.0),
    ],
)
def test_exact_match_and_overlap_by_hand(text: str, answers: list[str], *, exact: bool, overlap: float) -> None:
    assert exact_match(text, answers) is exact
    assert f1(text, answers) == pytest.approx(overlap)
