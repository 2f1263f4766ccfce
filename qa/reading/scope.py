"""What a question is limited to, and whether an answer is of another year, part of a year, kind, number or name.

To a model that reads, what was exported in one quarter is as good an answer for the next, or for imports. All over
folded text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from qa.analysis import HAN, fold
from qa.datatypes import Passage
from qa.text.dates import YEAR, number, year_ranges, years
from qa.text.sentences import sentences

_SINCE = re.compile(r"以来|至今|[之以][前后]|起|[0-9]年?[-—~至到]|(?<![0-9])[从自]|\b(?:since|before|after|from)\b")
"""With one of these a question is about more than the year that it names."""
_RELATIVE = {"今年": 0, "本年": 0, "年内": 0, "去年": 1, "上年": 1, "前年": 2, "明年": -1}
_SPRING = "04"
"""Until this month the figures of the year before are reported."""
_DAY = re.compile("[年月日号]")
_FIGURE = re.compile("[0-9]|[一二三四五六七八九十百千万亿两]{2}|百分之")
_SETTING = re.compile("[^,]{0,14}(?:年[底末]?|季度?|半年|月份?),")
"""Words that say of when the sentences behind are too: `2022年,全市…`."""
_COMPARED = re.compile(
    rf"[比较自从于](?:上年|去年)?{YEAR}年?|[比较](?:上年|去年)?(?:前三季度|第?[一二三四]季度|[上下]半年)"
)
"""What a figure is held against, or something began: `比2019年增长12%`, `成立于1992年`."""
# By their first and last month.
_PARTS = {
    "1-3": r"(?:第一|(?<!第)一|首)季度?|(?<![0-9])1月?[-—~至到]3月|前[三3]个?月|first (?:quarter|three months)|\bq1\b",
    "4-6": r"二季度?|(?<![0-9])4月?[-—~至到]6月|second quarter|\bq2\b",
    "7-9": r"(?<!前)三季度?|(?<![0-9])7月?[-—~至到]9月|third quarter|months through september|\bq3\b",
    "10-12": r"四季度?|10月?[-—~至到]12月|fourth quarter|\bq4\b",
    "1-6": r"上半年|半年[报度]|(?<![0-9])1月?[-—~至到]6月|前[六6]个?月|first half|first six months|\bh1\b",
    "7-12": r"下半年|(?<![0-9])7月?[-—~至到]12月|second half|\bh2\b",
    "1-9": r"前[三3]个?季度?|(?<![0-9])1月?[-—~至到]9月|前[九9]个?月|first nine months",
    "1-12": r"全年|(?<!半)年度|(?<![0-9])1月?[-—~至到]12月|(?<!半)年报|full[- ]year|whole year",
}
_NAMED = re.compile(rf"(?P<name>[{HAN}]{{2,8}}?)(?P<kind>高新区|经开区|开发区|大学|公司|集团|银行|医院|省|市|县|镇)")
_NO_NAME = re.compile(
    "[哪什谁几多个家所座些的第跟与及类我该各]|[级城乡]$|^[全本][国省市县区镇]$|^(?:现在|目前|如今|现今|当前|最新|最近|今年|去年|前年)$"
)
# Of each row a thing is of one kind.
_KINDS = (
    {"imports": r"(?<!出)进口|\bimport(?:s|ed)?\b", "exports": r"(?<!进)出口|\bexport(?:s|ed)?\b"},
    {"town": r"城镇|城市居民|\burban\b", "country": r"农村|乡村|农民|\brural\b"},
    {"state": r"国有|国企|央企", "private": r"民营|民企|私营", "foreign": r"外资|外商"},
    {"tech": r"高新(?:技术)?(?:产业)?(?:开发|园)?区", "economic": r"经开区|经济(?:技术)?开发区", "bonded": r"保税区"},
    # Who is somebody's son may be said by who is whose father.
    {
        "son": r"[儿长次幼独]子|之子|子女|儿女|孩子|父|母|\b(?:son|child|father|mother|parent)",
        "daughter": r"女儿|[长次幼独]女|之女|子女|儿女|孩子|父|母|\b(?:daughter|child|father|mother|parent)",
    },
    {"first": "第一产业|一产(?![业品])", "second": "第二产业|二产(?![业品])", "third": "第三产业|三产(?![业品])"},
)

_NUMERAL = "(?:[0-9]{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_NUMBERED = re.compile(
    rf"(?<![0-9.])(?P<number>{_NUMERAL})(?P<unit>号楼|号线|期(?![间待满])|标段)"
    rf"|第(?P<ordinal>{_NUMERAL})(?P<of>[届批轮])|(?P<lot>标段)(?P<which>{_NUMERAL})|首(?P<first>[期届批轮])"
)
_SEVERAL = re.compile(rf"{_NUMERAL}\s*[、,和及与至到~—-]\s*第?{_NUMERAL}(?:号楼|号线|期|标段|[届批轮])")


def is_of_another(question: str, passage: Passage, start: int, end: int) -> bool:
    """Whether a span of a passage, by what is said there, is of another scope than a folded question.

    It is not when the passage, or what stands above it, says what is asked for anywhere. Years and their parts are only
    looked for where the span is a figure: what happened in a year may be told without it.
    """
    context = fold(f"{passage.source.path}\n{passage.context}")
    of_another_kind = any(_differ(_found(kinds, question), _found(kinds, context)) for kinds in _KINDS)
    if of_another_kind or _is_numbered_otherwise(question, context):
        return True
    lead = len(context) - len(passage.text)
    above, text = context[:lead], context[lead:]
    if any(_is_named_otherwise(name, kind, above, context) for name, kind in named(question)):
        return True
    if not is_figure(text[start:end]):
        return False
    headings = above.split("\n")[1:]
    around = [_COMPARED.sub("", one) for one in _around(text, start, reversed(headings))]
    part, asked = _found(_PARTS, question), years(question)
    if not part & _found(_PARTS, context) and _differ(part, _nearest(partial(_found, _PARTS), around)):
        return True
    if _SINCE.search(question) or _is_of_its_time(asked, context, passage):
        return False
    return _differ(asked, _nearest(years, around) or _of_article(passage.source.date))


def is_of_another_time(question: str, passage: Passage) -> bool:
    """Whether a passage is of an article of another year than a folded question, and does not say that year."""
    asked, of_article = years(question), _of_article(passage.source.date)
    if not asked or not of_article or asked & of_article or _SINCE.search(question):
        return False
    return not _is_of_its_time(asked, fold(f"{passage.source.path}\n{passage.context}"), passage)


def _is_of_its_time(asked: set[str], context: str, passage: Passage) -> bool:
    """Whether a passage says a year that is asked for, or means it."""
    return any(_is_said(year, context) for year in asked) or not asked.isdisjoint(_meant(context, passage))


def _of_article(date: str | None) -> set[str]:
    """The years that an article speaks of where it names none: that of its date, in spring also the year before."""
    if date is None:
        return set()
    spring = date[5:7] <= _SPRING
    return {date[:4], str(int(date[:4]) - 1)} if spring else {date[:4]}


def _is_numbered_otherwise(question: str, context: str) -> bool:
    """Whether all that a text has of what a question numbers has another number: `一期` for `二期`."""
    asked = _numbers(question)
    if not asked or _SEVERAL.search(context):
        return False
    said = _numbers(context)
    return any(_differ(asked[unit], said.get(unit, set())) for unit in asked)


def _numbers(text: str) -> dict[str, set[str]]:
    """The numbers in a text by what they number: `期` of `二期`, `号楼` of `3号楼`."""
    found: dict[str, set[str]] = {}
    for match in _NUMBERED.finditer(text):
        unit = match["unit"] or match["of"] or match["lot"] or match["first"]
        found.setdefault(unit, set()).add(str(number(match["number"] or match["ordinal"] or match["which"] or "一")))
    return found


def _nearest(found: Callable[[str], set[str]], around: Iterable[str]) -> set[str]:
    """What the first of some texts says that says anything."""
    return next(filter(None, map(found, around)), set())


def _is_named_otherwise(name: str, kind: str, above: str, context: str) -> bool:
    """Whether what stands above a passage names another of a kind, and nothing in it has a part of a name asked for."""
    if any(name[place : place + 2] in context for place in range(len(name) - 1)):
        return False
    return any(kind == other for _, other in named(above))


def named(text: str) -> list[tuple[str, str]]:
    """What is named in a text, and its kind: `松原`, `高新区`."""
    return [(match["name"], match["kind"]) for match in _NAMED.finditer(text) if not _NO_NAME.search(match["name"])]


def is_figure(answer: str) -> bool:
    """Whether an answer is one: it counts or measures, and is no date."""
    return _FIGURE.search(answer) is not None and _DAY.search(answer) is None


def _differ(asked: set[str], said: set[str]) -> bool:
    return len(asked) == 1 and bool(said) and not asked & said


def _found(patterns: Mapping[str, str], text: str) -> set[str]:
    return {name for name, pattern in patterns.items() if re.search(pattern, text)}


def _is_said(year: str, context: str) -> bool:
    """Whether a year stands in a text, or between two of it: `2020年至2022年`."""
    return year in context or any(int(year) in between for between in year_ranges(context))


def _meant(context: str, passage: Passage) -> set[str]:
    """The years that `去年` and the like are, in an article of a known date."""
    date = passage.source.date
    return {str(int(date[:4]) - ago) for word, ago in _RELATIVE.items() if date and word in context}


def _around(text: str, start: int, headings: Iterable[str]) -> Iterator[str]:
    """What may say of when a figure is, the nearest first: its sentence, the settings before it, what stands above."""
    before = [text[first:after] for first, after in sentences(text) if first <= start]
    yield before.pop() if before else ""
    for sentence in reversed(before):
        yield from reversed(_SETTING.findall(sentence))
    yield from headings
