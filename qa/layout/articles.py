"""One file to its articles: where each begins and ends, what it is called, and what its lines say of it.

An article begins at a heading of Markdown, or at the short lines above a byline, a line that names source or date, or
the first words of a report (`本报讯`). A text of one article may begin with its title.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from qa.layout.headings import has_sentence, heading_levels, heading_title, is_headline, is_menu, is_numbered, is_prose
from qa.layout.imprint import Imprint, closing_of, imprint_of, is_dated, opening_of, opens_an_article
from qa.layout.lines import Line, has_whole_lines, text_lines
from qa.layout.names import is_name, is_organ
from qa.layout.tables import cells


class Article(NamedTuple):
    """An article by its lines: below its title the lines about it, its text, and lines about it again."""

    title: Sequence[Line]
    head: Sequence[Line]
    body: Sequence[Line]
    tail: Sequence[Line]
    headline: str | None
    headings: tuple[str, ...]
    """Its heading path: what stands over the headline, the headline, a subtitle."""
    imprint: Imprint

    @property
    def lines(self) -> list[Line]:
        """Every line, in order."""
        return [*self.title, *self.head, *self.body, *self.tail]

    @property
    def start(self) -> int:
        """Where its first line begins."""
        return (self.title or self.head or self.body)[0].start

    @property
    def end(self) -> int:
        """Where its last line ends."""
        return (self.tail or self.body or self.head or self.title)[-1].end


class _Head(NamedTuple):
    """The lines above an article's text: its title from line `first` on, lines about it from `about` to `after`."""

    first: int
    about: int
    after: int


_DEEPEST_ARTICLE = 2
_TITLE_LINES = 3
_TAIL_LINES = 4
_SIGNATURE_LINES = 2
_FIELD = re.compile(r"[^\s：:，。]{2,10}[：:]\s*\S")
_UNIT = re.compile("[（(]?(?:计量|計量)?(?:单位|單位)[：:]")
_SUBTITLE = re.compile(r"[—–-]{1,2}\s*(?=\S)")


def articles(text: str) -> list[Article]:
    """The articles of a clean text, in order; what precedes the first of them too, unless it is a menu."""
    lines = text_lines(text)
    if not lines:
        return []
    levels = heading_levels(lines)
    heads = sorted(_marked_heads(lines, levels) + list(_plain_heads(lines, levels)))
    if not heads or heads[0].first > 0:
        title = _title_of_the_page(text, lines[: heads[0].first if heads else len(lines)])
        # What stands above the first article is text too, unless it is a menu.
        if title or not heads or not is_menu(lines[: heads[0].first]):
            heads.insert(0, title or _untitled(lines[: heads[0].first if heads else len(lines)]))
    ends = [head.first for head in heads[1:]] + [len(lines)]
    found = [_article(text, lines, head, end) for head, end in zip(heads, ends, strict=True)]
    return _below_their_page(found, [levels.get(head.first, 0) for head in heads])


def _untitled(lines: Sequence[Line]) -> _Head:
    """The head of a text without a title: lines that say who wrote it or when, if it begins with such."""
    after = 0
    while after < len(lines) and opens_an_article(lines[after].text) and not _is_listed(lines, after):
        after += 1
    return _Head(0, 0, after if after < len(lines) else 0)


def _below_their_page(found: Sequence[Article], levels: Sequence[int]) -> list[Article]:
    """Articles with the page's heading above theirs: one with nothing but deeper headings below it is none of its own.

    Its line goes to the first of them.
    """
    above: tuple[str, ...] = ()
    title: Sequence[Line] = ()
    below = []
    for article, level, deeper in zip(found, levels, [*levels[1:], 0], strict=True):
        if level == 1:
            above, title = (), ()
            if deeper > level and not (article.head or article.body):
                above, title = article.headings, article.title
                continue
        if level > 1:
            below.append(article._replace(title=[*title, *article.title], headings=(*above, *article.headings)))
            title = ()
        else:
            below.append(article)
    return below


def _marked_heads(lines: Sequence[Line], levels: dict[int, int]) -> list[_Head]:
    """The heads that begin with a heading of Markdown."""
    deepest = _article_level(lines, levels)
    found = []
    for index, level in levels.items():
        if level <= deepest:
            after = _behind_imprint(lines, index + 1)
            found.append(_Head(index, index + 1, after))
    return found


def _article_level(lines: Sequence[Line], levels: dict[int, int]) -> int:
    """How deep the headings are that begin articles.

    They are the page's topmost, unless there is only one of these, and below it each has a byline, a date or a
    source: then it is the page's title.
    """
    present = sorted({level for level in levels.values() if level <= _DEEPEST_ARTICLE})
    if len(present) < _DEEPEST_ARTICLE:
        return present[0] if present else 0
    first = next(level for level in levels.values() if level <= _DEEPEST_ARTICLE)
    tops = [index for index, level in levels.items() if level == present[0]]
    deeper = [index for index, level in levels.items() if level == _DEEPEST_ARTICLE]
    marked = sum(
        index + 1 < len(lines)
        and (opens_an_article(lines[index + 1].text) or opening_of(lines[index + 1].text) is not None)
        for index in deeper
    )
    return _DEEPEST_ARTICLE if (len(tops) == 1 and first != present[0]) or 2 * marked >= len(deeper) else present[0]


def _behind_imprint(lines: Sequence[Line], index: int) -> int:
    """The line behind those about the article that begin at line `index`: bylines, dates, sources, an author's name."""
    after = index
    while after < len(lines) and opens_an_article(lines[after].text) and not _is_listed(lines, after):
        after += 1
    if after == index and after + 1 < len(lines) and is_name(lines[after].text):
        # A name below a title is its author's, unless the text goes on to speak of that person.
        after += not lines[after + 1].text.startswith(lines[after].text)
    return after


