"""A pool of paragraphs as an index: each paragraph one document, taken through the same way as a file."""

import hashlib
from pathlib import Path

from bench.datasets import QuestionSet
from embeddings.encoder import Encoder
from qa.analysis import fold_script
from qa.chunking import passages
from qa.datatypes import Document
from qa.indexing import REVISION
from qa.passage_index import PassageIndex
from qa.store import FORMAT


def build_pool(directory: Path, encoder: Encoder, sets: list[QuestionSet], characters: int = 200) -> PassageIndex:
    """The index of all paragraphs of some sets; `document.path` is the paragraph's key. Kept for the next run."""
    recipe = f"r{REVISION} {characters}"
    names = "-".join(pool.name for pool in sets)
    key = hashlib.sha256(f"{names} {recipe} f{FORMAT} {encoder.fingerprint}".encode()).hexdigest()[:16]
    index = PassageIndex.open(directory / f"{names}-{key}", encoder, create=True)
    known = index.versions()
    with index.writing():
        for pool in sets:
            documents = [as_document(key, text) for key, text in pool.paragraphs.items()]
            fresh = [document for document in documents if document.id not in known]
            for start in range(0, len(fresh), 256):
                batch = [
                    (document, passages(document, characters, encoder.reach)) for document in fresh[start : start + 256]
                ]
                vectors = encoder.encode_passages([fold_script(p.context) for _, found in batch for p in found])
                done = 0
                for document, found in batch:
                    index.replace(
                        document, found, vectors[done : done + len(found)], location=document.path, recipe=recipe
                    )
                    done += len(found)
    return index


def as_document(key: str, text: str) -> Document:
    """A paragraph as a document of its own."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(hashlib.sha256(key.encode()).hexdigest()[:16], key, digest, "text", "utf-8", 1.0, 0, text)
