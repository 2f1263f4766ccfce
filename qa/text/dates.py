"""Full dates in a text, in Chinese and English writing."""

import re
from collections.abc import Iterator
from typing import NamedTuple


class WrittenDate(NamedTuple):
    """A date as year-month-day, and as it is written."""

    iso: str
    written: str


_DAY = "(?:[12][0-9]|3[01]|0?[1-9])"
YEAR = "(?:19|20)[0-9][0-9]"
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|tember|ober|ember)?\.?"
_NUMERALS = "〇一二三四五六七八九"
_WRITTEN_YEAR = f"[一二][{_NUMERALS}零○]{{3}}"
_DATE = re.compile(
    rf"""
      (?P<y1> {YEAR} ) \s*[-年/.]\s* (?P<m1> 1[0-2] | 0?[1-9] ) \s*[-月/.]\s* (?P<d1> {_DAY} ) (?![0-9]) 日?
    | 民[国國] (?P<roc> [0-9]{{2,3}} ) 年\s* (?P<m2> 1[0-2] | 0?[1-9] ) 月\s* (?P<d2> {_DAY} ) 日
    | (?P<y3> {_WRITTEN_YEAR} ) 年 (?P<m3> 十?[一二三四五六七八九] | 十 ) 月
      (?P<d3> [二三]?十[一二三四五六七八九]? | [一二三四五六七八九] ) 日
    | \b (?P<m4> {_MONTH} ) \s (?P<d4> {_DAY} ) (?:st|nd|rd|th)? ,?\s (?P<y4> {YEAR} ) \b
    | \b (?P<d5> {_DAY} ) (?:st|nd|rd|th)? \s (?P<m5> {_MONTH} ) ,?\s (?P<y5> {YEAR} ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)

_SAID_YEAR = re.compile(
    rf"(?<![0-9]){YEAR}(?=\s*年|[-/.][0-9]{{1,2}}(?![0-9]))|\b(?<=in |of ){YEAR}\b|{_WRITTEN_YEAR}(?=年)"
)
_YEARS = re.compile(rf"({YEAR})年?[-—~至到]({YEAR})年?")


def years(text: str) -> set[str]:
    """The years that are said in a folded text, as four digits."""
    return {str(number(match[0])) for match in _SAID_YEAR.finditer(text)}


def year_ranges(text: str) -> list[range]:
    """The years from one to another that are said in a folded text, in order: `2020年至2022年`."""
    return [range(int(first), int(last) + 1) for first, last in _YEARS.findall(text)]


def date_at(text: str) -> re.Match[str] | None:
    """A date that a text begins with."""
    return _DATE.match(text)


def without_dates(text: str) -> str:
    """A text without its dates."""
    return _DATE.sub("", text)


def dates(text: str) -> Iterator[WrittenDate]:
    """The full dates of a text, in order."""
    for match in _DATE.finditer(text):
        found = {name[0]: value for name, value in match.groupdict().items() if value is not None}
        year = 1911 + int(match["roc"]) if match["roc"] else number(found["y"])
        yield WrittenDate(f"{year}-{number(found['m']):02}-{number(found['d']):02}", match[0])


def number(written: str) -> int:
    """A year, month or day in digits, Chinese numerals, or the name of a month."""
    if written.isdigit():
        return int(written)
    if written[0].isascii():
        return _MONTHS.index(written[:3].lower()) + 1
    if "十" in written:
        tens, ones = written.split("十")
        return 10 * _NUMERALS.index(tens or "一") + _NUMERALS.index(ones or "〇")
    return int("".join(str(max(_NUMERALS.find(character), 0)) for character in written))
