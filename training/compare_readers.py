"""Hold adapters, and ways to rank by them, against each other on the questions that were held back from training.

    python -m training.compare_readers --data FOLDER [ADAPTER …]

Each question is asked of a pool of all paragraphs that are trained on or held back, and our own texts. Retrieval and
reader share the ranking of five passages: `article` is the share of its article's best score in a passage's,
`relevance` the weight of the model's. An answer from another paragraph counts as wrong. `read` is how many passages
had to be.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.datasets import DEFAULT_FOLDER, data_folder
from bench.pool import build_pool
from embeddings.bundled import model_directory
from embeddings.cross_encoder import PassageScores
from embeddings.encoder import load_encoder
from embeddings.merged_reader import ADAPTER, MergedCrossEncoder
from qa.analysis import fold_script
from qa.evaluation import exact_match, f1
from qa.reading.span_reader import SpanReader
from qa.retriever import Retrieval, Retriever
from qa.settings import Settings
from training.reading_data import Item, load_items, pool_sets

RANKINGS = ((0.0, 0.0), (0.0, 0.3), (0.0, 0.5), (0.5, 0.3), (0.5, 0.5), (0.7, 0.3), (1.0, 0.3))
"""Share of the article, and weight of the relevance."""


class Read:
    """A reading model that has read already, so that one reading serves for all rankings."""

    fingerprint = "read"

    def __init__(self, texts: Sequence[str], scores: Sequence[PassageScores]) -> None:
        self._scores = dict(zip(texts, scores, strict=True))

    def read(self, _: str, texts: Sequence[str]) -> list[PassageScores]:
        """What was read of them."""
        return [self._scores[text] for text in texts]


class Asked(NamedTuple):
    """A question, and what retrieval found for it."""

    item: Item
    retrieval: Retrieval


def found(folder: Path, questions: int) -> dict[str, list[Asked]]:
    """The questions held back that have an answer, published and our own, so many of each at most."""
    settings = Settings()
    encoder = load_encoder(settings.model, settings.cache)
    retriever = Retriever(build_pool(settings.cache / "bench", encoder, pool_sets(folder)), encoder)
    _, held = load_items(folder, {})
    chance = np.random.default_rng(0)
    drawn = [held[number] for number in chance.permutation(len(held)) if held[number].answers]
    parts = {"published": [one for one in drawn if not one.own], "ours": [one for one in drawn if one.own]}
    return {
        name: [Asked(one, retriever.search(one.question, SpanReader.FOUND)) for one in part[:questions]]
        for name, part in parts.items()
    }


def figures(one: Asked, model: Read, share: float, weight: float) -> tuple[float, float, float, int]:
    """Whether the right paragraph comes first, exact match, F1, and how many passages were read."""
    reader = SpanReader(model)
    reader.ARTICLE_SHARE, reader.RELEVANCE_WEIGHT = share, weight
    reading = reader.read(one.item.question, one.retrieval.weights, one.retrieval.hits)
    if reading is None:
        return 0.0, 0.0, 0.0, 0
    best = reading.candidates[0]
    passage = reading.hits[best.passage].passage
    text = fold_script(passage.text[best.start : best.end])
    answers = [fold_script(answer) for answer in one.item.answers]
    right = float(passage.source.path == one.item.paragraph)
    first = float(reading.hits[0].passage.source.path == one.item.paragraph)
    read = sum(hit.relevance is not None for hit in reading.hits)
    return first, right * exact_match(text, answers), right * f1(text, answers), read


def main() -> None:
    """Print a row for each adapter, kind of question and ranking."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("adapters", type=Path, nargs="*", default=[ADAPTER], help="the shipped one unless given")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--questions", type=int, default=628, help="of each kind, at most")
    arguments = parser.parse_args()
    asked = found(data_folder(arguments), arguments.questions)
    cache = Settings().cache
    heads = f"{'article':>9}{'relevance':>11}{'R@1':>7}{'EM':>7}{'F1':>7}{'read':>7}"
    print(f"{'adapter':<28}{'questions':<12}{'n':>5}{heads}")
    for path in arguments.adapters:
        with tempfile.TemporaryDirectory() as folder:
            # Beside the graph, OpenVINO keeps what it makes of it; the words are shared with the other graphs.
            (Path(folder) / "words").symlink_to(cache / "words")
            model = MergedCrossEncoder(model_directory(cache), path, Path(folder) / "openvino" / path.stem)
            for name, part in asked.items():
                contexts = [[fold_script(hit.passage.context) for hit in one.retrieval.hits] for one in part]
                read = [
                    Read(texts, model.read(fold_script(one.item.question), texts))
                    for one, texts in zip(part, contexts, strict=True)
                ]
                for share, weight in RANKINGS:
                    rows = [figures(one, known, share, weight) for one, known in zip(part, read, strict=True)]
                    first, exact, overlap, count = np.array(rows).mean(axis=0)
                    row = f"{100 * first:>7.1f}{100 * exact:>7.1f}{100 * overlap:>7.1f}{count:>7.2f}"
                    print(f"{path.name[-27:]:<28}{name:<12}{len(part):>5}{share:>9}{weight:>11}{row}", flush=True)


if __name__ == "__main__":
    main()
