"""Rows of tokens to padded batches: rows of similar length share one."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

# Small batches keep activations in the cache: with more than about 2,000 tokens throughput fell on every machine tried.
# Each core has a batch of passages of its own, and the smaller it is, the less the others wait for the last one.
BATCH_TOKENS = 512
BATCH_ROWS = 16

IntArray = npt.NDArray[np.int64]


def batches(lengths: Sequence[int]) -> Iterator[IntArray]:
    """Row numbers, batch by batch, shortest first: a batch is padded to its last row."""
    order = np.argsort(np.asarray(lengths, np.int64), kind="stable")
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and end - start < BATCH_ROWS and lengths[order[end]] * (end + 1 - start) <= BATCH_TOKENS:
            end += 1
        yield order[start:end]
        start = end


def padded(token_ids: Sequence[Sequence[int]], rows: IntArray, pad_id: int, width: int) -> tuple[IntArray, IntArray]:
    """The tokens of a batch and its mask, both (rows, width)."""
    ids = np.full((len(rows), width), pad_id, np.int64)
    mask = np.zeros((len(rows), width), np.int64)
    for row, index in enumerate(rows):
        length = len(token_ids[index])
        ids[row, :length] = token_ids[index]
        mask[row, :length] = 1
    return ids, mask
