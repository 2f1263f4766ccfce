"""How well the reader answers when it is given the paragraph: exact match and F1 as CMRC 2018 counts them.

    python -m bench.reading --data FOLDER

Each paragraph is cut into passages as a file would be; the reader picks passage and words.
"""

import argparse
from collections.abc import Sequence
from time import perf_counter

import numpy as np

from bench.datasets import DEFAULT_FOLDER, Question, QuestionSet, data_folder, load_set, sample
from bench.pool import as_document
from embeddings.cross_encoder import load_cross_encoder
from qa.chunking import passages
from qa.datatypes import Hit
from qa.evaluation import exact_match, f1
from qa.reader import Reader, Reading
from qa.reading.span_reader import SpanReader
from qa.settings import Settings

SETS = ("cmrc2018_dev", "cmrc2018_trial", "drcd_dev")


def read(reader: Reader, pool: QuestionSet, questions: Sequence[Question]) -> list[tuple[float, float]]:
    """Exact match and F1 of each question."""
    hits = {
        key: [
            Hit(passage, 0.0, 0.0, 0.0) for passage in passages(as_document(key, text), Settings().passage_characters)
        ]
        for key, text in pool.paragraphs.items()
    }
    found = []
    for question in questions:
        reading = reader.read(question.text, {}, hits[question.paragraph])
        text = ""
        if reading is not None:
            text = said(reading)
        found.append(scores(text, question.answers))
    return found


def said(reading: Reading) -> str:
    """The words of the best answer."""
    best = reading.candidates[0]
    return reading.hits[best.passage].passage.text[best.start : best.end]


def scores(text: str, answers: Sequence[str]) -> tuple[float, float]:
    """Exact match and F1."""
    return float(exact_match(text, answers)), f1(text, answers)


def main() -> None:
    """Print a row for each set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--questions", type=int, help="of each set; all unless given")
    parser.add_argument("--sets", nargs="+", default=SETS)
    arguments = parser.parse_args()
    folder = data_folder(arguments)
    reader = SpanReader(load_cross_encoder(Settings().reader, Settings().cache))
    print(f"{'set':<16}{'questions':>10}{'EM':>8}{'F1':>8}{'ms a question':>15}")
    for name in arguments.sets:
        pool = load_set(folder, name)
        questions = sample(pool.questions, arguments.questions)
        begun = perf_counter()
        exact, overlap = np.mean(read(reader, pool, questions), axis=0)
        each = 1000 * (perf_counter() - begun) / len(questions)
        print(f"{name:<16}{len(questions):>10}{100 * exact:>8.1f}{100 * overlap:>8.1f}{each:>15.1f}")


if __name__ == "__main__":
    main()
