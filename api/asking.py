"""The commands that ask: `ask` for an answer, `search` for passages.

Imports that cost time stand in the functions that need them: the graphs of the models load meanwhile.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from api.command import (
    ANSWERED,
    NO_ANSWER,
    USAGE,
    ContextOption,
    ExplainOption,
    IndexOption,
    JsonLinesOption,
    JsonOption,
    ModelOption,
    PassagesOption,
    QuestionArgument,
    ReaderOption,
    TimingsOption,
    WhereOption,
    print_json,
    settings_of,
)

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.settings import Settings


def ask(
    question: QuestionArgument = None,
    index: IndexOption = None,
    model: ModelOption = None,
    passages: PassagesOption = None,
    where: WhereOption = None,
    context: ContextOption = 0,
    reader: ReaderOption = None,
    explain: ExplainOption = False,
    as_json: JsonOption = False,
    jsonl: JsonLinesOption = None,
    _timings: TimingsOption = False,
) -> None:
    """Answer a question, verbatim, with its place in the source."""
    from qa.filters import conditions

    settings = settings_of(index=index, model=model, passages=passages, reader=reader)
    narrowed = conditions(where or [])
    question = _question(question, jsonl)
    answered = partial(_assistant(settings).ask, k=settings.passages, where=narrowed, context=context)

    from api.schemas import answer_json

    if jsonl is not None:
        _answer_lines(jsonl, lambda line, history: answer_json(answered(line, history=history), explain=explain))
    answer = answered(question)
    if as_json:
        print_json(answer_json(answer, explain=explain))
    else:
        from api.terminal import print_answer, print_explanation

        print_answer(answer)
        if explain:
            print_explanation(answer)
    sys.exit(NO_ANSWER if answer.span is None else ANSWERED)


def search(
    question: QuestionArgument = None,
    index: IndexOption = None,
    model: ModelOption = None,
    passages: PassagesOption = None,
    where: WhereOption = None,
    context: ContextOption = 0,
    as_json: JsonOption = False,
    jsonl: JsonLinesOption = None,
    _timings: TimingsOption = False,
) -> None:
    """Find passages: for each, both scores and the terms that matched."""
    from qa.filters import conditions

    settings = settings_of(index=index, model=model, passages=passages)
    narrowed = conditions(where or [])
    question = _question(question, jsonl)
    found = partial(_assistant(settings, reads=False).search, k=settings.passages, where=narrowed, context=context)

    from api.schemas import search_json

    if jsonl is not None:
        _answer_lines(jsonl, lambda line, history: search_json(line, *found(line, history=history)))
    query, retrieval = found(question)
    if as_json:
        print_json(search_json(question, query, retrieval))
    else:
        from api.terminal import print_hits

        print_hits(retrieval.hits)
    sys.exit(ANSWERED if retrieval.hits else NO_ANSWER)


def _question(question: str | None, jsonl: Path | None) -> str:
    """The one question that was given; nothing when questions come as lines."""
    from qa.errors import InputError
    from qa.questions import checked

    if jsonl is None:
        return checked(question or "")
    if question is not None:
        raise InputError("give a question or --jsonl, not both")
    return ""


def _assistant(settings: "Settings", *, reads: bool = True) -> "Assistant":
    """The assistant, with the graphs of its models loading while the rest is imported and opened."""
    from qa.store import Store

    Store.open(settings.index).close()  # a missing index is reported before anything is loaded

    from embeddings.cross_encoder import load_cross_encoder
    from embeddings.encoder import load_encoder

    encoder = load_encoder(settings.model, settings.cache, soon=True)
    with_model = reads and settings.reader != "sentence"
    model = load_cross_encoder(settings.reader, settings.cache, soon=True) if with_model else None

    from qa.assistant import build_assistant

    return build_assistant(settings, encoder, model)


def _answer_lines(path: Path, answer: Callable[..., Any]) -> NoReturn:
    from api.json_lines import answer_lines

    sys.exit(ANSWERED if answer_lines(path, answer) else USAGE)
