"""Which strings of a large set stand in a text, without reading the set: by the hashes of all that stands in the text.

A process that answers one question needs a thousandth of a vocabulary, and has no time to make a `dict` of the rest.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

# An odd number without a pattern: of a polynomial over code points, modulo 2^64 (Karp and Rabin 1987).
_BASE = np.uint64(0x9E3779B97F4A7C15)

Hashes = npt.NDArray[np.uint64]


class StringSet(NamedTuple):
    """Strings by number, and their hashes. Arrays, so that it is written and read as it is."""

    hashes: Hashes
    """Of each string, the shorter ones first, and of one length in ascending order."""
    numbers: npt.NDArray[np.int32]
    """The number of the string of each hash."""
    begins: npt.NDArray[np.int32]
    """Where the strings of each length begin in both, (longest + 2,)."""
    codes: npt.NDArray[np.uint32]
    """The code points of all strings, by number."""
    ends: npt.NDArray[np.int32]
    """Where each of them ends there."""

    @classmethod
    def of(cls, strings: Sequence[str]) -> "StringSet":
        """The set of some strings, which are numbered from 0."""
        lengths = np.array([len(one) for one in strings], np.int32)
        longest = int(lengths.max(initial=0))
        hashes, numbers = [], []
        for length in range(longest + 1):
            alike = np.flatnonzero(lengths == length)
            codes = _codes("".join(strings[number] for number in alike.tolist())).reshape(len(alike), length)
            found = np.zeros(len(alike), np.uint64)
            for column in codes.T:
                found = found * _BASE + column
            order = np.argsort(found)
            hashes.append(found[order])
            numbers.append(alike[order].astype(np.int32))
        begins = np.array([0, *accumulate(map(len, hashes))], np.int32)
        return cls(
            np.concatenate(hashes),
            np.concatenate(numbers),
            begins,
            _codes("".join(strings)),
            np.cumsum(lengths, dtype=np.int32),
        )

    @classmethod
    def read(cls, arrays: Any) -> "StringSet":
        """The set in the arrays of a file.

        Raises:
            KeyError: an array is missing.
        """
        return cls(*(arrays[name] for name in cls._fields))

    def string(self, number: int) -> str:
        """The string of a number."""
        start = self.ends[number - 1] if number else 0
        return _text(self.codes[start : self.ends[number]])

    def strings(self) -> Iterator[str]:
        """All of them, by number."""
        text, start = _text(self.codes), 0
        for end in self.ends.tolist():
            yield text[start:end]
            start = end

    def standing_in(self, text: str) -> list[int]:
        """The numbers of those that stand in a text, in ascending order."""
        codes = _codes(text).astype(np.uint64)
        found: list[npt.NDArray[np.int32]] = []
        here = np.zeros(len(codes) + 1, np.uint64)
        for length in range(1, min(len(self.begins) - 2, len(codes)) + 1):
            here = here[:-1] * _BASE + codes[length - 1 :]
            first, after = self.begins[length], self.begins[length + 1]
            if first < after:
                hashes = self.hashes[first:after]
                places = np.searchsorted(hashes, here)
                places[places == len(hashes)] = 0
                found.append(self.numbers[first + places[hashes[places] == here]])
        numbers = np.unique(np.concatenate(found)).tolist() if found else []
        # Two strings may share a hash.
        return [number for number in numbers if self.string(number) in text]


def _codes(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _text(codes: npt.NDArray[np.uint32]) -> str:
    return codes.tobytes().decode("utf-32-le", "surrogatepass")
