"""What a filter costs, on a made-up index of 100,000 passages: random words, random vectors.

python -m bench.filters
"""

import argparse
import random
import statistics
from collections.abc import Callable, Iterator
from time import perf_counter

import numpy as np
import numpy.typing as npt

from embeddings.encoder import FloatArray
from qa import analysis
from qa.alignment import Alignment
from qa.datatypes import Document, Passage, Source
from qa.filters import conditions
from qa.passage_index import PassageIndex
from qa.settings import Settings
from qa.store import FORMAT, Store

DIMENSION = 384
PASSAGES_OF_DOCUMENT = 12
QUESTIONS = 30
FILTERS = [
    [],
    ["language=zh"],
    ["date>=2000"],
    ["date>=2013"],
    ["date=2018"],
    ["date=2018-07"],
    ["publication=第7报"],
    ["path=news/2018/*"],
    ["path=news/2018/1*", "publication=第7报"],
]


def documents(passages: int, words: list[str], chance: random.Random) -> Iterator[tuple[Document, list[Passage]]]:
    """Documents of made-up articles, each with its path, date and publication."""
    for number in range(passages // PASSAGES_OF_DOCUMENT):
        year = chance.randint(2001, 2024)
        date = f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}" if chance.random() < 0.8 else None
        publication = f"第{chance.randint(1, 50)}报"
        texts = ["".join(chance.choices(words, k=100)) for _ in range(PASSAGES_OF_DOCUMENT)]
        path = f"news/{year}/{number}.txt"
        document = Document(f"{number:016x}", path, f"{number:064x}", "text", "utf-8", 1.0, 0, "\n".join(texts))
        start, made = 0, []
        for ordinal, text in enumerate(texts):
            end = start + len(text)
            source = Source(
                document.id,
                document.sha256,
                path,
                None,
                None,
                date,
                publication,
                None,
                ordinal + 1,
                start,
                end,
                start,
                end,
            )
            made.append(Passage(document.passage_id(ordinal), text, source, Alignment(())))
            start = end + 1
        yield document, made


def made_up_index(passages: int) -> tuple[PassageIndex, list[str]]:
    """The index, and the words it is made of. Kept for the next run."""
    words = sorted(word for word, count in analysis.word_counts().items() if count > 500 and len(word) > 1)
    directory = Settings().cache / "bench" / f"filters-{FORMAT}-{passages}"
    chance, normal = random.Random(0), np.random.default_rng(0)
    index = PassageIndex(directory, Store.create(directory, "made up", DIMENSION))
    known = index.versions()
    with index.writing():
        for document, made in documents(passages, words, chance):
            vectors = _normalised(normal.standard_normal((len(made), DIMENSION)))
            if document.id not in known:
                index.replace(document, made, vectors, location=document.path, recipe="")
    return index, words


def milliseconds(run: Callable[[int], object]) -> float:
    """Median time of a run, over the questions."""
    times = []
    for question in range(QUESTIONS):
        begun = perf_counter()
        run(question)
        times.append(1000 * (perf_counter() - begun))
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--passages", type=int, default=100_000)
    passages = parser.parse_args().passages
    chance, normal = random.Random(1), np.random.default_rng(1)
    index, words = made_up_index(passages)
    print(f"{len(index):,} passages")
    questions = [analysis.query_terms("".join(chance.choices(words, k=6))) for _ in range(QUESTIONS)]
    vectors = _normalised(normal.standard_normal((QUESTIONS, DIMENSION)))
    index.dense(vectors[0], 1)
    print(f"{'where':<40}{'first, ms':>10}{'dense, ms':>10}{'lexical, ms':>12}{'hits':>10}")
    for texts in FILTERS:
        where = conditions(texts)
        begun = perf_counter()
        found = len(index.dense(vectors[0], 100, where)[0])
        first = 1000 * (perf_counter() - begun)
        dense = milliseconds(lambda number, where=where: index.dense(vectors[number], 100, where))  # type: ignore[misc]
        lexical = milliseconds(lambda number, where=where: index.lexical(questions[number], 100, where))  # type: ignore[misc]
        print(f"{' '.join(texts) or '(none)':<40}{first:>10.1f}{dense:>10.2f}{lexical:>12.2f}{found:>10}")
    index.close()


def _normalised(vectors: npt.NDArray[np.float64]) -> FloatArray:
    rows: FloatArray = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return rows


if __name__ == "__main__":
    main()
