"""Damaged text to clean text, with an alignment back to the original.

Each repair is a function from a text to the changes it asks for; `clean` makes them one after another. A repair
leaves alone what it is not sure of: nothing may change in a clean text.
"""

from collections.abc import Callable, Iterator

from qa.alignment import AlignedText, Repair
from qa.byteslips import byte_slips
from qa.duplicates import duplicated_paragraphs
from qa.forms import exotic_spaces, full_width, invisible_characters, line_ends
from qa.lines import broken_lines, running_heads
from qa.middledots import middle_dots
from qa.readings import bracketed_readings

# In this order: the readings in brackets say what a slipped byte was, a running head hides that a sentence goes on,
# and a paragraph is known again when it is whole.
REPAIRS: tuple[Callable[[str], Iterator[Repair]], ...] = (
    line_ends,
    invisible_characters,
    exotic_spaces,
    byte_slips,
    bracketed_readings,
    middle_dots,
    full_width,
    running_heads,
    broken_lines,
    duplicated_paragraphs,
)

# A sentence that was cut twice shows the second cut when the first is mended. Bounded, in case two repairs should ever
# undo each other.
_ROUNDS = 4


def clean(text: str) -> AlignedText:
    """Make every repair. Where the text needs none it comes back as it was."""
    aligned = AlignedText(text)
    without = 0  # how many repairs in a row have found nothing: when all have, none will
    for repair in REPAIRS * _ROUNDS:
        if repairs := list(repair(aligned.text)):
            aligned, without = aligned.repaired(repairs), 0
        else:
            without += 1
        if without == len(REPAIRS):
            break
    return aligned
