"""Question and passage to the words that answer."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from qa.analysis import fold
from qa.datatypes import Hit
from qa.sentences import sentences


class Reading(NamedTuple):
    """An answer in a passage: `hits[passage].passage.text[start:end]`."""

    passage: int
    start: int
    end: int
    coverage: float
    """Share of the question's weight that its sentence has words for, in [0, 1]."""
    kind_matches: float
    """1 when it holds what the question asks for (a number, a date), 0 when not, 0.5 when that cannot be told."""


class Reader(Protocol):
    """Finds the answer in retrieved passages."""

    def read(self, question: str, weights: Mapping[str, float], hits: Sequence[Hit]) -> Reading | None:
        """The best answer, or None when there is no passage.

        Args:
            question: the user's.
            weights: the question's terms, each with its inverse document frequency.
            hits: passages, best first.
        """


class SentenceReader:
    """Answers with the sentence of the first passage that shares most with the question.

    A sentence scores its coverage, plus its distinction (a term counts for less, the more sentences of the passage
    hold it: the subject's name says little about which of them answers), plus `KIND_WEIGHT` when it holds the number
    or the date that is asked for. Picked on 900 questions each of CMRC-train and DRCD-dev, gold paragraph given: the
    sentence holds the answer for 77 and 86 %, by coverage alone for 75 and 86.
    """

    KIND_WEIGHT = 0.4

    def read(self, question: str, weights: Mapping[str, float], hits: Sequence[Hit]) -> Reading | None:
        """The best sentence of the first passage, or None when there is no passage."""
        if not hits:
            return None
        text = hits[0].passage.text
        folded = fold(text)
        spans = list(sentences(text))
        asked = _asked_kind(fold(question))
        total = sum(weights.values()) or 1.0
        holding = {term: sum(term in folded[start:end] for start, end in spans) for term in weights}

        def score(reading: Reading) -> float:
            sentence = folded[reading.start : reading.end]
            distinction = sum(weight / holding[term] for term, weight in weights.items() if term in sentence) / total
            return reading.coverage + distinction + self.KIND_WEIGHT * reading.kind_matches

        readings = []
        for start, end in spans:
            sentence = folded[start:end]
            coverage = sum(weight for term, weight in weights.items() if term in sentence) / total
            kind_matches = 0.5 if asked is None else float(asked.search(sentence) is not None)
            readings.append(Reading(0, start, end, coverage, kind_matches))
        return max(readings, key=score)


_NUMERAL = r"[0-9一二两三四五六七八九十百千万亿几半]"
# What a question asks for by its words, and what an answer to it holds; all over folded text.
_ASKS_FOR_TIME = re.compile(
    r"哪一?[年天日月]|几[年月日号]|何时|何年|时候|时间|年份|日期|世纪|\bwhen\b"
    r"|\b(?:what|which) (?:year|date|day|month)\b"
)
_ASKS_FOR_NUMBER = re.compile(
    r"多少|几[^乎何]|多[大长高远久重深宽快]|百分之|数量|数目|比例|总额|金额|面积|人口"
    r"|\bhow (?:many|much|long|far|old|large|big)\b"
)
_TIME = re.compile(_NUMERAL + r"+\s*(?:年|月|日|号|世纪|小时|分钟|天|点|:)|[0-9]{3,4}|朝|时期")
# A bare 一 is an article more often than a number.
_NUMBER = re.compile(r"[0-9二两三四五六七八九十百千万亿]")


def _asked_kind(question: str) -> re.Pattern[str] | None:
    """What an answer has to hold, when the words of a folded question tell."""
    if _ASKS_FOR_TIME.search(question):
        return _TIME
    return _NUMBER if _ASKS_FOR_NUMBER.search(question) else None
