"""DOCX to text: paragraphs, headings, and tables row by row, in the order of the document."""

from collections.abc import Iterator
from typing import Any

from qa.errors import DocumentError
from qa.files.archive import open_archive
from qa.files.formats import Extraction, composed

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = f"{_W}txbxContent"
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def docx_text(data: bytes) -> Extraction:
    """The text of a Word document; each paragraph, and each row of a table, is one of its paragraphs.

    Raises:
        DocumentError: it is damaged, or a bomb.
    """
    import io

    import docx

    open_archive(data).close()
    try:
        document = docx.Document(io.BytesIO(data))
        headings = {style.style_id: _mark(style.name or "") for style in document.styles}
        return composed("paragraph", enumerate(_blocks(document.element.body, headings), 1))
    except MemoryError:
        raise
    except Exception as error:  # what python-docx says of damage is whatever it stumbled over
        raise DocumentError("is damaged: no Word document") from error


def _mark(style: str) -> str:
    """What a line of a style begins with: headings as in Markdown, captions as Chinese newspapers have them."""
    name = style.lower()
    if name == "title":
        return "# "
    if name.startswith("heading ") and name[8:].isdigit():
        return "#" * min(int(name[8:]), 6) + " "
    return "▲ " if name == "caption" else "- " if name.startswith("list ") else ""


def _blocks(parent: Any, marks: dict[str, str]) -> Iterator[str]:
    """Paragraphs and table rows below an element, into content controls and what else wraps them."""
    waiting = [iter(parent)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
        elif child.tag == f"{_W}p":
            text = _text(child).strip()
            if text:
                style = child.find(f"{_W}pPr/{_W}pStyle")
                mark = marks.get(style.get(f"{_W}val"), "") if style is not None else ""
                yield mark + (" ".join(text.split()) if mark else text)
            waiting += [iter(box) for box in child.iter(_BOX) if not any(True for _ in box.iterancestors(_FALLBACK))]
        elif child.tag == f"{_W}tbl":
            yield from _rows(child)
        else:
            waiting.append(iter(child))


def _rows(table: Any) -> Iterator[str]:
    """A table's rows as `| a | b |`. What stands in a table within a cell is of that cell."""
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue
        cells = [
            " ".join(" ".join(_text(paragraph) for paragraph in cell.iter(f"{_W}p")).split())
            for cell in row.iter(f"{_W}tc")
            if next(cell.iterancestors(f"{_W}tr")) is row
        ]
        if any(cells):
            yield f"| {' | '.join(cells)} |"


def _text(paragraph: Any) -> str:
    """The text of a paragraph's runs, those in links, fields and insertions too, which python-docx passes over."""
    pieces = []
    for node in paragraph.iter(f"{_W}t", *_BREAKS):
        # Text boxes stand there twice, the second time for old programs; tab stops are no tabs.
        if any(True for _ in node.iterancestors(_FALLBACK)) or node.getparent().tag == f"{_W}tabs":
            continue
        if next(node.iterancestors(f"{_W}p")) is paragraph:
            pieces.append(node.text or "" if node.tag == f"{_W}t" else _BREAKS[node.tag])
    return "".join(pieces)
