"""What flows through the house. Frozen: a value that has been handed on does not change.

Offsets are code points and spans are half-open. "Original" is the decoded text of a file.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, NewType

from embeddings.stages import total
from qa.alignment import Alignment
from qa.text.lengths import shortened

DOUBTFUL = 0.75
"""Confidence below which a decoding is reported as doubtful. Of 3,100 single sentences in seven encodings that do not
check themselves, none read in a wrong encoding looked like text to more than 0.73; of the right readings 8 were below
0.75 too, seven of them Japanese in GB 18030."""

LONGEST_HEADING = 90
"""Characters of a headline that are read with each passage, counted in their NFKC form."""

PassageId = NewType("PassageId", int)
_PASSAGE_IDS = 1 << 63
Unit = Literal["page", "paragraph", "row"]
"""What a file is counted in where lines mean nothing."""
Role = Literal["text", "imprint", "caption"]
"""What a passage is to its article: what it says, the lines that say who wrote it, when and where it is from, or what
is said of a picture."""


class Place(NamedTuple):
    """Where a page, paragraph or row begins, and its number."""

    start: int
    number: int


def place_number(places: Sequence[Place], offset: int) -> int | None:
    """The number of the unit that an offset lies in; None before the first."""
    index = bisect_right(places, offset, key=lambda place: place.start)
    return places[index - 1].number if index else None


def later(passage: PassageId, steps: int) -> PassageId:
    """The id of the passage so many places further on in the same version; earlier, when `steps` is negative."""
    return PassageId((passage + steps) % _PASSAGE_IDS)


def _first_passage(document: str, sha256: str) -> PassageId:
    digest = hashlib.blake2b(f"{document}:{sha256}".encode(), digest_size=8).digest()
    return PassageId(int.from_bytes(digest, "big") % _PASSAGE_IDS)


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one file."""

    id: str
    path: str
    sha256: str
    format: str
    encoding: str
    encoding_confidence: float
    undecodable: int
    """Bytes that could not be decoded; in their place `text` has U+FFFD."""
    text: str
    """The original: what is shown, and what offsets count in. For a format of pages or paragraphs, what was read."""
    unit: Unit | None = None
    places: tuple[Place, ...] = ()
    """Where each unit begins in `text`, in order; none for a format of lines."""

    @property
    def doubtful(self) -> bool:
        """Whether the encoding may be another than the one that it was read in."""
        return self.encoding_confidence < DOUBTFUL

    @property
    def parts(self) -> list[tuple[int, int]]:
        """The spans of `text` that have nothing to do with each other: each row, or the whole."""
        if self.unit != "row":
            return [(0, len(self.text))]
        starts = [place.start for place in self.places]
        return list(zip(starts, [*starts[1:], len(self.text)], strict=True))

    def passage_id(self, ordinal: int) -> PassageId:
        """The stable number of this version's passage `ordinal`: a 63-bit hash of id and version, counted on from.

        Ids of one version are consecutive, so that a store keeps them together and a range names them all.
        """
        return later(_first_passage(self.id, self.sha256), ordinal)


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of one article below one heading, by its place in the clean text."""

    start: int
    end: int
    headline: str | None = None
    byline: str | None = None
    date: str | None = None
    publication: str | None = None
    headings: tuple[str, ...] = ()
    """What stands above it, outermost first: kicker, headline, sub-heads."""
    role: Role = "text"


@dataclass(frozen=True, slots=True)
class Source:
    """A place in a file. `document` is its id, `sha256` its version, `start:end` a span of its original."""

    document: str
    sha256: str
    path: str
    headline: str | None
    byline: str | None
    date: str | None
    publication: str | None
    page: int | None
    line: int
    start: int
    end: int
    utf16_start: int
    utf16_end: int
    paragraph: int | None = None
    row: int | None = None
    headings: tuple[str, ...] = ()
    """What stands above it, outermost first: kicker, headline, sub-heads; where a table goes on, its columns."""

    @property
    def article(self) -> tuple[str, str | None, int | None]:
        """What tells its article from others: the document, and what stands above it there or its row."""
        return self.document, self.headline, self.row

    @property
    def subheads(self) -> tuple[str, ...]:
        """The headings below the headline."""
        return self.headings[len(self.title) :]

    @property
    def title(self) -> tuple[str, ...]:
        """The headings down to the headline."""
        return through_headline(self.headings, self.headline)


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of sentences of one section: what is embedded, found, and quoted from."""

    id: PassageId
    text: str
    """Cleaned. `source` says where it stands in the original, `alignment` how the two differ."""
    source: Source
    alignment: Alignment
    places: tuple[Place, ...] = ()
    """Where the units that it reaches over begin, counted from `source.start`; none for a format of lines."""
    role: Role = "text"

    @property
    def ordinal(self) -> int:
        """Its place among the passages of its document, from 0."""
        return (self.id - _first_passage(self.source.document, self.source.sha256)) % _PASSAGE_IDS

    @property
    def context(self) -> str:
        """What is read with it: the headings say what "the base" or "the zone" is."""
        return "\n".join((*self.source.headings, self.text))

    @property
    def indexed(self) -> str:
        """What the lexical index reads: its context, and of a dated article the year, which news does not say."""
        return f"{self.context}\n{self.source.date[:4]}年" if self.source.date else self.context

    @property
    def encoded(self) -> str:
        """What the encoder reads: the text below its headline.

        Sub-heads are left out: with them in it a vector says more of them and less of the passage (measured on the
        sample corpus: of 101 questions 88 had the answer in the first passage, without them 92).
        """
        above = heading(self.source.title)
        return f"{above}\n{self.text}" if above else self.text


