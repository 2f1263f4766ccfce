"""What something was, and what it has become: `由412亿元跃升到783亿元`.

A model takes the one for the other. All over folded text.
"""

import re
from itertools import pairwise

from qa.reading.spans import figures
from qa.text.dates import years
from qa.text.sentences import sentence_around

_FROM = re.compile("(?:由|从)[^0-9,;。]{0,12}$")
_TO = re.compile(
    "[^0-9,;。]{0,8}(?:增|升|涨|提|扩|拓|发展|壮大|减|降|跌|压|缩|调|改|变)[^0-9,;。]{0,6}(?:到|至|为|成)[^0-9,;。]{0,6}"
)
_ONCE = re.compile(
    "原[来先本是]|过去|当初|起初|最初|从前|本来|(?<![目空提当眼])前(?![0-9一两三几十后往来景列途端沿身任期])"
)
_NOW = re.compile("现在|现时|目前|如今|(?<![今前])后(?![0-9一两三几])")
_PLANNED = re.compile("将|计划|规划|力争|预计|预期|拟|打算|目标|争取|现[在有行]|目前")
_CHANGE = re.compile("多少年|几年|比|[增降涨减]了?(?:多少|几)")


def of_its_time(question: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The figure of the time that a question is about, if a span is one of two that were and have become one another.

    `现在` is what it has become only where that is no plan.
    """
    once = _ONCE.search(question) is not None
    if once == (_NOW.search(question) is not None) or years(question) or _CHANGE.search(question):
        return start, end
    first, after = sentence_around(text, start)
    planned = _PLANNED.search(text, first, after)
    for before, now in pairwise(figures(text, first, after)):
        chosen, meant = (now, before) if once else (before, now)
        if not (chosen[0] < end and start < chosen[1]):
            continue
        if _FROM.search(text[first : before[0]]) and _TO.fullmatch(text, before[1], now[0]) and (once or not planned):
            unit = text[chosen[1] : end] if end <= before[1] or start >= now[0] else ""
            return meant[0], meant[1] + (len(unit) if text.startswith(unit, meant[1]) else 0)
    return start, end
