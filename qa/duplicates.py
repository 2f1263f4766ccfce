"""Paragraphs that an article says twice."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from qa.alignment import Repair
from qa.articles import articles
from qa.lines import BEGINNING, MARKED_LINE
from qa.tables import is_list_item

_PARAGRAPH = re.compile(r"[^\n]{40,}(?=\n|\Z)")
_SENTENCE_ENDS = "。！？!?…”’」』）)."


def duplicated_paragraphs(text: str) -> Iterator[Repair]:
    """Remove a paragraph that stands in the same article before, with the line break in front of it.

    A paragraph is a line of 40 characters or more that ends with a sentence's end.
    """
    seen: set[int] = set()  # by hash: whatever is taken for seen is looked for again
    repeated = []
    for match in _PARAGRAPH.finditer(text):
        paragraph = match[0].strip()
        if len(paragraph) < 40 or paragraph[-1] not in _SENTENCE_ENDS:
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
        within = article.start <= match.start() < article.end
        # Below another heading of Markdown it may well be said again: a manual says of each function what it returns.
        heading = text.rfind("\n#", article.start, match.start())
        if within and _stands_before(text, match[0].strip(), max(article.start, heading), match.start()):
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
