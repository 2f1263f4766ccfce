"""Both sides of an index, as they stand: what is near to a vector, and what has a question's terms."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from embeddings.encoder import FloatArray
from qa.datatypes import PassageId
from qa.filters import Where
from qa.lexical_index import LexicalHits
from qa.storage.caches import PostingsCache, VectorCache
from qa.storage.selections import Selections


class Sides(NamedTuple):
    """Each for one thread at a time, and as long as nobody brings the caches up to date."""

    vectors: VectorCache
    postings: PostingsCache
    selections: Selections

    def dense(self, vector: FloatArray, k: int, where: Where = ()) -> tuple[list[PassageId], list[float]]:
        """The k passages nearest to a question's vector (dimension,): ids and cosines, best first.

        Args:
            vector: the question's.
            k: how many; fewer come when fewer meet the conditions.
            where: conditions that each of them meets.
        """
        selection = self.selections.of(where, self.vectors)
        ids, scores = self.vectors.index.search(vector, k, selection and selection.vectors)
        return [PassageId(number) for number in ids.tolist()], scores.tolist()

    def cosines(self, vector: FloatArray, ids: Sequence[PassageId]) -> list[float]:
        """Cosine of a question's vector (dimension,) with each of these passages; 0 with those that are not there."""
        cosines: list[float] = (self.vectors.index.vectors(np.asarray(ids, np.int64)) @ vector).tolist()
        return cosines

    def lexical(self, terms: Sequence[str | Sequence[str]], k: int, where: Where = ()) -> LexicalHits:
        """The k passages with the highest BM25 for a question's terms, of those that meet conditions."""
        selection = self.selections.of(where, self.vectors)
        return self.postings.index.search(terms, k, selection and selection.ids)
