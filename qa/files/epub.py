"""EPUB to text: its chapters, in the order in which they are read."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from qa.errors import DocumentError
from qa.files.archive import open_archive, read_member
from qa.files.encodings import decode
from qa.files.formats import Extraction, composed, head_lines
from qa.files.html_blocks import blocks
from qa.files.webpage import parsed

_CONTAINER = "META-INF/container.xml"
_CHAPTERS = {"application/xhtml+xml", "text/html"}
# A chapter is what an article is elsewhere: its heading begins one.
_MARKS = {
    "h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "h5": "##### ", "h6": "###### ", "li": "- ",
    "figcaption": "▲ ",
}  # fmt: skip


def epub_text(data: bytes) -> Extraction:
    """The text of a book; each of its paragraphs, headings, list items and table rows is a paragraph.

    Raises:
        DocumentError: it is damaged, or a bomb.
    """
    with open_archive(data) as archive:
        container = _xml(read_member(archive, _CONTAINER))
        roots = container.xpath("//*[local-name() = 'rootfile']/@full-path")
        if not roots:
            raise DocumentError("is damaged: no EPUB")
        package = _xml(read_member(archive, roots[0]))
        pages = (read_member(archive, name) for name in _spine(package, posixpath.dirname(roots[0])))
        return composed("paragraph", enumerate(_blocks(package, pages), 1))


def _blocks(package: Any, pages: Iterator[bytes]) -> Iterator[str]:
    if head := _head(package):
        yield head
    for page in pages:
        root = parsed(decode(page, declares=True)[0])
        body = None if root is None else root.find("body")
        if body is not None:
            yield from (text for text, _ in blocks(body, _MARKS))


def _head(package: Any) -> str:
    def first(name: str) -> str | None:
        found = package.xpath(f"//*[local-name() = 'metadata']/*[local-name() = '{name}']")
        return next((text for text in (("".join(element.itertext())).strip() for element in found) if text), None)

    date = first("date") or ""
    return head_lines(first("title"), first("creator"), first("publisher"), date[:10] or None)


def _spine(package: Any, folder: str) -> Iterator[str]:
    """The names of the chapters, in order; the table of contents is none."""
    items = {item.get("id"): item for item in package.xpath("//*[local-name() = 'manifest']/*[local-name() = 'item']")}
    for reference in package.xpath("//*[local-name() = 'spine']/*[local-name() = 'itemref']"):
        item = items.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no" or "nav" in (item.get("properties") or "").split():
            continue
        if item.get("media-type") in _CHAPTERS and item.get("href"):
            yield posixpath.normpath(posixpath.join(folder, _unquoted(item.get("href"))))


def _unquoted(link: str) -> str:
    """The file name that a link within a book names."""
    quoted = link.split("#", maxsplit=1)[0].encode()
    plain = re.sub(rb"%([0-9A-Fa-f]{2})", lambda match: bytes.fromhex(match[1].decode()), quoted)
    return plain.decode("utf-8", "replace")


def _xml(data: bytes) -> Any:
    import lxml.etree

    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return lxml.etree.fromstring(data, parser)
    except lxml.etree.XMLSyntaxError as error:
        raise DocumentError("is damaged: no EPUB") from error
