"""One file to its articles: where each begins and ends, and its headline, byline, date and publication."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa.datatypes import Section
from qa.lines import MARKED_LINE

_MARKDOWN_HEADLINE = re.compile(r"#{1,2}\s+(?P<headline>\S.*)")
_BYLINE = re.compile(
    r"""
    [■□►▶◆●] \s* (?P<marked> \S.{0,40} )
    | (?P<plain> (?: 本报 | 本刊 | 本网 | 特约 | 通讯员 | 记者 ) \S.{0,30} )
    | (?: 作者 | 文 | 记者 ) [：:/] \s* (?P<labelled> \S.{0,30} )
    """,
    re.VERBOSE,
)
_SOURCE_LINE = re.compile(r"(?:来源|來源|日期|时间|時間|发布|發布)[：:]")
_PUBLICATION = re.compile(r"(?:来源|來源)[：:]\s*(?P<name>[^\s|]+)|摘自《(?P<title>[^》]+)》")
_DATE = re.compile(
    r"(?P<year>(?:19|20)\d\d)\s*[-年/.]\s*(?P<month>1[0-2]|0?[1-9])\s*[-月/.]\s*(?P<day>[12]\d|3[01]|0?[1-9])"
)
_SENTENCE_END = re.compile(r"[。！？!?；;…]|[，,].*[，,]")
_HEADLINE_CHARACTERS = 60
_PUBLICATION_IS_UNKNOWN = {"未知", "不详", "不詳", "网络", "網絡"}


class _Line(NamedTuple):
    start: int
    text: str


class _Head(NamedTuple):
    """The lines above an article: from line `first` up to, and not with, line `after`."""

    first: int
    after: int
    headline: str | None
    byline: str | None


def sections(text: str) -> list[Section]:
    """The articles of a clean text, in order, without their headlines and bylines; what precedes them too.

    An article begins at a Markdown headline (`#`, `##`), or at the short lines above a byline or a line that names
    source and date.
    """
    lines = [_Line(match.start(), match[0].strip()) for match in re.finditer(r"[^\n]+", text)]
    lines = [line for line in lines if line.text]
    if not lines:
        return []
    starts = [line.start for line in lines] + [len(text)]
    heads = list(_heads(lines))
    ends = [starts[head.first] for head in heads] + [len(text)]
    found = []
    if not heads or any(_SENTENCE_END.search(line.text) for line in lines[: heads[0].first]):
        # What stands above the first article is text too, unless it is a menu: no line of it is a sentence.
        found.append(_section(text, starts[0], ends[0], _Head(0, 0, None, None), ""))
    for head, end in zip(heads, ends[1:], strict=True):
        start = starts[head.after]
        head_text = text[starts[head.first] : start]
        if head.after > head.first + 1:
            # Who wrote it, when, and where it is from can be asked for as well, so the head can be quoted.
            found.append(_section(text, starts[head.first], start, head, head_text))
        found.append(_section(text, start, end, head, head_text))
    return [section for section in found if section.start < section.end]


def _heads(lines: Sequence[_Line]) -> Iterator[_Head]:
    floor = 0
    for index, line in enumerate(lines):
        if index < floor:
            continue
        if markdown := _MARKDOWN_HEADLINE.fullmatch(line.text):
            below = _BYLINE.fullmatch(lines[index + 1].text) if index + 1 < len(lines) else None
            floor = _behind_source(lines, index + (2 if below else 1))
            yield _Head(index, floor, markdown["headline"].strip(), below and _name_of(below))
            continue
        byline = _BYLINE.fullmatch(line.text)
        if byline or _SOURCE_LINE.match(line.text):
            first = _headline_start(lines, index, floor)
            if first < index:
                floor = _behind_source(lines, index + 1) if byline else index + 1
                headline = " ".join(line.text for line in lines[first:index])
                yield _Head(first, floor, headline, byline and _name_of(byline))


def _behind_source(lines: Sequence[_Line], index: int) -> int:
    """The line behind the one that names source and date, when `index` is such a line; else `index`."""
    return index + 1 if index < len(lines) and _SOURCE_LINE.match(lines[index].text) else index


def _headline_start(lines: Sequence[_Line], index: int, floor: int) -> int:
    """The first of up to three headline-like lines right above line `index`."""
    first = index
    while first > floor and index - first < 3 and _is_headline(lines[first - 1].text):
        first -= 1
    return first


def _is_headline(line: str) -> bool:
    return (
        len(line) <= _HEADLINE_CHARACTERS
        and MARKED_LINE.match(line) is None
        and _SENTENCE_END.search(line) is None
        and not line.endswith(("。", "，", ","))
    )


def _name_of(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None).strip()


def _section(text: str, start: int, end: int, head: _Head, head_text: str) -> Section:
    tail = text[start:end].rstrip()
    last_line = tail[tail.rfind("\n") + 1 :]
    # Where and when it was published stands in the head, or in a last line such as `摘自《…》，2014年10月27日`.
    notes = [head_text] + ([last_line] if last_line.lstrip("（(").startswith("摘自") else [])
    date = publication = None
    for note in notes:
        if match := _DATE.search(note):
            date = f"{match['year']}-{int(match['month']):02}-{int(match['day']):02}"
        if match := _PUBLICATION.search(note):
            name = match["name"] or match["title"]
            publication = None if name in _PUBLICATION_IS_UNKNOWN else name
    return Section(start, end, head.headline, head.byline, date, publication)
