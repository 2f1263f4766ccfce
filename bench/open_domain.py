"""Questions asked of the whole pool: Recall@1 before and after reading, exact match and F1 of the answers.

    python -m bench.open_domain --data FOLDER

The pool is that of `bench.retrieval`: 2,104 paragraphs of CMRC-dev, CMRC-trial and DRCD-dev.
"""

import argparse
import statistics
from time import perf_counter

import numpy as np

from bench.datasets import DEFAULT_FOLDER, data_folder, load_set, sample
from bench.pool import build_pool
from bench.reading import said, scores
from bench.retrieval import OTHER_SCRIPT, POOL
from embeddings.cross_encoder import load_cross_encoder
from embeddings.encoder import load_encoder
from qa.reading.span_reader import SpanReader
from qa.retriever import Retriever
from qa.settings import Settings


def main() -> None:
    """Print a row for each set and script."""
    from opencc import OpenCC

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--questions", type=int, help="of each set, drawn at random; all unless given")
    parser.add_argument("--sets", nargs="+", default=POOL, help="whose questions are asked")
    arguments = parser.parse_args()
    folder = data_folder(arguments)
    settings = Settings()
    encoder = load_encoder(settings.model, settings.cache)
    sets = {name: load_set(folder, name) for name in POOL}
    retriever = Retriever(build_pool(settings.cache / "bench", encoder, list(sets.values())), encoder)
    reader = SpanReader(load_cross_encoder(settings.reader, settings.cache))

    print(
        f"{'questions':<18}{'script':<8}{'n':>6}{'R@1 found':>11}{'R@1 read':>10}{'EM':>7}{'F1':>7}{'read p50 ms':>13}"
    )
    for name in arguments.sets:
        questions = sample(sets[name].questions, arguments.questions)
        for script, convert in (("own", str), ("other", OpenCC(OTHER_SCRIPT[name]).convert)):
            rows, waited = [], []
            for question in questions:
                text = convert(question.text)
                retrieval = retriever.search(text, SpanReader.FOUND)
                begun = perf_counter()
                reading = reader.read(text, retrieval.weights, retrieval.hits)
                waited.append(1000 * (perf_counter() - begun))
                if reading is None:
                    rows.append((0.0, 0.0, 0.0, 0.0))
                    continue
                first, read = retrieval.hits[0].passage.source.path, reading.hits[0].passage.source.path
                answer = scores(said(reading), question.answers)
                rows.append((first == question.paragraph, read == question.paragraph, *answer))
            found, read_first, exact, overlap = 100 * np.mean(np.array(rows, float), axis=0)
            print(
                f"{name:<18}{script:<8}{len(rows):>6}{found:>11.2f}{read_first:>10.2f}{exact:>7.1f}{overlap:>7.1f}"
                f"{statistics.median(waited):>13.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
