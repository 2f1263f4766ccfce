"""Raw signals to the probability that the answer is right.

A logistic regression, fitted by `training/fit_confidence.py` on questions half of which have lost their paragraph from
the pool; `calibration.json` holds its coefficients and says what they were fitted on.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import NamedTuple

from qa.analysis import fold, has_han
from qa.reader import Reading

# Passages that the first is weighed against.
_COMPARED = 6


class Signals(NamedTuple):
    """What is known of an answer before anyone judges it. Each lies in [0, 1] or close to it."""

    cosine: float
    """Of the question and the first passage."""
    lexical_share: float
    """BM25 of the first passage, of the most there could be."""
    cosine_lead: float
    """Cosine of the first passage less the mean of the others."""
    lexical_lead: float
    """The same of `lexical_share`."""
    coverage: float
    """Share of the question's weight that the answer's sentence has words for."""
    kind_matches: float
    """Whether the answer holds what the question asks for; 0.5 when that cannot be told."""
    relevance: float
    """Log-odds of the first passage answering, by who read it, over 10; 0 when nobody did."""
    relevance_lead: float
    """Its relevance less the best of the others'."""
    probability: float
    """Of the answer's words among those of its passage."""
    agreement: float
    """Relevance of the other passages in which the same words were found, the best of them."""
    across_languages: float
    """Whether a question without Chinese was answered by a passage with: cosine and shared words say less there."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Coefficients of the logistic regression, by signal."""

    intercept: float
    coefficients: Signals
    thresholds: tuple[tuple[float, float], ...]
    """Shares of right answers, rising, each with the least probability from which that share of them was right."""

    def threshold(self, precision: float) -> float:
        """The least probability of an answer that is given, if this share of those given shall be right.

        1 where no such share was seen: then no answer is sure enough.
        """
        return next((least for share, least in self.thresholds if share >= precision), 1.0)

    def contributions(self, signals: Signals) -> tuple[tuple[str, float], ...]:
        """What each signal adds to the log-odds, by its name."""
        return tuple(zip(Signals._fields, map(float.__mul__, self.coefficients, map(float, signals)), strict=True))

    def probability(self, signals: Signals) -> float:
        """Probability that an answer with these signals is right."""
        logit = self.intercept + sum(c * x for c, x in zip(self.coefficients, signals, strict=True))
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


def load_calibration(reader: str) -> Calibration:
    """The calibration that comes with the program, for answers in sentences or in words.

    A reading model of the user's choice is taken to be as sure of itself as the default one; it may be mistaken.
    """
    name = "calibration_sentence.json" if reader == "sentence" else "calibration.json"
    content = json.loads((files("qa") / name).read_text(encoding="utf-8"))
    thresholds = tuple((float(share), least) for share, least in content["thresholds"].items())
    return Calibration(content["intercept"], Signals(**content["coefficients"]), thresholds)


def signals(question: str, weights: Mapping[str, float], reading: Reading) -> Signals:
    """The signals of the best answer among the passages it was found with.

    Args:
        question: the user's.
        weights: the question's terms, each with its inverse document frequency.
        reading: what was found.
    """
    best = reading.candidates[0]
    first = reading.hits[best.passage]
    others = [hit for rank, hit in enumerate(reading.hits[:_COMPARED]) if rank != best.passage]
    weight = sum(weights.values()) or 1.0
    count = max(len(others), 1)
    relevance = first.relevance if first.relevance is not None else 0.5
    words = fold(first.passage.text)[best.start : best.end]
    return Signals(
        cosine=first.dense,
        lexical_share=first.lexical / weight,
        cosine_lead=first.dense - sum(hit.dense for hit in others) / count if others else 0.0,
        lexical_lead=(first.lexical - sum(hit.lexical for hit in others) / count) / weight if others else 0.0,
        coverage=reading.coverage,
        kind_matches=reading.kind_matches,
        relevance=math.log(max(relevance, 1e-6) / max(1 - relevance, 1e-6)) / 10,
        relevance_lead=relevance - max((hit.relevance or 0.0 for hit in others), default=0.0),
        probability=best.probability,
        agreement=max((hit.relevance or 0.0 for hit in others if words in fold(hit.passage.text)), default=0.0),
        across_languages=float(_crosses_languages(question, first.passage.text)),
    )


def _crosses_languages(question: str, passage: str) -> bool:
    """Whether a question without Han was answered by a passage with."""
    return not has_han(question) and has_han(passage)
