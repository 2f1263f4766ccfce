"""Paragraphs that an article says twice."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from qa.alignment import Repair
from qa.analysis import has_han
from qa.layout.articles import articles
from qa.layout.headings import heading_levels, is_numbered
from qa.layout.lines import BEGINNING, MARKED_LINE, text_lines
from qa.layout.tables import is_list_item

# As much as a paragraph of a newspaper says at least, of Chinese text and of other: a manual says of one function what
# it says of another in less.
_SHORTEST = {True: 40, False: 120}
_PARAGRAPH = re.compile(rf"[^\n]{{{_SHORTEST[True]},}}(?=\n|\Z)")
_SENTENCE_ENDS = "。！？!?…”’」』）)."


def duplicated_paragraphs(text: str) -> Iterator[Repair]:
    """Remove a paragraph that stands below the same heading before, with the line break in front of it.

    A paragraph is a long line that ends with a sentence's end. Below another heading it may well be said again.
    """
    seen: set[int] = set()  # by hash: whatever is taken for seen is looked for again
    repeated = []
    for match in _PARAGRAPH.finditer(text):
        paragraph = match[0].strip()
        if len(paragraph) < _SHORTEST[has_han(paragraph)] or paragraph[-1] not in _SENTENCE_ENDS:
            continue
        if any(form.match(paragraph) for form in (MARKED_LINE, BEGINNING)):
            continue
        # What an item says may be said of others, too.
        above = text[text.rfind("\n", 0, max(match.start() - 1, 0)) + 1 : match.start()]
        if not is_list_item(above):
            known = hash(paragraph)
            if known in seen:
                repeated.append(match)
            seen.add(known)
    found = articles(text) if repeated else []
    if not found:
        return
    for match in repeated:
        article = found[max(bisect_right(found, match.start(), key=lambda each: each.start) - 1, 0)]
        if article.start <= match.start() < article.end:
            before = _last_before(text, match[0].strip(), article.start, match.start())
            if before is not None and not _has_heading(text[before : match.start()]):
                yield Repair(match.start() - 1, match.end(), "")


def _last_before(text: str, paragraph: str, start: int, end: int) -> int | None:
    """Where in `text[start:end]` the paragraph is a whole line, the last time."""
    at = text.rfind(paragraph, start, end)
    while at >= 0:
        line_start = text.rfind("\n", 0, at) + 1
        line_end = text.find("\n", at)
        if text[line_start:line_end].strip() == paragraph:
            return at
        at = text.rfind(paragraph, start, at)
    return None


def _has_heading(text: str) -> bool:
    lines = text_lines(text)
    return bool(heading_levels(lines)) or any(is_numbered(line.text) for line in lines)
