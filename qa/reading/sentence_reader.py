"""A reader without a model: it answers with a sentence."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from qa.analysis import fold
from qa.datatypes import Hit
from qa.reader import Candidate, Reading
from qa.reading.question_kinds import asked_kind
from qa.text.sentences import is_question, sentences

KIND_WEIGHT = 0.4


class Sentence(NamedTuple):
    """A sentence of a text, `text[start:end]`, and what speaks for it."""

    start: int
    end: int
    coverage: float
    """Share of the question's weight that it has words for, in [0, 1]."""
    kind_matches: float
    """1 when it holds what the question asks for (a number, a date), 0 when not, 0.5 when that cannot be told."""


class SentenceReader:
    """Answers with the sentence of the first passage that shares most with the question."""

    def read(self, question: str, weights: Mapping[str, float], hits: Sequence[Hit]) -> Reading | None:
        """The best sentence of the first passage, or None when there is no passage."""
        if not hits:
            return None
        best = best_sentence(question, weights, hits[0].passage.text)
        return Reading(tuple(hits), (Candidate(0, best.start, best.end, 1.0),), best.coverage, best.kind_matches)


def best_sentence(question: str, weights: Mapping[str, float], text: str) -> Sentence:
    """The sentence of a text that shares most with the question.

    It scores its coverage, plus its distinction (a term counts for less, the more sentences of the passage hold it:
    the subject's name says little about which of them answers), plus `KIND_WEIGHT` when it holds the number or the
    date that is asked for. Picked on 900 questions each of CMRC-train and DRCD-dev, gold paragraph given: the sentence
    holds the answer for 77 and 86 %, by coverage alone for 75 and 86.
    """
    folded = fold(text)
    every = list(sentences(text))
    spans = [span for span in every if not is_question(text[slice(*span)])] or every
    asked = asked_kind(fold(question))
    total = sum(weights.values()) or 1.0
    holding = {term: sum(term in folded[start:end] for start, end in spans) for term in weights}

    def score(one: Sentence) -> float:
        sentence = folded[one.start : one.end]
        distinction = sum(weight / holding[term] for term, weight in weights.items() if term in sentence) / total
        return one.coverage + distinction + KIND_WEIGHT * one.kind_matches

    found = []
    for start, end in spans:
        sentence = folded[start:end]
        coverage = sum(weight for term, weight in weights.items() if term in sentence) / total
        kind_matches = 0.5 if asked is None else float(asked.search(sentence) is not None)
        found.append(Sentence(start, end, coverage, kind_matches))
    return max(found, key=score)
