"""Where everything is wired, and one question goes its whole way."""

from collections.abc import Sequence
from dataclasses import replace

from embeddings.cross_encoder import CrossEncoder, load_cross_encoder
from embeddings.encoder import Encoder, load_encoder
from embeddings.stages import stage, timed
from qa.analysis import fold
from qa.calibration import Calibration, load_calibration, signals
from qa.datatypes import Answer, Hit, Passage, Source, Span, Timings, Turn, place_number
from qa.filters import Where
from qa.passage_index import PassageIndex
from qa.questions import LONGEST_QUESTION, checked
from qa.reader import Candidate, Reader, stated
from qa.reading import recency
from qa.reading.sentence_reader import SentenceReader
from qa.reading.span_reader import SpanReader
from qa.retriever import Retrieval, Retriever
from qa.settings import Settings
from qa.store import Store

LARGEST_CONTEXT = 50
"""Passages before, and as many behind one, that can be asked for."""


class Assistant:
    """Answers questions from one index. Safe to share between threads."""

    def __init__(
        self, index: PassageIndex, retriever: Retriever, reader: Reader, calibration: Calibration, threshold: float
    ) -> None:
        self.index = index
        self._retriever = retriever
        self._reader = reader
        self._calibration = calibration
        self._threshold = threshold

    def ask(
        self, question: str, k: int, history: Sequence[Turn] = (), where: Where = (), *, context: int = 0
    ) -> Answer:
        """The answer to a question, with the k best passages of those that meet conditions.

        With each come the `context` passages before it, and as many behind it.

        Raises:
            InputError: the question is empty or too long.
        """
        with timed() as stages:
            answer = self._answer(checked(question), k, history, where, context)
        return replace(answer, timings=Timings(stages))

    def _answer(self, question: str, k: int, history: Sequence[Turn], where: Where, context: int) -> Answer:
        with stage("complete"):
            query = _completed(question, history)
        # What is chosen among to be read, and weighed against each other, however few passages the user asked for.
        fewest = recency.FOUND if recency.is_about_now(fold(query)) else SpanReader.FOUND
        retrieval = self._retriever.search(query, max(k, fewest), where)
        with stage("read"):
            reading = stated(retrieval.stated, retrieval.hits) if retrieval.stated else None
            reading = reading or self._reader.read(query, retrieval.weights, retrieval.hits)
        if reading is None:
            return Answer(question, query, None, 0.0, self._threshold, ())
        observed = signals(query, retrieval.weights, reading)
        confidence = self._calibration.probability(observed)
        best, *others = (self._span(reading.hits, candidate) for candidate in reading.candidates)
        return Answer(
            question,
            query,
            best,
            confidence,
            self._threshold,
            self._in_context(reading.hits[: max(k, best.passage + 1)], context),
            runners_up=tuple(others),
            contributions=self._calibration.contributions(observed),
        )

    def search(
        self, question: str, k: int, history: Sequence[Turn] = (), where: Where = (), *, context: int = 0
    ) -> tuple[str, Retrieval]:
        """What was searched for, and the k best passages of those that meet conditions, not read.

        With each come the `context` passages before it, and as many behind it.

        Raises:
            InputError: the question is empty or too long.
        """
        question = checked(question)
        with timed() as stages:
            with stage("complete"):
                query = _completed(question, history)
            retrieval = self._retriever.search(query, k, where)
            hits = list(self._in_context(retrieval.hits, context))
        return query, retrieval._replace(hits=hits, timings=Timings(stages))

    def _in_context(self, hits: Sequence[Hit], context: int) -> tuple[Hit, ...]:
        if context == 0:
            return tuple(hits)
        around = [self.index.around(hit.passage, context) for hit in hits]
        return tuple(replace(hit, before=near[0], after=near[1]) for hit, near in zip(hits, around, strict=True))

    def _span(self, hits: Sequence[Hit], candidate: Candidate) -> Span:
        passage = hits[candidate.passage].passage
        source = place(passage, candidate.start, candidate.end, self.index.original(passage))
        text = passage.text[candidate.start : candidate.end]
        return Span(text, candidate.passage, candidate.start, candidate.end, source, candidate.probability)


def build_assistant(
    settings: Settings, encoder: Encoder | None = None, reading_model: CrossEncoder | None = None
) -> Assistant:
    """The assistant of an index.

    Args:
        settings: which index, model and precision.
        encoder: the model, when the caller has loaded it already.
        reading_model: the model that reads, likewise.

    Raises:
        IndexMissingError, IndexDamagedError, IndexMismatchError: the index cannot be used.
        ModelError: the model cannot be loaded.
    """
    with stage("open"):
        return _built(settings, encoder, reading_model)


def _built(settings: Settings, encoder: Encoder | None, reading_model: CrossEncoder | None) -> Assistant:
    Store.open(settings.index).close()  # a missing index is reported before seconds go into the model
    encoder = encoder or load_encoder(settings.model, settings.cache)
    index = PassageIndex.open(settings.index, encoder)
    calibration = load_calibration(settings.reader)
    threshold = calibration.threshold(settings.precision)
    reader = load_reader(settings, reading_model)
    return Assistant(index, Retriever(index, encoder), reader, calibration, threshold)


def load_reader(settings: Settings, model: CrossEncoder | None = None) -> Reader:
    """The reader that the settings name; its model is loaded unless it is given.

    Raises:
        ModelError: there is no such model, or it cannot be loaded.
    """
    if settings.reader == "sentence":
        return SentenceReader()
    return SpanReader(model or load_cross_encoder(settings.reader, settings.cache))


def _completed(question: str, history: Sequence[Turn]) -> str:
    """The question with what it takes from the conversation, unless that makes it too long to be read."""
    if not history:
        return question
    from qa.conversation import standalone  # its rules take a while to be read, and most questions stand alone

    query = standalone(question, history)
    return query if len(query) <= LONGEST_QUESTION else question


def place(passage: Passage, start: int, end: int, original: str) -> Source:
    """Where `passage.text[start:end]` stands in the file.

    Args:
        passage: the passage.
        start: of the span, in its text.
        end: of the span, in its text.
        original: the part of the original that the passage was made from.
    """
    source = passage.source
    local_start, local_end = passage.alignment.to_original(start, end)
    before, within = original[:local_start], original[local_start:local_end]
    utf16_start = source.utf16_start + len(before) + _astral(before)
    number = place_number(passage.places, local_start)
    return replace(
        source,
        page=source.page and number,
        paragraph=source.paragraph and number,
        row=source.row and number,
        line=source.line + before.count("\n"),
        start=source.start + local_start,
        end=source.start + local_end,
        utf16_start=utf16_start,
        utf16_end=utf16_start + len(within) + _astral(within),
    )


def _astral(text: str) -> int:
    """How many characters of a text take two UTF-16 units."""
    return sum(character > "\uffff" for character in text)
