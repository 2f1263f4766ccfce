"""Hybrid retrieval: dense and lexical candidates, fused, and held against each other as reprints."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import NamedTuple

from embeddings.encoder import Encoder, FloatArray
from embeddings.stages import stage
from qa import analysis
from qa.ahead import together
from qa.datatypes import Hit, Passage, PassageId, Source, Timings
from qa.filters import Where
from qa.lexical_index import LexicalHits
from qa.passage_index import PassageIndex
from qa.ranking.fusion import ASKED_FOR_A_PICTURE, CLEAR_LEAD, STANDING_BACK, coverage, fuse, lead
from qa.ranking.language_gap import language_gap
from qa.ranking.metadata import metadata_question, stating_passage
from qa.ranking.reprints import grouped
from qa.reading.question_kinds import asks_about_pictures
from qa.storage.sides import Sides
from qa.text.abbreviations import other_names
from qa.text.translation import chosen, foreign_words, is_foreign, probes, translations

CANDIDATES = 100
"""How many passages each side brings."""
_DEEPER = 4
"""How many times as many, when too many of them are reprints of one another."""
CROSSING = 0.3
"""How much of the gap between two languages an English question crosses that no text has words for. Of 185 questions
about published Chinese paragraphs beside English ones 72 % were found first with it, 74 % with twice as much; of 250
about the English ones 98.4 and 98.0, and four short files were asked with less luck."""
LEAST_SHARE = 0.2
"""Share of the weight of what an article is said to be about that a passage of it has words for. The right article's
best passage had 0.26 and more in 13 questions; two Chinese subjects that the collection lacked had 0, an English
one 0.28 by words translated by chance."""

_CHINESE = ("的", "在", "了", "是", "年")
"""Words of which any text in Chinese has one."""


class Retrieval(NamedTuple):
    """Passages found, best first."""

    hits: list[Hit]
    weights: dict[str, float]
    """The question's terms, each with its inverse document frequency. Of alternative translations, the one that was
    found; of a question about an article's metadata, the value that answers it."""
    stated: str | None = None
    """What the first passage states of its article, as it stands there, when that is what was asked for."""
    timings: Timings = Timings()
    """Of the whole search, by who timed it."""


class _Words(NamedTuple):
    """What a question's words find."""

    terms: list[tuple[str, ...]]
    """Each with its alternatives."""
    found: LexicalHits
    crossing: float
    """How much of the gap between two languages the question's vector has to cross."""


@dataclass(frozen=True)
class _Candidates:
    """What both sides bring for a question, and what it adds up to."""

    terms: list[tuple[str, ...]]
    lexical: LexicalHits
    crossing: float
    cosine: dict[PassageId, float]
    standing: dict[PassageId, float]
    """What is left of the score of each, by what it is to its article."""
    exhausted: bool
    """Whether there are no others."""

    @cached_property
    def bm25(self) -> dict[PassageId, float]:
        """Of those that share terms with the question."""
        return dict(zip(self.lexical.ids, self.lexical.scores, strict=True))

    @cached_property
    def scores(self) -> dict[PassageId, float]:
        """Of all."""
        fused = fuse(self.cosine, self.bm25, self.lexical.ceiling)
        return {number: score * self.standing[number] for number, score in fused.items()}

    def hit(self, passage: Passage, reprints: Sequence[Source]) -> Hit:
        """A passage as a hit."""
        matchable = [one for alternatives in self.terms for one in alternatives]
        return Hit(
            passage=passage,
            score=self.scores[passage.id],
            dense=self.cosine[passage.id],
            lexical=self.bm25.get(passage.id, 0.0),
            terms=analysis.matched_terms(matchable, passage.text),
            also=_once_an_article(reprints),
        )


