"""How well questions with known answers are answered: one's own, or the sample corpus's."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath
from typing import Any

from qa.analysis import fold
from qa.datatypes import Answer, Hit
from qa.errors import InputError

DEPTH = 5
"""Passages looked at for Recall@5 and the reciprocal rank."""


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with the answers that count as right; none when the collection does not say."""

    question: str
    answers: tuple[str, ...]
    file: str | None
    """Name of the file that answers; None when it does not matter, or none does."""
    kind: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question."""

    gold: GoldQuestion
    answer: Answer
    rank: int | None
    """Of the first passage that holds a right answer, from 1; None when none of the first five does."""
    hit: bool
    """The best answer holds a right one, whether or not it was good enough to be given."""
    exact: bool
    """It is a right one, and nothing more."""
    overlap: float
    """Its F1 with the best of the right ones."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcomes, and what they add up to. Shares are in [0, 1]; of no questions at all they are 0."""

    outcomes: tuple[Outcome, ...]

    @property
    def answerable(self) -> list[Outcome]:
        """The outcomes of questions that the collection answers."""
        return [outcome for outcome in self.outcomes if outcome.gold.answers]

    @property
    def unanswerable(self) -> list[Outcome]:
        """The outcomes of questions that it does not."""
        return [outcome for outcome in self.outcomes if not outcome.gold.answers]

    def recall_at(self, k: int) -> float:
        """Share of answerable questions with a right answer in the first k passages."""
        return _share(self.answerable, lambda outcome: outcome.rank is not None and outcome.rank <= k)

    @property
    def mean_reciprocal_rank(self) -> float:
        """Mean of 1 / rank over answerable questions, 0 for those not found."""
        ranks = [outcome.rank for outcome in self.answerable]
        return sum(1 / rank for rank in ranks if rank is not None) / len(ranks) if ranks else 0.0

    @property
    def hit_rate(self) -> float:
        """Share of answerable questions whose best answer holds a right one."""
        return _share(self.answerable, lambda outcome: outcome.hit)

    @property
    def exact_match(self) -> float:
        """Share of answerable questions whose best answer is a right one, and nothing more."""
        return _share(self.answerable, lambda outcome: outcome.exact)

    @property
    def mean_f1(self) -> float:
        """Mean F1 of the best answers over answerable questions."""
        return sum(outcome.overlap for outcome in self.answerable) / (len(self.answerable) or 1)

    @property
    def refused_answerable(self) -> float:
        """Share of answerable questions that got no answer."""
        return _share(self.answerable, lambda outcome: outcome.answer.span is None)

    @property
    def refused_unanswerable(self) -> float:
        """Share of unanswerable questions that got no answer, as they should."""
        return _share(self.unanswerable, lambda outcome: outcome.answer.span is None)

    @property
    def precision(self) -> float:
        """Share of the answers given that are right."""
        given = [outcome for outcome in self.outcomes if outcome.answer.span is not None]
        return _share(given, lambda outcome: outcome.hit)


def evaluate(ask: Callable[[str], Answer], questions: Iterable[GoldQuestion]) -> Evaluation:
    """Ask every question and hold the answers against what is known."""
    outcomes = []
    for gold in questions:
        answer = ask(gold.question)
        best = answer.best
        there = best is not None and _holds(answer.hits[best.passage], gold)
        text = fold(best.text) if best is not None and there else ""
        right = [fold(one) for one in gold.answers]
        outcomes.append(
            Outcome(
                gold,
                answer,
                first_rank(answer.hits, gold),
                hit=there and contains(text, right),
                exact=there and exact_match(text, right),
                overlap=f1(text, right),
            )
        )
    return Evaluation(tuple(outcomes))


def first_rank(hits: Sequence[Hit], gold: GoldQuestion) -> int | None:
    """The rank of the first passage that holds a right answer, from 1; None when none of the first five does."""
    return next((rank for rank, hit in enumerate(hits[:DEPTH], 1) if _holds(hit, gold)), None)


def load_questions(path: Path) -> list[GoldQuestion]:
    """Questions of a JSONL file: `question`, `answers` (a list; empty when there is none), `file` and `kind`.

    Raises:
        InputError: the file cannot be read, or a line of it is no question.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the questions in {path}: {error}") from error
    questions = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            questions.append(_gold_question(json.loads(line)))
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(f'{path}, line {number}: expected {{"question": …, "answers": […]}}') from error
    if not questions:
        raise InputError(f"{path} holds no questions")
    return questions


def _gold_question(entry: Any) -> GoldQuestion:
    answers = entry["answers"]
    file, kind = entry.get("file"), entry.get("kind", "")
    # A string would count as its characters, and an empty answer is held by every text.
    if not isinstance(answers, list) or not all(str(answer).strip() for answer in answers):
        raise TypeError("answers")
    if not (isinstance(entry["question"], str) and isinstance(file, str | None) and isinstance(kind, str)):
        raise TypeError("question")
    return GoldQuestion(entry["question"], tuple(map(str, answers)), file, kind)


def contains(text: str, answers: Sequence[str]) -> bool:
    """Whether a text holds one of the answers: script, width, case and white space aside."""
    compact = _compact(text)
    return any(_compact(answer) in compact for answer in answers)


def exact_match(text: str, answers: Sequence[str]) -> bool:
    """Whether a text is one of the answers, as the evaluation of CMRC 2018 counts: punctuation and case aside."""
    return any(_UNCOUNTED.sub("", text.lower().strip()) == _UNCOUNTED.sub("", answer.lower()) for answer in answers)


def f1(text: str, answers: Sequence[str]) -> float:
    """Overlap with the best of the answers, in [0, 1], as the evaluation of CMRC 2018 counts (Cui et al. 2019).

    Units are Chinese characters, and words of other scripts; what overlaps is the longest run that both have. That
    evaluation splits Latin text with nltk, which is not needed for the words and numbers that answers hold.
    """
    found = _units(text)
    return max((_overlap(found, _units(answer)) for answer in answers), default=0.0)


_UNCOUNTED = re.compile(r"[-:_*^/\\~`+=，。：？！“”；’《》…·、「」（）－～『』]")
_UNIT = re.compile(r"[\u4e00-\u9fa5]|[^\W\u4e00-\u9fa5]+(?:[.,'][^\W\u4e00-\u9fa5]+)*|[^\w\s]")


def _units(text: str) -> list[str]:
    return _UNIT.findall(_UNCOUNTED.sub("", text.lower()))


def _overlap(found: Sequence[str], answer: Sequence[str]) -> float:
    shared = SequenceMatcher(None, found, answer, autojunk=False).find_longest_match().size
    return 2 * shared / (len(found) + len(answer)) if shared else 0.0


def _holds(hit: Hit, gold: GoldQuestion) -> bool:
    files = {PurePosixPath(source.path).name for source in (hit.passage.source, *hit.also)}
    return (gold.file is None or gold.file in files) and contains(hit.passage.text, gold.answers)


def _compact(text: str) -> str:
    return "".join(fold(text).split())


def _share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> float:
    return sum(map(holds, outcomes)) / len(outcomes) if outcomes else 0.0
