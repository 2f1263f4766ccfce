"""Characters of which one byte of GBK is known, and which of them stands between two others."""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import product
from math import inf

from qa.analysis import fold_script, word_counts
from qa.repairs.likelihood import Wording, commonness

# Of the characters with a byte, so many of the most common are tried; of these, so many with each at the other end.
_CANDIDATES = 120
_SHORTLIST = 8
# The ends of a run as short as this may make one word, and are chosen together.
_SHORT = 2
_CONTEXT = 6
# Of these, so many are enough to choose a shortlist by.
_NEAR = 3
_SENTENCE_MARKS = tuple("。，、；：？！")
# How much likelier than the next best character the one that is chosen must be, in log probability.
_CERTAIN = 0.3


@lru_cache(1 << 16)
def encoded(character: str) -> bytes:
    """The two bytes of a character; nothing for one that has one byte or none."""
    try:
        pair = character.encode("gbk")
    except UnicodeEncodeError:
        return b""
    return pair if len(pair) == 2 else b""


@lru_cache(1 << 16)
def decoded(pair: bytes) -> str:
    """The character of two bytes; nothing when they are none."""
    try:
        character = pair.decode("gbk")
    except UnicodeDecodeError:
        return ""
    return character if len(character) == 1 else ""


@cache
def with_lead(lead: int) -> list[str]:
    """The characters with a first byte, the most common first."""
    return _by_frequency(bytes((lead, trail)) for trail in range(0x40, 0xFF))


@cache
def with_trail(trail: int) -> list[str]:
    """The characters with a second byte, the most common first."""
    return _by_frequency(bytes((lead, trail)) for lead in range(0x81, 0xFF))


def completed(
    before: str, firsts: Sequence[str], inner: str, lasts: Sequence[str], behind: str, wording: Wording
) -> tuple[str, str]:
    """A run whose ends are not known: with `?` for an end that is not certain, and at its likeliest.

    An end is certain when the run is clearly less likely with any other character there.

    Args:
        before: what stands in front of the run.
        firsts: the characters that it may begin with, the most common first.
        inner: what is known of it.
        lasts: the characters that it may end with, the most common first.
        behind: what stands behind it.
        wording: of the text around.
    """
    ranked = sorted(
        (
            (wording.worth(before, first + inner + last, behind), first, last)
            for first, last in _ends(before, firsts, inner, lasts, behind, wording)
        ),
        reverse=True,
    )
    best, first, last = ranked[0]
    first_rival = max((worth for worth, other, _ in ranked if other != first), default=-inf)
    last_rival = max((worth for worth, _, other in ranked if other != last), default=-inf)
    sure_first = first if best - first_rival >= _CERTAIN else "?"
    sure_last = last if best - last_rival >= _CERTAIN else "?"
    return sure_first + inner + sure_last, first + inner + last


def _ends(
    before: str, firsts: Sequence[str], inner: str, lasts: Sequence[str], behind: str, wording: Wording
) -> set[tuple[str, str]]:
    """The likelier ones of the ends that a run may have."""
    likely_firsts = _shortlist(before, firsts, inner[:_CONTEXT], wording)
    likely_lasts = _shortlist(inner[-_CONTEXT:], lasts, behind, wording)
    if len(inner) > _SHORT:
        ends = {(likely_firsts[0], last) for last in likely_lasts}
        return ends | {(first, likely_lasts[0]) for first in likely_firsts}
    return {*product(likely_firsts, likely_lasts), *_words(firsts, inner, lasts)}


def _words(firsts: Sequence[str], inner: str, lasts: Sequence[str]) -> list[tuple[str, str]]:
    """The ends with which a run is a word, the most common first."""
    counts = word_counts()
    folded = [fold_script("".join(ends[:_CANDIDATES])) for ends in (firsts, lasts)]
    middle = fold_script(inner)
    found = [
        (counts[word], ends)
        for (a, b), ends in zip(product(*folded), product(firsts[:_CANDIDATES], lasts[:_CANDIDATES]), strict=True)
        if counts.get(word := a + middle + b)
    ]
    return [ends for _, ends in sorted(found, reverse=True)[:_SHORTLIST]]


def _shortlist(before: str, candidates: Sequence[str], behind: str, wording: Wording) -> list[str]:
    """The likeliest of some characters between two texts, the likeliest first."""
    if before.endswith(_SENTENCE_MARKS):  # no other follows one
        candidates = [candidate for candidate in candidates if candidate not in _SENTENCE_MARKS] or candidates
    if len(candidates) == 1:
        return list(candidates)
    before, behind = before[-_NEAR:], behind[:_NEAR]
    return sorted(
        candidates[:_CANDIDATES], key=lambda candidate: wording.worth(before, candidate, behind), reverse=True
    )[:_SHORTLIST]


def _by_frequency(pairs: Iterable[bytes]) -> list[str]:
    return sorted(filter(None, map(decoded, pairs)), key=commonness, reverse=True)
