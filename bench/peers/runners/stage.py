"""One stage of a contender, in a process of its own: make the index, ask all questions, or answer one after a start.

Only the standard library is imported here, so that it costs every contender the same.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

from bench.peers.task import RESULTS, ROUNDS, WARM_UP, Task

Search = Callable[[str, int], list[int]]
"""A question and how many results to the numbers of the paragraphs found, best first."""


def run(prepare: Callable[[Task], Callable[[], None]], load: Callable[[Task], Search]) -> None:
    """Do the stage that the command line names, and print what was measured as one line of JSON.

    Args:
        prepare: loads what indexing needs; what it returns makes the index and saves it.
        load: opens the saved index.
    """
    stage, folder, index, model, words, *part = sys.argv[1:]
    # What libraries print is not to be taken for a measurement.
    sys.stdout = sys.stderr
    task = Task(Path(folder), Path(index), model, words == "words", *map(int, part))
    if stage == "index":
        _index(prepare(task), len(task.files))
    elif stage == "ask":
        _ask(task, load(task))
    else:
        _answer_one(task, load(task))


def peak_megabytes() -> float:
    """The most memory that this process has had since it began its program."""
    # Not getrusage: what it says reaches back to the process that this one was forked from.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


def _index(make: Callable[[], None], paragraphs: int) -> None:
    begun, worked = perf_counter(), process_time()
    make()
    seconds, cpu = perf_counter() - begun, process_time() - worked
    _print(paragraphs=paragraphs, seconds=seconds, cpu=cpu, megabytes=peak_megabytes())


def _ask(task: Task, search: Search) -> None:
    questions = task.questions()
    for question in questions[-WARM_UP:]:
        search(question.text, RESULTS)
    found, waited, worked = [], [], []
    for number in range(ROUNDS):
        for question in questions[number::ROUNDS]:
            wall, cpu = perf_counter(), process_time()
            numbers = search(question.text, RESULTS)
            waited.append((number, 1000 * (perf_counter() - wall)))
            worked.append((number, 1000 * (process_time() - cpu)))
            rank = numbers.index(question.paragraph) + 1 if question.paragraph in numbers else 0
            found.append((question.set, rank))
    _print(found=found, waited=waited, worked=worked, megabytes=peak_megabytes())


def _answer_one(task: Task, search: Search) -> None:
    # The process that started this one stops its clock at this line.
    found = search(task.questions()[0].text, RESULTS)
    _print(answered=len(found))
    _print(cpu=process_time(), megabytes=peak_megabytes())


def _print(**measured: object) -> None:
    print(json.dumps(measured), file=sys.__stdout__, flush=True)
