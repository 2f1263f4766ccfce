"""How long a text is to an encoder: characters of its NFKC form, for a token has at least one of them."""

import re
import unicodedata
from functools import cache


def read_length(text: str) -> int:
    """The characters of a text, each counted as many times as it has in its NFKC form: `㎏` as 2, `ﷺ` as 18."""
    lengths = _lengths()
    return len(text) + sum(lengths[match[0]] - 1 for match in _pattern().finditer(text))


def shortened(text: str, length: int) -> str:
    """The beginning of a text, not longer than `length` to an encoder."""
    if len(text) <= length and read_length(text) <= length:
        return text
    lengths = _lengths()
    left = length
    for index, character in enumerate(text):
        left -= lengths.get(character, 1)
        if left < 0:
            return text[:index]
    return text


@cache
def _lengths() -> dict[str, int]:
    """The characters whose NFKC form is longer than one, each with its length."""
    blocks = (range(0xA0, 0x3400), range(0xF900, 0x10000), range(0x1D100, 0x1D200), range(0x1F100, 0x1F300))
    forms = {chr(code): len(unicodedata.normalize("NFKC", chr(code))) for block in blocks for code in block}
    return {character: length for character, length in forms.items() if length > 1}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(f"[{''.join(_lengths())}]")
