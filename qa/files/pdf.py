"""PDF to text: the text layer, page by page, columns in the order that they are read in."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from qa.errors import DocumentError
from qa.files.columns import Fragment, has_columns, paragraphs, rows
from qa.files.formats import Extraction, composed

# Where a hyphen divides a word at the end of a line, pdfium has this in the place of hyphen and line break.
_DIVIDED_WORD = re.compile("(?<=[a-zà-ÿ])\x02(?=[a-zà-ÿ])")
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—·•\s]*(?:第\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*页)?(?:\s*[/／]\s*\d{1,4}|\s*共\s*\d+\s*页)?[-–—·•\s]*"
)
_HEAD_LINES = 2
"""Lines at the top and at the bottom of a page that may be running heads."""
_SENTENCE_ENDS = ("。", "！", "？", "；", "，", "”")
_LEAST_REPEATS = 3
_GAP = 0.6
"""Of the size of the letters: a wider space parts a line, for it may be a gutter."""


class _Page(NamedTuple):
    """A page by its lines, or where it is set in columns, by its rows."""

    lines: list[str]
    rows: list[list[Fragment]]
    """What stands beside each other on each line; nothing for a page without columns."""


def pdf_text(data: bytes) -> Extraction:
    """The text of each page that has any, under its number, without running heads and page numbers.

    Raises:
        DocumentError: it is damaged or encrypted.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        encrypted = "password" in str(error).lower()
        raise DocumentError("is encrypted" if encrypted else "is damaged: no PDF") from error
    pages = []
    for number in range(len(document)):
        try:
            page = document[number]
            pages.append(_page(page.get_textpage()))
            page.close()
        except pypdfium2.PdfiumError:
            pages.append(_Page([], []))  # one page that cannot be read does not cost the others
    if not any(page.lines for page in pages):
        raise DocumentError("holds no text: its pages are pictures")
    kept = without_running_heads([page.lines for page in pages])
    return composed("page", enumerate((_text(page, *span) for page, span in zip(pages, kept, strict=True)), 1))


def _page(textpage: Any) -> _Page:
    fragments = list(_fragments(textpage))
    if has_columns(fragments):
        beside = rows(fragments)
        return _Page([" ".join(one.text for one in row) for row in beside], beside)
    return _Page(_lines(textpage.get_text_bounded()), [])


def _text(page: _Page, start: int, end: int) -> str:
    """What the lines `start:end` of a page say."""
    if not page.rows:
        return "\n".join(page.lines[start:end])
    return "\n\n".join(paragraphs([one for row in page.rows[start:end] for one in row]))


def _fragments(textpage: Any) -> Iterator[Fragment]:
    """The stretches of a page's lines that no wide space parts."""
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    text, left, bottom, right, top = "", 0.0, 0.0, 0.0, 0.0
    for index in range(textpage.count_chars()):
        character = chr(pdfium.FPDFText_GetUnicode(textpage, index))
        if character in "\x02\ufffe":
            character = "-"  # at the end of a line; what goes on there is found out by its place
        if character.isspace() or not pdfium.FPDFText_GetLooseCharBox(textpage, index, box):
            text += " " * (character == " " and not text.endswith(" "))
            continue
        beside = bottom <= (box.bottom + box.top) / 2 <= top
        if text.strip() and not (beside and -_GAP <= (box.left - right) / (box.top - box.bottom or 1.0) <= _GAP):
            yield Fragment(left, bottom, right, top, text.strip())
            text = ""
        if not text.strip():
            text, left, bottom, right, top = "", box.left, box.bottom, box.right, box.top
        text += character
        right, bottom, top = max(right, box.right), min(bottom, box.bottom), max(top, box.top)
    if text.strip():
        yield Fragment(left, bottom, right, top, text.strip())


def without_running_heads(pages: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """The lines of each page that are left, from … to, without page numbers and those that come again and again.

    Only lines at the borders are looked at. They are the same when they differ in figures only. Left and right pages
    may have heads of their own, so a third of the pages is often enough. Only here is it known where a page ends, so
    this is not left to cleaning.
    """
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_shape(page[place]) for place in _borders(page)})
    least = max(_LEAST_REPEATS, len(pages) / 3)
    kept = []
    for page in pages:
        start, end = 0, len(page)
        limit = min(_HEAD_LINES, len(page) // 2)
        # From the border inwards: what stands below a line of the text is no running head.
        while start < limit and _is_running(page[start], counts, least, len(pages)):
            start += 1
        while end > len(page) - limit and _is_running(page[end - 1], counts, least, len(pages)):
            end -= 1
        kept.append((start, end))
    return kept


def _lines(text: str) -> list[str]:
    text = _DIVIDED_WORD.sub("", text).replace("\x02", "-")
    return [line.strip() for line in text.replace("\ufffe", "-").splitlines() if line.strip()]


def _borders(page: Sequence[str]) -> set[int]:
    limit = min(_HEAD_LINES, len(page) // 2)
    return {*range(limit), *range(len(page) - limit, len(page))}


def _shape(line: str) -> str:
    return _DIGITS.sub("0", "".join(line.split()))


def _is_running(line: str, counts: Counter[str], least: float, pages: int) -> bool:
    if pages > 1 and _PAGE_NUMBER.fullmatch(line):
        return True
    return counts[_shape(line)] >= least and not line.endswith(_SENTENCE_ENDS)