class Retriever:
    """Finds passages in one index with one encoder."""

    def __init__(self, index: PassageIndex, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder
        # One is enough: of questions asked at once, one at a time is run through the encoder.
        self._threads = ThreadPoolExecutor(1, "question")

    def search(self, question: str, k: int, where: Where = ()) -> Retrieval:
        """The k best passages for a question, of those that meet conditions.

        One about an article's author, publication or date is searched without the words that ask for it, and the
        passage that states it comes first.
        """
        asked = metadata_question(question)
        if asked is None:
            return self._search(question, k, where)
        retrieval = self._search(asked.subject or question, k, where)
        ranked = [hit.passage for hit in retrieval.hits]
        if asked.subject:
            ranked = [passage for passage in ranked if _share(passage, retrieval.weights) >= LEAST_SHARE]
        stated = stating_passage(asked, ranked, partial(self._index.passages_of, where=where))
        if stated is None:
            # Nothing is known of such an article, or the question was about the text after all.
            return self._search(question, k, where)
        # That this is the article was found out by another passage of it: its scores say how sure that is.
        found_by = next(hit for hit in retrieval.hits if hit.passage.id == ranked[stated.rank].id)
        terms = analysis.matched_terms(list(retrieval.weights), stated.passage.text)
        first = replace(found_by, passage=stated.passage, score=retrieval.hits[0].score, terms=terms, also=())
        hits = [first, *(hit for hit in retrieval.hits if hit.passage.id != stated.passage.id)][:k]
        weights = {analysis.fold(stated.value): max(sum(retrieval.weights.values()), found_by.lexical)}
        return Retrieval(hits, weights, stated.value)

    def _search(self, question: str, k: int, where: Where) -> Retrieval:
        with stage("encode"):
            vector, exact = self._encoder.prepare_query(analysis.fold_script(question))
        vector, exact = cache(vector), exact and cache(exact)
        depth = CANDIDATES
        while True:
            found = self._candidates(question, vector, depth, where)
            with stage("fuse"):
                doubtful = lead(found.scores) < CLEAR_LEAD
            if exact and doubtful:
                found = self._exactly(found, exact)
            with stage("reprints"):
                groups = self._grouped(found, k)
            if len(groups) >= k or found.exhausted:
                break
            depth *= _DEEPER  # reprints fill the candidates: others are further down
        with stage("fetch"):
            passages = self._index.fetch(number for group in groups for number in group)
        hits = [
            found.hit(passages[group[0]], [passages[number].source for number in group[1:] if number in passages])
            for group in groups
            if group[0] in passages
        ]
        weights = _weights_as_found(found.terms, found.lexical.weights, [hit.passage.text for hit in hits])
        return Retrieval(hits, weights)

    def _candidates(self, question: str, vector: Callable[[], FloatArray], depth: int, where: Where) -> _Candidates:
        """The best of both sides.

        Args:
            question: as it was asked.
            vector: makes that of the question, (dimension,).
            depth: how many each side brings.
            where: the conditions.
        """
        foreign = is_foreign(question)
        with self._index.unchanged() as sides:

            def nearest(towards: FloatArray) -> tuple[list[PassageId], list[float]]:
                with stage("dense"):
                    return sides.dense(towards, depth, where)

            def by_vector() -> tuple[FloatArray, tuple[list[PassageId], list[float]] | None]:
                with stage("encode"):
                    towards = vector()
                # How far a question in another language has to go its words tell.
                return towards, None if foreign else nearest(towards)

            # Beside each other: neither the graph nor FAISS holds Python.
            by_words = partial(self._words, sides, question, depth, where, foreign=foreign)
            (towards, near), (terms, lexical, crossing) = together(by_vector, by_words, self._threads)
            if near is None:
                towards = self._across(towards, crossing)
                near = nearest(towards)
            dense_ids, dense_scores = near
            with stage("fuse"):
                cosine = dict(zip(dense_ids, dense_scores, strict=True))
                only_lexical = [number for number in lexical.ids if number not in cosine]
                cosine.update(zip(only_lexical, sides.cosines(towards, only_lexical), strict=True))
        with stage("fuse"):
            shares = ASKED_FOR_A_PICTURE if asks_about_pictures(analysis.fold(question)) else STANDING_BACK
            roles = self._index.roles(cosine)
            standing = {number: shares[roles.get(number, "text")] for number in cosine}
        return _Candidates(terms, lexical, crossing, cosine, standing, exhausted=len(dense_ids) < depth)

    def _exactly(self, found: _Candidates, vector: Callable[[], FloatArray]) -> _Candidates:
        """The same candidates by another vector of the question: they were found by an estimate of it."""
        with stage("encode"):
            towards = self._across(vector(), found.crossing)
        with self._index.unchanged() as sides, stage("fuse"):
            cosine = dict(zip(found.cosine, sides.cosines(towards, list(found.cosine)), strict=True))
        return replace(found, cosine=cosine)

    def _grouped(self, found: _Candidates, k: int) -> list[list[PassageId]]:
        """The k best candidates that are no reprints of one another, each with its reprints."""
        ranked = sorted(found.scores, key=lambda number: (-found.scores[number], number))
        return list(grouped(ranked, k, self._index.signatures(ranked), self._index.texts))

    def _words(self, sides: Sides, question: str, k: int, where: Where, *, foreign: bool) -> _Words:
        """What BM25 finds for a question's terms.

        Foreign words are translated: every one of a question in another language than some text, or those that the
        collection lacks. What has other names is looked for by them, too. A question without any costs nothing more.
        """
        with stage("lexical"):
            terms = analysis.query_terms(question)
            lexical = sides.lexical(terms, k, where)
            across = foreign and bool(sides.lexical(_CHINESE, 0).held)
            # The less, the more the question has in common with any text as it stands.
            untranslated = coverage(max(lexical.scores, default=0.0), lexical.ceiling)
            crossing = CROSSING * (1 - untranslated) if across else 0.0
            wanted = [word for word in foreign_words(question) if across or word not in lexical.held]
            found = [*(translations(question, wanted) if wanted else ()), *other_names(analysis.fold(question), terms)]
            if found:
                translated, replaced = chosen(found, sides.lexical(probes(found), 0).held, lexical.held)
                if translated:
                    groups = [(term,) for term in terms if term not in replaced] + translated
                    return _Words(groups, sides.lexical(groups, k, where), crossing)
            return _Words([(term,) for term in terms], lexical, crossing)

    def _across(self, vector: FloatArray, crossing: float) -> FloatArray:
        return vector + crossing * self._gap if crossing else vector

    @cached_property
    def _gap(self) -> FloatArray:
        return language_gap(self._encoder)


def _once_an_article(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Sources without the further ones of an article: two of its passages may share text with one of another cut."""
    articles: dict[tuple[str, str | None, int | None], Source] = {}
    for source in sources:
        articles.setdefault(source.article, source)
    return tuple(articles.values())


def _share(passage: Passage, weights: dict[str, float]) -> float:
    """The share of a question's weight that a passage has words for, its headline's among them."""
    text = analysis.fold(passage.context)
    return sum(weight for term, weight in weights.items() if term in text) / (sum(weights.values()) or 1.0)


def _weights_as_found(
    terms: Sequence[tuple[str, ...]], weights: dict[str, float], texts: Sequence[str]
) -> dict[str, float]:
    """The weights of terms, those of alternatives under one of them: the longest in the first text with any.

    A reader adds up the weights of what a sentence has, and is to count a term once.
    """
    if all(len(alternatives) == 1 for alternatives in terms):
        return weights
    folded = [analysis.fold(text) for text in texts]
    found: dict[str, float] = {}
    for alternatives in terms:
        known = [one for one in alternatives if one in weights] or list(alternatives[:1])
        standing = ([one for one in known if one in text] for text in folded)
        longest = max(next(filter(None, standing), known), key=len)
        found[longest] = weights.get(longest, 0.0)
    return found
