"""Lines that are headings, by their form: with the marks of Markdown, with a number, or short among sentences."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from qa.analysis import HAN, has_han
from qa.layout.imprint import imprint_of
from qa.layout.lines import MARKED_LINE, Line, fenced_lines
from qa.text.dates import dates

MARKDOWN, PLAIN = "#", ""


class Heading(NamedTuple):
    """A heading. Two of one style are as deep as each other."""

    style: str
    """As many `#` as Markdown has, what its number looks like, or `PLAIN`."""
    title: str

    @property
    def level(self) -> int:
        """How deep it is in Markdown; 0 of another style."""
        return len(self.style) if self.style.startswith(MARKDOWN) else 0


_MARKDOWN = re.compile(r"(?P<marks>#{1,6})\s+(?P<title>\S.*?)[\s#]*")
_LONGEST_HEADING = 120
_HEADLINE_CHARACTERS = {True: 60, False: 120}
_SUBHEAD_CHARACTERS = {True: 40, False: 80}
"""Of Chinese text, and of other."""
_PROSE_CHARACTERS = 12
_DATE_LINE_CHARACTERS = 20
_NUMERAL = "[一二三四五六七八九十百零〇]"
# Headings that say by their first characters what they are. None of them is a headline.
_STYLES = {
    "part": re.compile(rf"第(?:{_NUMERAL}+|\d+)[编編部卷](?![门門分队隊]).*|(?:PART|Part) [\dIVXLC]+\b.*"),
    "chapter": re.compile(rf"第(?:{_NUMERAL}+|\d+)[章回].*|(?:CHAPTER|Chapter) [\dIVXLC]+\b.*"),
    "paragraph": re.compile(rf"第(?:{_NUMERAL}+|\d+)[节節].*|(?:SECTION|Section) [\dIVXLC]+\b.*"),
    "一、": re.compile(rf"{_NUMERAL}{{1,3}}[、.．]\s*\S.*"),
    "（一）": re.compile(rf"[（(]{_NUMERAL}{{1,3}}[）)]\s*\S.*"),
    "1.1": re.compile(r"\d{1,2}\.\d{1,2}\.?\s+\S.*"),
    "1.1.1": re.compile(r"\d{1,2}(?:\.\d{1,2}){2,3}\.?\s+\S.*"),
    "1.": re.compile(r"\d{1,2}(?:[、．]|\.\s)\s*\S.*"),
    "【】": re.compile(r"【[^】]{2,30}】"),
    "**": re.compile(r"\*\*[^*]{2,60}\*\*"),
}
_STYLED = re.compile(rf"[第（(【*0-9]|{_NUMERAL}|(?i:part|chapter|section) ")
_SENTENCE_END = re.compile(r"[。！？!?；;…]|[，,].*[，,]|\.\s")
_SENTENCE_MARK = re.compile(r"[，。；！？,;!?]|\.(?=\s|$)")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_LABEL = re.compile(r"\S{1,6}[：:]")
_FIELD = re.compile(r"[：:](?!$)|\S@\S")
# An address, whose a text is, or who signs it.
_NO_TITLE = re.compile(
    r"\S@\S|://|^(?:copyright\b|©|\(c\)|版[权權]所有)"
    r"|^(?:(?:代理|人民)?(?:审判|審判|陪审|陪審)[长長员員]|[书書][记記][员員]|法官助理|(?:代理)?[检檢]察[长長员員官]|(?:首席)?仲裁[员員]"
    rf"|公[证證][员員]|主持人|[记記][录錄]人?[员員]?|[联聯][系繫]人)[\s:：]+[{HAN}\s·]{{2,12}}$",
    re.IGNORECASE,
)


def heading_levels(lines: Sequence[Line]) -> dict[int, int]:
    """Which lines are headings of Markdown, and how deep. In a block of code none is."""
    code = {index for first, last in fenced_lines(lines) for index in range(first, last + 1)}
    return {
        index: len(match["marks"])
        for index, line in enumerate(lines)
        if len(line.text) <= _LONGEST_HEADING and index not in code and (match := _MARKDOWN.fullmatch(line.text))
    }


def heading_title(line: str) -> str:
    """A heading without the marks of Markdown."""
    match = _MARKDOWN.fullmatch(line)
    return match["title"] if match else line


def heading_of(line: str, level: int) -> Heading | None:
    """A line as a heading, if it looks like one; `level` is what Markdown makes of it, or 0."""
    if level:
        return Heading(MARKDOWN * level, heading_title(line))
    if len(line) > _SUBHEAD_CHARACTERS[has_han(line)]:
        return None
    style = _style(line)
    if style in {"**", "【】"}:
        return Heading(style, line.strip("*【】"))
    if not _is_short(line) or (style == PLAIN and not _may_be_plain(line)):
        return None
    return Heading(style, line)


def is_headline(line: str) -> bool:
    """Whether a line could be a headline: short, without number, no sentence, list item, date, or line about one."""
    return _is_short(line) and _style(line) == PLAIN


def is_numbered(line: str) -> bool:
    """Whether a line could be a heading with a number or the like."""
    return _style(line) != PLAIN and heading_of(line, 0) is not None


def is_menu(lines: Sequence[Line]) -> bool:
    """Whether lines could be a page's menu: none is a sentence, nor says what it is about."""
    return all(
        len(line.text) <= _SUBHEAD_CHARACTERS[has_han(line.text)] // 2
        and not has_sentence(line.text)
        and not _FIELD.search(line.text)
        for line in lines
    )


def is_prose(line: str) -> bool:
    """Whether a line is of sentences."""
    return len(line) >= _PROSE_CHARACTERS and _SENTENCE_MARK.search(line) is not None and not MARKED_LINE.match(line)


def has_sentence(line: str) -> bool:
    """Whether a sentence ends in a line."""
    return _SENTENCE_END.search(line) is not None


def _style(line: str) -> str:
    if not _STYLED.match(line):
        return PLAIN
    return next((style for style, pattern in _STYLES.items() if pattern.fullmatch(line)), PLAIN)


def _is_short(line: str) -> bool:
    return (
        len(line) <= _HEADLINE_CHARACTERS[has_han(line)]
        and MARKED_LINE.match(line) is None
        and not has_sentence(line)
        and not line.endswith(("。", "，", ",", "：", ":", "、", "."))
        and _LETTERS.search(line) is not None
        and _NO_TITLE.search(line) is None
        and imprint_of(line) is None
        and not (len(line) < _DATE_LINE_CHARACTERS and any(True for _ in dates(line)))
    )


def _may_be_plain(line: str) -> bool:
    """Whether a line without a number could be a heading: no label, and in Latin letters beginning with a capital."""
    return _LABEL.match(line) is None and (not line[0].isascii() or not line[0].islower())
