"""The same story twice: passages that say the same in nearly the same words are one hit with several sources.

MinHash tells which pairs of candidates may be reprints of one another, by signatures made when they were indexed; the
texts of such a pair decide. What is compared are folded letters and digits: script, width and punctuation do not count.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import Match, SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from embeddings.ids import Mask
from qa.analysis import fold
from qa.datatypes import PassageId

SLOTS = 128
"""Bytes of a signature. One byte of each slot is kept (b-bit minwise hashing, Li and König 2010): two texts that share
nothing agree in 1 of 256, and the error of the estimate, 0.03 at most, is that of whole slots."""

_SHINGLE = 3
_NO_LETTER = re.compile(r"[\W_]+")
_FIGURE = re.compile(r"\d+|[零〇一二两三四五六七八九十百千万亿]+")
# Share of equal slots from which two texts are compared. 4,251 pairs of paragraphs of one article had 0.11 at most.
_SIMILAR = 0.2
# Of those below the first of these, so many are compared, the most similar: where hundreds of passages share a sentence
# and are no reprints, a question would wait for little else. The question sets' pool had 14 at most, 6,000 times asked.
_LIKELY, _DOUBTFUL = 0.5, 16
# Shorter runs than this stand in both texts by chance.
_RUN = 3
_TWICE = -1
# Share of the shorter text that must stand in the other, and of what then stands in its place that must be the same.
_OVERLAP = 0.5
_AGREEMENT = 0.92


class Print(NamedTuple):
    """What tells whether a passage is a reprint: where it stands, what it says, and the signature of that."""

    document: str
    start: int
    end: int
    text: str
    signature: bytes


def signature(text: str) -> bytes:
    """The MinHash of a text's shingles: `SLOTS` bytes, as many of them equal as two texts share shingles (Jaccard)."""
    from rensa import RMinHash

    letters = _letters(text)
    minhash = RMinHash(num_perm=SLOTS, seed=1)
    minhash.update([letters[start : start + _SHINGLE] for start in range(max(len(letters) - _SHINGLE + 1, 1))])
    return np.array(minhash.digest(), np.uint32).astype(np.uint8).tobytes()


def grouped(
    ranked: Sequence[PassageId],
    k: int,
    prints: Mapping[PassageId, Print],
) -> Iterator[list[PassageId]]:
    """The k best of ranked passages that are no reprints of one another, each followed by its reprints, best first.

    Args:
        ranked: passages, best first.
        k: how many groups.
        prints: of these; a passage without one has been removed meanwhile, and is left out.
    """
    known = [(number, prints[number]) for number in ranked if number in prints]
    signatures = np.frombuffer(b"".join(one.signature for _, one in known), np.uint8).reshape(-1, SLOTS)
    left = np.ones(len(known), np.bool_)
    for _ in range(k):
        if not left.any():
            return
        best = int(left.argmax())
        number, first = known[best]
        left[best] = False
        group = [number]
        for place in _similar(signatures, signatures[best], left):
            other, its = known[place]
            if _apart(first, its) and same_story(first.text, its.text):
                group.append(other)
                left[place] = False
        yield group


def same_story(one: str, other: str) -> bool:
    """Whether two passages say the same: one holds most of the other, with few words changed and no figure.

    What only one of them has, at an end or in between, does not count against it: editors cut, and passages of another
    layout begin elsewhere. What both have in the same place, and have otherwise, does: articles of one mould tell
    another name at the beginning. A figure that is another is another story, whatever the words around it.
    """
    one, other = _letters(one), _letters(other)
    if one == other:
        return True
    runs = _runs(one, other)
    shared = sum(run.size for run in runs)
    if not shared or shared < _OVERLAP * min(len(one), len(other)):
        return False
    gaps = pairwise([(0, 0, 0), *runs, (len(one), len(other), 0)])
    changed = sum(min(a - (a_before + size), b - (b_before + size)) for (a_before, b_before, size), (a, b, _) in gaps)
    if shared < _AGREEMENT * (shared + changed):
        return False
    first, last = runs[0], runs[-1]
    figures = set(_FIGURE.findall(one[first.a : last.a + last.size]))
    other_figures = set(_FIGURE.findall(other[first.b : last.b + last.size]))
    return figures <= other_figures or figures >= other_figures


def _runs(one: str, other: str) -> list[Match]:
    """The matching blocks of `SequenceMatcher` that are runs, in order.

    What it looks for letter by letter is read off where any `_RUN` letters stand, which is remembered of each text.
    Where some of them stand twice, or in another order, the longest block decides, and it is asked.
    """
    places = _places(other)
    found: list[Match] = []
    a = b = behind = 0  # of the run that is being followed, and where it ends in `one`
    for letters, start in _places(one).items():
        place = places.get(letters)
        if place is None:
            continue
        if start == behind - _RUN + 1 and place - start == b - a:
            behind += 1
            continue
        if start < behind or place < b + behind - a or _TWICE in (start, place):
            blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
            return [block for block in blocks if block.size >= _RUN]
        if behind:
            found.append(Match(a, b, behind - a))
        a, b, behind = start, place, start + _RUN
    return [*found, Match(a, b, behind - a)] if behind else []


@lru_cache(maxsize=1024)
def _places(text: str) -> dict[str, int]:
    """Where each `_RUN` letters of a text begin; `_TWICE` for those that are there again."""
    places: dict[str, int] = {}
    for start in range(len(text) - _RUN + 1):
        letters = text[start : start + _RUN]
        places[letters] = _TWICE if letters in places else start
    return places


@lru_cache(maxsize=1024)
def _letters(text: str) -> str:
    return _NO_LETTER.sub("", fold(text))


def _similar(signatures: npt.NDArray[np.uint8], first: npt.NDArray[np.uint8], left: Mask) -> list[int]:
    """Which of the signatures (n, SLOTS) that are left are similar to a first, and worth a comparison."""
    share = np.count_nonzero(signatures == first, axis=1) / SLOTS
    alike: Mask = left & (share >= _SIMILAR)
    doubtful = np.flatnonzero(alike & (share < _LIKELY))
    alike[doubtful[np.argsort(-share[doubtful], kind="stable")[_DOUBTFUL:]]] = False
    places: list[int] = np.flatnonzero(alike).tolist()
    return places


def _apart(one: Print, other: Print) -> bool:
    """Whether two passages stand in different places; neighbours share a sentence, and are no reprints for it."""
    return one.document != other.document or one.end <= other.start or other.end <= one.start
