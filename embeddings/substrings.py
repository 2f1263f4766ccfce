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
# The highest bits of a hash, which say whether looking for it is worth while (Bloom 1970).
_SIEVE_BITS = 22

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
    sieve: npt.NDArray[np.uint8]
    """A bit for each beginning of a hash that the set has, (2^22 / 8,): of a million substrings it leaves a tenth."""

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
        joined = np.concatenate(hashes)
        sieve = np.zeros(1 << _SIEVE_BITS, np.uint8)
        sieve[joined >> np.uint64(64 - _SIEVE_BITS)] = 1
        return cls(
            joined,
            np.concatenate(numbers),
            begins,
            _codes("".join(strings)),
            np.cumsum(lengths, dtype=np.int32),
            np.packbits(sieve, bitorder="little"),
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
        codes = _codes(text)
        found: list[npt.NDArray[np.int32]] = []
        here = np.zeros(len(codes) + 1, np.uint64)
        for length in range(1, min(len(self.begins) - 2, len(codes)) + 1):
            here = here[:-1] * _BASE + codes[length - 1 :]
            first, after = self.begins[length], self.begins[length + 1]
            if first < after:
                starts = np.flatnonzero(self._likely(here))
                hashes = self.hashes[first:after]
                places = np.searchsorted(hashes, here[starts])
                places[places == len(hashes)] = 0
                same = hashes[places] == here[starts]
                numbers = self.numbers[first + places[same]]
                # Two strings may share a hash.
                offsets = np.arange(length)
                ours = self.codes[(self.ends[numbers] - length)[:, None] + offsets]
                theirs = codes[starts[same][:, None] + offsets]
                found.append(numbers[(ours == theirs).all(axis=1)])
        return np.unique(np.concatenate(found)).tolist() if found else []

    def _likely(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Whether each may be of a string of the set; where not, it surely is of none."""
        highest = (hashes >> np.uint64(64 - _SIEVE_BITS)).astype(np.uint32)
        bits: npt.NDArray[np.uint8] = self.sieve[highest >> 3] >> (highest & 7).astype(np.uint8)
        return (bits & 1).astype(np.bool_)


def _codes(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _text(codes: npt.NDArray[np.uint32]) -> str:
    return codes.tobytes().decode("utf-32-le", "surrogatepass")
