"""Middle dots between names that came out as question marks: `北京?貴陽`, `威廉?莎士比亞`."""

import re
from collections.abc import Iterator
from functools import cache
from math import log

from qa.alignment import Repair
from qa.analysis import HAN, fold_script, tagged_words

_BETWEEN_HAN = re.compile(f"\\?(?<=[{HAN}].)(?=[{HAN}])")
_SENTENCE = re.compile(r"[。！？!?；;\n]")
_NAME_BEFORE = re.compile(f"[{HAN}]*\\Z")
_NAME_BEHIND = re.compile(f"[{HAN}]*")
# What makes a sentence a question: words anywhere in it, particles and the like at its end.
_ASKING = re.compile(
    "什么|甚么|谁|哪|何(?![塞顿西])|怎|几(?![内亚里])|多少|多大|多长|是否|能否|可否|会否|有没有|是不是|能不能|可不可|会不会|要不要"
    "|难道|莫非|岂|究竟|到底|还是|那个|有啥|你|您|我们|咱"
)
_ASKED = re.compile(
    "(?:吗|呢|么|吧|嘛|啊|呀|啥|咋|乎|耶|否|没有|多[高远深久]|的|是|了|时间|原因|因为|由来|关系|特点|称为|目的|位置)\\Z"
)
_ASKS_ON = re.compile("[为怎如]|是|你|您|我|他们|她们|什么|哪|谁|难道|还是|吗|呢|还有|那[么个]|这")
_CONTEXT = 60
_LONGEST_WORD = 8
# The sum of the log odds of the characters that meet at a dot, two on either side, that they belong to a foreign name.
_NAME_LIKE = -2.0
# Another dot in the same name, or the name's spelling in Latin letters behind it.
_DOT_BEFORE = re.compile(f"[·‧•・][{HAN}]{{1,8}}\\Z")
_DOT_BEHIND = re.compile(f"[{HAN}]{{1,8}}(?:[·‧•・]|[（(][A-Za-z])")
_PLACES = frozenset({"ns", "nr", "nt", "nrt", "nz"})


def middle_dots(text: str) -> Iterator[Repair]:
    """Write `·` for a question mark between two names, in a sentence that asks nothing."""
    for match in _BETWEEN_HAN.finditer(text):
        before = fold_script(text[max(0, match.start() - _CONTEXT) : match.start()])
        behind = fold_script(text[match.end() : match.end() + _CONTEXT])
        if asks(before, behind):
            continue
        if _is_title(before, behind) or _are_names(before, behind):
            yield Repair(match.start(), match.end(), "·")


def asks(before: str, behind: str) -> bool:
    """Whether a question mark may stand behind `before`, and what follows be an answer; both simplified."""
    clause = _SENTENCE.split(before)[-1]
    return bool(_ASKING.search(clause) or _ASKED.search(clause) or _ASKS_ON.match(behind))


def _is_title(before: str, behind: str) -> bool:
    """Whether a dot stands inside a title: `《周礼·考工记》`."""
    return before.rfind("《") > before.rfind("》") and 0 <= behind.find("》") < (behind + "《").find("《")


def _are_names(before: str, behind: str) -> bool:
    left = _NAME_BEFORE.search(before)
    right = _NAME_BEHIND.match(behind)
    assert left is not None
    assert right is not None
    names = left[0], right[0]
    if _DOT_BEFORE.search(before) or _DOT_BEHIND.match(behind):
        return True
    if _ends_with_place(names[0]) and _begins_with_place(names[1]):
        return True
    odds = [_foreign_odds(character) for character in names[0][-2:]]
    odds_behind = [_foreign_odds(character) for character in names[1][:2]]
    return sum(odds) / len(odds) + sum(odds_behind) / len(odds_behind) > _NAME_LIKE


def _ends_with_place(text: str) -> bool:
    return any(text[-length:] in _names() for length in range(2, min(len(text), _LONGEST_WORD) + 1))


def _begins_with_place(text: str) -> bool:
    return any(text[:length] in _names() for length in range(2, min(len(text), _LONGEST_WORD) + 1))


@cache
def _names() -> frozenset[str]:
    return frozenset(word for word, tag in tagged_words() if tag in _PLACES and len(word) <= _LONGEST_WORD)


@cache
def _foreign_odds(character: str) -> float:
    foreign, other = _counts()
    share = (foreign.get(character, 0) + 0.3) / sum(foreign.values())
    return log(share) - log((other.get(character, 0) + 20) / sum(other.values()))


@cache
def _counts() -> tuple[dict[str, int], dict[str, int]]:
    """In how many transliterated names of the dictionary a character stands, and in how many other words."""
    foreign: dict[str, int] = {}
    other: dict[str, int] = {}
    for word, tag in tagged_words():
        counts = foreign if tag == "nrt" else other
        for character in word:
            counts[character] = counts.get(character, 0) + 1
    return foreign, other
