"""Middle dots between names that came out as question marks: `北京?貴陽`, `威廉?莎士比亞`."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate, islice
from math import inf, log

from qa.alignment import Repair
from qa.analysis import HAN, fold_script, tagged_words

_BETWEEN_HAN = re.compile(f"\\?(?<=[{HAN}].)(?=[{HAN}])")
_SENTENCE = re.compile(r"[。！？!?；;\n]")
_NAME_BEFORE = re.compile(f"[{HAN}]*\\Z")
_NAME_BEHIND = re.compile(f"[{HAN}]*")
# What makes a sentence a question: words anywhere in it, particles and the like at its end.
_ASKING = re.compile(
    "什么|甚么|谁|哪|何(?![塞顿西])|怎|几(?![内亚里近乎])|多少|多大|多长|是否|能否|可否|会否|有没有|是不是|能不能|可不可|会不会|要不要"
    "|难道|莫非|岂|究竟|到底|还是|那个|有啥|你|您|我们|咱"
)
_ASKED = re.compile(
    "(?:吗|呢|么|吧|嘛|啊|呀|啥|咋|乎|耶|否|没有|多[高远深久]|的|是|了|时间|原因|因为|由来|关系|特点|称为|目的|位置)\\Z"
)
_ASKS_ON = re.compile("[为怎如]|是|你|您|我|他们|她们|什么|哪|谁|难道|还是|吗|呢|还有|那[么个]|这")
_CONTEXT = 60
_COPULA = 8
_LONGEST_WORD = 8
_LONGEST_PART = 5
# Log odds for a dot: what is clear; what is enough, with one that is clear nearby and without; what a question takes.
_CLEAR = 4.0
_WITH_OTHERS = -8.0
_ALONE = -2.5
_ASKED_FOR = 9.0
_KIN_ODDS = 6.0
_RELATIVE_ODDS = 4.0
_ROW_ODDS = 1.5
_SAME_TEXT = 3000
# Another dot in the same name, or the name's spelling in Latin letters behind it.
_DOT_BEFORE = re.compile(f"[·‧•・][{HAN}]{{1,8}}\\Z")
_DOT_BEHIND = re.compile(f"[{HAN}]{{1,8}}(?:[·‧•・]|[（(][A-Za-z])")
# Who somebody is to another, with the name behind: `长男·正武`, `之子·正次`; and what is said in talk too, where it may
# be asked.
_KIN = re.compile("(?:[之其][子女父母妻弟兄妹姐孙]|[长次三四五六末养][子女男]|[祖叔伯舅岳义养][父母]|主君|家臣)\\Z")
_RELATIVE = re.compile("(?:父亲|母亲|妻子|丈夫|儿子|女儿|哥哥|弟弟|姐姐|妹妹|[表堂][哥弟姐妹兄]|兄长)\\Z")
# Names in a row, each behind a mark: `米尔咱·马黑麻·海答儿`, `经济·生活·服务`.
_ROW_BEFORE = re.compile(f"\\?[{HAN}]{{2,5}}\\Z")
_ROW_BEHIND = re.compile(f"[{HAN}]{{2,5}}\\?[{HAN}]")
# Two names that make one: `文禄·庆长之役`.
_EVENT_BEHIND = re.compile(f"[{HAN}]{{1,3}}之[役变乱]")
_PLACES = frozenset({"ns", "nr", "nt", "nrt", "nz"})


def middle_dots(text: str) -> Iterator[Repair]:
    """Write `·` for a question mark between two names, in a sentence that asks nothing."""
    for place, evidence in lost_dots(text).items():
        if evidence >= 0:
            yield Repair(place, place + 1, "·")


def lost_dots(text: str) -> dict[int, float]:
    """How much speaks for a lost dot at each question mark between Han: log odds, above 0 when it is enough.

    Where one dot of a text has become a question mark all have, so that one that is clear speaks for the others.
    """
    found = {match.start(): _between_names(text, match.start()) for match in _BETWEEN_HAN.finditer(text)}
    clear = [place for place, evidence in found.items() if evidence >= _CLEAR]
    for place, evidence in found.items():
        nearest = bisect_left(clear, place - _SAME_TEXT)
        others = [other for other in clear[nearest : nearest + 2] if other != place and other < place + _SAME_TEXT]
        found[place] = evidence - (_WITH_OTHERS if others else _ALONE)
    return found


def _between_names(text: str, at: int) -> float:
    """How much speaks for a lost dot at `text[at]`: log odds that what meets there is two parts of a name."""
    before = fold_script(text[max(0, at - _CONTEXT) : at])
    behind = fold_script(text[at + 1 : at + 1 + _CONTEXT])
    left, right = _NAME_BEFORE.search(before), _NAME_BEHIND.match(behind)
    assert left is not None
    assert right is not None
    if not left[0] or not right[0]:
        return -inf
    title = _title_before(before, behind)
    asked = asks(before if title is None else title, behind)
    evidence = _foreign(reversed(left[0])) + _foreign(right[0])
    if asked:
        return evidence - _ASKED_FOR
    evidence += _suggested(before, behind, left[0])
    if title is not None or _has_mark_of_names(before, behind, left[0], right[0]):
        evidence = max(evidence, 0.0) + _CLEAR
    return evidence


def asks(before: str, behind: str) -> bool:
    """Whether a question mark may stand behind `before`, and what follows be an answer; both simplified."""
    clause = _SENTENCE.split(before)[-1]
    return bool(_ASKING.search(clause) or _ASKED.search(clause) or _ASKS_ON.match(behind))


def _title_before(before: str, behind: str) -> str | None:
    """What stands before a dot in the title that it is inside of: `《周礼·考工记》`; None where it is in none."""
    opened = before.rfind("《")
    if opened > before.rfind("》") and 0 <= behind.find("》") < (behind + "《").find("《"):
        return before[opened + 1 :]
    return None


def _has_mark_of_names(before: str, behind: str, left: str, right: str) -> bool:
    if _DOT_BEFORE.search(before) or _DOT_BEHIND.match(behind) or _EVENT_BEHIND.match(behind):
        return True
    return _ends_with_place(left) and _begins_with_place(right)


def _suggested(before: str, behind: str, left: str) -> float:
    """The log odds that what stands around a mark, which asks nothing, speaks of names."""
    if "是" not in left[-_COPULA:]:
        if _KIN.search(left):
            return _KIN_ODDS
        if _RELATIVE.search(left):
            return _RELATIVE_ODDS
    return _ROW_ODDS if _ROW_BEFORE.search(before) or _ROW_BEHIND.match(behind) else 0.0


def _foreign(characters: Iterable[str]) -> float:
    """The log odds that the first characters belong to a foreign name, of as many as make them the greatest."""
    return max(accumulate(map(_foreign_odds, islice(characters, _LONGEST_PART))))


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
