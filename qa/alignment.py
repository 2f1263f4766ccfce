"""Where each character of an edited text stood in the original.

Offsets are code points, spans are half-open. An alignment is a sorted list of edits; between two edits the texts
are equal, character by character.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Edit(NamedTuple):
    """`original[original_start:original_end]` became `text[start:end]`, the replacement. Either side may be empty."""

    start: int
    end: int
    original_start: int
    original_end: int
    replacement: str


class Repair(NamedTuple):
    """A change that a cleaner asks for: put `replacement` in the place of `text[start:end]`."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """The edits between a text and its original, in order, none overlapping another."""

    edits: tuple[Edit, ...] = ()

    def apply(self, original: str) -> str:
        """The text, made from its original by the edits alone."""
        pieces = []
        position = 0
        for edit in self.edits:
            pieces += [original[position : edit.original_start], edit.replacement]
            position = edit.original_end
        return "".join([*pieces, original[position:]])

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
        """The alignment of `text[start:end]` with the part of the original that `to_original` gives for it.

        Applied to that part it gives `text[start:end]`, whatever was edited.
        """
        origin, origin_end = self.to_original(start, end)
        kept = []
        for index in range(bisect_left(self.edits, start, key=lambda edit: edit.end), len(self.edits)):
            edit = self.edits[index]
            if edit.start > end:
                break
            if origin <= edit.original_start and edit.original_end <= origin_end and start < end:
                first_kept, last_kept = max(edit.start, start), min(edit.end, end)
                kept.append(
                    Edit(
                        first_kept - start,
                        last_kept - start,
                        edit.original_start - origin,
                        edit.original_end - origin,
                        edit.replacement[first_kept - edit.start : last_kept - edit.start],
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
        passed = 0  # how many of the earlier edits lie wholly before the repair
        copied = 0  # how much of the current text has been taken over
        shift = 0  # the new text's length less the current text's, so far
        for start, end, replacement in repairs:
            while passed < len(earlier) and earlier[passed].end <= start:
                edits.append(_shifted(earlier[passed], shift))
                passed += 1
            # Between edits both texts are equal, so that a border lies as far behind the last edit in either.
            before = earlier[passed - 1] if passed else _NO_EDIT
            original_start = start - before.end + before.original_end
            span_start, span_end, original_end = start, end, original_start + end - start
            touched = passed
            while touched < len(earlier) and earlier[touched].start < end:
                edit = earlier[touched]
                span_start, original_start = min(span_start, edit.start), min(original_start, edit.original_start)
                span_end = max(end, edit.end)
                original_end = edit.original_end + max(end - edit.end, 0)
                touched += 1
            if touched > passed:  # the next repair may touch the last of them too
                passed = touched - (earlier[touched - 1].end > end)
            pieces += [self.text[copied:start], replacement]
            copied = end
            put = self.text[span_start:start] + replacement + self.text[end:span_end]
            edits.append(Edit(span_start + shift, span_start + shift + len(put), original_start, original_end, put))
            shift += len(replacement) - (end - start)
        pieces.append(self.text[copied:])
        edits += [_shifted(edit, shift) for edit in earlier[passed:]]
        text = "".join(pieces)
        return AlignedText(text, Alignment(tuple(_merged(edits, text))))


_NO_EDIT = Edit(0, 0, 0, 0, "")


def _shifted(edit: Edit, shift: int) -> Edit:
    if shift == 0:
        return edit
    start, end, original_start, original_end, replacement = edit
    return Edit(start + shift, end + shift, original_start, original_end, replacement)


def _merged(edits: Sequence[Edit], text: str) -> Iterator[Edit]:
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
                text[pending.start : edit.end],
            )
        else:
            yield pending
            pending = edit
    if pending is not None:
        yield pending
