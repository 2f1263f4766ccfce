"""Damaged text to clean text, with an alignment back to the original.

Each repair is a function from a text to the changes it asks for; `clean` makes them one after another. A repair
leaves alone what it is not sure of: nothing may change in a clean text.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from qa.alignment import AlignedText, Piece, Repair
from qa.byteslips import byte_slips
from qa.captions import captions
from qa.duplicates import duplicated_paragraphs
from qa.forms import exotic_spaces, full_width, invisible_characters, line_ends
from qa.lines import broken_lines, running_heads
from qa.middledots import middle_dots
from qa.readings import bracketed_readings

# In this order: the readings in brackets say what a slipped byte was, a running head or a caption hides that a
# sentence goes on, and a paragraph is known again when it is whole.
REPAIRS: tuple[Callable[[str], Iterator[Repair]], ...] = (
    line_ends,
    invisible_characters,
    exotic_spaces,
    byte_slips,
    bracketed_readings,
    middle_dots,
    full_width,
    running_heads,
    captions,
    broken_lines,
    duplicated_paragraphs,
)

# A sentence that was cut twice shows the second cut when the first is mended. Bounded, in case two repairs should ever
# undo each other.
_ROUNDS = 4


class Cleaned(NamedTuple):
    """A text without its captions, and they."""

    text: AlignedText
    captions: list[Piece]
    """In the order of the original."""


def clean(text: str) -> AlignedText:
    """Make every repair, and leave captions out. Where the text needs none it comes back as it was."""
    return cleaned(text).text


def cleaned(text: str) -> Cleaned:
    """Make every repair, and set captions apart."""
    aligned = AlignedText(text)
    apart: list[Piece] = []
    without = 0  # how many repairs in a row have found nothing: when all have, none will
    for repair in REPAIRS * _ROUNDS:
        if repairs := list(repair(aligned.text)):
            if repair is captions:
                apart += [_stripped(aligned, start, end) for start, end, _ in repairs]
            aligned, without = aligned.repaired(repairs), 0
        else:
            without += 1
        if without == len(REPAIRS):
            break
    return Cleaned(aligned, sorted(apart, key=lambda piece: piece.start))


def _stripped(aligned: AlignedText, start: int, end: int) -> Piece:
    """A stretch of a text without the white space around it."""
    text = aligned.text[start:end]
    start += len(text) - len(text.lstrip())
    return aligned.piece(start, start + len(text.strip()))