def through_headline(headings: tuple[str, ...], headline: str | None) -> tuple[str, ...]:
    """The headings down to the headline; none when it is not among them."""
    return headings[: headings.index(headline) + 1] if headline is not None and headline in headings else ()


def heading(lines: Sequence[str]) -> str:
    """As much of the headings above a passage as is read with it, so that the encoder reads all of the passage."""
    return shortened("\n".join(lines), LONGEST_HEADING)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, and why."""

    passage: Passage
    score: float
    """Fused, in [0, 1]; of a passage that was read, with what reading added."""
    dense: float
    """Cosine of question and passage."""
    lexical: float
    """BM25 of the question's terms; 0 below the lexical candidates."""
    terms: tuple[str, ...] = ()
    """The question's terms that stand in the passage, as they stand there."""
    relevance: float | None = None
    """Probability, by who read it, that the passage answers the question; None when it was not read."""
    before: tuple[Passage, ...] = ()
    after: tuple[Passage, ...] = ()
    """The passages around it in its document, in order, as many as were asked for."""
    also: tuple[Source, ...] = ()
    """Where else the same is said in nearly the same words, best first."""


@dataclass(frozen=True, slots=True)
class Span:
    """A verbatim answer: `hits[passage].passage.text[start:end]`."""

    text: str
    passage: int
    start: int
    end: int
    source: Source
    probability: float
    """Of these words, should the passage answer the question at all."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds that a question took. The three together are all of it."""

    stages: Mapping[str, float] = field(default_factory=dict)
    """By stage; see `embeddings.stages.timed`."""

    @property
    def encode_ms(self) -> float:
        """To wait for the question's vector, which is made while its words are looked for."""
        return self._of("encode")

    @property
    def read_ms(self) -> float:
        """To read the passages."""
        return self._of("read")

    @property
    def retrieve_ms(self) -> float:
        """Everything else: to find them."""
        return total(self.stages) - self.encode_ms - self.read_ms

    def _of(self, name: str) -> float:
        return sum(ms for path, ms in self.stages.items() if path.split("/")[0] == name)


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation, and the answer it got."""

    question: str
    answer: str | None = None
    query: str | None = None
    """What was searched for; None when that is not known, and is found out again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the collection says to a question."""

    question: str
    query: str
    """What was searched for: the question, with what it takes from the conversation when it leans on that."""
    best: Span | None
    """The best span there is, good enough or not; None when nothing was found at all."""
    confidence: float
    """Probability that `best` answers the question."""
    threshold: float
    """Least confidence of an answer that is given."""
    hits: tuple[Hit, ...]
    timings: Timings = field(default_factory=Timings)
    runners_up: tuple[Span, ...] = ()
    """What else might have been the answer, likeliest first."""
    contributions: tuple[tuple[str, float], ...] = ()
    """What the confidence is made of: each signal's share in the log-odds, by its name."""

    @property
    def span(self) -> Span | None:
        """The answer; None when the collection does not say."""
        return self.best if self.confidence >= self.threshold else None
