"""Articles to sections: what stands below one heading, and apart from it the lines about the article."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa.datatypes import Role, Section
from qa.layout.articles import Article, articles
from qa.layout.headings import PLAIN, Heading, heading_levels, heading_of, heading_title, is_prose
from qa.layout.lines import Line, has_whole_lines
from qa.layout.tables import leads_on

_LEAD_IN_CHARACTERS = 12
_ENDED = tuple("。！？!?…”’」』）).")


def sections(text: str) -> list[Section]:
    """What a clean text says, in order: stretches of one article below one heading, without the headings.

    The lines that say of an article who wrote it, when, and where it is from are sections of their own. A heading
    with nothing below it is text.
    """
    return [section for article in articles(text) for section in _sections(text, article)]


def caption_sections(text: str, places: Sequence[int]) -> list[Section]:
    """What captions belong to: for each place that one was cut out of, an empty section there."""
    found = articles(text) if places else []
    return [_caption_section(text, found, place) for place in places]


def _caption_section(text: str, found: Sequence[Article], place: int) -> Section:
    index = bisect_right(found, place, key=lambda article: article.start)
    if not index:
        return Section(place, place, role="caption")
    article = found[index - 1]
    above = [one for one in _sections(text, article) if one.role == "text" and one.start <= place]
    section = _section(article, article.lines, above[-1].headings if above else article.headings, "caption")
    return replace(section, start=place, end=place)


def _sections(text: str, article: Article) -> Iterator[Section]:
    if article.head:
        yield _section(article, article.head, article.headings, "imprint")
    elif not article.body:
        # Without its marks, and in the place of a text.
        first = article.title[0]
        start = text.index(heading_title(first.text), first.start)
        yield _section(article, [first._replace(start=start), *article.title[1:]], article.headings[:-1], "text")
    headings = _headings(text, article)
    path: list[Heading] = []
    below: list[Line] = []
    for index, line in enumerate(article.body):
        if heading := headings.get(index):
            if below:
                yield _section(article, below, _path(article, path), "text")
            path, below = [*_above(path, heading), heading], []
        else:
            below.append(line)
    if below:
        yield _section(article, below, _path(article, path), "text")
    if article.tail:
        yield _section(article, article.tail, article.headings, "imprint")


def _section(article: Article, lines: Sequence[Line], headings: tuple[str, ...], role: Role) -> Section:
    return Section(lines[0].start, lines[-1].end, article.headline, *article.imprint, headings, role)


def _path(article: Article, path: Sequence[Heading]) -> tuple[str, ...]:
    return (*article.headings, *(heading.title for heading in path))


def _above(path: Sequence[Heading], heading: Heading) -> Sequence[Heading]:
    """The headings that a new one stands below: a style that is there already ends what was below it."""
    if heading.level:
        return path[
            : max((index + 1 for index, other in enumerate(path) if 0 < other.level < heading.level), default=0)
        ]
    styles = [other.style for other in path]
    return path[: styles.index(heading.style)] if heading.style in styles else path


def _headings(text: str, article: Article) -> dict[int, Heading]:
    """Which lines of an article's text are headings: those with something below them."""
    lines = article.body
    levels = heading_levels(lines)
    whole = has_whole_lines(lines)
    found: dict[int, Heading] = {}
    for index in reversed(range(len(lines) - 1)):
        line, below, level = lines[index], found.get(index + 1), levels.get(index, 0)
        # The first line of a column is as short as a heading; so a blank line stands below, or lines are whole.
        apart = whole or text.count("\n", line.end, lines[index + 1].start) > 1
        if below is None and not (index + 1 not in levels if level else apart and _begins_prose(lines[index + 1].text)):
            continue
        heading = heading_of(line.text, level)
        if heading is None or (below and (below.style == heading.style or 0 < below.level <= heading.level)):
            continue
        found[index] = heading
    return {
        index: heading
        for index, heading in found.items()
        if heading.style != PLAIN or _may_follow(lines, index, found, titled=bool(article.title))
    }


def _begins_prose(line: str) -> bool:
    """Whether a line is of sentences, or leads to a list, and does not go on from the line above."""
    leads = len(line) >= _LEAD_IN_CHARACTERS and leads_on(line)
    return (leads or is_prose(line)) and not line[0].islower()


def _may_follow(lines: Sequence[Line], index: int, found: dict[int, Heading], *, titled: bool) -> bool:
    """Whether a heading without a mark may stand here: below a title, another heading, or a sentence's end."""
    if index == 0:
        return titled
    return index - 1 in found or lines[index - 1].text.endswith(_ENDED)
