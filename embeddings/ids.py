"""Ids as arrays, and which of them are among others."""

import numpy as np
import numpy.typing as npt

IdArray = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def among(ids: IdArray, others: IdArray) -> Mask:
    """Which of some ids are among others, those in ascending order: of a few ids ten times faster than `np.isin`."""
    if not len(others):
        return np.zeros(len(ids), np.bool_)
    found: Mask = others[np.minimum(np.searchsorted(others, ids), len(others) - 1)] == ids
    return found
