"""What Markdown and its kin have and do not show: comments, and the lines that are drawn below headings."""

import re
from collections.abc import Iterator
from unicodedata import east_asian_width

from qa.alignment import Repair
from qa.layout.headings import is_headline
from qa.layout.lines import Line, text_lines

_COMMENT = re.compile(r"<!--.{0,4000}?-->", re.DOTALL)
_UNDERLINE = re.compile(r"([=\-~^+*\"])\1{2,}")
_LEVELS = {"=": 1, "-": 2}
_LOWEST = 3
_SHORTEST = 0.5
"""Of a heading's width, how long the line below it is at least."""


def markup_comments(text: str) -> Iterator[Repair]:
    """Leave comments out, and the lines that hold nothing else."""
    for match in _COMMENT.finditer(text):
        alone = text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip() == ""
        line_end = text.find("\n", match.end())
        alone = alone and text[match.end() : line_end if line_end >= 0 else len(text)].strip() == ""
        yield Repair(match.start(), line_end + 1 if alone and line_end >= 0 else match.end(), "")


def underlined_headings(text: str) -> Iterator[Repair]:
    """Give a heading with a line drawn below it, and perhaps above it, the marks of Markdown instead."""
    lines = text_lines(text)
    for index, line in enumerate(lines[1:], 1):
        heading = lines[index - 1]
        drawn = _UNDERLINE.fullmatch(line.text)
        if drawn is None or not _follows(heading, line) or not is_headline(heading.text):
            continue
        if len(line.text) < _SHORTEST * _width(heading.text):
            continue
        above = lines[index - 2] if index > 1 else None
        over = above is not None and _follows(above, heading) and above.text == line.text
        start = above.start if above is not None and over else heading.start
        yield Repair(start, heading.start, "#" * _LEVELS.get(drawn[1], _LOWEST) + " ")
        yield Repair(heading.end, line.end, "")


def _follows(line: Line, below: Line) -> bool:
    """Whether no blank line is between two lines."""
    return below.start == line.end + 1


def _width(text: str) -> int:
    """In columns, of which a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
