"""How characters are read, in pinyin, and the readings that some pages put in brackets behind them."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from qa.alignment import Repair
from qa.analysis import HAN

_SPELT = r"([a-zü\u00e0-\u01dc\u1e3f\u0144\u0148]{1,6})[)）]"
READING = f"[(（]{_SPELT}"
# The bracket first, so that most of a text is passed over at once.
_BRACKETED_READING = re.compile(f"[(（](?<=[{HAN}].){_SPELT}")


def bracketed_readings(text: str) -> Iterator[Repair]:
    """Remove the pinyin of a character in brackets behind it: `創(chuàng)新` to `創新`.

    A bracket that is no reading of that very character stays. Tones are not compared: they come and go.
    """
    for match in _BRACKETED_READING.finditer(text):
        if is_read(text[match.start() - 1], match[1]):
            yield Repair(match.start(), match.end(), "")


def is_read(character: str, reading: str) -> bool:
    """Whether a character can be read so, tones aside."""
    return _toneless(reading) in {_toneless(known) for known in _readings(character)}


def all_read(characters: Iterable[str], reading: str) -> list[str]:
    """Those of some characters that can be read so: with its tone where there are any, else in any tone."""
    read = [character for character in characters if is_read(character, reading)]
    return [character for character in read if reading in _readings(character)] or read


@lru_cache(1 << 12)
def _toneless(reading: str) -> str:
    """Bare letters; `ü` is written `v` or `u` as well."""
    letters = unicodedata.normalize("NFD", reading)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("v", "u")


@cache
def _readings(character: str) -> frozenset[str]:
    return frozenset(_known_readings().get(str(ord(character)), "").split(","))


@cache
def _known_readings() -> dict[str, str]:
    """The readings of characters, by their code points in decimal.

    Read without importing the package, which reads 2.5 MB of phrases first: a tenth of a second.
    """
    package = find_spec("pypinyin")
    assert package is not None
    assert package.origin is not None
    known: dict[str, str] = json.loads(Path(package.origin).with_name("pinyin_dict.json").read_text(encoding="utf-8"))
    return known
