"""Sections to passages: runs of whole sentences of about the length that retrieval does best with."""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, NamedTuple

from embeddings.stages import stage
from qa.cleaning import cleaned
from qa.datatypes import Document, Passage, Place, Section, Source, heading, later, place_number, through_headline
from qa.layout.tables import cells, has_column_names, is_list_item, leads_on
from qa.sectioning import caption_sections, sections
from qa.text.language import is_in_letters
from qa.text.lengths import read_length
from qa.text.sentences import pieces, sentences

if TYPE_CHECKING:
    from qa.alignment import Piece

# A sentence of more than this many times the limit is cut within, at the best mark there is.
_LONGEST_SENTENCE = 2
DEFAULT_REACH = 500
"""What the default model reads, of its 512 tokens."""
# A character may be 18 to the encoder.
_LEAST_ROOM = 20
# A line of its own that is short and ends no sentence: a heading, a caption, a byline.
_HEADING_CHARACTERS = 40
_NEXT_LINE = re.compile(r"\s*\n\s*([^\n]*)")
_SENTENCE_ENDS = "。！？!?….；;：:，,"
_QUESTION_MARKS = "？?"
_ROW_ENDS = "| \t"


class _Sizes(NamedTuple):
    """How many characters a passage has: usually, and where a sentence or a heading will have it so."""

    limit: int
    longest: int


class _Sentence(NamedTuple):
    start: int
    end: int
    begins_paragraph: bool
    item: bool
    """Whether it begins an item of a list."""
    row: int
    """How many cells it has as a row of a table; 0 when it is none."""
    leads: bool
    """Whether it is nothing without what follows: a heading, a question, what stands with a colon above a list."""


class Chunked(NamedTuple):
    """A document's passages, and what was repaired in it."""

    passages: list[Passage]
    edits: Counter[str]
    """How many changes each repair made, by its kind."""


def passages(document: Document, limit: int, reach: int = DEFAULT_REACH) -> list[Passage]:
    """The passages of a document: those of `chunked`."""
    return chunked(document, limit, reach).passages


def chunked(document: Document, limit: int, reach: int = DEFAULT_REACH) -> Chunked:
    """The passages of a document, in order, each of one article and of about `limit` characters.

    No two hold the same sentence: with one shared a fifth more was encoded and no more was found
    (`docs/performance.md`). A caption is a passage of its own, in the order of the original, and may stand inside
    another.

    Args:
        document: whole.
        limit: characters of a passage; only a long sentence or a table makes a longer one, of twice as many at most.
            Text in letters, which say half as much, has passages of twice as many.
        reach: of the encoder that is to read them. None is longer, together with its headline.
    """
    locate = _Locator(document)
    first = document.passage_id(0)
    found: list[Passage] = []
    edits: Counter[str] = Counter()
    for part_start, part_end in document.parts:
        with stage("clean"):
            text, captions, repaired = cleaned(document.text[part_start:part_end])
        edits += repaired
        with stage("section"):
            found_sections = sections(text.text)
        made: list[tuple[Section, Piece]] = []
        for section in found_sections:
            room = _room(section, reach)
            longest = _LONGEST_SENTENCE * limit
            usual = longest if is_in_letters(text.text[section.start : section.end]) else limit
            sizes = _Sizes(min(usual, room), min(longest, room))
            units = _sentences(text.text, section, sizes)
            columns = _columns(text.text, units, sizes)
            for start, end in _read_whole(text.text, _runs(units, sizes), room):
                above = (*section.headings, *columns.get(start, ()))
                made.append((replace(section, headings=above), text.piece(start, end)))
        places = [text.alignment.from_original(caption.start) for caption in captions]
        made += zip(caption_sections(text.text, places), captions, strict=True)
        for section, piece in sorted(made, key=lambda one: (one[1].start, one[1].end)):
            source = locate(section, part_start + piece.start, part_start + piece.end)
            number = later(first, len(found))
            found.append(Passage(number, piece.text, source, piece.alignment, locate.places(source), section.role))
    return Chunked(found, edits)


def _room(section: Section, reach: int) -> int:
    """How much of a passage of a section the encoder reads, with the headline and a line break in front of it."""
    above = heading(through_headline(section.headings, section.headline))
    taken = read_length(above) + 1 if above else 0
    return max(reach - taken, _LEAST_ROOM)


