"""The same story twice: passages that say the same in nearly the same words are one hit with several sources.

MinHash tells which pairs of candidates may be reprints of one another, by signatures made when they were indexed; the
texts of such a pair decide. What is compared are folded letters and digits: script, width and punctuation do not count.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from embeddings.ids import Mask
from qa.analysis import fold
from qa.datatypes import PassageId
from qa.ranking.shared_runs import Run, shared_runs

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
# Share of the shorter text that must stand in the other, and of what then stands in its place that must be the same.
_OVERLAP = 0.5
_AGREEMENT = 0.92

Texts = Callable[[Iterable[PassageId]], Mapping[PassageId, str]]
"""What passages say; those removed meanwhile are left out."""


def signature(text: str) -> bytes:
    """The MinHash of a text's shingles: `SLOTS` bytes, as many of them equal as two texts share shingles (Jaccard)."""
    from rensa import RMinHash

    letters = _letters(text)
    minhash = RMinHash(num_perm=SLOTS, seed=1)
    minhash.update([letters[start : start + _SHINGLE] for start in range(max(len(letters) - _SHINGLE + 1, 1))])
    return np.array(minhash.digest(), np.uint32).astype(np.uint8).tobytes()


def grouped(
    ranked: Sequence[PassageId], k: int, known: Mapping[PassageId, bytes], texts: Texts
) -> Iterator[list[PassageId]]:
    """The k best of ranked passages that are no reprints of one another, each followed by its reprints, best first.

    Args:
        ranked: passages, best first.
        k: how many groups.
        known: their signatures; a passage without one has been removed meanwhile, and is left out.
        texts: asked for the few that are alike.
    """
    ranked = [number for number in ranked if number in known]
    signatures = np.frombuffer(b"".join(map(known.__getitem__, ranked)), np.uint8).reshape(-1, SLOTS)
    left = np.ones(len(ranked), np.bool_)
    # Of the first k at once: mostly it is they that head the groups.
    shares = _shares(signatures[:k], signatures)
    for _ in range(k):
        if not left.any():
            return
        best = int(left.argmax())
        number = ranked[best]
        left[best] = False
        group = [number]
        share = shares[best] if best < len(shares) else _shares(signatures[best : best + 1], signatures)[0]
        alike = _similar(share, left)
        said = texts([number, *(ranked[place] for place in alike)]) if alike else {}
        if number in said:
            alike = [place for place in alike if ranked[place] in said]
            others = [said[ranked[place]] for place in alike]
            for place, same in zip(alike, same_story(said[number], others), strict=True):
                if same:
                    group.append(ranked[place])
                    left[place] = False
        yield group


def same_story(text: str, others: Sequence[str]) -> list[bool]:
    """Which passages say the same as one: either holds most of the other, with few words changed and no figure.

    What only one of them has, at an end or in between, does not count against it: editors cut, and passages of another
    layout begin elsewhere. What both have in the same place, and have otherwise, does: articles of one mould tell
    another name at the beginning. A figure that is another is another story, whatever the words around it.
    """
    one, letters = _letters(text), [_letters(other) for other in others]
    runs = iter(shared_runs(one, [other for other in letters if other != one]))
    return [one == other or _same(one, other, next(runs)) for other in letters]


def _same(one: str, other: str, runs: Sequence[Run]) -> bool:
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


@lru_cache(maxsize=1024)
def _letters(text: str) -> str:
    return _NO_LETTER.sub("", fold(text))


def _shares(some: npt.NDArray[np.uint8], signatures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """The share of equal slots of some signatures (m, SLOTS) and all (n, SLOTS): (m, n)."""
    same = some[:, None] == signatures
    # The bits of eight slots at a time: half of the time of counting slots.
    shares: npt.NDArray[np.float64] = np.bitwise_count(same.view(np.uint64)).sum(axis=2) / SLOTS
    return shares


def _similar(share: npt.NDArray[np.float64], left: Mask) -> list[int]:
    """Which of the passages that are left share so many slots, (n,), that a comparison is worth while."""
    alike: Mask = left & (share >= _SIMILAR)
    if not alike.any():
        return []
    doubtful = np.flatnonzero(alike & (share < _LIKELY))
    alike[doubtful[np.argsort(-share[doubtful], kind="stable")[_DOUBTFUL:]]] = False
    places: list[int] = np.flatnonzero(alike).tolist()
    return places
