"""Damaged text to clean text, with an alignment back to the original.

Each repair is a function from a text to the changes it asks for; `clean` makes them one after another. A repair
leaves alone what it is not sure of: nothing may change in a clean text.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from qa.alignment import AlignedText, Piece, Repair
from qa.layout.lines import broken_lines, fenced_spans, running_heads
from qa.repairs.byteslips import byte_slips
from qa.repairs.captions import captions
from qa.repairs.duplicates import duplicated_paragraphs
from qa.repairs.forms import exotic_spaces, full_width, invisible_characters, line_ends
from qa.repairs.frontmatter import front_matter
from qa.repairs.markup import markup_comments, underlined_headings
from qa.repairs.middledots import middle_dots
from qa.repairs.readings import bracketed_readings
from qa.repairs.wrapping import wrapped_lines

# In this order: the readings in brackets say what a slipped byte was, a running head or a caption hides that a
# sentence goes on, and a paragraph is known again when it is whole.
_OF_ANY_TEXT: tuple[Callable[[str], Iterator[Repair]], ...] = (
    line_ends,
    front_matter,
    invisible_characters,
    exotic_spaces,
)
_OF_PROSE: tuple[Callable[[str], Iterator[Repair]], ...] = (
    markup_comments,
    underlined_headings,
    byte_slips,
    bracketed_readings,
    middle_dots,
    full_width,
    wrapped_lines,
    running_heads,
    captions,
    broken_lines,
    duplicated_paragraphs,
)
REPAIRS = _OF_ANY_TEXT + _OF_PROSE

# A sentence that was cut twice shows the second cut when the first is mended. Bounded, in case two repairs should ever
# undo each other.
_ROUNDS = 4


class Cleaned(NamedTuple):
    """A text without its captions, they, and what was done."""

    text: AlignedText
    captions: list[Piece]
    """In the order of the original."""
    edits: Counter[str]
    """How many changes each repair made, by its kind."""


def kind(repair: Callable[[str], Iterator[Repair]]) -> str:
    """What a repair is called where its edits are counted: `byte slips`."""
    return repair.__name__.replace("_", " ")


def clean(text: str, start: int = 0, end: int | None = None) -> AlignedText:
    """Make every repair, and leave captions out. Where the text needs none it comes back as it was.

    Of `text[start:end]` it is what that reads in its text, without white space around it: alone, half a line does not
    say what it is half of. A caption that stands just there is given too. So of a passage's place it is the passage.
    """
    whole = cleaned(text)
    if start == 0 and end in {None, len(text)}:
        return whole.text
    end = len(text) if end is None else end
    for caption in whole.captions:
        if (caption.start, caption.end) == (start, end):
            return AlignedText(caption.text, caption.alignment)
    alignment = whole.text.alignment
    part = _stripped(whole.text, alignment.from_original(start), alignment.from_original(end))
    return AlignedText(part.text, part.alignment)


def cleaned(text: str) -> Cleaned:
    """Make every repair, and set captions apart."""
    aligned = AlignedText(text)
    apart: list[Piece] = []
    edits: Counter[str] = Counter()
    without = 0  # how many repairs in a row have found nothing: when all have, none will
    for repair in REPAIRS * _ROUNDS:
        code = fenced_spans(aligned.text) if repair in _OF_PROSE else []
        if repairs := [one for one in repair(aligned.text) if not any(_overlaps(one, *span) for span in code)]:
            if repair is captions:
                apart += [_stripped(aligned, start, end) for start, end, _ in repairs]
            edits[kind(repair)] += len(repairs)
            if repair is byte_slips:
                repairs = list(_by_character(repairs))
            aligned, without = aligned.repaired(repairs), 0
        else:
            without += 1
        if without == len(REPAIRS):
            break
    return Cleaned(aligned, sorted(apart, key=lambda piece: piece.start), edits)


def _overlaps(repair: Repair, start: int, end: int) -> bool:
    return repair.start < end and start < repair.end


def _by_character(repairs: Iterable[Repair]) -> Iterator[Repair]:
    """Each character that was read one byte off in its own place: its first byte is in the one that stood there.

    So that a passage may begin within what was repaired.
    """
    for start, end, replacement in repairs:
        last = min(len(replacement), end - start) - 1
        for place in range(last):
            yield Repair(start + place, start + place + 1, replacement[place])
        yield Repair(start + max(last, 0), end, replacement[max(last, 0) :])


def _stripped(aligned: AlignedText, start: int, end: int) -> Piece:
    """A stretch of a text without the white space around it."""
    text = aligned.text[start:end]
    start += len(text) - len(text.lstrip())
    return aligned.piece(start, start + len(text.strip()))
