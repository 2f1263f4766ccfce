"""Where everything is wired, and one question goes its whole way."""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from embeddings.encoder import Encoder, load_encoder
from qa.calibration import Calibration, load_calibration, signals
from qa.conversation import standalone
from qa.datatypes import Answer, Hit, Passage, Source, Span, Timings, Turn, place_number
from qa.errors import InputError
from qa.passage_index import PassageIndex
from qa.reader import Reader, Reading, SentenceReader
from qa.retriever import Retrieval, Retriever
from qa.settings import Settings
from qa.store import Store

LONGEST_QUESTION = 2000
"""Characters. Encoders read some 500 tokens; what is longer than this is a document, not a question."""
# Signals of confidence look at the runner-up, however few passages the user asked for.
_FEWEST_HITS = 5


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

    def ask(self, question: str, k: int, history: Sequence[Turn] = ()) -> Answer:
        """The answer to a question, with the k best passages.

        Raises:
            InputError: the question is empty or too long.
        """
        question = checked(question)
        query = _completed(question, history)
        retrieval = self._retriever.search(query, max(k, _FEWEST_HITS))
        begun = perf_counter()
        reading = self._reader.read(query, retrieval.weights, retrieval.hits[:k])
        confidence, best = 0.0, None
        if reading is not None:
            confidence = self._calibration.probability(signals(query, retrieval, reading))
            best = self._span(retrieval.hits, reading)
        timings = Timings(retrieval.encode_ms, retrieval.retrieve_ms, 1000 * (perf_counter() - begun))
        return Answer(question, query, best, confidence, self._threshold, tuple(retrieval.hits[:k]), timings)

    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> tuple[str, Retrieval]:
        """What was searched for, and the k best passages, not read.

        Raises:
            InputError: the question is empty or too long.
        """
        query = _completed(checked(question), history)
        return query, self._retriever.search(query, k)

    def _span(self, hits: Sequence[Hit], reading: Reading) -> Span:
        passage = hits[reading.passage].passage
        source = place(passage, reading.start, reading.end, self.index.original(passage))
        text = passage.text[reading.start : reading.end]
        return Span(text, reading.passage, reading.start, reading.end, source)


def build_assistant(settings: Settings, encoder: Encoder | None = None) -> Assistant:
    """The assistant of an index.

    Args:
        settings: which index, model and threshold.
        encoder: the model, when the caller has loaded it already.

    Raises:
        IndexMissingError, IndexDamagedError, IndexMismatchError: the index cannot be used.
        ModelError: the model cannot be loaded.
    """
    Store.open(settings.index).close()  # a missing index is reported before seconds go into the model
    encoder = encoder or load_encoder(settings.model, settings.cache)
    index = PassageIndex.open(settings.index, encoder)
    calibration = load_calibration()
    threshold = calibration.threshold if settings.answer_threshold is None else settings.answer_threshold
    return Assistant(index, Retriever(index, encoder), SentenceReader(), calibration, threshold)


def checked(question: str) -> str:
    """The question without the white space around it.

    Raises:
        InputError: it is empty, too long, or no text.
    """
    stripped = question.strip()
    if not stripped:
        raise InputError("the question is empty")
    if len(stripped) > LONGEST_QUESTION:
        raise InputError(f"the question has {len(stripped):,} characters; at most {LONGEST_QUESTION:,} are read")
    if any("\ud800" <= character <= "\udfff" for character in stripped):
        raise InputError("the question holds lone surrogates, which are no text")
    return stripped


def _completed(question: str, history: Sequence[Turn]) -> str:
    """The question with what it takes from the conversation, unless that makes it too long to be read."""
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
