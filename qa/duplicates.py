"""Paragraphs that an article says twice."""

import re
from collections.abc import Iterator

from qa.alignment import Repair
from qa.articles import articles
from qa.lines import MARKED_LINE

_PARAGRAPH = re.compile(r"[^\n]{40,}(?=\n|\Z)")
_SENTENCE_ENDS = "。！？!?…”’」』）)."


def duplicated_paragraphs(text: str) -> Iterator[Repair]:
    """Remove a paragraph that stands in the same article before, with the line break in front of it.

    A paragraph is a line of 40 characters or more that ends with a sentence's end.
    """
    seen: set[str] = set()
    repeated = []
    for match in _PARAGRAPH.finditer(text):
        paragraph = match[0].strip()
        if len(paragraph) >= 40 and paragraph[-1] in _SENTENCE_ENDS and not MARKED_LINE.match(paragraph):
            if paragraph in seen:
                repeated.append(match)
            seen.add(paragraph)
    if not repeated:
        return
    found = articles(text)
    for match in repeated:
        article = next((each for each in found if each.start <= match.start() < each.end), None)
        if article is not None and _stands_before(text, match[0].strip(), article.start, match.start()):
            yield Repair(match.start() - 1, match.end(), "")


def _stands_before(text: str, paragraph: str, start: int, end: int) -> bool:
    """Whether a whole line of `text[start:end]` is the paragraph."""
    at = text.find(paragraph, start, end)
    while at >= 0:
        line_start = text.rfind("\n", 0, at) + 1
        line_end = text.find("\n", at)
        if text[line_start:line_end].strip() == paragraph:
            return True
        at = text.find(paragraph, at + 1, end)
    return False
