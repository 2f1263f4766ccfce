"""Raw signals to the probability that the answer is right.

A logistic regression, fitted by `training/fit_confidence.py` on questions half of which have lost their paragraph from
the pool; `calibration.json` holds its coefficients and says what they were fitted on.
"""

import json
import math
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import NamedTuple

from qa.analysis import HAN
from qa.reader import Reading
from qa.retriever import Retrieval

_HAN = re.compile(f"[{HAN}]")
# Cosines of questions and passages in different languages are lower, whether the answer is right or wrong: 0.76 on
# average over 13 right answers to English questions about Chinese text, 0.91 over 162 to Chinese ones. The regression
# was fitted on Chinese questions alone.
_ACROSS_LANGUAGES = 0.14


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


@dataclass(frozen=True, slots=True)
class Calibration:
    """Coefficients of the logistic regression, by signal."""

    intercept: float
    coefficients: Signals
    threshold: float
    """Fitted too: of questions that the collection does answer, one in twenty falls below it."""

    def probability(self, signals: Signals) -> float:
        """Probability that an answer with these signals is right."""
        logit = self.intercept + sum(c * x for c, x in zip(self.coefficients, signals, strict=True))
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


def load_calibration() -> Calibration:
    """The calibration that comes with the program."""
    content = json.loads((files("qa") / "calibration.json").read_text(encoding="utf-8"))
    return Calibration(content["intercept"], Signals(**content["coefficients"]), content["threshold"])


def signals(question: str, retrieval: Retrieval, reading: Reading) -> Signals:
    """The signals of an answer among the passages it was found with."""
    first, others = retrieval.hits[reading.passage], [
        hit for rank, hit in enumerate(retrieval.hits[:5]) if rank != reading.passage
    ]  # fmt: skip
    weight = sum(retrieval.weights.values()) or 1.0
    count = max(len(others), 1)
    return Signals(
        cosine=first.dense + (_ACROSS_LANGUAGES if _crosses_languages(question, first.passage.text) else 0.0),
        lexical_share=first.lexical / weight,
        cosine_lead=first.dense - sum(hit.dense for hit in others) / count if others else 0.0,
        lexical_lead=(first.lexical - sum(hit.lexical for hit in others) / count) / weight if others else 0.0,
        coverage=reading.coverage,
        kind_matches=reading.kind_matches,
    )


def _crosses_languages(question: str, passage: str) -> bool:
    """Whether a question without Han was answered by a passage with."""
    return _HAN.search(question) is None and _HAN.search(passage) is not None
