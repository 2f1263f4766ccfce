"""YAML above a Markdown text: title, author, source and date become the lines about the article, all else goes."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from qa.alignment import Repair
from qa.layout.headings import heading_levels, heading_title
from qa.layout.lines import Line, text_lines

_Field = Literal["title", "byline", "publication", "date"]

_BLOCK = re.compile(r"---[ \t]*\n(?P<yaml>.{1,20000}?\n)(?:---|\.\.\.)[ \t]*(?:\n\s*|\Z)", re.DOTALL)
_KEYS: dict[str, _Field] = {
    **dict.fromkeys(("title", "标题", "標題"), "title"),
    **dict.fromkeys(("author", "authors", "byline", "creator", "作者", "记者", "記者"), "byline"),
    **dict.fromkeys(("source", "publication", "publisher", "来源", "來源", "出处", "出處"), "publication"),
    **dict.fromkeys(("date", "published", "pubdate", "publish_date", "日期", "时间", "時間", "发布日期"), "date"),
}
_KEY = re.compile(r"[\w. -]{1,40}")
_ABOVE: dict[_Field, str] = {"title": "# ", "byline": "\n作者：", "publication": "\n来源：", "date": "\n日期："}
_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_DEEPEST = 6


class _Value(NamedTuple):
    """What is said of a field, and where; `verbatim` when it stands there as it is."""

    field: _Field
    text: str
    start: int
    end: int
    verbatim: bool


def front_matter(text: str) -> Iterator[Repair]:
    """Turn the YAML above a text into a heading and the lines below it that say who, when and where from.

    Each value keeps its place, but for a title that stands behind others. When the text below has headings as high as
    the title's, they go one down.
    """
    block = _BLOCK.match(text) if text.startswith("---") else None
    values = _values(block["yaml"], block.start("yaml")) if block else None
    if block is None or values is None:
        return
    end = block.end()
    lines = [line._replace(start=line.start + end, end=line.end + end) for line in text_lines(text[end:])]
    levels = heading_levels(lines)
    title = next((value for value in values if value.field == "title"), None)
    if 0 in levels and levels[0] == 1 and (title is None or heading_title(lines[0].text) == title.text):
        # The heading below says the same, or is the only title there is.
        title = title or _Value("title", heading_title(lines[0].text), lines[0].start, lines[0].end, verbatim=False)
        end = lines[0].end
        del levels[0]
    values = [value for value in values if value.field != "title"]
    position = 0
    if title and all(title.start < value.start for value in values):
        values = [title, *values]
    elif title:
        # It has to stand first: in the place of the line above the block.
        position = block.start("yaml")
        yield Repair(0, position, _ABOVE["title"] + title.text)
    for value in values:
        above = _ABOVE[value.field] if position else _ABOVE[value.field].lstrip()
        if value.verbatim:
            yield Repair(position, value.start, above)
        else:
            yield Repair(position, value.end, above + value.text)
        position = value.end
    yield Repair(position, end, "\n\n" if position else "")
    if title and 1 in levels.values():
        yield from _deeper(text, lines, levels)


def _deeper(text: str, lines: Sequence[Line], levels: dict[int, int]) -> Iterator[Repair]:
    for index, level in levels.items():
        if level < _DEEPEST:
            at = text.index("#", lines[index].start)
            yield Repair(at, at + 1, "##")


def _values(block: str, offset: int) -> list[_Value] | None:
    """What a block of YAML says of its text, each field once, in the block's order; None when it is no such block."""
    import yaml

    try:
        root = yaml.compose(block, Loader=yaml.BaseLoader)  # strings alone, and nothing is constructed
    except (yaml.YAMLError, RecursionError):
        return None
    if not isinstance(root, yaml.MappingNode):
        return None
    found: dict[_Field, _Value] = {}
    for key, value in root.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if not _KEY.fullmatch(name):
            return None  # a sentence with a colon in it
        field = _KEYS.get(name.lower())
        if field and field not in found and (text := _said(value, field)):
            found[field] = _located(field, text, value, block, offset)
    return sorted(found.values(), key=lambda one: one.start)


def _said(value: Any, field: _Field) -> str:
    """A value as one line of text: several of them in a list, or the name of a mapping."""
    if isinstance(value.value, str):
        line = " ".join(value.value.split())
        day = _DAY.match(line) if field == "date" else None
        return day[0] if day else line
    parts = [part for part in value.value if not isinstance(part, tuple)]
    parts += [inner for part in value.value if isinstance(part, tuple) for key, inner in [part] if key.value == "name"]
    return "、".join(filter(None, (_said(part, field) for part in parts)))


def _located(field: _Field, text: str, value: Any, block: str, offset: int) -> _Value:
    start, end = value.start_mark.index, value.end_mark.index
    at = block.find(text, start, end)
    if isinstance(value.value, str) and at >= 0:
        return _Value(field, text, offset + at, offset + at + len(text), verbatim=True)
    return _Value(field, text, offset + start, offset + end, verbatim=False)
