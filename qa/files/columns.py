"""The order in which a person reads a page: columns one after another, each between the headlines that span them.

An XY-cut that looks for the gutter first: what crosses it spans the columns, and cuts them into bands. The lines of a
column become paragraphs again. Places are in points, y grows upwards.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

from qa.analysis import HAN


class Fragment(NamedTuple):
    """A stretch of a line without a wide gap in it."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def size(self) -> float:
        """Its height, which is the size of its letters."""
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        """Its place on the page from below."""
        return (self.bottom + self.top) / 2


class _Line(NamedTuple):
    """A line of a column, and the borders of the column."""

    whole: Fragment
    left: float
    right: float
    band: int
    """Columns side by side are of one band: the text goes on from the foot of one to the head of the next."""


_FEWEST_LINES = 3
"""Of a column: two lines side by side are none."""
_FEWEST_IN_COLUMNS = 10
"""Lines, of all columns together: less may be a table."""
_MOST_FRAGMENTS = 2000
"""Of a page: one with more is a map or a large table."""
_NARROWEST = 6.0
"""Letters that a line of a column has room for."""
_FILLED = 0.75
_CANDIDATES = 16
_HEADLINE = 1.2
"""Times the size of most letters."""
_CJK = re.compile(rf"[{HAN}\u3000-\u303f\u3040-\u30ff\uff00-\uffef“”‘’—…]")
_ENDS = ".!?:;"
_DIVIDED = re.compile(r"[a-zà-ÿ]-$")


def rows(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
    """Fragments that stand beside each other, from the top of the page down, each row from the left."""
    found: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda one: -one.middle):
        if found and found[-1][0].bottom <= fragment.middle <= found[-1][0].top:
            found[-1].append(fragment)
        else:
            found.append([fragment])
    return [sorted(row) for row in found]


def has_columns(fragments: Sequence[Fragment]) -> bool:
    """Whether a page, or a part of one, is set in columns."""
    return _gutter(fragments) is not None


def paragraphs(fragments: Sequence[Fragment]) -> list[str]:
    """The paragraphs of a page in columns, and its headlines, in the order that they are read in."""
    found: list[str] = []
    before: _Line | None = None
    for line in _lines(fragments, [0]):
        if before is not None and _goes_on(before, line):
            found[-1] = _joined(found[-1], line.whole.text)
        else:
            found.append(line.whole.text)
        before = line
    return found


def _lines(fragments: Sequence[Fragment], bands: list[int]) -> Iterator[_Line]:
    """The lines of a part of a page, in order. `bands` counts them."""
    gutter = _gutter(fragments)
    if gutter is None:
        bands[0] += 1
        yield from _column(fragments, bands[0])
        return
    for band in _bands(fragments, gutter):
        sides = _sides(band, gutter)
        lines = [line for side in sides for line in _lines(side, bands)]
        bands[0] += 1
        if sides:
            yield from (line._replace(band=bands[0]) for line in lines)
        else:
            yield from _column(band, bands[0])


def _column(fragments: Sequence[Fragment], band: int) -> Iterator[_Line]:
    left, right = min(one.left for one in fragments), max(one.right for one in fragments)
    for row in rows(fragments):
        whole = Fragment(
            row[0].left,
            min(one.bottom for one in row),
            max(one.right for one in row),
            max(one.top for one in row),
            " ".join(one.text for one in row),
        )
        yield _Line(whole, left, right, band)


def _gutter(fragments: Sequence[Fragment]) -> float | None:
    """Where two columns are parted, so that most lines stand in columns and fewest across; None where there are none.

    It lies right before the left edge of many lines.
    """
    if not _FEWEST_IN_COLUMNS <= len(fragments) <= _MOST_FRAGMENTS:
        return None
    em = median(one.size for one in fragments)
    edges = Counter(round(one.left / em * 2) for one in fragments)
    best, most = None, 0
    for edge, _ in edges.most_common(_CANDIDATES):
        nearest = min(one.left for one in fragments if round(one.left / em * 2) == edge)
        x = nearest - 0.25 * em
        across = sum(one.left < x < one.right for one in fragments)
        if 2 * across > len(fragments):
            continue
        inside = sum(len(rows(side)) for band in _bands(fragments, x) for side in _sides(band, x))
        if inside >= _FEWEST_IN_COLUMNS and inside - across > most:
            best, most = x, inside - across
    return best


