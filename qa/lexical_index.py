"""BM25 over analysed terms, in tantivy. Terms come from `qa/analysis.py`; tantivy only splits them at spaces.

Okapi BM25 with k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009), as tantivy has it.
"""

import math
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from embeddings.ids import IdArray, among
from qa.datatypes import PassageId

_K1 = 1.2
# So many passages are named in the query; where there are more, hits are looked through until k of them are found.
# Of 100,000 passages, naming 1,000 takes 2 ms and 10,000 takes 9; finding 1,000 hits takes 1.5 ms and 10,000 takes 3.
_NAMED = 4000
_WRITER_BYTES = 64_000_000
_TERMS, _ID, _DIGEST = "terms", "id", "digest"


class LexicalHits(NamedTuple):
    """Passages that share terms with a query, best first."""

    ids: list[PassageId]
    scores: list[float]
    """BM25."""
    weights: dict[str, float]
    """Inverse document frequency of each term. Alternatives that are held have that of the commonest of them; when
    none is, the first has it."""
    held: frozenset[str] = frozenset()
    """The terms that some passage has."""
    total: float = 0.0
    """Sum of the weights, alternatives counted once."""

    @property
    def ceiling(self) -> float:
        """What a passage would score that had every term very often: the weight of the question as a whole."""
        return (_K1 + 1) * self.total


