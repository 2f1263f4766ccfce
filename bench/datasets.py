"""Question sets for tuning and reporting: CMRC 2018 and DRCD, in SQuAD's format.

They are no part of the project. Put them into one folder and name it with `--data`.
"""

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

DEFAULT_FOLDER = Path("../shared/data")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the key of the paragraph that answers it, and the answers that count as right."""

    text: str
    paragraph: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Paragraphs by key, and the questions about them."""

    name: str
    paragraphs: dict[str, str]
    questions: list[Question]


def data_folder(arguments: argparse.Namespace) -> Path:
    """The folder that was named, or an end of the program with a plain message where there is none."""
    folder = Path(arguments.data)
    if not folder.is_dir():
        sys.exit(f"skipped: no question sets at {folder}; name their folder with --data")
    return folder


def load_set(folder: Path, name: str) -> QuestionSet:
    """One of cmrc2018_train, cmrc2018_trial, cmrc2018_dev, drcd_dev."""
    if name == "cmrc2018_train":
        with ZipFile(folder / "cmrc2018_train_evidence.zip") as archive:
            content = json.loads(archive.read("train-pseudo-cmrc2018.json"))
    else:
        content = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    paragraphs: dict[str, str] = {}
    questions: list[Question] = []
    for article in content["data"]:
        for paragraph in article["paragraphs"]:
            key = f"{name}/{len(paragraphs)}"
            paragraphs[key] = paragraph["context"]
            questions += [
                Question(
                    entry["question"],
                    key,
                    tuple(dict.fromkeys(answer["text"] for answer in entry["answers"])),
                )
                for entry in paragraph["qas"]
            ]
    return QuestionSet(name, paragraphs, questions)


def sample(questions: Sequence[Question], count: int | None, seed: int = 0) -> list[Question]:
    """A seeded sample of questions, or all of them."""
    if count is None or count >= len(questions):
        return list(questions)
    return random.Random(seed).sample(list(questions), count)
