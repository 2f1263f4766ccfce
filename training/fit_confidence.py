"""Fit `qa/calibration.json`: signals of an answer to the probability that it is right.

    python -m training.fit_confidence --data FOLDER

On questions of CMRC-train and DRCD-dev, asked of a pool of both sets' paragraphs. Half of the questions (by a seeded
draw) have lost their paragraph from the pool: whatever is answered to those is wrong. Reported on CMRC-trial, which
the fit never sees.

The threshold below which an answer is withheld is fitted on the same questions: of those whose paragraph is there, one
in twenty is refused. Wrongly withheld, an answer is lost; wrongly given, it can be seen to be wrong.
"""

import argparse
import json
import random
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bench.datasets import DEFAULT_FOLDER, Question, data_folder, load_set, sample
from bench.pool import build_pool
from embeddings.encoder import Encoder, load_encoder
from qa.calibration import Signals, signals
from qa.evaluation import contains
from qa.passage_index import PassageIndex
from qa.reader import SentenceReader
from qa.retriever import Retriever
from qa.settings import Settings

SEED = 20261122
DEPTH = 5
REFUSED = 0.05
"""Share of the questions whose paragraph is there that the threshold refuses."""


def collect(
    index: PassageIndex, encoder: Encoder, questions: list[Question], draw: random.Random
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Signals (n, 6), whether the answer is right (n,), and whether the paragraph was missing (n,)."""
    retriever, reader = Retriever(index, encoder), SentenceReader()
    rows, labels, absent = [], [], []
    for question in questions:
        missing = draw.random() < 0.5
        # A paragraph has at most a handful of passages: enough others remain.
        retrieval = retriever.search(question.text, 40 if missing else DEPTH)
        if missing:
            others = [hit for hit in retrieval.hits if hit.passage.source.path != question.paragraph]
            retrieval = retrieval._replace(hits=others[:DEPTH])
        reading = reader.read(question.text, retrieval.weights, retrieval.hits)
        if reading is None:
            continue
        passage = retrieval.hits[reading.passage].passage
        right = passage.source.path == question.paragraph and contains(
            passage.text[reading.start : reading.end], question.answers
        )
        rows.append(signals(question.text, retrieval, reading))
        labels.append(right)
        absent.append(missing)
    return np.array(rows), np.array(labels), np.array(absent)


def calibration_error(probability: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error (Guo et al. 2017), over bins of equal size."""
    order = np.array_split(np.argsort(probability), bins)
    return float(sum(len(b) * abs(probability[b].mean() - right[b].mean()) for b in order if len(b)) / len(right))


def main() -> None:
    """Fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--questions", type=int, default=2000, help="of each set")
    parser.add_argument("--out", type=Path, default=Path("qa/calibration.json"))
    arguments = parser.parse_args()
    folder = data_folder(arguments)
    settings = Settings()
    encoder = load_encoder(settings.model, settings.cache)
    draw = random.Random(SEED)

    fit_sets = [load_set(folder, name) for name in ("cmrc2018_train", "drcd_dev")]
    index = build_pool(settings.cache / "bench", encoder, fit_sets)
    questions = [q for pool in fit_sets for q in sample(pool.questions, arguments.questions, SEED)]
    rows, right, absent = collect(index, encoder, questions, draw)
    model = LogisticRegression(C=100.0, max_iter=1000).fit(rows, right)

    held_out = load_set(folder, "cmrc2018_trial")
    held_index = build_pool(settings.cache / "bench", encoder, [held_out, load_set(folder, "drcd_dev")])
    held_rows, held_right, held_absent = collect(held_index, encoder, held_out.questions, draw)
    probability = model.predict_proba(held_rows)[:, 1]
    own = model.predict_proba(rows)[:, 1]
    threshold = float(np.quantile(own[~absent], REFUSED))
    figures = {
        "fit": _figures(own, right, absent, threshold),
        "cmrc2018_trial": _figures(probability, held_right, held_absent, threshold),
    }
    print(json.dumps(figures, indent=2))
    content = {
        "data": "CMRC 2018 train (ExpMRC's copy, CC BY-SA 4.0) and DRCD dev (CC BY-SA 3.0), half of the questions "
        "without their paragraph",
        "made": f"{datetime.now(UTC):%Y-%m-%d} by training/fit_confidence.py, seed {SEED}",
        "encoder": encoder.fingerprint,
        "figures": figures,
        "threshold": round(threshold, 4),
        "intercept": round(float(model.intercept_[0]), 4),
        "coefficients": {name: round(float(c), 4) for name, c in zip(Signals._fields, model.coef_[0], strict=True)},
    }
    arguments.out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _figures(
    probability: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], absent: npt.NDArray[np.bool_], threshold: float
) -> dict[str, float]:
    given = probability >= threshold
    figures = {
        "questions": len(right),
        "right": right.mean(),
        "auroc": roc_auc_score(right, probability),
        "expected_calibration_error": calibration_error(probability, right),
        "absent_refused": (~given[absent]).mean(),
        "present_refused": (~given[~absent]).mean(),
        "given_right": right[given].mean(),
    }
    return {name: round(float(value), 4) for name, value in figures.items()}


if __name__ == "__main__":
    main()
