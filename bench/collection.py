"""A made-up collection of any size: passages recombined of the data sets' sentences, and vectors for them.

The first passages have the encoder's own vectors, made once and kept. The others have copies of these, each moved by
a difference of two others: no further apart in any direction than real passages are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from bench.datasets import load_set
from embeddings.encoder import Encoder, FloatArray
from qa.alignment import Alignment
from qa.analysis import fold_script
from qa.datatypes import Document, Passage, Source
from qa.text.sentences import sentences

SETS = ("cmrc2018_train", "cmrc2018_trial", "cmrc2018_dev", "drcd_dev")
PASSAGES_OF_DOCUMENT = 10
_ENCODED = 2000
_SHORTEST, _LONGEST = 12, 60
# How far a copy is moved: its cosine with its original is 0.96, that of a passage's nearest neighbour about the same.
_MOVED = 0.5


@dataclass(frozen=True, slots=True)
class Collection:
    """What passages are made of."""

    sentences: list[str]
    vectors: FloatArray
    """Of the first passages: (n, dimension), rows of length 1."""

    def texts(self, start: int, count: int) -> list[str]:
        """The texts of the passages from one on; always the same."""
        return ["".join(_drawn(self.sentences, number)) for number in range(start, start + count)]

    def vectors_of(self, start: int, count: int) -> FloatArray:
        """The vectors (count, dimension) of the passages from one on; always the same."""
        numbers = np.arange(start, start + count)
        own = self.vectors[numbers % len(self.vectors)]
        copies = numbers >= len(self.vectors)
        chance = np.random.default_rng([1, start])
        one, other = chance.integers(0, len(self.vectors), (2, count))
        moved = own + _MOVED * copies[:, None] * (self.vectors[one] - self.vectors[other])
        rows: FloatArray = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
        return rows

    def documents(
        self, start: int, count: int, *, texts: bool = True
    ) -> Iterator[tuple[Document, list[Passage], FloatArray]]:
        """Documents of `PASSAGES_OF_DOCUMENT` passages each, from a passage on, with their vectors; texts if wanted."""
        for first in range(start, start + count, PASSAGES_OF_DOCUMENT):
            found = self.texts(first, PASSAGES_OF_DOCUMENT) if texts else [""] * PASSAGES_OF_DOCUMENT
            document, passages = _document(first, found)
            yield document, passages, self.vectors_of(first, PASSAGES_OF_DOCUMENT)


def open_collection(folder: Path, cache: Path, encoder: Encoder, real: int) -> Collection:
    """The collection, with the encoder's vectors of its first `real` passages; those not kept yet are made.

    Args:
        folder: where the data sets are.
        cache: where vectors are kept.
        encoder: makes them.
        real: how many, a multiple of 2,000.
    """
    collection = Collection(_sentences(folder), np.empty((0, encoder.dimension), np.float32))
    kept = cache / f"scale-{encoder.fingerprint[-12:]}"
    kept.mkdir(parents=True, exist_ok=True)
    parts = []
    for start in range(0, real, _ENCODED):
        path = kept / f"{start:07}.npy"
        if not path.is_file():
            texts = [fold_script(text) for text in collection.texts(start, _ENCODED)]
            draft = path.with_suffix(".draft.npy")
            np.save(draft, encoder.encode_passages(texts).astype(np.float16))
            draft.replace(path)
        parts.append(np.load(path).astype(np.float32))
    return Collection(collection.sentences, np.concatenate(parts))


def _sentences(folder: Path) -> list[str]:
    """The sentences of every set, each once, in order."""
    found: dict[str, None] = {}
    for name in SETS:
        for text in load_set(folder, name).paragraphs.values():
            found.update(dict.fromkeys(text[start:end].strip() for start, end in sentences(text)))
    return [one for one in found if _SHORTEST <= len(one) <= _LONGEST]


def _drawn(known: list[str], number: int) -> list[str]:
    chance = Random(number)
    return chance.sample(known, chance.choice((2, 2, 3)))


def _document(first: int, texts: list[str]) -> tuple[Document, list[Passage]]:
    chance = Random(first)
    year = chance.randint(2001, 2024)
    date = f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    path, publication = f"news/{year}/{first}.txt", f"第{chance.randint(1, 50)}报"
    document = Document(f"{first:016x}", path, f"{first:064x}", "text", "utf-8", 1.0, 0, "\n".join(texts))
    start, passages = 0, []
    for ordinal, text in enumerate(texts):
        end = start + len(text)
        source = Source(
            document.id, document.sha256, path, None, None, date, publication, None, ordinal + 1, start, end, start, end
        )  # fmt: skip
        passages.append(Passage(document.passage_id(ordinal), text, source, Alignment(())))
        start = end + 1
    return document, passages