def _bands(fragments: Sequence[Fragment], x: float) -> Iterator[list[Fragment]]:
    """A part of a page from the top down: what stands on either side of a gutter, and what goes across it, in turn."""
    downwards = sorted(fragments, key=lambda one: -one.middle)
    across = _across(downwards, x)
    gone = set(across)
    beside = [one for one in downwards if one not in gone]
    spanning: list[Fragment] = []
    at = 0
    for one in across:
        # What stands in the same row as a line that goes across belongs to it.
        above = at
        while above < len(beside) and beside[above].middle > one.top:
            above += 1
        if above > at:
            if spanning:
                yield spanning
            yield beside[at:above]
            spanning = []
        at = above
        while at < len(beside) and beside[at].middle >= one.bottom:
            spanning.append(beside[at])
            at += 1
        spanning.append(one)
    if spanning:
        yield spanning
    if at < len(beside):
        yield beside[at:]


def _across(fragments: Sequence[Fragment], x: float) -> list[Fragment]:
    """What goes across a gutter; a headline that is short does when nothing stands beside it, and columns below it."""
    em = median(one.size for one in fragments)
    lowest = [min((one.middle for one in side), default=0.0) for side in _parted(fragments, x)]
    return [
        one
        for one in fragments
        if one.left < x < one.right
        or (
            one.size > _HEADLINE * em
            and one.middle > max(lowest)
            and not any(
                other.bottom < one.top and one.bottom < other.top and (other.left < x) != (one.left < x)
                for other in fragments
            )
        )
    ]


def _parted(fragments: Sequence[Fragment], x: float) -> tuple[list[Fragment], list[Fragment]]:
    return [one for one in fragments if one.right <= x], [one for one in fragments if one.left >= x]


def _sides(band: Sequence[Fragment], x: float) -> tuple[list[Fragment], list[Fragment]] | tuple[()]:
    """A band's two sides when they are columns of text: several lines each, most of them filled; else nothing.

    The cells of a table are short, or of many lengths; they are read row by row.
    """
    left, right = _parted(band, x)
    if len(left) + len(right) < len(band) or not (_is_filled(left) and _is_filled(right)):
        return ()
    beside = min(one.bottom for one in left) < max(one.top for one in right)
    return (left, right) if beside else ()


def _is_filled(side: Sequence[Fragment]) -> bool:
    lines = rows(side)
    if len(lines) < _FEWEST_LINES:
        return False
    widths = [row[-1].right - row[0].left for row in lines]
    em = median(one.size for one in side)
    widest = max(widths)
    return widest >= _NARROWEST * em and 2 * sum(width >= _FILLED * widest for width in widths) >= len(widths)


def _goes_on(before: _Line, line: _Line) -> bool:
    """Whether a paragraph goes on from one line to the next: the first is full, and the second not indented.

    A line is full when the next one's first word would not have fitted.
    """
    first, second = before.whole, line.whole
    em = second.size
    if before.band != line.band or abs(first.size - em) > 0.15 * em or second.left - line.left > 0.8 * em:
        return False
    if before.left == line.left and first.bottom - second.top > 0.9 * em:
        return False  # a blank line is between
    if second.text[0].islower() and first.text[-1] not in _ENDS:
        return True
    # A mark that may not begin a line takes a letter along.
    word = 2 if _CJK.match(second.text) else len(second.text.split(maxsplit=1)[0]) + 1
    return before.right - first.right < word * (second.right - second.left) / len(second.text) + 0.1 * em


def _joined(text: str, more: str) -> str:
    """Two lines of a paragraph as one; a word that was divided is whole again."""
    if _DIVIDED.search(text) and more[:1].islower():
        return text[:-1] + more
    spaced = not (text.endswith("-") or _CJK.match(text[-1:]) or _CJK.match(more[:1]))
    return text + " " * spaced + more
