"""HTML to text: the main text without what stands around it, and what the page says of itself."""

import re
from collections.abc import Iterator
from typing import Any

from qa.files.formats import Extraction, composed, head_lines
from qa.files.html_blocks import blocks, is_data_table, words
from qa.files.page_facts import page_facts

_DROPPED = {
    "aside", "button", "canvas", "dialog", "footer", "form", "iframe", "input", "math", "menu", "nav", "noscript",
    "object", "script", "select", "style", "svg", "template", "textarea",
}  # fmt: skip
_DROPPED_ROLES = {"banner", "complementary", "contentinfo", "navigation", "search", "dialog"}
# Whole words of a class or id: `nav-bar` and `topNav`, not `navy` nor `canvas`.
_DROPPED_NAMES = {
    "ad", "ads", "advert", "banner", "breadcrumb", "breadcrumbs", "comment", "comments", "copyright", "crumb", "crumbs",
    "foot", "footer", "hot", "hotnews", "login", "menu", "nav", "navbar", "navigation", "pager", "pagination", "rank",
    "ranking", "recommend", "recommended", "related", "relate", "share", "sharing", "sidebar", "social", "toolbar",
    "tags", "topbar", "toc",
}  # fmt: skip
_NAME_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_SENTENCE_MARK = re.compile(r"[。！？；，、]|[.!?,;](?=\s|$)")
_PARAGRAPHS = {"blockquote", "li", "p", "pre", "span"}
_MOST = 0.5
"""Share of the page's prose above which an element is the text itself, whatever its name says."""
_NEARLY_ALL = 0.85
"""Share of the prose that must be left when the text is looked for further inside."""
_LINKS = 0.5


def webpage_text(html: str) -> Extraction:
    """The text of a page; each of its paragraphs, headings, list items and table rows is a paragraph.

    Measured on pages of our own against trafilatura 2.3: that kept menus on four of six short Chinese pages, dropped an
    author of two characters, made a date of a copyright notice, and brought sixteen packages.
    """
    root = parsed(html)
    if root is None:
        return Extraction("", "paragraph")
    facts = page_facts(root)
    _drop_surroundings(root)
    body = root.find("body")
    main = _main(root if body is None else body)
    head = head_lines(facts.title, facts.author, facts.publication, facts.date)
    text = [block for block in _prose_blocks(main) if not _repeats(block, facts.title)]
    return composed("paragraph", enumerate([head, *text] if head and text else text, 1))


def parsed(html: str) -> Any:
    """The tree of a page; None when there is nothing in it."""
    import lxml.etree
    import lxml.html

    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return lxml.html.document_fromstring(html.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except lxml.etree.ParserError:
        return None


def _repeats(block: str, title: str | None) -> bool:
    return block.startswith("#") and title is not None and block.lstrip("# ") == title


def _prose_blocks(main: Any) -> Iterator[str]:
    for text, linked in blocks(main):
        # A line of links is a menu; a sentence with links in it is a sentence.
        if linked <= _LINKS * len(text) or _SENTENCE_MARK.search(text):
            yield text


def _drop_surroundings(root: Any) -> None:
    prose = _prose(root)
    most = _MOST * prose.get(root, 0)
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.getparent() is None or element.tag in {"body", "head"}:
            continue
        if _is_surrounding(element) and (element.tag in {"script", "style"} or prose.get(element, 0) <= most):
            element.drop_tree()


def _is_surrounding(element: Any) -> bool:
    if element.tag in _DROPPED or element.get("role") in _DROPPED_ROLES or element.get("hidden") is not None:
        return True
    if element.tag in {"article", "main"}:
        return False
    style = (element.get("style") or "").replace(" ", "").lower()
    if "display:none" in style or element.get("aria-hidden") == "true":
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return any(word.lower() in _DROPPED_NAMES for word in _NAME_WORDS.findall(names))


def _main(body: Any) -> Any:
    """The innermost element that still holds nearly all of the page's prose."""
    prose = _prose(body)
    marked = [element for element in body.iter("article", "main") if prose.get(element, 0) > _MOST * prose[body]]
    element = marked[0] if marked else body
    while not is_data_table(element):
        inside = [child for child in element if prose.get(child, 0) >= _NEARLY_ALL * prose[element] > 0]
        if not inside or inside[0].tag in _PARAGRAPHS:
            break
        element = inside[0]
    return element


def _prose(root: Any) -> dict[Any, int]:
    """Of each element, the characters of sentences in it: of text outside links that has a mark of a sentence."""
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    own: dict[Any, int] = {}
    for element in elements:
        linked = element.tag == "a" or element.tag in {"script", "style", "title"}
        own[element] = own.get(element, 0) + (0 if linked else _weight(element.text))
        parent = element.getparent()
        if element is not root and parent is not None:
            own[parent] = own.get(parent, 0) + _weight(element.tail)
    for element in reversed(elements):
        parent = element.getparent()
        if element is not root and parent is not None:
            own[parent] += own[element]
    return own


def _weight(text: str | None) -> int:
    stripped = words(text or "")
    return len(stripped) if _SENTENCE_MARK.search(stripped) else 0
