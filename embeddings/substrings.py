"""Which strings of a large set stand in a text, without reading the set: by a trie that is kept as it is looked up in.

A process that answers one question needs a thousandth of a vocabulary, and has no time to make a `dict` of the rest.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from marisa_trie import Trie

# Half of a surrogate pair, which the trie cannot be asked for and no string has; and what no string has either.
_HALVES, _NEVER = re.compile("[\ud800-\udfff]"), "\0"


class StringSet:
    """Strings, numbered from 0 in an order of the set's own. Safe to share between threads.

    In a succinct trie (S. Yata's MARISA), of three bytes for each.
    """

    def __init__(self, trie: Any, longest: int) -> None:
        self._trie = trie
        self._longest = longest

    @classmethod
    def of(cls, strings: Sequence[str]) -> "StringSet":
        """The set of some strings, none of which is empty."""
        return cls(Trie(strings), max(map(len, strings), default=0))

    @classmethod
    def read(cls, arrays: Any) -> "StringSet":
        """The set in the arrays of a file.

        Raises:
            KeyError, ValueError: an array is missing, or is of another version of the library.
        """
        try:
            return cls(Trie().frombytes(arrays["trie"].tobytes()), int(arrays["longest"]))
        except RuntimeError as error:
            raise ValueError("no trie that can be read") from error

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The set as arrays, by name, to be kept in a file."""
        return {"trie": np.frombuffer(self._trie.tobytes(), np.uint8), "longest": np.array(self._longest)}

    def number(self, string: str) -> int:
        """The number of a string.

        Raises:
            KeyError: it is not in the set.
        """
        return int(self._trie[string])

    def strings(self) -> list[str]:
        """All of them, by number."""
        found = [""] * len(self._trie)
        for string, number in self._trie.iteritems():
            found[number] = string
        return found

    def standing_in(self, text: str) -> dict[str, int]:
        """Those that stand in a text, each with its number."""
        text = _HALVES.sub(_NEVER, text)
        parts = (text[start : start + self._longest] for start in range(len(text)))
        return {string: number for part in parts for string, number in self._trie.iter_prefixes_with_ids(part)}
