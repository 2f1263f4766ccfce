"""Questions for who holds an office: a deputy does not, and a model that reads sees no difference.

All over folded text.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from qa.analysis import HAN

_OFFICES = r"""
    [市县区省州镇乡村局处科部厅司院校会社馆所站台行厂队组团]长 | (?:董事|秘书|理事|检察|审判)长
    | 主任 | 主席 | 书记 | 总理 | 总统 | 总裁 | 总?经理 | 总编辑? | 主编 | 主?教练 | 总监 | 总工程师 | 司令员?
    | \b(?: mayor | governor | president | chair(?:wo)?man | minister | director | manager | secretary | editor
      | principal | dean | chief(?:\s+[a-z]+(?=\s+officer\b)|\s+executive)? | coach | commander | treasurer )\b
"""
# `省长沙市` and `市长江大桥` have no head, `副主任医师` is a rank, `书记员` a clerk.
_NONE = "江[大流中上下两沿路南北水]|[沙春治]市|安[街区路]|宁区|[远期城征]|[医护药技]师|[员团级令办]"
_OFFICE = re.compile(
    rf"(?P<deputy>副|\b(?:deputy|vice|assistant|associate)[\s-]+)?(?P<name>{_OFFICES})(?!{_NONE})(?P<aide>助理|秘书)?",
    re.VERBOSE,
)
_IN_FRONT = re.compile(_OFFICE.pattern + r"(?:\s+officer)?\s*[:：]?\s*\Z", re.VERBOSE)
# Titles that are used for one another, or are kinds of one another.
_ALIKE = re.compile("编|经理|总裁|教练|总监")
_SOMEONE = "(?:谁|哪一?位|哪个人|什么人|何人)"
_HOLDER_BEHIND = re.compile(f"(?:现在|目前)?[是叫为由]?(?:{_SOMEONE}|什么名字|的?(?:名字|姓名))")
_HOLDER_BEFORE = re.compile(rf"{_SOMEONE}\s*(?:[是任当做]|担任|出任|就任|接任)|\bwho\s+(?:is|was)\b")
_CLAUSE_END = re.compile(r"[,，。;；!！?？\n]")
_OF = re.compile(f"([{HAN}]{{2}})的?$")
_BEHIND = 14
"""Characters behind a name in which its office may stand: `当选副主席`."""


class Office(NamedTuple):
    """An office that somebody holds."""

    name: str
    deputy: bool
    """Whether as a deputy, or an aide."""
    of: str = ""
    """The last characters of what it is the head of: `象局` of `气象局局长`."""


def asked_office(question: str) -> Office | None:
    """The office whose holder a question asks for; None where it asks for none, or names several."""
    places = list(_OFFICE.finditer(question))
    if len(places) != 1:
        return None
    [place] = places
    asks = _HOLDER_BEHIND.match(question, place.end()) or _HOLDER_BEFORE.search(question, 0, place.start())
    return _office(place) if asks else None


def only_others(asked: Office, text: str) -> bool:
    """Whether a text speaks of deputies and not of who holds the office, or the other way round.

    Where it speaks of that very body's, the heads of others are none of it.
    """
    found = _offices(asked, text)
    own = [office for office in found if asked.of and office.of == asked.of] or found
    return bool(own) and all(office.deputy != asked.deputy for office in own)


def is_said_of(asked: Office, text: str, start: int, end: int) -> bool | None:
    """Whether the office is said of a name in a text, or else its deputy's or another; None where none is."""
    before = _CLAUSE_END.split(text[:start])[-1]
    behind = _CLAUSE_END.split(text[end : end + _BEHIND].lstrip(",，(（ "))[0]
    said = _offices(asked, before)[-1:] or _offices(asked, behind)
    if said:
        return said[0].deputy == asked.deputy
    # What stands just in front of a name is its office: `镇长李明` is no 乡长. `主任` may be what a director is called.
    other = _IN_FRONT.search(before)
    if other is None or other["name"].isascii() != asked.name.isascii():
        return None
    return None if _ALIKE.search(other["name"]) and _ALIKE.search(asked.name) else False


def _offices(asked: Office, text: str) -> Sequence[Office]:
    return [_office(match) for match in _OFFICE.finditer(text) if match["name"] == asked.name]


def _office(match: re.Match[str]) -> Office:
    of = _OF.search(match.string, max(0, match.start() - 3), match.start())
    return Office(match["name"], bool(match["deputy"] or match["aide"]), of[1] if of else "")
