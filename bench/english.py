"""English questions about Chinese text, and about English text beside it: what is found, and what is read of it.

    python -m bench.english --data FOLDER [--questions N]

The questions are our own (`training/questions.jsonl`), the pool is that of `training.compare_readers`: paragraphs of
CMRC-train and DRCD-dev, and texts of ours, 74 of them in English. Each question is asked of all of it and, if about
Chinese text, of the Chinese passages alone. Printed are Recall@1 before and after reading, and exact match and F1 of
the words that answer. What the reader was trained on says nothing about reading: it is marked.
"""

import argparse
from collections.abc import Iterator, Sequence

import numpy as np

from bench.datasets import DEFAULT_FOLDER, data_folder
from bench.pool import build_pool
from bench.reading import said, scores
from embeddings.cross_encoder import load_cross_encoder
from embeddings.encoder import load_encoder
from qa.filters import Where, conditions
from qa.reading.span_reader import SpanReader
from qa.retriever import Retriever
from qa.settings import Settings
from qa.text.language import writings
from qa.text.translation import is_foreign
from training.reading_data import Item, load_items, pool_sets


def groups(items: Sequence[Item], texts: dict[str, str]) -> Iterator[tuple[str, str, list[Item]]]:
    """Our questions without Chinese: the language of their paragraph, where it is from, and they themselves."""
    asked = [item for item in items if item.own and item.answers and is_foreign(item.question)]
    languages = {key: writings([texts[key]])[0].language for key in {item.paragraph for item in asked}}
    ours = {item.paragraph: item.paragraph.startswith("own") for item in asked}
    for language, name, own in (("zh", "published", False), ("zh", "ours", True), ("en", "ours, English", True)):
        found = [one for one in asked if languages[one.paragraph] == language and ours[one.paragraph] == own]
        if found:
            yield language, name, found


def figures(retriever: Retriever, reader: SpanReader, item: Item, where: Where) -> tuple[float, float, float, float]:
    """Whether the right paragraph comes first, before and after reading; exact match and F1 of the answer."""
    retrieval = retriever.search(item.question, SpanReader.FOUND, where)
    reading = reader.read(item.question, retrieval.weights, retrieval.hits)
    if reading is None:
        return 0.0, 0.0, 0.0, 0.0
    found, read = (hits[0].passage.source.path == item.paragraph for hits in (retrieval.hits, reading.hits))
    return float(found), float(read), *scores(said(reading), item.answers)


def main() -> None:
    """Print a row for each kind of text, of questions held back and others."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--questions", type=int, default=300, help="of each kind, at most")
    arguments = parser.parse_args()
    folder = data_folder(arguments)
    settings = Settings()
    encoder = load_encoder(settings.model, settings.cache)
    sets = pool_sets(folder)
    texts = {key: text for one in sets for key, text in one.paragraphs.items()}
    retriever = Retriever(build_pool(settings.cache / "bench", encoder, sets), encoder)
    reader = SpanReader(load_cross_encoder(settings.reader, settings.cache))
    train, held = load_items(folder, {})
    print(f"{'texts':<16}{'questions':<12}{'n':>5}{'asked of':>16}{'found':>8}{'read':>8}{'EM':>8}{'F1':>8}")
    for told, items in (("held back", held), ("trained on", train)):
        for language, name, asked in groups(items, texts):
            chance = np.random.default_rng(0)
            drawn = [asked[number] for number in chance.permutation(len(asked))[: arguments.questions]]
            pools = {"Chinese texts": conditions(["language=zh"]), "all": ()} if language == "zh" else {"all": ()}
            for pool, where in pools.items():
                means = 100 * np.mean([figures(retriever, reader, item, where) for item in drawn], axis=0)
                row = "".join(f"{mean:>8.1f}" for mean in means)
                print(f"{name:<16}{told:<12}{len(drawn):>5}{pool:>16}{row}", flush=True)


if __name__ == "__main__":
    main()
