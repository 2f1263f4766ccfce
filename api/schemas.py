"""The JSON of answers: one schema for the command line and for HTTP."""

from collections.abc import Iterable, Sequence
from typing import Any, NotRequired

# pydantic, behind FastAPI, takes only this one before Python 3.12.
from typing_extensions import TypedDict

from embeddings.stages import total
from qa.datatypes import DOUBTFUL, Answer, Hit, Passage, Role, Source, Span, Timings, Turn
from qa.errors import InputError
from qa.retriever import Retrieval
from qa.storage.rows import DocumentRecord


class SourceJson(TypedDict):
    """A place in a file: a span of its decoded original, in code points, and for JavaScript in UTF-16 units."""

    document: str
    sha256: str
    path: str
    headline: str | None
    byline: str | None
    date: str | None
    publication: str | None
    headings: list[str]
    page: int | None
    paragraph: int | None
    row: int | None
    line: int
    start: int
    end: int
    utf16_start: int
    utf16_end: int


class SpanJson(TypedDict):
    """The answer: `text` is `passages[passage].text[start:end]`, in code points."""

    text: str
    confidence: float
    passage: int
    start: int
    end: int
    source: SourceJson


class NearPassageJson(TypedDict):
    """A passage by its place in its document: `number` counts them from 0. It shares a sentence with the next."""

    number: int
    text: str
    source: SourceJson


class PassageJson(TypedDict):
    """A passage that was found, and why; with those around it in its document, in order, when they were asked for."""

    rank: int
    score: float
    dense: float
    lexical: float
    relevance: float | None
    text: str
    role: Role
    terms: list[str]
    source: SourceJson
    before: list[NearPassageJson]
    after: list[NearPassageJson]
    also: list[SourceJson]
    """Where else the same is said in nearly the same words: reprints, of which only this one is listed."""


class TimingsJson(TypedDict):
    """Milliseconds by stage."""

    encode_ms: float
    retrieve_ms: float
    read_ms: float


class RunnerUpJson(TypedDict):
    """What else might have been the answer: words, and how likely they are if their passage answers."""

    text: str
    probability: float
    source: SourceJson


class ExplanationJson(TypedDict):
    """Why this answer: what each signal adds to the log-odds of its being right, and the runners-up."""

    contributions: dict[str, float]
    runners_up: list[RunnerUpJson]


class AnswerJson(TypedDict):
    """What the collection says to a question; `answer` is null when it does not say."""

    question: str
    query: str
    confidence: float
    answer: SpanJson | None
    passages: list[PassageJson]
    timings: TimingsJson
    explanation: NotRequired[ExplanationJson]
    """Only where it was asked for."""


class SearchJson(TypedDict):
    """The passages found for a question, not read."""

    question: str
    query: str
    passages: list[PassageJson]
    timings: TimingsJson


class DocumentJson(TypedDict):
    """A document of the index."""

    id: str
    path: str
    sha256: str
    format: str
    encoding: str
    encoding_confidence: float
    doubtful: bool
    undecodable: int
    passages: int
    characters: int


class DocumentsJson(TypedDict):
    """Every document of the index."""

    documents: list[DocumentJson]


class PassagesJson(TypedDict):
    """Passages of a document, in order."""

    id: str
    sha256: str
    path: str
    passages: list[NearPassageJson]


class TextJson(TypedDict):
    """A document's decoded original."""

    id: str
    sha256: str
    path: str
    text: str


def answer_json(answer: Answer, *, explain: bool = False) -> AnswerJson:
    """An answer as JSON, and on demand why it is one."""
    span = answer.span
    content: AnswerJson = {
        "question": answer.question,
        "query": answer.query,
        "confidence": round(answer.confidence, 4),
        "answer": None if span is None else _span(span, answer.confidence),
        "passages": _passages(answer.hits),
        "timings": timings_json(answer.timings),
    }
    if explain:
        content["explanation"] = {
            "contributions": {name: round(share, 4) for name, share in answer.contributions},
            "runners_up": [
                {"text": one.text, "probability": round(one.probability, 4), "source": _source(one.source)}
                for one in answer.runners_up
            ],
        }
    return content


