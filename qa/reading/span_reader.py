"""A reader with a model: question and passage are read together, and the answer is the words that say it."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from embeddings.cross_encoder import CrossEncoder, PassageScores
from qa.analysis import fold, fold_script
from qa.datatypes import Hit, Passage
from qa.reader import Candidate, Reading
from qa.reading.casualties import those_counted
from qa.reading.changes import of_its_time
from qa.reading.laid_out import in_place
from qa.reading.offices import Office, asked_office, is_said_of, only_others
from qa.reading.question_kinds import asked_kind, asks_for_several, wants_yes_or_no
from qa.reading.rates import its_rate
from qa.reading.recency import MARGIN, is_about_now, newest_first, newest_of
from qa.reading.respective import in_order
from qa.reading.scope import is_of_another, is_of_another_time
from qa.reading.sentence_reader import best_sentence
from qa.reading.spans import underlined, whole_words
from qa.text.abbreviations import as_said
from qa.text.sentences import is_question, sentence_around, sentences, statement_around

_Span = tuple[int, int, float]
"""Where it begins and ends in its passage, and its probability."""


class SpanReader:
    """Answers with the words that a person would underline, by a model that reads question and passage together.

    A question of yes or no gets the sentence: it says more, and invents nothing.
    """

    FOUND = 10
    """Passages that retrieval is to bring. Those that are read are chosen among them when each has its article's share:
    the answer may stand in a passage that has few of the question's words, beside one that has them. Chosen among 5, of
    the questions below F1 was 74.6 and 73.5, among 10 75.1 and 73.5, among 20 75.1 and 73.5."""
    DEPTH = 5
    """Passages that may be read: with 8 answers were no better."""
    RELEVANCE_WEIGHT = 0.3
    """Of the model's probability that a passage answers, beside what retrieval says of it."""
    ARTICLE_SHARE = 0.7
    """Of the best score of a passage's article, in what retrieval says of it: which article is right, retrieval knows
    better, and where in it the answer stands, the model (`python -m training.compare_readers`: 628 published questions
    and 628 of our own, all held back from training)."""
    UNLIKELY = 0.1
    """What is left of the probability of words without a number or a date, where the question asks for one, or of words
    of a question."""
    CANDIDATES = 5

    def __init__(self, model: CrossEncoder) -> None:
        self._model = model

    def read(self, question: str, weights: Mapping[str, float], hits: Sequence[Hit]) -> Reading | None:
        """The first passages ranked anew, with the best spans; None when there is no passage."""
        if not hits:
            return None
        ranked = self._ranked(question, hits)
        passages = [hit.passage for hit, _ in ranked]
        folded = fold(question)
        whole, asked = wants_yes_or_no(folded), asked_kind(folded)
        single = None if asks_for_several(folded) else asked
        found: dict[str, Candidate] = {}
        for number, (hit, one) in enumerate(ranked):
            if one is None:
                continue
            text = fold(hit.passage.text)
            here = as_said(folded, fold(hit.passage.context))
            in_doubt = [place for place in sentences(text) if is_question(text[slice(*place)])] if "?" in text else []
            for start, end, probability in one:
                # What was asked in the text is no answer; what was said to it may be.
                was_asked = any(first <= start < after for first, after in in_doubt)
                if whole or was_asked:
                    first, after = statement_around(text, start)
                else:
                    first, after = _words(here, single, hit.passage, text, *underlined(text, start, end))
                unlikely = was_asked or (asked is not None and asked.search(text, first, after) is None)
                share = self.UNLIKELY if unlikely else 1.0
                if first < after and text[first:after] not in found:
                    found[text[first:after]] = Candidate(number, first, after, share * probability)
        best = max(found.values(), key=lambda one: (-one.passage, one.probability), default=None)
        if best is None or best.passage > 0:
            # A model that only ranks leaves the choice of words to the sentences; so does a passage without words.
            sentence = best_sentence(question, weights, passages[0].text)
            best = Candidate(0, sentence.start, sentence.end, 0.0)
        candidates = [best]
        for other in sorted(
            found.values(), key=lambda each: -each.probability * (ranked[each.passage][0].relevance or 0.0)
        ):
            if len(candidates) < self.CANDIDATES and not any(_overlap(other, each) for each in candidates):
                candidates.append(other)
        candidates = [_in_whole_words(one, fold(passages[one.passage].text)) for one in candidates]
        support = _support(question, weights, fold(passages[0].text), candidates[0])
        return Reading(tuple(hit for hit, _ in ranked), tuple(candidates), *support)

    def _ranked(self, question: str, hits: Sequence[Hit]) -> list[tuple[Hit, Sequence[_Span] | None]]:
        """All hits ranked anew, each with its likeliest spans, if it was read.

        The first is read, and then those that a relevance of 1 would bring before it: what comes first is what would if
        all were read.
        """
        folded = fold(question)
        now = is_about_now(folded)
        weighed = self._weighed(folded, hits)
        first, *others = newest_of(weighed, self.DEPTH) if now else weighed[: self.DEPTH]
        read = self._read(question, [first])
        best = read[0][0].score
        least = best - self.RELEVANCE_WEIGHT - (MARGIN if now else 0.0)
        read += self._read(question, [hit for hit in others if hit.score > least])
        known = {hit.passage.id for hit, _ in read}
        ranked = [*read, *((hit, None) for hit in weighed if hit.passage.id not in known)]
        ranked.sort(key=lambda pair: -pair[0].score)
        return newest_first(ranked) if now else ranked

    def _weighed(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Hits with a share of what the best of their article has, best first; those of another time stand back."""
        best: dict[object, float] = {}
        for hit in hits:
            article = hit.passage.source.article
            best[article] = max(best.get(article, hit.score), hit.score)
        weighed = []
        for hit in hits:
            score = (1 - self.ARTICLE_SHARE) * hit.score + self.ARTICLE_SHARE * best[hit.passage.source.article]
            weighed.append(replace(hit, score=score - MARGIN * is_of_another_time(question, hit.passage)))
        return sorted(weighed, key=lambda hit: -hit.score)

    def _read(self, question: str, hits: Sequence[Hit]) -> list[tuple[Hit, Sequence[_Span] | None]]:
        """Hits with their relevance, and the likeliest spans of each."""
        # A tab is no token: with bars the model sees where a cell ends.
        contexts = [fold_script(hit.passage.context).replace("\t", "|") for hit in hits]
        folded = fold(question)
        asked = asked_office(folded)
        read: list[tuple[Hit, Sequence[_Span] | None]] = []
        for hit, scores in zip(hits, self._scores(fold_script(question), contexts), strict=True):
            spans: Sequence[_Span] = list(_spans(scores, len(hit.passage.context) - len(hit.passage.text)))
            relevance = 1 / (1 + math.exp(-max(-30.0, min(30.0, scores.relevance))))
            if asked is not None and spans:
                spans, holds = _of_office(asked, hit.passage, spans)
                relevance *= holds
            if spans and is_of_another(as_said(folded, fold(hit.passage.context)), hit.passage, *spans[0][:2]):
                relevance = 0.0
            score = hit.score + self.RELEVANCE_WEIGHT * relevance
            read.append((replace(hit, score=score, relevance=relevance), spans))
        return read

    def _scores(self, question: str, contexts: Sequence[str]) -> list[PassageScores]:
        """What the model gives for texts, each with the question in the text's own names for things."""
        said = [as_said(question, context) for context in contexts]
        read = {
            one: iter(
                self._model.read(one, [context for context, asked in zip(contexts, said, strict=True) if asked == one])
            )
            for one in dict.fromkeys(said)
        }
        return [next(read[one]) for one in said]


def _words(
    question: str, asked: re.Pattern[str] | None, passage: Passage, text: str, start: int, end: int
) -> tuple[int, int]:
    """What rules make of the words that a model underlines: in tables, in lists, of figures beside one another.

    Args:
        question: folded, in the passage's names for things.
        asked: what finds the kind of answer that it asks for, where it asks for one.
        passage: in which they stand.
        text: the passage's, folded.
        start: where they begin.
        end: where they end.
    """
    if start >= end:
        return start, end
    start, end = in_place(question, passage.text, start, end, *passage.source.headings[-1:])
    start, end = in_order(question, text, *_one_figure(question, asked, text, start, end))
    for rule in (those_counted, its_rate, of_its_time):
        start, end = rule(question, text, start, end)
    return start, end


def _of_office(asked: Office, passage: Passage, spans: Sequence[_Span]) -> tuple[Sequence[_Span], bool]:
    """The spans of a passage without those that are somebody of another office, and whether any is left.

    That is only known of a span where the office is said of it, and so of all others where it is said of one.
    """
    if only_others(asked, fold(passage.context)):
        return spans, False
    text = fold(passage.text)
    said = [is_said_of(asked, text, start, end) for start, end, _ in spans]
    if said[0] is not False:
        return spans, True
    return [span for span, is_said in zip(spans, said, strict=True) if is_said] or spans, True in said


def _one_figure(question: str, asked: re.Pattern[str] | None, text: str, start: int, end: int) -> tuple[int, int]:
    """A span to the end of its first clause, if that holds what is asked for, a figure: `20万元;达标的奖励100万元`."""
    clause = (_CLAUSE if _COMPARES.search(question) else _CLAUSE_OR_COMPARISON).search(text, start, end)
    if asked is None or clause is None or not asked.search(text, start, clause.start()):
        return start, end
    return start, clause.start()


_CLAUSE = re.compile(";")
_CLAUSE_OR_COMPARISON = re.compile(";|,(?=[同环]?比|较|[约分]?占|同期|增[长速幅]|下[降滑]|上[升涨])")
_COMPARES = re.compile("[比较占增涨升降减]")
"""Whoever asks with one of these may want what a figure is held against."""


def _in_whole_words(one: Candidate, text: str) -> Candidate:
    start, end = whole_words(text, one.start, one.end)
    return one._replace(start=start, end=end)


def _overlap(one: Candidate, other: Candidate) -> bool:
    return one.passage == other.passage and one.start < other.end and other.start < one.end


def _support(question: str, weights: Mapping[str, float], text: str, best: Candidate) -> tuple[float, float]:
    """The share of the question's weight in the answer's sentence, and whether the answer is of the kind asked for."""
    sentence = text[slice(*sentence_around(text, best.start))]
    coverage = sum(weight for term, weight in weights.items() if term in sentence) / (sum(weights.values()) or 1.0)
    asked = asked_kind(fold(question))
    return coverage, 0.5 if asked is None else float(asked.search(text, best.start, best.end) is not None)


_BEST_ENDS = 10
_LONGEST_ANSWER = 80
"""Tokens; of 10,142 answers of CMRC-train, one in a hundred has more than 91 characters."""


def _spans(scores: PassageScores, lead: int) -> Iterator[_Span]:
    """The likeliest spans of a passage, and the likeliest apart from these; best first, each with its probability.

    Args:
        scores: of the passage with its headline above it.
        lead: where the passage itself begins: a headline is no answer.
    """
    readable = scores.places[:, 0] >= lead
    if not readable.any():
        return
    starts = _softmax(np.where(readable, scores.starts, -np.inf))
    ends = _softmax(np.where(readable, scores.ends, -np.inf))
    first_tokens = np.argsort(-starts)[:_BEST_ENDS]
    last_tokens = np.argsort(-ends)[:_BEST_ENDS]
    pairs = [
        (float(starts[first] * ends[last]), first, last)
        for first in first_tokens
        for last in last_tokens
        if readable[first] and 0 <= last - first < _LONGEST_ANSWER
    ]
    if not pairs:
        first = int(starts.argmax())
        pairs = [(float(starts[first] * ends[first]), first, first)]
    taken: list[tuple[int, int]] = []
    for probability, first, last in sorted(pairs, reverse=True):
        # The likeliest are mostly cuts of one answer: what stands elsewhere is a runner-up, however unlikely.
        if len(taken) < _BEST_ENDS or all(last < start or end < first for start, end in taken):
            taken.append((first, last))
            yield int(scores.places[first, 0]) - lead, int(scores.places[last, 1]) - lead, probability


def _softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    exponentials: npt.NDArray[np.float32] = np.exp(logits - logits.max())
    return np.asarray(exponentials / exponentials.sum(), np.float32)
