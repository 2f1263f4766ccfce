"""Answers on a terminal. Document text is data: nothing in it is taken for markup or for a control sequence."""

import re
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from qa.datatypes import Answer, Hit, Source

# Controls, and the marks that turn the direction of text: either could make a terminal show what is not there.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

# A story that every paper has printed would hide the next one.
_LISTED = 5
_NOTHING = "no passages: the index holds none, or none that meets the conditions"


def print_answer(answer: Answer) -> None:
    """The answer in its sentence, its place, and the passages."""
    console = Console(highlight=False, soft_wrap=True)
    if answer.query != answer.question:
        console.print(_plain(f"searched for: {answer.query}", "dim"))
    if answer.span is None:
        found = "not in these documents" if answer.hits else _NOTHING
        console.print(Text(f"{found} (confidence {answer.confidence:.0%})", "yellow"))
    else:
        console.print(_plain(answer.span.text, "bold green"))
        console.print(_plain(f"—— {_citation(answer.span.source)}", "cyan"))
        console.print(Text(f"confidence {answer.confidence:.0%}", "dim"))
    for rank, hit in enumerate(answer.hits, 1):
        console.print()
        _print_heading(console, rank, hit)
        text = _plain(hit.passage.text)
        if answer.span is not None and answer.span.passage == rank - 1:
            text.stylize("bold green", answer.span.start, answer.span.end)
        _print_in_context(console, hit, text)


def print_explanation(answer: Answer) -> None:
    """Why this answer: what its confidence is made of, what speaks for each passage, and the runners-up."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text("\nwhat the confidence is made of (log-odds)", "bold"))
    for name, share in answer.contributions:
        console.print(_plain(f"    {name.replace('_', ' '):<16}{share:+.2f}", "dim"))
    console.print(Text("what speaks for each passage", "bold"))
    for rank, hit in enumerate(answer.hits, 1):
        console.print(_plain(f"[{rank}] {_grounds(hit)}", "dim"))
    if answer.runners_up:
        console.print(Text("runners-up", "bold"))
    for span in answer.runners_up:
        console.print(
            _plain(f"    {span.text}  ({span.probability:.0%} of its passage) — {_citation(span.source)}", "dim")
        )


def print_hits(hits: Sequence[Hit]) -> None:
    """Passages with both scores and the terms that matched."""
    console = Console(highlight=False, soft_wrap=True)
    if not hits:
        console.print(Text(_NOTHING, "yellow"))
    for rank, hit in enumerate(hits, 1):
        _print_heading(console, rank, hit)
        console.print(_plain(f"    {_grounds(hit)}", "dim"))
        _print_in_context(console, hit, _plain(hit.passage.text))
        console.print()


def _grounds(hit: Hit) -> str:
    relevance = "" if hit.relevance is None else f"  relevance {hit.relevance:.3f}"
    return f"cosine {hit.dense:.3f}  BM25 {hit.lexical:.2f}{relevance}  terms: {' '.join(hit.terms) or 'none'}"


def _print_in_context(console: Console, hit: Hit, text: Text) -> None:
    """A passage between those around it."""
    for one in hit.before:
        console.print(_plain(one.text, "dim"))
    console.print(text)
    for one in hit.after:
        console.print(_plain(one.text, "dim"))


def _print_heading(console: Console, rank: int, hit: Hit) -> None:
    console.print(_plain(f"[{rank}] {hit.score:.2f}  {_citation(hit.passage.source)}", "cyan"))
    for source in hit.also[:_LISTED]:
        console.print(_plain(f"    also in {_citation(source)}", "dim"))
    if len(hit.also) > _LISTED:
        console.print(_plain(f"    and in {len(hit.also) - _LISTED} more", "dim"))


def _citation(source: Source) -> str:
    units = {"page": source.page, "paragraph": source.paragraph, "row": source.row}
    place = next((f"{unit} {number}" for unit, number in units.items() if number), f"line {source.line}")
    return " · ".join(part for part in (source.path, source.headline, *source.subheads, source.date, place) if part)


def _plain(text: str, style: str = "") -> Text:
    return Text(_UNSAFE.sub("�", text), style)
