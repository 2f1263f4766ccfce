"""Where each character of an edited text stood in the original.

Offsets are code points, spans are half-open. An alignment is a sorted list of edits; between two edits the texts
are equal, character by character.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Edit(NamedTuple):
    """`original[original_start:original_end]` became `text[start:end]`. Either side may be empty."""

    start: int
    end: int
    original_start: int
    original_end: int


class Repair(NamedTuple):
    """A change that a cleaner asks for: put `replacement` in the place of `text[start:end]`."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """The edits between a text and its original, in order, none overlapping another."""

    edits: tuple[Edit, ...] = ()

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """The tightest span of the original that `text[start:end]` was made from.

        What was deleted at either border is left outside. A border inside a replacement takes all of it in.
        """
        original_start = self._border(start, self._edit_behind(start), inner_end=False)
        if start == end:
            return original_start, original_start
        original_end = self._border(end, self._edit_before(end), inner_end=True)
        return original_start, original_end

    def from_original(self, place: int) -> int:
        """Where a place of the original stands in the text; where that was replaced or deleted, the place before it."""
        index = bisect_right(self.edits, place, key=lambda edit: edit.original_start)
        if not index:
            return place
        edit = self.edits[index - 1]
        return edit.start if place < edit.original_end else place - edit.original_end + edit.end

    def slice(self, start: int, end: int) -> "Alignment":
        """The alignment of `text[start:end]` with the part of the original that `to_original` gives for it."""
        origin, origin_end = self.to_original(start, end)
        first = bisect_left(self.edits, start, key=lambda edit: edit.end)
        kept = []
        for edit in self.edits[first:]:
            if edit.start > end:
                break
            if origin <= edit.original_start and edit.original_end <= origin_end and start < end:
                kept.append(
                    Edit(
                        max(edit.start, start) - start,
                        min(edit.end, end) - start,
                        edit.original_start - origin,
                        edit.original_end - origin,
                    )
                )
        return Alignment(tuple(kept))

    def unchanged_runs(self, length: int) -> Iterator[tuple[int, int, int]]:
        """Runs that are equal on both sides, of a text of `length` characters: (start, end, original start)."""
        position = original = 0
        for edit in self.edits:
            if edit.start > position:
                yield position, edit.start, original
            position, original = edit.end, edit.original_end
        if length > position:
            yield position, length, original

    def _edit_behind(self, position: int) -> Edit | None:
        """The last edit that starts before `position`, or deletes something right at it."""
        index = bisect_right(self.edits, (position, position), key=lambda edit: (edit.start, edit.end))
        return self.edits[index - 1] if index else None

    def _edit_before(self, position: int) -> Edit | None:
        """The last edit that starts before `position`: what is deleted right at it stays outside."""
        index = bisect_left(self.edits, position, key=lambda edit: edit.start)
        return self.edits[index - 1] if index else None

    @staticmethod
    def _border(position: int, edit: Edit | None, *, inner_end: bool) -> int:
        if edit is None:
            return position
        if position >= edit.end:
            return position - edit.end + edit.original_end
        return edit.original_end if inner_end else edit.original_start


class Piece(NamedTuple):
    """A part of a text, aligned to `original[start:end]`."""

    text: str
    alignment: Alignment
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AlignedText:
    """A text with its alignment to the original it was made from."""

    text: str
    alignment: Alignment = Alignment()

    def piece(self, start: int, end: int) -> "Piece":
        """`text[start:end]`, with its own alignment to the place in the original that it was made from."""
        return Piece(self.text[start:end], self.alignment.slice(start, end), *self.alignment.to_original(start, end))

    def repaired(self, repairs: Iterable[Repair]) -> "AlignedText":
        """This text with repairs made, aligned to the same original. Repairs are sorted and do not overlap.

        An earlier edit that a repair touches is merged into it.
        """
        pieces: list[str] = []
        edits: list[Edit] = []
        earlier = self.alignment.edits
        next_earlier = 0
        copied = 0  # how much of the current text has been taken over
        shift = 0  # the new text's length less the current text's, so far
        for repair in repairs:
            start, end = repair.start, repair.end
            while next_earlier < len(earlier) and earlier[next_earlier].end <= start:
                edits.append(_shifted(earlier[next_earlier], shift))
                next_earlier += 1
            touched = []
            while next_earlier < len(earlier) and earlier[next_earlier].start < end:
                touched.append(earlier[next_earlier])
                if earlier[next_earlier].end > end:  # the next repair may touch it too
                    break
                next_earlier += 1
            span_start, span_end, original_start, original_end = self._merged_span(start, end, touched)
            pieces += [self.text[copied:start], repair.replacement]
            copied = end
            new_shift = shift + len(repair.replacement) - (end - start)
            edits.append(Edit(span_start + shift, span_end + new_shift, original_start, original_end))
            shift = new_shift
        pieces.append(self.text[copied:])
        edits += [_shifted(edit, shift) for edit in earlier[next_earlier:]]
        return AlignedText("".join(pieces), Alignment(tuple(_merged(edits))))

    def _merged_span(self, start: int, end: int, touched: Sequence[Edit]) -> tuple[int, int, int, int]:
        """Span and original span of a repair together with the earlier edits that it touches."""
        original_start, original_end = self.alignment.to_original(start, end)
        if touched:
            start, end = min(start, touched[0].start), max(end, touched[-1].end)
            original_start = min(original_start, touched[0].original_start)
            original_end = max(original_end, touched[-1].original_end)
        return start, end, original_start, original_end


def _shifted(edit: Edit, shift: int) -> Edit:
    return Edit(edit.start + shift, edit.end + shift, edit.original_start, edit.original_end)


def _merged(edits: Sequence[Edit]) -> Iterator[Edit]:
    """Edits with those that overlap made one: two repairs may touch the same earlier edit.

    A border counts only the repairs before it, so of two edits the first knows the start and the second the end.
    """
    pending: Edit | None = None
    for edit in edits:
        if pending is None:
            pending = edit
        elif edit.start < pending.end or edit.original_start < pending.original_end:
            pending = Edit(
                pending.start,
                edit.end,
                min(pending.original_start, edit.original_start),
                max(pending.original_end, edit.original_end),
            )
        else:
            yield pending
            pending = edit
    if pending is not None:
        yield pending
