"""What it is to read: the passages that retrieval brings are ranked anew, with their possible answers.

`qa.reading.span_reader` reads with a model and answers in words, `qa.reading.sentence_reader` without one, and with a
sentence.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from qa.datatypes import Hit


class Candidate(NamedTuple):
    """A possible answer: `hits[passage].passage.text[start:end]`, of the hits that it was read in."""

    passage: int
    start: int
    end: int
    probability: float
    """Of these words, should the passage answer the question at all."""


class Reading(NamedTuple):
    """What reading found."""

    hits: tuple[Hit, ...]
    """The passages, best first now that they were read."""
    candidates: tuple[Candidate, ...]
    """Possible answers, best first; at least one, and no two of the same words or with words in common."""
    coverage: float
    """Share of the question's weight that the best answer's sentence has words for, in [0, 1]."""
    kind_matches: float
    """1 when the best answer holds what the question asks for (a number, a date), 0 when not, 0.5 when that cannot be
    told."""


class Reader(Protocol):
    """Finds the answer in retrieved passages."""

    def read(self, question: str, weights: Mapping[str, float], hits: Sequence[Hit]) -> Reading | None:
        """The passages ranked, with their possible answers; None when there is no passage.

        Args:
            question: the user's.
            weights: the question's terms, each with its inverse document frequency.
            hits: passages, best first.
        """


def stated(value: str, hits: Sequence[Hit]) -> Reading | None:
    """What was found when the answer is known to stand in the first passage: nothing is left to be read."""
    start = hits[0].passage.text.find(value) if hits else -1
    if start < 0:
        return None
    return Reading(tuple(hits), (Candidate(0, start, start + len(value), 1.0),), 1.0, 1.0)
