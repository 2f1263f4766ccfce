"""Questions of our own, written one by one for the reader and its confidence: asked in words that are not the text's.

`questions.jsonl` holds questions about paragraphs of CMRC-train and DRCD-dev, each answer as an offset into its
paragraph, and about `passages.jsonl`: news, notices, profiles and manuals that we made up, in Chinese and in English,
dense with figures and names that a careless reader takes for one another. A question without an answer asks what its
paragraph does not say.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.datasets import Question, QuestionSet

_FOLDER = Path(__file__).parent
NAME = "own"


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question, the key of its paragraph, and the answers' places in it: none if it does not say."""

    paragraph: str
    text: str
    answers: tuple[tuple[int, int], ...]
    kind: str


@dataclass(frozen=True, slots=True)
class OwnPassage:
    """A text that we made up."""

    key: str
    title: str
    text: str
    held_back: bool
    """Whether its questions are kept for tuning."""


def own_questions() -> list[OwnQuestion]:
    """All of them."""
    return [
        OwnQuestion(
            row["paragraph"], row["question"], tuple((start, end) for start, end in row["answers"]), row["kind"]
        )
        for row in _rows("questions.jsonl")
    ]


def own_passages() -> list[OwnPassage]:
    """All of them."""
    return [OwnPassage(row["id"], row["title"], row["text"], row["held_back"]) for row in _rows("passages.jsonl")]


def own_set(paragraphs: dict[str, str]) -> QuestionSet:
    """The passages as a pool, each under its title, and all questions.

    Args:
        paragraphs: of the published sets, by key: some questions are about them.
    """
    texts = paragraphs | {passage.key: passage.text for passage in own_passages()}
    questions = [
        Question(one.text, one.paragraph, tuple(texts[one.paragraph][start:end] for start, end in one.answers))
        for one in own_questions()
    ]
    return QuestionSet(NAME, {one.key: f"{one.title}\n\n{one.text}" for one in own_passages()}, questions)


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines()]
