"""Where the time goes: the stages of a question, cold and warm, and of indexing.

    python -m bench.profile [FOLDER]

A question of the sample corpus, in processes of its own and in one that goes on; a folder, the sample corpus unless
another is named, indexed anew. Milliseconds are medians, of the clock: what else the machine does counts too.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.serving import CHUCHU
from embeddings.encoder import load_encoder
from embeddings.stages import timed, total
from qa.assistant import build_assistant
from qa.indexing import index_files
from qa.passage_index import PassageIndex
from qa.settings import Settings

SEEDS = Path("seeds")
REPEATS = 5


def indexing(folder: Path, index: Path, settings: Settings) -> Mapping[str, float]:
    """The stages of indexing a folder, with a model that has been used before."""
    encoder = load_encoder(settings.model, settings.cache)
    encoder.encode_passages(["warm up"] * 3)
    with timed() as stages:
        held = PassageIndex.open(index, encoder, create=True)
        index_files([folder], held, encoder, passage_characters=settings.passage_characters)
    print(f"{folder}: {len(held):,} passages")
    held.close()
    return stages


def cold(question: str, index: Path) -> Mapping[str, float]:
    """The stages of a question, from the start of a process to its end."""
    runs = []
    for _ in range(REPEATS):
        command = [*CHUCHU, "ask", question, "--index", str(index), "--timings"]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        runs.append({line.split()[0]: float(line.split()[1]) for line in printed.splitlines()})
    return medians([{name: ms for name, ms in run.items() if name != "total"} for run in runs])


def warm(questions: Sequence[str], settings: Settings) -> Mapping[str, float]:
    """The stages of a question in a process that has been asked before."""
    assistant = build_assistant(settings)
    for question in questions:
        assistant.ask(question, settings.passages)
    answers = [assistant.ask(question, settings.passages) for _ in range(REPEATS) for question in questions]
    return medians([answer.timings.stages for answer in answers])


def medians(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median of each stage; where one was not run it took nothing."""
    names = dict.fromkeys(name for run in runs for name in run)
    return {name: statistics.median(run.get(name, 0.0) for run in runs) for name in names}


def show(title: str, stages: Mapping[str, float]) -> None:
    """Print stages, each with its share."""
    whole = total(stages)
    print(f"\n{title}: {whole:.1f} ms")
    for name, milliseconds in stages.items():
        print(f"    {name:<20}{milliseconds:>10.1f} ms {milliseconds / whole:>7.1%}")


def main() -> None:
    """Print the splits."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, nargs="?", default=SEEDS, help="what is indexed")
    folder = parser.parse_args().folder
    questions = [json.loads(line)["question"] for line in (SEEDS / "questions.jsonl").read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as kept:
        show("indexing", indexing(folder, Path(kept) / "index", Settings()))
        settings = Settings(index=Path(kept) / "seeds")
        subprocess.run([*CHUCHU, "index", str(SEEDS), "--quiet", "--index", str(settings.index)], check=True)
        show("a question, cold", cold(questions[0], settings.index))
        show("a question, warm", warm(questions, settings))


if __name__ == "__main__":
    main()
