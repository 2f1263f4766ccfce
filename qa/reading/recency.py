"""Questions for how things are now: of passages that answer, the newest does.

A model that reads takes any year's mayor for the mayor.
"""

import re
from collections.abc import Sequence
from typing import TypeVar

from qa.datatypes import Hit
from qa.reading.offices import asked_office
from qa.text.dates import years

FOUND = 30
"""Passages that retrieval is to bring for them: ten years may have said it."""
ANSWERS = 0.5
"""The relevance of a passage that does."""
MARGIN = 0.25
"""How far the score of a newer passage may be below the best: what is said twice is said in other words."""
_NOW = re.compile(
    r"现任|最新|目前|现在|如今|现今|当前|眼下|时下|最近一[次期届轮批]"
    r"|\b(?:current(?:ly)?|latest|now|most recent(?:ly)?)\b"
)
_THEN = re.compile(
    r"[前历首原时继]任|任上|之[前后]|[以此]前|接替|曾[任经是担]|第[0-9一二三四五六七八九十两]+任|\b(?:former(?:ly)?|first|previous(?:ly)?|was|were|ex)\b"
)

_Read = TypeVar("_Read")


def is_about_now(question: str) -> bool:
    """Whether a folded question is about how things are now. Who holds an office is, if no time is named."""
    if _NOW.search(question):
        return True
    return asked_office(question) is not None and not _THEN.search(question) and not years(question)


def newest_of(hits: Sequence[Hit], most: int) -> list[Hit]:
    """So many passages of some, best first: the best, and the newest of those that retrieval brings nearly as well."""
    best, *others = hits
    as_well = [hit for hit in others if hit.score > best.score - MARGIN]
    as_well.sort(key=lambda hit: hit.passage.source.date or "", reverse=True)
    return [best, *as_well, *others[len(as_well) :]][:most]


def newest_first(ranked: Sequence[tuple[Hit, _Read]]) -> list[tuple[Hit, _Read]]:
    """Passages with what was read of them, best first; before the best, the newest of those that answer as well."""
    if not ranked:
        return []
    (best, _), *others = ranked
    newest = ranked[0]
    for pair in others:
        answers = (pair[0].relevance or 0.0) >= ANSWERS and pair[0].score > best.score - MARGIN
        if answers and _is_newer(pair[0], newest[0]):
            newest = pair
    return [newest, *(pair for pair in ranked if pair is not newest)]


def _is_newer(one: Hit, other: Hit) -> bool:
    """Whether a passage is of a later day than another."""
    dates = one.passage.source.date, other.passage.source.date
    return dates[0] is not None and dates[1] is not None and dates[0] > dates[1]
