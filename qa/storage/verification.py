"""Store, vectors, postings, filters and originals held against each other, row by row."""

from collections.abc import Iterator

import numpy as np

from embeddings.vector_index import VectorIndex
from qa import analysis
from qa.lexical_index import LexicalIndex, digest_of
from qa.storage.rows import DocumentRecord
from qa.store import Store


def disagreements(store: Store, vectors: VectorIndex, postings: LexicalIndex) -> Iterator[str]:
    """Every disagreement, in words.

    Args:
        store: the truth.
        vectors: brought up to date.
        postings: brought up to date.

    Raises:
        IndexDamagedError: the store holds what was never written there.
    """
    held = set(vectors.ids().tolist())
    digests = postings.digests()
    filtered = set(store.selected(()).tolist())
    rows = 0
    for row in store.all_vector_rows():
        rows += 1
        if row.id not in filtered:
            yield f"filters: passage {row.id} is missing"
        if row.id not in held:
            yield f"vectors: passage {row.id} is missing"
        elif not np.array_equal(vectors.vectors(np.array([row.id]))[0], row.vector):
            yield f"vectors: passage {row.id} differs from the store"
        if row.id not in digests:
            yield f"postings: passage {row.id} is missing"
        elif digests[row.id] != digest_of(analysis.terms(row.indexed)):
            yield f"postings: passage {row.id} differs from the store"
    for name, count in (("vectors", len(vectors)), ("postings", len(postings)), ("filters", len(filtered))):
        if count != rows:
            yield f"{name}: {count} passages, {rows} in the store"
    for document in store.documents():
        yield from _misplaced_passages(store, document)


def _misplaced_passages(store: Store, document: DocumentRecord) -> Iterator[str]:
    original = store.text(document.id)
    for passage in store.passages_of(document.id):
        place = original[passage.source.start : passage.source.end]
        if passage.alignment.apply(place) != passage.text:
            yield f"originals: passage {passage.id} of {document.path} does not stand where it should"
