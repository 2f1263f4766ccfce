"""Which strings of a large set stand in a text, without reading the set: by the hashes of all that stands in the text.

A process that answers one question needs a thousandth of a vocabulary, and has no time to make a `dict` of the rest.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

# An odd number without a pattern, and its inverse modulo 2^64: of a polynomial over code points (Karp and Rabin 1987).
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
# The highest bits of a hash, which say whether looking for it is worth while (Bloom 1970).
_SIEVE_BITS = 22
_BLOCK = 2048
"""So many places of a text are looked at at a time: all their hashes fit into the processor's cache."""

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]


class StringSet(NamedTuple):
    """Strings by number, and their hashes. Arrays, so that it is written and read as it is."""

    hashes: Hashes
    """Of each string, in ascending order."""
    numbers: npt.NDArray[np.int32]
    """The number of the string of each hash."""
    codes: npt.NDArray[np.uint32]
    """The code points of all strings, by number."""
    ends: npt.NDArray[np.int32]
    """Where each of them ends there."""
    longest: npt.NDArray[np.int32]
    """Code points of the longest, (1,)."""
    sieve: npt.NDArray[np.uint8]
    """A bit for each beginning of a hash that the set has, (2^22 / 8,): of a million substrings it leaves a tenth."""

    @classmethod
    def of(cls, strings: Sequence[str]) -> "StringSet":
        """The set of some strings, which are numbered from 0."""
        lengths = np.array([len(one) for one in strings], np.int64)
        ends = np.cumsum(lengths)
        codes = _codes("".join(strings))
        sums, powers = _sums(codes)
        hashes = (sums[ends] - sums[ends - lengths]) * powers[ends]
        order = np.argsort(hashes)
        sieve = np.zeros(1 << _SIEVE_BITS, np.uint8)
        sieve[hashes >> np.uint64(64 - _SIEVE_BITS)] = 1
        longest = np.array([lengths.max(initial=0)], np.int32)
        return cls(
            hashes[order],
            order.astype(np.int32),
            codes,
            ends.astype(np.int32),
            longest,
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

    def standing_in(self, text: str) -> dict[int, str]:
        """Those that stand in a text, by number in ascending order."""
        codes = _codes(text)
        lengths = np.arange(1, min(int(self.longest[0]), len(codes)) + 1)[:, None]
        starts = range(0, len(codes), _BLOCK)
        found = [self._standing_in(codes[start : start + _BLOCK + len(lengths) - 1], lengths) for start in starts]
        if not found:
            return {}
        numbers, places = np.unique(np.concatenate([one for one, _, _ in found]), return_index=True)
        begins = np.concatenate([begin + start for start, (_, begin, _) in zip(starts, found, strict=True)])[places]
        ends = begins + np.concatenate([sizes for _, _, sizes in found])[places]
        spans = zip(numbers.tolist(), begins.tolist(), ends.tolist(), strict=True)
        return {number: text[begin:end] for number, begin, end in spans}

    def _standing_in(self, codes: npt.NDArray[np.uint32], lengths: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Those that stand in a text and have one of the lengths, (n, 1): their numbers, and where and how long."""
        sums, powers = (_windows(values, len(lengths)) for values in _sums(codes))
        here = (sums - sums[:1]) * powers
        ends = np.arange(len(codes)) + lengths
        rows, begins = np.nonzero(self._likely(here[1:]) & (ends <= len(codes)))
        hashes = here[rows + 1, begins]
        places = np.searchsorted(self.hashes, hashes)
        places[places == len(self.hashes)] = 0
        same = self.hashes[places] == hashes
        numbers = self.numbers[places[same]].astype(np.int64)
        # Two strings may share a hash.
        offsets = np.arange(len(lengths) + 1)
        begins, sizes = begins[same], lengths[rows[same]]
        ours = self.codes.take(self.ends[numbers][:, None] - sizes + offsets, mode="clip")
        theirs = codes.take(begins[:, None] + offsets, mode="clip")
        found = ((ours == theirs) | (offsets >= sizes)).all(axis=1)
        return numbers[found], begins[found], sizes[found, 0]

    def _likely(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Whether each may be of a string of the set; where not, it surely is of none."""
        highest = (hashes >> np.uint64(64 - _SIEVE_BITS)).astype(np.uint32)
        bits: npt.NDArray[np.uint8] = self.sieve[highest >> 3] >> (highest & 7).astype(np.uint8)
        return (bits & 1).astype(np.bool_)


def _sums(codes: npt.NDArray[np.uint32]) -> tuple[Hashes, Hashes]:
    """What the hash of any part of a text is made of: `(sums[end] - sums[start]) * powers[end]`.

    Both are (n + 1,). The sums are of each code point divided by the power of its place, modulo 2^64.
    """
    powers, inverses = (
        np.concatenate([np.ones(1, np.uint64), np.full(len(codes), base, np.uint64).cumprod(dtype=np.uint64)])
        for base in (_BASE, _INVERSE)
    )
    sums = np.concatenate([np.zeros(1, np.uint64), (codes * inverses[:-1]).cumsum(dtype=np.uint64)])
    return sums, powers


def _windows(values: Hashes, most: int) -> Hashes:
    """What stands up to so many places behind each value but the last, (most + 1, n); beyond the end, zeros."""
    padded = np.concatenate([values, np.zeros(most, np.uint64)])
    return np.lib.stride_tricks.as_strided(padded, (most + 1, len(values) - 1), padded.strides * 2, writeable=False)


def _codes(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _text(codes: npt.NDArray[np.uint32]) -> str:
    return codes.tobytes().decode("utf-32-le", "surrogatepass")
