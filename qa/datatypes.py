"""What flows through the house. Frozen: a value that has been handed on does not change.

Offsets are code points and spans are half-open. "Original" is the decoded text of a file.
"""

import hashlib
from dataclasses import dataclass, field
from typing import NewType

from qa.alignment import Alignment

PassageId = NewType("PassageId", int)


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
    """Places where bytes could not be decoded; at each, `text` has U+FFFD."""
    text: str

    def passage_id(self, ordinal: int) -> PassageId:
        """The stable number of this version's passage `ordinal`: a 63-bit hash of id and version, counted on from.

        Ids of one version are consecutive, so that a store keeps them together and a range names them all.
        """
        digest = hashlib.blake2b(f"{self.id}:{self.sha256}".encode(), digest_size=8).digest()
        return PassageId((int.from_bytes(digest, "big") + ordinal) % (1 << 63))


@dataclass(frozen=True, slots=True)
class Section:
    """One article of a file, by its place in the clean text."""

    start: int
    end: int
    headline: str | None = None
    byline: str | None = None
    date: str | None = None
    publication: str | None = None


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


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of sentences of one section: what is embedded, found, and quoted from."""

    id: PassageId
    text: str
    """Cleaned. `source` says where it stands in the original, `alignment` how the two differ."""
    source: Source
    alignment: Alignment

    @property
    def context(self) -> str:
        """What the encoder and the lexical index read: the headline says what "the base" or "the zone" is."""
        return f"{self.source.headline}\n{self.text}" if self.source.headline else self.text


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, and why."""

    passage: Passage
    score: float
    """Fused, in [0, 1]."""
    dense: float
    """Cosine of question and passage."""
    lexical: float
    """BM25 of the question's terms; 0 below the lexical candidates."""
    terms: tuple[str, ...] = ()
    """The question's terms that stand in the passage, as they stand there."""


@dataclass(frozen=True, slots=True)
class Span:
    """A verbatim answer: `hits[passage].passage.text[start:end]`."""

    text: str
    passage: int
    start: int
    end: int
    source: Source


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds that a question took, by stage."""

    encode_ms: float = 0.0
    retrieve_ms: float = 0.0
    read_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation, and the answer it got."""

    question: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the collection says to a question."""

    question: str
    query: str
    """What was searched for: the question, or with it the one that it leans on."""
    best: Span | None
    """The best span there is, good enough or not; None when nothing was found at all."""
    confidence: float
    """Probability that `best` answers the question."""
    threshold: float
    """Least confidence of an answer that is given."""
    hits: tuple[Hit, ...]
    timings: Timings = field(default_factory=Timings)

    @property
    def span(self) -> Span | None:
        """The answer; None when the collection does not say."""
        return self.best if self.confidence >= self.threshold else None
