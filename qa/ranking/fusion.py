"""One score of two: how near a passage's vector is to a question's, and which of its words it has.

The score is the mean of the cosine, min-max scaled over the candidates, and BM25, scaled to the best (measured on
DRCD against reciprocal rank fusion: Recall@1 90.7 against 82.0). The lexical share shrinks with how little of the
question the collection has words for: a question of stop words, or in another language, is left to the dense side,
which knows meaning. What a dictionary knows of such a question counts like any other term (measured on 41 English
questions about Chinese articles: Recall@1 0.41 to 0.83, and less when it counted for less).
"""

from heapq import nlargest

from qa.datatypes import PassageId, Role

LEXICAL_WEIGHT = 0.5
FULL_COVERAGE = 0.25
"""Share of a question's weight (BM25 of the best passage, of the most there could be) from which the lexical side
counts in full."""
CLEAR_LEAD = 0.08
"""Score by which the first passage has to be ahead of the second for an estimate of a question's vector to do. Of 3,250
questions 15 % had less; 34 have another first passage by the exact vector, and those had less than 0.053."""

STANDING_BACK: dict[Role, float] = {"text": 1.0, "imprint": 0.5, "caption": 0.25}
"""What is left of a passage's score: what is no text of its article stands back."""
ASKED_FOR_A_PICTURE: dict[Role, float] = {"text": 0.8, "imprint": 0.5, "caption": 1.0}
"""The same for a question about a picture: a caption is short, and its article says the same words more often."""


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
    weight = LEXICAL_WEIGHT * coverage(top, ceiling)
    low, high = min(cosine.values()), max(cosine.values())
    spread = high - low or 1.0
    return {
        number: (1 - weight) * (score - low) / spread + (weight * bm25.get(number, 0.0) / top if top > 0 else 0.0)
        for number, score in cosine.items()
    }


def coverage(top: float, ceiling: float) -> float:
    """How much of a question's weight its best passage has words for, in [0, 1]: 1 from `FULL_COVERAGE` on."""
    return min(1.0, top / ceiling / FULL_COVERAGE) if ceiling > 0 else 0.0


def lead(scores: dict[PassageId, float]) -> float:
    """By how much the best score is ahead of the next; 1 where there is no next."""
    best = nlargest(2, scores.values())
    return best[0] - best[1] if len(best) > 1 else 1.0
