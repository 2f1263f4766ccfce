"""Fit `qa/calibration.json`: signals of an answer to the probability that it is right.

    python -m training.fit_confidence --data FOLDER

On the questions of CMRC-train and DRCD-dev and of our own that the reader was not trained on, each asked twice of a
pool of all their paragraphs: as it is, and without its paragraph, when whatever is answered is wrong. Reported on
CMRC-dev, which nothing was trained or tuned on.

The thresholds are read off the published ones among those questions, as if one question in seven had no answer: ours
were written to be hard, and a collection is mostly asked what it holds.
"""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bench.datasets import DEFAULT_FOLDER, Question, data_folder, load_set, sample
from bench.pool import build_pool
from embeddings.cross_encoder import DEFAULT_READER
from embeddings.encoder import Encoder, load_encoder
from qa.analysis import fold_script
from qa.assistant import load_reader
from qa.calibration import Signals, signals
from qa.evaluation import contains, f1
from qa.passage_index import PassageIndex
from qa.reader import Reader, Reading
from qa.reading.span_reader import SpanReader
from qa.retriever import Retriever
from qa.settings import Settings
from training.reading_data import SEED, load_items, pool_sets


class Rows(NamedTuple):
    """Signals (n, signals), whether each answer is right (n,), and whether the paragraph was missing (n,)."""

    signals: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]
    absent: npt.NDArray[np.bool_]


PRECISIONS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99)
"""Shares of right answers that a threshold is written for."""
PRECISION = 0.8
"""The share that the figures are reported at: the program's default."""
UNANSWERABLE = 1 / 7
"""Share of the questions without an answer, where a threshold is read off: that of the sample's and the real files'."""
ENOUGH = 0.5
"""F1 from which an answer that neither is nor holds a right one counts as right too."""


def collect(index: PassageIndex, encoder: Encoder, reader: Reader, questions: Sequence[Question]) -> Rows:
    """What is known of each question's answer, with its paragraph and without."""
    retriever = Retriever(index, encoder)
    rows, labels, absent = [], [], []
    for question in questions:
        # A paragraph has at most a handful of passages: enough others remain.
        retrieval = retriever.search(question.text, 40)
        others = [hit for hit in retrieval.hits if hit.passage.source.path != question.paragraph]
        for missing, hits in ((False, retrieval.hits), (True, others)):
            reading = reader.read(question.text, retrieval.weights, hits[: SpanReader.FOUND])
            if reading is None:
                continue
            rows.append(signals(question.text, retrieval.weights, reading))
            labels.append(not missing and is_right(reading, question))
            absent.append(missing)
    return Rows(np.array(rows), np.array(labels), np.array(absent))


def is_right(reading: Reading, question: Question) -> bool:
    """Whether the best answer is from the right paragraph, and is, holds or mostly overlaps a right one."""
    best = reading.candidates[0]
    passage = reading.hits[best.passage].passage
    text = fold_script(passage.text[best.start : best.end])
    answers = [fold_script(answer) for answer in question.answers]
    return passage.source.path == question.paragraph and (contains(text, answers) or f1(text, answers) >= ENOUGH)


def calibration_error(probability: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error (Guo et al. 2017), over bins of equal size."""
    order = np.array_split(np.argsort(probability), bins)
    return float(sum(len(b) * abs(probability[b].mean() - right[b].mean()) for b in order if len(b)) / len(right))


def weights_of(rows: Rows) -> npt.NDArray[np.float64]:
    """Of each answer, so that `UNANSWERABLE` of the questions have lost their paragraph; float64, (n,)."""
    share = rows.absent.mean()
    return np.asarray(np.where(rows.absent, UNANSWERABLE / share, (1 - UNANSWERABLE) / (1 - share)), np.float64)


def threshold_of(probability: npt.NDArray[np.float64], rows: Rows, precision: float) -> float:
    """The lowest threshold at which this share of the answers given is right; 1 if there is none."""
    order = np.argsort(-probability, kind="stable")
    given = weights_of(rows)[order]
    enough = np.flatnonzero(np.cumsum(given * rows.right[order]) / np.cumsum(given) >= precision)
    return float(probability[order[enough[-1]]]) if len(enough) else 1.0


def main() -> None:
    """Fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--questions", type=int, default=1000, help="of the set that is reported on")
    parser.add_argument("--reader", default=DEFAULT_READER, help="whose answers: span or sentence")
    parser.add_argument("--out", type=Path, default=Path("qa/calibration.json"))
    arguments = parser.parse_args()
    folder = data_folder(arguments)
    settings = Settings(reader=arguments.reader)
    encoder = load_encoder(settings.model, settings.cache)
    reader = load_reader(settings)

    index = build_pool(settings.cache / "bench", encoder, pool_sets(folder))
    held = load_items(folder, {})[1]
    published, ours = (
        collect(index, encoder, reader, [Question(i.question, i.paragraph, i.answers) for i in held if i.own == own])
        for own in (False, True)
    )
    both = Rows(*(np.concatenate(pair) for pair in zip(published, ours, strict=True)))
    model = LogisticRegression(C=100.0, max_iter=3000).fit(both.signals, both.right)

    pool = [load_set(folder, name) for name in ("cmrc2018_dev", "cmrc2018_trial", "drcd_dev")]
    held_index = build_pool(settings.cache / "bench", encoder, pool)
    questions = sample(pool[0].questions, arguments.questions, SEED)
    reported = collect(held_index, encoder, reader, questions)
    fitted = model.predict_proba(published.signals)[:, 1]
    thresholds = {str(share): round(threshold_of(fitted, published, share), 4) for share in PRECISIONS}
    figures = {
        name: _figures(model.predict_proba(rows.signals)[:, 1], rows, thresholds[str(PRECISION)])
        for name, rows in {
            "fit": both,
            "fit, published": published,
            "fit, ours": ours,
            "cmrc2018_dev": reported,
        }.items()
    }
    print(json.dumps(figures, indent=2))
    content = {
        "data": "questions of CMRC 2018 train (ExpMRC's copy, CC BY-SA 4.0), of DRCD dev (CC BY-SA 3.0) and of our own "
        "that the reader was not trained on, each with its paragraph and without",
        "made": f"{datetime.now(UTC):%Y-%m-%d} by training/fit_confidence.py, seed {SEED}",
        "encoder": encoder.fingerprint,
        "figures": figures,
        "thresholds": thresholds,
        "intercept": round(float(model.intercept_[0]), 4),
        "coefficients": {name: round(float(c), 4) for name, c in zip(Signals._fields, model.coef_[0], strict=True)},
    }
    arguments.out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _figures(probability: npt.NDArray[np.float64], rows: Rows, threshold: float) -> dict[str, float]:
    given, right, absent = probability >= threshold, rows.right, rows.absent
    weights = weights_of(rows)
    figures = {
        "answers": len(right),
        "right": right.mean(),
        "auroc": roc_auc_score(right, probability),
        "expected_calibration_error": calibration_error(probability, right),
        "absent_refused": (~given[absent]).mean(),
        "present_refused": (~given[~absent]).mean(),
        "given_right": np.average(right[given], weights=weights[given]),
    }
    return {name: round(float(value), 4) for name, value in figures.items()}


if __name__ == "__main__":
    main()
