"""What a user waits for on the sample corpus: start of the program, a question, many at once, indexing.

    python -m bench.latency

Times are those of the clock: run it on a machine that does nothing else. Linux only, for the memory.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from bench.serving import CHUCHU, ask, ask_at_once, memory, serving, without_times

SEEDS = Path("seeds")
REPEATS = 5
ASKERS = 8


def seconds(arguments: Sequence[str]) -> float:
    """Median time of a process, from start to end."""
    times = []
    for _ in range(REPEATS):
        begun = perf_counter()
        subprocess.run([*CHUCHU, *arguments], stdout=subprocess.DEVNULL, check=True)
        times.append(perf_counter() - begun)
    return statistics.median(times)


def spread(milliseconds: Sequence[float]) -> str:
    """The 50th and the 95th of a hundred, and the longest."""
    ordered = sorted(milliseconds)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    return f"p50 {statistics.median(ordered):7.1f}   p95 {p95:7.1f}   longest {ordered[-1]:7.1f} ms"


def served(index: Path, questions: Sequence[str]) -> dict[str, str]:
    """Questions to a serving process: one asker, then many."""
    rows = {}
    with serving(index) as (port, pid):
        ask(port, questions)
        before = memory(pid)
        replies = [reply for _ in range(REPEATS) for reply in ask(port, questions)]
        reading = [sum(ms for name, ms in one.stages.items() if name.split(".")[0] == "read") for one in replies]
        retrieval = [one.stages["total"] - read for one, read in zip(replies, reading, strict=True)]
        rows["a question, warm: retrieval"] = f"{spread(retrieval)}   (p50 <= 12)"
        rows["a question, warm: reading"] = f"{spread(reading)}   (p50 <= 70)"
        rows["a question, warm: over HTTP"] = f"{spread([one.waited for one in replies])}   (p50 <= 100)"
        begun = perf_counter()
        askers = ask_at_once(port, questions, ASKERS)
        together = [reply for asker in askers for reply in asker]
        rate = len(together) / (perf_counter() - begun)
        rows[f"{ASKERS} askers at once: over HTTP"] = f"{spread([one.waited for one in together])}   {rate:.1f}/s"
        expected = list(map(without_times, replies[: len(questions)]))
        other = sum(list(map(without_times, asker)) != expected for asker in askers)
        rows[f"{ASKERS} askers, answers that differ"] = f"{other} of {ASKERS} runs"
        after = memory(pid)
        for name, what in (("VmRSS", "memory, serving"), ("RssAnon", "of it no file's")):
            rows[what] = f"{before[name]:.0f} MB, after {ASKERS} askers {after[name]:.0f} MB"
        rows["memory, serving"] += "   (<= 1,200)"
    return rows


def main() -> None:
    """Print the table."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    questions = [json.loads(line)["question"] for line in (SEEDS / "questions.jsonl").read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        index = ["--index", f"{folder}/index"]
        subprocess.run([*CHUCHU, "index", str(SEEDS), "--quiet", *index], check=True)
        rows = {
            "chuchu --help": f"{seconds(['--help']):.2f} s",
            "chuchu ask, as a process": f"{seconds(['ask', questions[0], *index]):.2f} s   (<= 1.5)",
            "chuchu index, nothing changed": f"{seconds(['index', str(SEEDS), '--quiet', *index]):.2f} s",
            **served(Path(folder) / "index", questions),
        }
    for name, value in rows.items():
        print(f"{name:<36}{value}")


if __name__ == "__main__":
    main()
