"""How much something has grown, where a model answers with how much it is: `4826亿元,比上年增长6.1%`.

All over folded text.
"""

import re

_ASKED = re.compile(
    r"[增降涨跌]幅|增速|增长率|(?:增长|上升|上涨|下降|下滑|下跌|减少|增加|提高)了?(?:多少|几成|百分之几)"
)
_LEVEL = re.compile(r"[0-9]\s*[十百千万亿]*\s*(?:[元吨人户家台辆件个项度]|美元|平方|立方|公)")
_RATE = re.compile(
    r"(?:增长|上升|上涨|提高|增加|增产|增收|下降|下滑|下跌|减少|减产|回落|增|降)[了约近超过达逾]{0,2}"
    r"(?P<rate>[0-9]+(?:\.[0-9]+)?\s*(?:%|个百分点|倍)|[一二三四五六七八九]成)"
)
_STOP = re.compile("[;。!?\n]")


def its_rate(question: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The rate behind a figure in its clauses, where a question asks for that and `text[start:end]` is the figure."""
    if not _ASKED.search(question) or "%" in text[start:end] or not _LEVEL.search(text, start, end):
        return start, end
    stops = [match.start() for match in (_STOP.search(text, end), _LEVEL.search(text, end)) if match]
    rate = _RATE.search(text, end, min(stops, default=len(text)))
    return rate.span("rate") if rate else (start, end)