def _plain_heads(lines: Sequence[Line], levels: dict[int, int]) -> Iterator[_Head]:
    """The heads without a mark: short lines above a line about the article, or above the first words of a report."""
    floor = 0
    for index, line in enumerate(lines):
        if index in levels:
            floor = _behind_imprint(lines, index + 1)
            continue
        if index < max(floor, 1):
            continue
        if _is_signed(lines, index):
            # What is attached to a notice has a title of its own.
            about = _behind_title(lines, index + 1)
            if index + 1 < about < len(lines):
                floor = _behind_imprint(lines, about)
                yield _Head(index + 1, about, floor)
            continue
        after = _behind_imprint(lines, index) if opens_an_article(line.text) else index
        if after == index and opening_of(line.text) is None:
            continue
        first = _first_title(lines, index, floor)
        if first < index and after < len(lines):
            yield _Head(first, index, after)
            floor = max(after, index + 1)


def _is_signed(lines: Sequence[Line], index: int) -> bool:
    """Whether line `index` is the date below who signs a notice: a report's headline has prose below its date."""
    above, line = lines[index - 1], lines[index]
    if index < _SIGNATURE_LINES or not (is_dated(line.text) and is_organ(above.text)):
        return False
    return has_sentence(lines[index - 2].text) and not (index + 1 < len(lines) and is_prose(lines[index + 1].text))


def _is_listed(lines: Sequence[Line], index: int) -> bool:
    """Whether a marked line is one of several: a list, and no byline."""
    mark = lines[index].text[0]
    around = [*lines[max(index - 1, 0) : index], *lines[index + 1 : index + 2]]
    return not mark.isalnum() and any(line.text[0] == mark for line in around)


def _first_title(lines: Sequence[Line], index: int, floor: int) -> int:
    """The first of up to three headline-like lines right above line `index`; of more than that, a menu, the last."""
    first = index
    while first > floor and _is_title(lines[first - 1].text):
        first -= 1
    return first if index - first <= _TITLE_LINES else index - 1


def _is_title(line: str) -> bool:
    return is_headline(line) and not is_name(line)


def _behind_title(lines: Sequence[Line], first: int) -> int:
    """The line behind up to three headline-like lines from line `first` on; what is laid out below a title is none."""
    after = first
    while after < min(len(lines), first + _TITLE_LINES) and _is_title(lines[after].text):
        if after > first and _is_laid_out(lines, after):
            break
        after += 1
    return after


def _title_of_the_page(text: str, lines: Sequence[Line]) -> _Head | None:
    """The head of a text that begins with its title: up to three short lines, and prose below.

    The first lines of a column are as short; so a blank line stands below, or lines are whole.
    """
    about = min(_behind_title(lines, 0), len(lines) - 1)
    after = _behind_imprint(lines, about) if about else 0
    below = after
    while below < len(lines) and is_numbered(lines[below].text):
        below += 1
    if not about or below >= len(lines):
        return None
    blank = text.count("\n", lines[about - 1].end, lines[about].start) > 1
    if not is_prose(lines[below].text) and not (blank and _is_laid_out(lines, below)):
        return None
    return _Head(0, about, after) if blank or has_whole_lines(lines[after:]) else None


def _is_laid_out(lines: Sequence[Line], index: int) -> bool:
    """Whether a table begins at a line, its unit above it or not, or fields, as in a tender (`预算金额：…`).

    Two rows or fields at least, for a headline may have a colon.
    """
    first = index + (_UNIT.match(lines[index].text) is not None)
    two = [line.text for line in lines[first : first + 2]]
    if len(two) > 1 and cells(two[0]) == cells(two[1]) > 0:
        return True
    two = [line.text for line in lines[index : index + 2]]
    return len(two) > 1 and all(map(_FIELD.match, two))


def _article(text: str, lines: Sequence[Line], head: _Head, end: int) -> Article:
    title, about, body = lines[head.first : head.about], lines[head.about : head.after], list(lines[head.after : end])
    imprint = Imprint()
    for line in about:
        imprint = imprint.or_else(imprint_of(line.text) or Imprint(byline=line.text))
    if body:
        imprint = imprint.or_else(opening_of(body[0].text) or Imprint())
    tail: list[Line] = []
    while len(body) > 1 and len(tail) < _TAIL_LINES:
        last = body[-1].text
        signed = (
            imprint.byline is None and is_prose(body[-2].text) and (is_name(last) or (bool(tail) and is_organ(last)))
        )
        said = Imprint(byline=last) if signed else imprint_of(last)
        if said is None:
            break
        imprint = imprint.or_else(said)
        tail.insert(0, body.pop())
    if body:
        imprint = imprint.or_else(closing_of(body[-1].text))
    headline, headings = _headings(text, title)
    return Article(title, about, body, tail, headline, headings, imprint)


def _headings(text: str, title: Sequence[Line]) -> tuple[str | None, tuple[str, ...]]:
    """The headline, and with it what stands over it and the subtitle.

    Of several lines the last is the headline, those above it lead up to it; but lines that no blank line parts, in a
    text that has blank lines, are one headline, and what begins with a dash is a subtitle.
    """
    titles = [heading_title(line.text) for line in title]
    subtitles: list[str] = []
    while len(titles) > 1 and (dash := _SUBTITLE.match(titles[-1])):
        subtitles.insert(0, titles.pop()[dash.end() :])
    if len(titles) > 1 and "\n\n" in text:
        gaps = [text.count("\n", a.end, b.start) for a, b in pairwise(title[: len(titles)])]
        if max(gaps) == 1:
            titles = [" ".join(titles)]
    return (titles[-1], (*titles, *subtitles)) if titles else (None, ())
