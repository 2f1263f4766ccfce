"""PDF to text: the text layer, page by page."""

import re
from collections import Counter
from collections.abc import Sequence

from qa.errors import DocumentError
from qa.formats import Extraction, composed

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
            pages.append(_lines(page.get_textpage().get_text_bounded()))
            page.close()
        except pypdfium2.PdfiumError:
            pages.append([])  # one page that cannot be read does not cost the others
    if not any(pages):
        raise DocumentError("holds no text: its pages are pictures")
    return composed("page", enumerate(map("\n".join, without_running_heads(pages)), 1))


def without_running_heads(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of pages, without those at their borders that come again and again, and without page numbers.

    Lines are the same when they differ in figures only. Left and right pages may have heads of their own, so a third
    of the pages is often enough. Only here is it known where a page ends, so this is not left to cleaning.
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
        kept.append(list(page[start:end]))
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
