"""Runs of letters that texts share, in order: of one text and many others at once.

For each pair they are the matching blocks of difflib's `SequenceMatcher` that are long enough. It goes through two
texts letter by letter; here all places where `LEAST` letters are the same come out of one sorting.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embeddings.ids import IdArray

LEAST = 3
"""Letters of a run. Shorter ones stand in two texts by chance."""

# No letter, so that no run reaches from one text into the next.
_BETWEEN = "\0"
_BITS = 21  # of a code point


class Run(NamedTuple):
    """The same letters in two texts: where they begin in each, and how many they are."""

    a: int
    b: int
    size: int


def shared_runs(one: str, others: Sequence[str]) -> list[list[Run]]:
    """For each of some texts, the runs that it shares with one: the longest, then those before and behind it, in order.

    Args:
        one: letters only.
        others: letters only.
    """
    if not others:
        return []
    mine, theirs = _windows(one), _windows(_BETWEEN.join(others))
    order = np.argsort(mine)
    first = np.searchsorted(mine, theirs, "left", order)
    count = np.searchsorted(mine, theirs, "right", order) - first
    # Every pair of places where the same letters begin, along the diagonals: neighbours there are of one run.
    b = np.repeat(np.arange(len(theirs)), count)
    a = order[np.arange(len(b)) + np.repeat(first - np.cumsum(count) + count, count)]
    along = np.lexsort((b, b - a))
    a, b = a[along], b[along]
    begins = np.flatnonzero((np.diff(b - a, prepend=len(theirs)) != 0) | (np.diff(b, prepend=-2) != 1))
    sizes = np.diff(begins, append=len(b)) + LEAST - 1
    starts = np.cumsum([0, *(len(other) + 1 for other in others)])
    places = np.searchsorted(starts, b[begins], "right") - 1
    longest: list[list[Run]] = [[] for _ in others]
    within = b[begins] - starts[places]
    for place, *run in zip(*(row.tolist() for row in (places, a[begins], within, sizes)), strict=True):
        longest[place].append(Run(*run))
    return [_in_order(runs, len(one), len(other)) for runs, other in zip(longest, others, strict=True)]


def _windows(text: str) -> IdArray:
    """Any `LEAST` letters of a text that follow one another, each as a number."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    windows: IdArray = codes[:-2] << 2 * _BITS | codes[1:-1] << _BITS | codes[2:]
    return windows


def _in_order(longest: list[Run], one: int, other: int) -> list[Run]:
    """Of all runs of two texts of these lengths those that do not cross, as `SequenceMatcher` chooses them."""
    if len(longest) < 2:
        return longest
    found, regions = [], [(0, one, 0, other)]
    while regions:
        a_start, a_end, b_start, b_end = regions.pop()
        best = LEAST - 1, 0, 0
        for a, b, size in longest:
            before = max(a_start - a, b_start - b, 0)
            # Of equally long ones the first.
            best = max(best, (min(size, a_end - a, b_end - b) - before, -a - before, -b - before))
        size, a, b = best[0], -best[1], -best[2]
        if size >= LEAST:
            found.append(Run(a, b, size))
            regions += [(a_start, a, b_start, b), (a + size, a_end, b + size, b_end)]
    return sorted(found)
