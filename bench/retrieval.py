"""Recall of paragraphs, on a pool of CMRC-dev, CMRC-trial and DRCD-dev (2,104 paragraphs), in both scripts.

    python -m bench.retrieval --data FOLDER

A paragraph counts as found when one of its passages is. CMRC-dev is only reported on, never tuned on.
"""

import argparse
import statistics
from collections.abc import Callable, Sequence
from time import perf_counter

from bench.datasets import DEFAULT_FOLDER, Question, data_folder, load_set, sample
from bench.pool import build_pool
from embeddings.encoder import load_encoder
from qa.retriever import Retriever
from qa.settings import Settings

POOL = ("cmrc2018_dev", "cmrc2018_trial", "drcd_dev")
# What the other script is, by the set's own.
OTHER_SCRIPT = {"cmrc2018_dev": "s2tw", "cmrc2018_trial": "s2tw", "drcd_dev": "t2s"}
# Passages asked for, so that five different paragraphs are among them.
DEPTH = 30


def ranks(retriever: Retriever, questions: Sequence[Question], convert: Callable[[str], str]) -> list[int]:
    """Rank of each question's paragraph among the paragraphs found, from 1; 0 when it is not there."""
    found = []
    for question in questions:
        hits = retriever.search(convert(question.text), DEPTH).hits
        paragraphs = list(dict.fromkeys(hit.passage.source.path for hit in hits))
        found.append(paragraphs.index(question.paragraph) + 1 if question.paragraph in paragraphs else 0)
    return found


def share(ranks: Sequence[int], k: int) -> float:
    """Recall@k in per cent."""
    return 100 * sum(0 < rank <= k for rank in ranks) / len(ranks)


def main() -> None:
    """Print the table."""
    from opencc import OpenCC

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--questions", type=int, help="of each set, drawn at random; all unless given")
    parser.add_argument("--model", help="another encoder, by name or directory")
    arguments = parser.parse_args()
    folder = data_folder(arguments)
    settings = Settings()
    encoder = load_encoder(arguments.model or settings.model, settings.cache)
    sets = [load_set(folder, name) for name in POOL]
    begun = perf_counter()
    index = build_pool(settings.cache / "bench", encoder, sets)
    paragraphs = sum(len(pool.paragraphs) for pool in sets)
    print(f"{paragraphs:,} paragraphs, {len(index):,} passages, ready after {perf_counter() - begun:.0f} s")
    retriever = Retriever(index, encoder)
    retriever.search("热身", 1)

    print(f"{'questions':<18}{'script':<10}{'n':>6}{'Recall@1':>10}{'Recall@5':>10}{'MRR':>8}{'mean ms':>9}")
    for pool in sets:
        questions = sample(pool.questions, arguments.questions)
        for script, convert in (("own", str), ("other", OpenCC(OTHER_SCRIPT[pool.name]).convert)):
            begun = perf_counter()
            found = ranks(retriever, questions, convert)
            each = 1000 * (perf_counter() - begun) / len(found)
            reciprocal = statistics.mean(1 / rank if rank else 0.0 for rank in found)
            print(
                f"{pool.name:<18}{script:<10}{len(found):>6}{share(found, 1):>10.2f}{share(found, 5):>10.2f}"
                f"{reciprocal:>8.3f}{each:>9.1f}"
            )


if __name__ == "__main__":
    main()
