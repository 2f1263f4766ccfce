"""Lists of which one goes with the other: `2020年至2022年营业收入分别为2.31亿元、3.05亿元和4.48亿元`.

A model takes the first of such figures, or all. All over folded text.
"""

import re
from collections.abc import Sequence

from qa.reading.laid_out import longest_shared
from qa.text.dates import YEAR, year_ranges
from qa.text.sentences import sentences

_ITEM = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?[^0-9、,;。和及与]{0,9}"
_AND = "(?:、|,|以及|[和及与])"
_RESPECTIVELY = re.compile(
    rf"(?P<heads>[^,;。]*)(?:分别|依次)[^0-9、,;。]{{0,8}}(?P<items>{_ITEM}(?:{_AND}[^0-9、,;。]{{0,4}}{_ITEM})+)"
)
_CLAUSES = re.compile("(?<![0-9]),|,(?![0-9])|[;。]")
_FIGURE = re.compile(_ITEM)
_SPLIT = re.compile(_AND)
_YEAR = re.compile(YEAR)
_OF_ALL = re.compile("(?:这|等)?[两二三四五六七八九]大[^、,和及与]*$")
"""What the last of some heads has for all of them: `生物医药、新能源汽车两大产业规模`."""
_ALL = re.compile("分别|各自?[是为有]")
_SHORTEST = 2


def in_order(question: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The figure that goes with what a question names, where `text[start:end]` is in a list of several."""
    if "分别" not in text and "依次" not in text:  # it is asked of each of many spans
        return start, end
    for first, after in sentences(text):
        for match in _RESPECTIVELY.finditer(text, first, after):
            if start < match.end("items") and match.start("items") < end:
                items = list(_FIGURE.finditer(text, *match.span("items")))
                heads = _heads(match["heads"], text[: match.start()], len(items))
                named = _named(question, heads)
                return items[named].span() if named is not None else (start, end)
    return start, end


def _heads(own: str, before: str, count: int) -> Sequence[str]:
    """What so many items go with: what stands in front of them, or the last years that are counted up before."""
    own = _OF_ALL.sub("", own)
    heads = [str(year) for years in year_ranges(own)[:1] for year in years] or _SPLIT.split(own)
    if not own:
        # Each in a clause: `营业收入8.93亿元,净利润1.02亿元,分别下降6.4%和12.7%`.
        clauses = _CLAUSES.split(before)[:-1][-count:]
        heads = clauses if all(map(_FIGURE.search, clauses)) else heads
    if len(heads) == count:
        return heads
    return next((list(map(str, years)) for years in reversed(year_ranges(before)) if len(years) == count), ())


def _named(question: str, heads: Sequence[str]) -> int | None:
    """Which of some a question names, if it is one only: by their years where each has one, or else by their words."""
    of_years = [match[0] for head in heads if (match := _YEAR.search(head))]
    if len(of_years) == len(heads):
        named = [place for place, year in enumerate(of_years) if year in question]
    else:
        named = [
            place for place, head in enumerate(heads) if longest_shared(_YEAR.sub("", head), question) >= _SHORTEST
        ]
    return named[0] if len(named) == 1 and not _ALL.search(question) else None