def _read_whole(text: str, spans: Iterable[tuple[int, int]], room: int) -> Iterator[tuple[int, int]]:
    """Spans, those halved that are longer to the encoder than they look: `㍿` is four characters to it."""
    for start, end in spans:
        if end - start > 1 and read_length(text[start:end]) > room:
            yield from _read_whole(text, pieces(text, start, end, (end - start + 1) // 2), room)
        else:
            yield start, end


def _sentences(text: str, section: Section, sizes: _Sizes) -> list[_Sentence]:
    """The sentences of a section, a row of a table or an item of a list being one; what is too long is cut."""
    body = text[section.start : section.end]
    found: list[_Sentence] = []
    position = 0
    for start, sentence_end in sentences(body):
        if sentence_end <= position:
            continue  # within a line that stays whole
        begins_paragraph = position == 0 or "\n" in body[position:start]
        end, row, item, leads = sentence_end, 0, False, False
        if begins_paragraph:
            line_end = body.find("\n", end)
            line = body[start : line_end if line_end >= 0 else len(body)].rstrip()
            row, item = cells(line), is_list_item(line)
            if (row or item) and len(line) <= sizes.longest:
                end = start + len(line)
            leads = not row and end - start == len(line) <= _HEADING_CHARACTERS and line[-1] not in _SENTENCE_ENDS
            # `一、加快发展` is a heading, unless the next line is an item too.
            leads = leads and not (item and is_list_item(_next_line(body, end)))
            leads = leads or (end - start == len(line) and line[-1] in _QUESTION_MARKS)
        leads = leads or (leads_on(body[start:end]) and is_list_item(_next_line(body, end)))
        position = end
        for piece_start, piece_end in pieces(body, start, end, sizes.longest):
            begins = begins_paragraph and piece_start == start
            piece = section.start + piece_start, section.start + piece_end
            found.append(_Sentence(*piece, begins, item and begins, begins * row, leads and piece_end == end))
    return found


def _next_line(text: str, at: int) -> str:
    match = _NEXT_LINE.match(text, at)
    return match[1] if match else ""


def _runs(units: Sequence[_Sentence], sizes: _Sizes) -> Iterator[tuple[int, int]]:
    """Spans of neighbouring sentences, up to the limit.

    A heading goes with what follows it, as a question does: no run ends with one. A list or a table that one
    passage can hold is not cut.
    """
    first, limit = 0, sizes.limit
    while first < len(units):
        last = first
        while last + 1 < len(units) and units[last + 1].end - units[first].start <= limit:
            last += 1
        if last + 1 < len(units):
            # Better end with the paragraph when most of the room is used: what follows opens another subject.
            for end in range(last, first, -1):
                used = units[end].end - units[first].start
                if units[end + 1].begins_paragraph and used >= limit * 3 // 5:
                    last = end
                    break
            last = _with_what_follows(units, first, _around_block(units, first, last, sizes), sizes.longest)
        yield units[first].start, units[last].end
        first = last + 1


def _around_block(units: Sequence[_Sentence], first: int, last: int, sizes: _Sizes) -> int:
    """The last unit of a run that would cut a table or a list: behind it or in front of it, if a passage can hold it.

    A table may be as long as the longest sentence: without the names of its columns a row says little.
    """
    start, end = _table(units, first, last) or _list(units, first, last) or (last, last)
    most = sizes.longest if units[end].row else sizes.limit
    if last < end and units[end].end - units[first].start <= most:
        return end
    return start - 1 if first < start and last < end and units[end].end - units[start].start <= most else last


def _table(units: Sequence[_Sentence], first: int, last: int) -> tuple[int, int] | None:
    """The first and the last row of the table that a unit of a run, its last, is a row of."""
    if not units[last].row:
        return None
    above = takewhile(lambda unit: unit.row, reversed(units[first:last]))
    below = takewhile(lambda unit: unit.row, units[last + 1 :])
    return last - sum(1 for _ in above), last + sum(1 for _ in below)


def _list(units: Sequence[_Sentence], first: int, last: int) -> tuple[int, int] | None:
    """What leads to the last list that begins in a run behind its first unit, and the end of the list."""
    for lead in range(last, first, -1):
        if units[lead].leads and units[lead + 1].item:
            within = takewhile(lambda unit: unit.item or not unit.begins_paragraph, units[lead + 1 :])
            return lead, lead + sum(1 for _ in within)
    return None


def _columns(text: str, units: Iterable[_Sentence], sizes: _Sizes) -> dict[int, tuple[str]]:
    """The line with the names of its columns, for each further row of a table, by where the row begins."""
    found: dict[int, tuple[str]] = {}
    for width, table in groupby(units, key=lambda unit: unit.row):
        if not width:
            continue
        names, *rows = table
        line = text[names.start : names.end]
        bare = line.strip(_ROW_ENDS)
        line = bare if cells(bare) == width else line.strip()
        if len(line) <= sizes.limit and has_column_names(line):
            found |= dict.fromkeys((row.start for row in rows), (line,))
    return found


def _with_what_follows(units: Sequence[_Sentence], first: int, last: int, longest: int) -> int:
    """The last unit of a run that may not end with a heading: the one before it, or if there is none, one after."""
    while last > first and units[last].leads:
        last -= 1
    while units[last].leads and last + 1 < len(units) and units[last + 1].end - units[first].start <= longest:
        last += 1
    return last


class _Locator:
    """Lines, units and UTF-16 offsets of places in one original, counted once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._line_starts = array("q", (match.end() for match in re.finditer("\n", document.text)))
        self._astral = array("q", (match.start() for match in re.finditer("[\U00010000-\U0010ffff]", document.text)))

    def __call__(self, section: Section, start: int, end: int) -> Source:
        document = self._document
        number = place_number(document.places, start)
        return Source(
            document=document.id,
            sha256=document.sha256,
            path=document.path,
            headline=section.headline,
            byline=section.byline,
            date=section.date,
            publication=section.publication,
            page=number if document.unit == "page" else None,
            line=bisect_right(self._line_starts, start) + 1,
            start=start,
            end=end,
            utf16_start=start + bisect_left(self._astral, start),
            utf16_end=end + bisect_left(self._astral, end),
            paragraph=number if document.unit == "paragraph" else None,
            row=number if document.unit == "row" else None,
            headings=section.headings,
        )

    def places(self, source: Source) -> tuple[Place, ...]:
        """The document's places that a passage reaches over, counted from its start."""
        places = self._document.places
        if not places:
            return ()
        first = max(bisect_right(places, source.start, key=_start) - 1, 0)
        last = bisect_left(places, source.end, key=_start)
        return tuple(Place(max(place.start - source.start, 0), place.number) for place in places[first:last])


def _start(place: Place) -> int:
    return place.start
