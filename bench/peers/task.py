"""What everybody is given: the same paragraphs and questions, laid out in a folder for processes to read."""

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bench.datasets import QuestionSet

QUERY_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "
"""What e5 wants in front of its texts."""
CHARACTER_PAIRS = r"(?u)(?=(\w\w))"
"""For who takes a regular expression to find words with: every two neighbouring characters."""
RESULTS = 10
"""How many results everybody is asked for."""
ROUNDS = 5
"""Questions are asked once each, in so many rounds: what is printed is the median of the rounds."""
WARM_UP = 10
"""Questions that are asked before, and not counted."""
PARTS = 5
"""The speed of indexing is the median of so many parts of the pool, each indexed by itself."""
PART = 100
"""Paragraphs of a part."""


class Asked(NamedTuple):
    """A question, the number of the paragraph that answers it, and the set that it is of."""

    text: str
    paragraph: int
    set: str


@dataclass(frozen=True, slots=True)
class Task:
    """A task's folder, as a process that was given its name reads it."""

    folder: Path
    """Of the task."""
    index: Path
    """Where this contender keeps its index."""
    model: str
    """The SentenceTransformer directory."""
    words: bool = False
    """Whether BM25 is told where the words are."""
    part: int | None = None
    """Which part of the pool is indexed, from 0; None: all of it."""

    @property
    def files(self) -> list[Path]:
        """The paragraphs, one file each, for who reads files."""
        files = sorted((self.folder / "paragraphs").iterdir(), key=lambda file: int(file.stem))
        return files[self._chosen(len(files))]

    def paragraphs(self) -> list[str]:
        """The paragraphs; of the whole pool, a paragraph's number is its place."""
        texts: list[str] = json.loads((self.folder / "paragraphs.json").read_text(encoding="utf-8"))
        return texts[self._chosen(len(texts))]

    def _chosen(self, pool: int) -> slice:
        """Which of the pool's paragraphs: a part's are from all over it, so that the parts are alike."""
        if self.part is None:
            return slice(None)
        apart = max(PARTS, pool // PART)
        return slice(self.part, min(pool, apart * PART), apart)

    def questions(self) -> list[Asked]:
        """The questions, of all sets by turns."""
        return [Asked(*row) for row in json.loads((self.folder / "questions.json").read_text(encoding="utf-8"))]


def lay_out(folder: Path, sets: Sequence[QuestionSet], paragraphs: int | None, questions: int) -> str:
    """Write the task of some sets into a folder of its own below `folder`; its name tells one task from another.

    Args:
        folder: below which.
        sets: whose paragraphs make the pool, and whose questions are asked.
        paragraphs: how many of them, drawn at random; all unless given.
        questions: how many of each set, at most, drawn at random from those about the pool.
    """
    texts, asked = drawn(sets, paragraphs, questions)
    content = {"paragraphs.json": _json(texts), "questions.json": _json(asked)}
    name = hashlib.sha256("".join(content.values()).encode()).hexdigest()[:12]
    files = folder / name / "paragraphs"
    files.mkdir(parents=True, exist_ok=True)
    for file, text in content.items():
        (folder / name / file).write_text(text, encoding="utf-8")
    for number, text in enumerate(texts):
        (files / f"{number}.txt").write_text(text, encoding="utf-8")
    return name


def drawn(sets: Sequence[QuestionSet], paragraphs: int | None, questions: int) -> tuple[list[str], list[Asked]]:
    """The texts of the pool, and the questions about it: one of each set by turns, so that no round lacks a set.

    A question without text is left out: most contenders refuse it.
    """
    chance = random.Random(0)
    pool = [(key, text) for one in sets for key, text in one.paragraphs.items()]
    if paragraphs is not None and paragraphs < len(pool):
        pool = chance.sample(pool, paragraphs)
    numbers = {key: number for number, (key, _) in enumerate(pool)}
    by_set = []
    for one in sets:
        about = [
            Asked(q.text, numbers[q.paragraph], one.name)
            for q in one.questions
            if q.paragraph in numbers and q.text.strip()
        ]
        by_set.append(chance.sample(about, min(questions, len(about))))
    longest = max(map(len, by_set), default=0)
    asked = [some[turn] for turn in range(longest) for some in by_set if turn < len(some)]
    return [text for _, text in pool], asked


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)