class LexicalIndex:
    """An index directory of tantivy's. One process writes at a time; readers see the last commit."""

    def __init__(self, directory: Path) -> None:
        """Open the index of a directory, made when there is none.

        Raises:
            ValueError: the directory holds a damaged index, or one of another format.
        """
        self._tantivy = _import_tantivy()
        schema = (
            self._tantivy.SchemaBuilder()
            .add_unsigned_field(_ID, indexed=True, fast=True)
            .add_unsigned_field(_DIGEST, fast=True)
            .add_text_field(_TERMS, tokenizer_name="whitespace", index_option="freq")
            .build()
        )
        self._schema = schema
        directory.mkdir(parents=True, exist_ok=True)
        self._index = self._tantivy.Index(schema, str(directory))
        self._writer: Any = None

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def add(self, rows: Iterable[tuple[PassageId, Sequence[str]]]) -> None:
        """Add passages by their terms. Not seen before `commit`."""
        writer = self._open_writer()
        for number, terms in rows:
            joined = " ".join(terms)
            fields = {_ID: number, _DIGEST: _digest(joined), _TERMS: joined}
            writer.add_document(self._tantivy.Document.from_dict(fields, self._schema))

    def holds(self, number: int) -> bool:
        """Whether a passage was there at the last commit."""
        query = self._tantivy.Query.term_query(self._schema, _ID, number)
        return bool(self._index.searcher().search(query, limit=1, count=False).hits)

    def remove(self, first: int, count: int) -> None:
        """Remove the passages whose ids lie in a range, those not there among them. Not seen before `commit`."""
        if count:
            integer = self._tantivy.FieldType.Unsigned
            self._open_writer().delete_documents_by_query(
                self._tantivy.Query.range_query(self._schema, _ID, integer, first, first + count - 1)
            )

    def clear(self) -> None:
        """Remove everything. Not seen before `commit`."""
        self._open_writer().delete_all_documents()

    def commit(self) -> None:
        """Make what was added and removed durable and visible, and let go of the writer's lock."""
        if self._writer is not None:
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._writer = None
        self.reload()

    def reload(self) -> None:
        """See the last commit, whoever made it."""
        self._index.reload()

    def search(self, terms: Sequence[str | Sequence[str]], k: int, within: IdArray | None = None) -> LexicalHits:
        """The k passages with the highest BM25 for distinct terms.

        Args:
            terms: each a term, or alternatives of which a passage's best one counts, as often as the commonest of
                them: a rare synonym is no better evidence than a common one (Pirkola 1998, structured queries).
            k: how many passages; with 0, terms are only looked up.
            within: ids in ascending order, the only ones that are looked for. Weights are those of the whole index.
        """
        searcher = self._index.searcher()
        passages = searcher.num_docs
        if not terms or not passages:
            return LexicalHits([], [], {})
        groups = [(term,) if isinstance(term, str) else tuple(term) for term in terms]
        holding = {term: int(searcher.doc_freq(_TERMS, term)) for group in groups for term in group}
        frequency = {term: _inverse_document_frequency(count, passages) for term, count in holding.items()}
        weights: dict[str, float] = {}
        clauses: list[tuple[list[str], float]] = []
        for group in groups:
            known = [term for term in group if holding[term]] or list(group[:1])
            weight = min(frequency[term] for term in known)
            weights.update(dict.fromkeys(known, weight))
            clauses.append((known, weight))
        held = frozenset(term for term, count in holding.items() if count)
        total = sum(weight for _, weight in clauses)
        if not k:
            return LexicalHits([], [], weights, held, total)
        query = self._tantivy.Query.boolean_query(
            [
                (self._tantivy.Occur.Should, self._best_of([(term, weight / frequency[term]) for term in known]))
                for known, weight in clauses
            ]
        )
        ids, scores = (
            self._best(searcher, query, k) if within is None else self._best_within(searcher, query, k, within)
        )
        return LexicalHits(ids, scores, weights, held, total)

    @staticmethod
    def _best(searcher: Any, query: Any, k: int) -> tuple[list[PassageId], list[float]]:
        hits = searcher.search(query, limit=k, count=False).hits
        ids = searcher.fast_field_values(_ID, [address for _, address in hits])
        return [PassageId(number) for number in ids], [score for score, _ in hits]

    def _best_within(self, searcher: Any, query: Any, k: int, within: IdArray) -> tuple[list[PassageId], list[float]]:
        """The k best of some passages: every one of them that shares a term is found, however far down it ranks."""
        if not len(within):
            return [], []
        if len(within) <= _NAMED:
            make, must = self._tantivy.Query, self._tantivy.Occur.Must
            named = make.const_score_query(make.term_set_query(self._schema, _ID, within.tolist()), 0.0)
            return self._best(searcher, make.boolean_query([(must, query), (must, named)]), k)
        passages = searcher.num_docs
        limit = 2 * k * passages // len(within) + k
        while True:
            ids, scores = self._best(searcher, query, limit)
            places = np.flatnonzero(among(np.array(ids, np.int64), within))[:k].tolist()
            if len(places) == k or len(ids) < limit:
                return [ids[place] for place in places], [scores[place] for place in places]
            limit *= 4

    def _best_of(self, alternatives: Sequence[tuple[str, float]]) -> Any:
        """The query for the best of some terms, each with a factor to its score."""
        make = self._tantivy.Query
        queries = []
        for term, factor in alternatives:
            query = make.term_query(self._schema, _TERMS, term, "freq")
            queries.append(query if factor == 1 else make.boost_query(query, factor))
        return queries[0] if len(queries) == 1 else make.disjunction_max_query(queries)

    def digests(self) -> dict[int, int]:
        """What is indexed: each passage's id, and the digest of the terms that it was indexed by."""
        searcher = self._index.searcher()
        total = searcher.num_docs
        if not total:
            return {}
        hits = searcher.search(self._tantivy.Query.all_query(), limit=total, count=False).hits
        addresses = [address for _, address in hits]
        return dict(
            zip(
                searcher.fast_field_values(_ID, addresses),
                searcher.fast_field_values(_DIGEST, addresses),
                strict=True,
            )
        )

    def _open_writer(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        return self._writer


def _inverse_document_frequency(holding: int, total: int) -> float:
    """Of a term that `holding` of `total` passages hold; a count may run ahead of removals, so it is capped."""
    holding = min(holding, total)
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def digest_of(terms: Sequence[str]) -> int:
    """The digest that `LexicalIndex.digests` gives for a passage of these terms."""
    return _digest(" ".join(terms))


def _digest(joined: str) -> int:
    return zlib.crc32(joined.encode())


def _import_tantivy() -> ModuleType:
    import tantivy

    return tantivy  # type: ignore[no-any-return]
