"""Answers on a terminal. Document text is data: nothing in it is taken for markup or for a control sequence."""

import re
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from qa.datatypes import Answer, Hit, Source

# Controls, and the marks that turn the direction of text: either could make a terminal show what is not there.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def print_answer(answer: Answer) -> None:
    """The answer in its sentence, its place, and the passages."""
    console = Console(highlight=False, soft_wrap=True)
    if answer.query != answer.question:
        console.print(_plain(f"searched for: {answer.query}", "dim"))
    if answer.span is None:
        found = "not in these documents" if answer.hits else "the index holds no passages"
        console.print(Text(f"{found} (confidence {answer.confidence:.0%})", "yellow"))
    else:
        console.print(_plain(answer.span.text, "bold green"))
        console.print(_plain(f"—— {_citation(answer.span.source)}", "cyan"))
        console.print(Text(f"confidence {answer.confidence:.0%}", "dim"))
    for rank, hit in enumerate(answer.hits, 1):
        console.print()
        console.print(_heading(rank, hit))
        text = _plain(hit.passage.text)
        if answer.span is not None and answer.span.passage == rank - 1:
            text.stylize("bold green", answer.span.start, answer.span.end)
        console.print(text)


def print_hits(hits: Sequence[Hit]) -> None:
    """Passages with both scores and the terms that matched."""
    console = Console(highlight=False, soft_wrap=True)
    if not hits:
        console.print(Text("the index holds no passages", "yellow"))
    for rank, hit in enumerate(hits, 1):
        console.print(_heading(rank, hit))
        matched = " ".join(hit.terms) or "none"
        console.print(_plain(f"    cosine {hit.dense:.3f}  BM25 {hit.lexical:.2f}  terms: {matched}", "dim"))
        console.print(_plain(hit.passage.text))
        console.print()


def _heading(rank: int, hit: Hit) -> Text:
    return _plain(f"[{rank}] {hit.score:.2f}  {_citation(hit.passage.source)}", "cyan")


def _citation(source: Source) -> str:
    units = {"page": source.page, "paragraph": source.paragraph, "row": source.row}
    place = next((f"{unit} {number}" for unit, number in units.items() if number), f"line {source.line}")
    return " · ".join(part for part in (source.path, source.headline, *source.subheads, place) if part)


def _plain(text: str, style: str = "") -> Text:
    return Text(_UNSAFE.sub("�", text), style)
