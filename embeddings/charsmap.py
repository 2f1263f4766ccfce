"""SentencePiece's compiled normalisation map, made anew from its single-character rules.

A SentencePiece normaliser ("nmt_nfkc") is a map from strings to strings, stored as a double-array trie over
UTF-8 keys (J. Aoe 1989; laid out as in S. Yata's darts-clone) in front of a blob of NUL-ended values. The
`tokenizers` library runs it natively as `normalizers.Precompiled`; this module writes what it reads.
"""

import itertools
import struct
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

_HAS_LEAF = 1 << 8
_OFFSET_SHIFT = 10
# A unit keeps an offset of up to 21 bits plainly; a larger trie would need the extended form.
_MAX_OFFSET = 1 << 21
# `Precompiled` looks a grapheme up as a whole only below this size in UTF-8, and else goes character by character.
_GRAPHEME_BYTES = 6


def with_compositions(rules: Mapping[str, str]) -> dict[str, str]:
    """Add the decomposed spellings (NFD) of the composed characters to single-character rules.

    Args:
        rules: normalisation of single characters, such as `Ａ` to `A`.

    Returns:
        The rules, and every sequence such as `e` + U+0301 that composes to one character. A sequence that starts
        with another key, or is longer than the normaliser ever looks up, is left out: it could not be reached.
    """
    single_forms: dict[str, list[str]] = {}
    for character in _characters():
        decomposed = unicodedata.normalize("NFKD", character)
        if len(decomposed) == 1:
            single_forms.setdefault(decomposed, []).append(character)

    sequences: dict[str, str] = {}
    for character in _characters():
        decomposed = unicodedata.normalize("NFD", character)
        if not 2 <= len(decomposed) < _GRAPHEME_BYTES:
            continue
        composed = unicodedata.normalize("NFKC", character)
        for spelling in itertools.product(*(single_forms.get(part, [part]) for part in decomposed)):
            key = "".join(spelling)
            stable_start = key[0] not in rules and unicodedata.normalize("NFKC", key[0]) == key[0]
            if stable_start and key != composed and len(key.encode()) < _GRAPHEME_BYTES:
                sequences[key] = composed
    reachable = {
        key: composed
        for key, composed in sequences.items()
        if not any(key[:length] in sequences for length in range(2, len(key)))
    }
    return {**rules, **reachable}


def compile_charsmap(rules: Mapping[str, str]) -> bytes:
    """Lay rules out as `tokenizers.normalizers.Precompiled` reads them.

    Returns:
        The trie's size in bytes (little-endian uint32), its units (uint32 each), and the values in UTF-8, each
        ended by NUL.

    Raises:
        ValueError: when the rules need a trie of more than 2**21 units.
    """
    blob = bytearray()
    values: dict[bytes, int] = {}
    for key, replacement in sorted(rules.items()):
        values[key.encode()] = len(blob)
        blob += replacement.encode() + b"\0"
    units = _double_array(values)
    return struct.pack("<I", 4 * len(units)) + struct.pack(f"<{len(units)}I", *units) + bytes(blob)


def _characters() -> Iterator[str]:
    return (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)


class _DoubleArray:
    """A double array that grows: units, which of them are taken, and which bases."""

    def __init__(self) -> None:
        self.units = [0] * 256
        self._used = [True] + [False] * 255
        self._bases = {0}
        self._free_from = 1

    def take_base(self, slots: Sequence[int]) -> int:
        """A base that sends every slot to an unused unit, by XOR; base and units are taken.

        No two nodes may share a base: a unit knows the label that leads to it, not the node.
        """
        # Only the last blocks are searched for room, as darts-clone does: first fit over all of them is quadratic.
        self._free_from = max(self._free_from, len(self.units) - 4 * 256)
        while self._free_from < len(self._used) and self._used[self._free_from]:
            self._free_from += 1
        base = self._free_from
        while True:
            block_end = (base | 0xFF) + 1  # XOR with a byte stays within a block of 256
            if block_end > len(self.units):
                self.units += [0] * (block_end - len(self.units))
                self._used += [False] * (block_end - len(self._used))
            if base not in self._bases and not any(self._used[base ^ slot] for slot in slots):
                break
            base += 1
        self._bases.add(base)
        for slot in slots:
            self._used[base ^ slot] = True
        return base


def _double_array(values: Mapping[bytes, int]) -> list[int]:
    """Place the trie of `values`: a node's child for byte b stands at (node ^ offset) ^ b, its value at b = 0."""
    children: dict[bytes, set[int]] = {b"": set()}
    for key in values:
        for length, byte in enumerate(key):
            children.setdefault(key[:length], set()).add(byte)
            children.setdefault(key[: length + 1], set())

    array = _DoubleArray()
    pending = [(b"", 0)]
    while pending:
        prefix, node = pending.pop()
        labels = sorted(children[prefix])
        base = array.take_base([0, *labels] if prefix in values else labels)
        offset = base ^ node
        if offset >= _MAX_OFFSET:
            raise ValueError(f"{len(values)} normalisation rules do not fit a trie of {_MAX_OFFSET} units")
        array.units[node] |= offset << _OFFSET_SHIFT
        if prefix in values:
            array.units[node] |= _HAS_LEAF
            array.units[base] = values[prefix] | 1 << 31
        for label in labels:
            array.units[base ^ label] = label
            pending.append((prefix + bytes([label]), base ^ label))
    return array.units
