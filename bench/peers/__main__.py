"""Chuchu beside its peers: txtai, Haystack, LlamaIndex and plain BM25, on the same paragraphs and questions.

    python -m bench.peers --data FOLDER

Each peer is installed from PyPI, with pinned versions, into an environment of its own: this is the network that the
script uses, and only because you run it. Where PyPI cannot be reached, a peer is skipped. All use the weights of the
default model, from the same SentenceTransformer directory. What has been measured is kept; `--fresh` measures again.

They take turns: a part of the pool is indexed by one after the other, then the next part, then all of it, and so on.
To hold the rows against each other, all of them must have the same machine: `taskset -c 1 python -m bench.peers` gives
every one the same core. Figures in brackets count the time that the process worked instead of the clock's, which other
programs on the machine lengthen.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from typing import Any

from bench.datasets import DEFAULT_FOLDER, data_folder, load_set
from bench.peers.contenders import CHUCHU, CONTENDERS
from bench.peers.environments import UnavailableError, interpreter
from bench.peers.rows import Row, row, table, targets
from bench.peers.task import lay_out
from bench.peers.trial import FailedError, Place, before, measured
from bench.retrieval import POOL
from embeddings.bundled import model_directory
from qa.settings import Settings


def main() -> None:
    """Measure who has not been measured yet, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--paragraphs", type=int, help="of the pool, drawn at random; all unless given")
    parser.add_argument("--questions", type=int, default=300, help="of each set, drawn at random")
    names = [one.key for one in CONTENDERS]
    parser.add_argument(
        "--only", nargs="*", metavar="NAME", help=f"who is measured, of {', '.join(names)}; all are shown"
    )
    parser.add_argument("--fresh", action="store_true", help="measure again what has been measured")
    arguments = parser.parse_args()
    sets = [load_set(data_folder(arguments), name) for name in POOL]
    cache = Settings().cache
    work = cache / "bench" / "peers"
    task = work / lay_out(work, sets, arguments.paragraphs, arguments.questions)
    model = model_directory(cache)
    stages: dict[str, dict[str, Any]] = {}
    trials: dict[str, Iterator[dict[str, Any]]] = {}
    for contender in CONTENDERS:
        kept = task / f"{contender.key}.json"
        if arguments.only is not None and contender.key not in arguments.only:
            stages[contender.key] = before(kept)
            continue
        if arguments.fresh:
            kept.unlink(missing_ok=True)
        try:
            python = interpreter(contender, work / "environments")
            place = Place(python, task, task / "indexes" / contender.folder, model)
            trials[contender.key] = measured(contender, place, kept)
        except UnavailableError as error:
            print(f"{contender.name} is left out: {error}", file=sys.stderr)
    stages |= by_turns(trials)
    report(stages, len(list((task / "paragraphs").iterdir())))


def by_turns(trials: dict[str, Iterator[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """What each trial has measured at its end; each has one turn after the other, and who fails has no more."""
    stages: dict[str, dict[str, Any]] = {}
    left = dict(trials)
    while left:
        for key, trial in list(left.items()):
            try:
                stages[key] = next(trial)
            except StopIteration:
                del left[key]
            except FailedError as error:
                del left[key]
                print(f"{key} is left out: {error}", file=sys.stderr)
    return stages


def report(stages: dict[str, dict[str, Any]], paragraphs: int) -> None:
    """Print what was measured, by contender, and how Chuchu's retrieval stands to the best of the peers."""
    rows: dict[str, Row] = {}
    for contender in CONTENDERS:
        own, made = stages.get(contender.key, {}), stages.get(contender.folder, {})
        if own.keys() >= {"start", "ask"} and made.keys() >= {"index", "parts"}:
            rows[contender.name] = row(contender.name, own, made, paragraphs)
    peers = [one for one in CONTENDERS if one.peer and one.name in rows]
    hybrid = [rows[one.name] for one in peers if one.vectors]
    documented, given = ([rows[one.name] for one in peers if one.words == words] for words in (False, True))
    cores = len(os.sched_getaffinity(0))
    print(f"{paragraphs:,} paragraphs; {cores} core{'s' * (cores > 1)}; in brackets by processor time\n")
    if rows:
        print("\n".join(table(list(rows.values()))))
    if CHUCHU in rows and hybrid:
        print("\n" + "\n".join(targets(rows[CHUCHU], hybrid, documented, given)))


if __name__ == "__main__":
    main()