def search_json(question: str, query: str, retrieval: Retrieval) -> SearchJson:
    """What a search found, as JSON."""
    return {
        "question": question,
        "query": query,
        "passages": _passages(retrieval.hits),
        "timings": timings_json(retrieval.timings),
    }


def document_json(record: DocumentRecord) -> DocumentJson:
    """A document as JSON."""
    return {
        "id": record.id,
        "path": record.path,
        "sha256": record.sha256,
        "format": record.format,
        "encoding": record.encoding,
        "encoding_confidence": round(record.encoding_confidence, 4),
        "doubtful": record.encoding_confidence < DOUBTFUL,
        "undecodable": record.undecodable,
        "passages": record.passages,
        "characters": record.characters,
    }


def near_passages(passages: Iterable[Passage]) -> list[NearPassageJson]:
    """Passages of one document as JSON."""
    return [
        {"number": passage.ordinal, "text": passage.text, "source": _source(passage.source)} for passage in passages
    ]


def timings_json(timings: Timings) -> TimingsJson:
    """Timings as JSON, to a tenth of a millisecond."""
    return {
        "encode_ms": round(timings.encode_ms, 1),
        "retrieve_ms": round(timings.retrieve_ms, 1),
        "read_ms": round(timings.read_ms, 1),
    }


def server_timing(timings: Timings) -> str:
    """Timings as the header Server-Timing (W3C): every stage, and the total."""
    rows = {**timings.stages, "total": total(timings.stages)}
    return ", ".join(f"{path.replace('/', '.')};dur={milliseconds:.2f}" for path, milliseconds in rows.items())


def turns(history: Any) -> tuple[Turn, ...]:
    """Earlier turns from JSON: a list, oldest first, of questions or of {"question", "answer", "query"}.

    Raises:
        InputError: it is something else.
    """
    found = []
    for entry in history if isinstance(history, list) else [history]:
        if isinstance(entry, str):
            found.append(Turn(entry))
        elif isinstance(entry, dict) and isinstance(entry.get("question"), str):
            answer, query = (value if isinstance(value := entry.get(key), str) else None for key in ("answer", "query"))
            found.append(Turn(entry["question"], answer, query))
        else:
            raise InputError('history must be a list of questions, or of {"question": …, "answer": …}')
    return tuple(found)


def _span(span: Span, confidence: float) -> SpanJson:
    return {
        "text": span.text,
        "confidence": round(confidence, 4),
        "passage": span.passage,
        "start": span.start,
        "end": span.end,
        "source": _source(span.source),
    }


def _passages(hits: Sequence[Hit]) -> list[PassageJson]:
    return [
        {
            "rank": rank,
            "score": round(hit.score, 4),
            "dense": round(hit.dense, 4),
            "lexical": round(hit.lexical, 3),
            "relevance": None if hit.relevance is None else round(hit.relevance, 4),
            "text": hit.passage.text,
            "role": hit.passage.role,
            "terms": list(hit.terms),
            "source": _source(hit.passage.source),
            "before": near_passages(hit.before),
            "after": near_passages(hit.after),
            "also": [_source(source) for source in hit.also],
        }
        for rank, hit in enumerate(hits, 1)
    ]


def _source(source: Source) -> SourceJson:
    return {
        "document": source.document,
        "sha256": source.sha256,
        "path": source.path,
        "headline": source.headline,
        "byline": source.byline,
        "date": source.date,
        "publication": source.publication,
        "headings": list(source.headings),
        "page": source.page,
        "paragraph": source.paragraph,
        "row": source.row,
        "line": source.line,
        "start": source.start,
        "end": source.end,
        "utf16_start": source.utf16_start,
        "utf16_end": source.utf16_end,
    }
