"""Counts of people by what became of them: `造成6人死亡、21人受伤，另有3人失联`.

A model takes one for another, above all where the question has other words for it. All over folded text.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from qa.text.sentences import sentence_around

_BECAME = {
    "dead": "死|遇难|身亡|丧生|罹难|牺牲",
    "hurt": "伤",
    "missing": "失踪|失联|下落不明",
    "rescued": "获救|救出|生还|脱险",
    "moved": "转移|疏散|撤离|安置",
}
_HOW_MANY = re.compile("(?:多少|几)(?:个|名|位)?人|人数|(?:死|伤|失踪|失联)了?(?:多少|几)|(?:多少|几)[名例]")
_NO_COUNT = re.compile("[重轻]伤|死伤|伤亡|其中|伤者|[危刑院]")
_COUNT = re.compile("(?:[0-9][0-9,.]*[十百千万]?|[一二两三四五六七八九十百千]+)[余多]?万?[人名例](?:以上)?")
_CLAUSE_END = re.compile("(?<![0-9]),|,(?![0-9])|[、;。]|[和及与并](?=[0-9]|另有|有)")


class _Counted(NamedTuple):
    start: int
    end: int
    became: frozenset[str]
    of_others: bool
    """Whether they are some of those counted before."""


def those_counted(question: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The count of those that a question asks about, where `text[start:end]` is in a sentence with counts of others."""
    # It is asked of each of many spans: what fewest questions have comes first.
    if not _HOW_MANY.search(question) or _NO_COUNT.search(question) or len(asked := _became(question)) != 1:
        return start, end
    counts = list(_counts(text, *sentence_around(text, start)))
    chosen = [one for one in counts if one.start < end and start < one.end]
    meant = sorted((one for one in counts if asked <= one.became), key=lambda one: (one.of_others, one not in chosen))
    return (meant[0].start, meant[0].end) if chosen and meant and len(counts) > 1 else (start, end)


def _became(text: str) -> frozenset[str]:
    return frozenset(name for name, words in _BECAME.items() if re.search(words, text))


def _counts(text: str, first: int, after: int) -> Iterator[_Counted]:
    """The counts of a sentence, each with what its clause says."""
    ends = [match.end() for match in _CLAUSE_END.finditer(text, first, after)]
    for begin, end in zip([first, *ends], [*ends, after], strict=True):
        for match in _COUNT.finditer(text, begin, end):
            yield _Counted(*match.span(), _became(text[begin:end]), "其中" in text[begin : match.start()])
