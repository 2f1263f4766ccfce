"""An HTML element to its blocks: paragraphs, headings, list items, table rows."""

import re
from collections.abc import Iterator
from typing import Any

_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_SILENT = {"script", "style", "head", "template"}
# Below a page's title, a heading opens no article of its own: sectioning begins one at `#` and `##`.
_MARKS = {
    "h1": "### ", "h2": "### ", "h3": "### ", "h4": "#### ", "h5": "##### ", "h6": "###### ", "li": "- ",
    "figcaption": "▲ ",
}  # fmt: skip
_SPACES = re.compile(r"[ \t\r\n\f\u3000\xa0]+")
_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
# A line break of the source between two Chinese characters is no space of the text.
_FALSE_SPACE = re.compile(f"(?<=[{_CJK}])[ \t]*[\r\n][ \t\r\n]*(?=[{_CJK}])")
_CHARACTER = re.compile(f"[{_CJK}]")
_LONGEST_CELL = 200
_BREAK = "\x1e"
_FENCE = "```"


def words(text: str) -> str:
    """Text without the white space of its source."""
    return _SPACES.sub(" ", _FALSE_SPACE.sub("", text)).strip()


def blocks(root: Any, marks: dict[str, str] = _MARKS) -> Iterator[tuple[str, int]]:
    """The blocks of an element in order: (text, how many of its characters are links)."""
    from lxml.etree import iterwalk

    _flatten_tables(root)
    pieces: list[str] = []
    linked = links = silent = 0
    mark = ""
    walk = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if tag in _SILENT:
            silent += 1 if event == "start" else -1
        if tag in _BLOCKS and not silent:
            yield from _paragraphs(pieces, mark, linked)
            pieces, linked = [], 0
            # What follows a nested block in a list item is of the item still, but the mark stands once.
            mark = marks.get(tag, "") if event == "start" else ""
            if tag == "pre" and event == "start":
                yield from _preformatted(element)
                walk.skip_subtree()
                continue
        if tag == "a":
            links += 1 if event == "start" else -1
        if tag == "br" and event == "start":
            pieces.append(_BREAK)
        text = element.text if event == "start" else element.tail if element is not root else None
        if text and not silent:
            pieces.append(text)
            linked += len(text) if links else 0
    yield from _paragraphs(pieces, mark, linked)


def _paragraphs(pieces: list[str], mark: str, linked: int) -> Iterator[tuple[str, int]]:
    """A block's text; where line breaks make paragraphs of it, as on old pages, each of them."""
    for paragraph in "".join(pieces).split(_BREAK):
        text = words(paragraph)
        if text:
            yield mark + text, linked


def _preformatted(element: Any) -> Iterator[tuple[str, int]]:
    """An element whose line breaks are its text's; code between fences, as Markdown has it."""
    for inside in element.iter(*_BLOCKS, "br"):
        if inside is not element and not "".join(inside.itertext()).endswith("\n"):
            inside.tail = "\n" + (inside.tail or "").removeprefix("\n")
    linked = sum(len("".join(link.itertext())) for link in element.iter("a"))
    lines = [line.rstrip() for line in "".join(element.itertext()).splitlines()]
    text = "\n".join(lines).strip("\n")
    if text.strip():
        # What is coloured is code, unless it is Chinese: old pages have their articles in such elements.
        coloured = element.find(".//span[@class]") is not None and 2 * len(_CHARACTER.findall(text)) < len(text)
        code = coloured or element.find(".//code") is not None
        yield (f"{_FENCE}\n{text}\n{_FENCE}" if code else text), linked


def is_data_table(element: Any) -> bool:
    """Whether a table holds data, and does not lay out the page: several short cells to a row, none with blocks."""
    if element.tag != "table" or any(True for _ in element.iterdescendants("table")):
        return False
    rows = [row.xpath("./td|./th") for row in element.iter("tr")]
    cells = [cell for row in rows for cell in row]
    return (
        sum(len(row) > 1 for row in rows) >= max(1, len(rows) / 2)
        and all(len(words("".join(cell.itertext()))) <= _LONGEST_CELL for cell in cells)
        and sum(1 for cell in cells for _ in cell.iterdescendants("ul", "ol", "div", "h1", "h2")) <= len(cells) // 2
    )


def _flatten_tables(root: Any) -> None:
    """Put the rows of data tables in the place of the tables, as `| a | b |`."""
    from lxml.etree import SubElement

    for table in [table for table in root.iter("table") if is_data_table(table)]:
        rows = [[words(" ".join(cell.itertext())) for cell in row.xpath("./td|./th")] for row in table.iter("tr")]
        captions = [words("".join(caption.itertext())) for caption in table.iter("caption")]
        for child in list(table):
            table.remove(child)
        table.text = None
        for line in captions + [f"| {' | '.join(cells)} |" for cells in rows if any(cells)]:
            SubElement(table, "p").text = line
