"""What a text is written in: its language, and of Chinese the script. Told by its characters alone."""

import re
from collections.abc import Sequence
from functools import cache
from operator import ne
from typing import Literal, NamedTuple

from qa.analysis import HAN, STOP_WORDS, fold_script

Language = Literal["zh", "ja", "ko", "en"]
Script = Literal["simplified", "traditional"]

_HAN = re.compile(f"[{HAN}]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_LATIN_WORD = re.compile(r"[^\W\d_\u0250-\U0010ffff]+")
# With fewer characters or words than this a text says too little of itself.
_LEAST = 8
# Japanese without kana is a headline; Chinese with more than this many among its characters quotes Japanese at length.
_KANA_SHARE = 0.15
# Of the words of running English some 45 % are function words, of French, German and Dutch under 10 % look like one.
_FUNCTION_WORDS = 0.2


class Writing(NamedTuple):
    """A text's language and script; None where it does not tell, or is of another."""

    language: Language | None
    script: Script | None


def writings(texts: Sequence[str]) -> list[Writing]:
    """What each passage of one document is written in; one that is too short to tell, what the document is."""
    each = [_writing(text) for text in texts]
    if all(language and (script or language != "zh") for language, script in each):
        return each
    whole = _writing("\n".join(texts))
    found = []
    for language, script in each:
        known = language or whole.language
        found.append(Writing(known, (script or whole.script) if known == "zh" else None))
    return found


def is_in_letters(text: str) -> bool:
    """Whether a text is written in an alphabet: it has more Latin words than East Asian characters."""
    *east_asian, words = _counted(text)
    return sum(east_asian) < words


def _counted(text: str) -> list[int]:
    """How many characters of a text are Han, kana and Hangul, and how many words Latin: these say as much each."""
    return [len(kind.findall(text)) for kind in (_HAN, _KANA, _HANGUL, _LATIN_WORD)]


def _writing(text: str) -> Writing:
    han, kana, hangul, latin = _counted(text)
    if han + kana + hangul < latin:
        words = [word.lower() for word in _LATIN_WORD.findall(text)]
        english = sum(word in STOP_WORDS for word in words) >= _FUNCTION_WORDS * len(words)
        return Writing("en" if english and len(words) >= _LEAST else None, None)
    if han + kana + hangul < _LEAST:
        return Writing(None, None)
    if hangul > han + kana:
        return Writing("ko", None)
    if kana > _KANA_SHARE * (han + kana):
        return Writing("ja", None)
    return Writing("zh", _script(text))


def _script(text: str) -> Script | None:
    """The script that most of the characters are of that the two scripts write differently."""
    traditional = sum(map(ne, text, fold_script(text)))
    simplified = sum(map(_simplified().__contains__, text))
    if traditional == simplified:
        return None
    return "traditional" if traditional > simplified else "simplified"


@cache
def _simplified() -> frozenset[str]:
    """Characters that only simplified text has: what others fold to, but for those that both have (里, 台, 后)."""
    characters = "".join(map(chr, range(0x3400, 0xA000)))
    folded = {other for one, other in zip(characters, fold_script(characters), strict=True) if one != other}
    return frozenset(character for character in folded if not _in_big5(character))


def _in_big5(character: str) -> bool:
    try:
        return bool(character.encode("big5"))
    except UnicodeEncodeError:
        return False
