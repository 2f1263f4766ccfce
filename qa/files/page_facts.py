"""What a web page says of itself: title, author, publication, date. Nothing is guessed."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from qa.files.html_blocks import words

_AUTHOR_NAMES = ("author", "article:author", "byl", "dc.creator", "parsely-author")
_DATE_NAMES = (
    "article:published_time", "pubdate", "publishdate", "publish_date", "date", "dc.date", "dc.date.issued",
    "datepublished", "weibo: article:create_at",
)  # fmt: skip
_SOURCE_NAMES = ("source", "article:source", "mediaid", "contentsource")
# Where pages of WeChat, whose metadata name the platform, say who publishes them and when.
_ACCOUNT, _AUTHOR, _PUBLISHED = "js_name", "js_author_name", "publish_time"
_DATE = re.compile(r"((?:19|20)\d\d)\s*[-年/.]\s*(1[0-2]|0?[1-9])\s*[-月/.]\s*([12]\d|3[01]|0?[1-9])(?!\d)")
# The line under a headline: `2018-05-03 08:00 来源：贵阳日报 作者：李明`.
_VISIBLE_SOURCE = re.compile(r"(?:来源|來源|稿源)\s*[：:]\s*([^\s|｜：:，,。]{2,30})")
_VISIBLE_AUTHOR = re.compile(r"(?:作者|记者|記者|撰文|文)\s*[：:/／]\s*([^\s|｜：:，,。]{2,20})")
_INFO_CHARACTERS = 120
_UNKNOWN = {"未知", "不详", "不詳", "网络", "網絡", "admin", "administrator", "佚名"}
_SITE_NAME = re.compile(r"\s*[_|｜]\s*|\s+[-–—]+\s+")


class PageFacts(NamedTuple):
    """None: the page does not say."""

    title: str | None
    author: str | None
    publication: str | None
    date: str | None
    """As year-month-day."""


def page_facts(root: Any) -> PageFacts:
    """Read them from metadata first, then from the line under the headline."""
    meta = _metadata(root)
    linked = list(_linked_data(root))
    info = [line for line in _short_lines(root) if _VISIBLE_SOURCE.search(line) or _VISIBLE_AUTHOR.search(line)]
    first = info[0] if info else ""
    dates = [meta.get(name, "") for name in _DATE_NAMES]
    dates += [str(entry.get("datePublished") or "") for entry in linked]
    dates += [time.get("datetime") or "" for time in root.iter("time")] + [_by_id(root, _PUBLISHED), first]
    authors = [meta.get(name, "") for name in _AUTHOR_NAMES] + [_name(entry.get("author")) for entry in linked]
    authors.append(_by_id(root, _AUTHOR))
    publications = [_group(_VISIBLE_SOURCE, first), *(meta.get(name, "") for name in _SOURCE_NAMES)]
    publications.append(_by_id(root, _ACCOUNT))
    publications += [_name(entry.get("publisher")) for entry in linked] + [meta.get("og:site_name", "")]
    return PageFacts(
        _title(root, meta),
        _first([*authors, _group(_VISIBLE_AUTHOR, first)]),
        _first(publications),
        next((date for date in map(_date, dates) if date), None),
    )


def _title(root: Any, meta: dict[str, str]) -> str | None:
    headings = [text for text in map(_text, root.iter("h1")) if text]
    if len(headings) == 1:
        return headings[0]
    if title := meta.get("og:title"):
        return title
    element = root.find(".//title")
    title = _text(element)
    # Behind the title stands the site: `…_新华网`, `… - BBC News`.
    return _SITE_NAME.split(title)[0] or title or None


def _metadata(root: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("name") or element.get("property") or element.get("itemprop")
        content = words(element.get("content") or "")
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _text(element: Any) -> str:
    """What an element says; nothing when there is none."""
    return words("".join(element.itertext())) if element is not None else ""


def _by_id(root: Any, name: str) -> str:
    """What the element of an id says; nothing when it says more than a line does."""
    element = root.find(f".//*[@id='{name}']")
    text = _text(element)
    return text if len(text) <= _INFO_CHARACTERS else ""


def _linked_data(root: Any) -> Iterator[dict[str, Any]]:
    """The objects of JSON-LD, those of a graph too."""
    for script in root.iter("script"):
        if script.get("type") != "application/ld+json":
            continue
        try:
            content = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        entries = content if isinstance(content, list) else [content]
        for entry in entries:
            if isinstance(entry, dict):
                graph = entry.get("@graph")
                yield from (
                    one for one in [entry, *(graph if isinstance(graph, list) else [])] if isinstance(one, dict)
                )


def _name(content: Any) -> str:
    if isinstance(content, list):
        return "、".join(filter(None, map(_name, content[:5])))
    name = content.get("name") if isinstance(content, dict) else content
    return name if isinstance(name, str) else ""


def _short_lines(root: Any) -> Iterator[str]:
    for element in root.iter("div", "p", "span", "td", "li", "section", "header"):
        texts = []
        for text in element.itertext():
            texts.append(text)
            if sum(map(len, texts)) > 4 * _INFO_CHARACTERS:
                break
        line = words(" ".join(texts))
        if len(line) <= _INFO_CHARACTERS:
            yield line


def _group(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""


def _first(values: list[str]) -> str | None:
    plain = (words(value) for value in values)
    return next((value for value in plain if value and value.lower() not in _UNKNOWN and "://" not in value), None)


def _date(text: str) -> str | None:
    match = _DATE.search(text)
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else None
