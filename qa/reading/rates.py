"""How much something has grown, where a model answers with how much it is: `4826亿元,比上年增长6.1%`.

All over folded text.
"""

import re

_GROWN = "增长|上升|上涨|提高|增加|增产|增收|下降|下滑|下跌|减少|减产|回落|收窄|扩大"
_RATE = r"(?P<rate>[0-9]+(?:\.[0-9]+)?\s*(?:%|个百分点|个基点|倍)|[一二三四五六七八九]成)"
_ABOUT = "[了约近超过达逾]{0,2}"
_MUCH = r"了?(?:多少|几成|百分之几)\s*\??\s*$"
_NAMED = "[增降涨跌]幅|增速|增长率"
# What a question asks, and how a text says it.
_ASKED = re.compile(rf"{_NAMED}|(?:{_GROWN}|[涨跌降]){_MUCH}")
_RISEN = re.compile(rf"(?:{_GROWN}|[增降涨跌]){_ABOUT}{_RATE}")
_POINTS = re.compile(rf"(?:{_GROWN}|[增降涨跌升]){_ABOUT}(?P<rate>[0-9]+(?:\.[0-9]+)?个(?:百分点|基点))")
_CHANGED = re.compile("[增减升降涨跌][^0-9,;。]{0,3}$")
_HELD_AGAINST = re.compile(rf"[比较].*[高低]{_MUCH}")
_LOWER = re.compile(rf"[高低][于出][^,;。0-9]{{0,12}}{_RATE}")
_NO_AMOUNT = re.compile(rf"{_NAMED}|几成|百分之几")
_BY = re.compile(rf"(?:{_GROWN}){_ABOUT}\Z")
"""In front of a figure that is itself by how much something has grown: `增加83家`."""
_LEVEL = re.compile(r"[0-9]\s*[十百千万亿]*\s*(?:[元吨人户家台辆件项度]|个(?!百分点|基点)|美元|平方|立方|公)")
_FIGURE = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_STOP = re.compile("[;。!?\n]")
_IN_FRONT = 6
"""Characters between a rate and the figure that it leads to: `下跌5.6%,收于18.32元`."""


def its_rate(question: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The rate beside a figure, where a question asks for that, and `text[start:end]` is the figure or begins so."""
    said = _LOWER if _HELD_AGAINST.search(question) else _RISEN if _ASKED.search(question) else None
    figure = _FIGURE.search(text, start, end)
    if said is None or figure is None or said.search(text, max(0, start - _IN_FRONT), figure.end() + 1):
        return start, end
    if said is _RISEN and text.startswith("%", figure.end()):
        # A share changes by points.
        said = _POINTS
    if said is _POINTS and _CHANGED.search(text[: figure.start()]):
        return start, end
    if _BY.search(text[: figure.start()]) and not _NO_AMOUNT.search(question):
        return start, end
    stops = [match.start() for match in (_STOP.search(text, end), _LEVEL.search(text, max(end, figure.end()))) if match]
    behind = said.search(text, figure.end(), min(stops, default=len(text)))
    if behind:
        return behind.span("rate")
    stop = max((match.end() for match in _STOP.finditer(text, 0, start)), default=0)
    before = [match for match in said.finditer(text, stop, start) if start - match.end() <= _IN_FRONT]
    return before[-1].span("rate") if before else (start, end)
