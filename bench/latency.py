"""What a user waits for on the sample corpus: start of the program, a question, indexing.

python -m bench.latency
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

SEEDS = Path("seeds")
REPEATS = 5
CHUCHU = [sys.executable, "-c", "from api.cli import main; main()"]


def seconds(arguments: Sequence[str]) -> float:
    """Median time of a process, from start to end."""
    times = []
    for _ in range(REPEATS):
        begun = perf_counter()
        subprocess.run([*CHUCHU, *arguments], stdout=subprocess.DEVNULL, check=True)
        times.append(perf_counter() - begun)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    questions = [json.loads(line)["question"] for line in (SEEDS / "questions.jsonl").read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        index = ["--index", f"{folder}/index"]
        subprocess.run([*CHUCHU, "index", str(SEEDS), "--quiet", *index], check=True)
        rows = {
            "chuchu --help": f"{seconds(['--help']):.2f} s",
            "chuchu ask, as a process": f"{seconds(['ask', questions[0], *index]):.2f} s",
            "chuchu index, nothing changed": f"{seconds(['index', str(SEEDS), '--quiet', *index]):.2f} s",
        }
        answered = subprocess.run(
            [*CHUCHU, "ask", "--jsonl", "-", *index],
            input="\n".join(questions * 3),
            text=True,
            capture_output=True,
            check=True,
        )
    totals = sorted(sum(json.loads(line)["timings"].values()) for line in answered.stdout.splitlines())
    rows["a question, warm, p50"] = f"{statistics.median(totals):.1f} ms"
    rows["a question, warm, p95"] = f"{totals[int(0.95 * len(totals))]:.1f} ms"
    for name, value in rows.items():
        print(f"{name:<32}{value}")


if __name__ == "__main__":
    main()
