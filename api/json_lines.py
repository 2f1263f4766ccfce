"""Questions line by line, an object of JSON for each: what `--jsonl` reads and prints."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from api.schemas import turns
from qa.datatypes import Turn
from qa.errors import ChuchuError, InputError


def answer_lines(path: Path, answer: Callable[[str, tuple[Turn, ...]], Any]) -> bool:
    """Answer every line of a file, or of standard input, in order; a bad line costs only itself.

    Args:
        path: of the file; `-` is standard input.
        answer: gives the object to print for a question and the turns before it.

    Returns:
        Whether every line could be answered.

    Raises:
        InputError: the file cannot be read.
    """
    failed = False
    with _opened(path) as lines:
        for line in lines:
            if not line.strip():
                continue
            try:
                result = answer(*_question(line.strip()))
            except ChuchuError as error:
                failed = True
                result = {"error": str(error)}
            # Whoever asks line by line waits for the answer before the next.
            print(json.dumps(result, ensure_ascii=False), flush=True)
    return not failed


def _question(line: str) -> tuple[str, tuple[Turn, ...]]:
    """The question of a line, and the turns before it."""
    if not line.startswith("{"):
        return line, ()
    try:
        entry = json.loads(line)
        question = entry["question"]
    except (ValueError, KeyError) as error:
        raise InputError('a line must be a question, or {"question": …, "history": […]}') from error
    if not isinstance(question, str):
        raise InputError("question must be a string")
    return question, turns([] if entry.get("as_typed") else entry.get("history") or [])


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    if str(path) == "-":
        yield sys.stdin
        return
    try:
        with path.open(encoding="utf-8", errors="surrogateescape") as file:
            yield file
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
