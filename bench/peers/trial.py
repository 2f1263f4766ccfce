"""What one contender takes: its stages, each in a process of its own, and what they measured."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.peers.contenders import Contender
from bench.peers.task import PARTS

STARTS = 5
"""How often a contender is started to answer one question."""
# Nobody calls home, or looks on a hub for a newer version of what is on the disk.
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "TOKENIZERS_PARALLELISM": "false",
}


class FailedError(Exception):
    """A stage ended without its measurements; the message is the end of what it said."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a contender runs."""

    python: Path
    task: Path
    index: Path
    model: Path

    def command(self, contender: Contender, stage: str, part: int | None = None) -> list[str]:
        """How a stage is started; of indexing, also for a part of the pool."""
        module = f"bench.peers.runners.{contender.runner}"
        words = "words" if contender.words else "as documented"
        parts = [] if part is None else [part]
        given = (self.python, "-m", module, stage, self.task, self.index, self.model, words, *parts)
        return [str(one) for one in given]


def measured(contender: Contender, place: Place, kept: Path) -> Iterator[dict[str, Any]]:
    """All stages of a contender, by name, as far as they are, turn by turn: a part of the pool, or a stage.

    Everybody's turns are the same, so that contenders can take them one after the other: minutes of a machine differ by
    a tenth. What `kept` holds from an earlier run is not run again; its turns pass.

    Raises:
        FailedError: a stage failed; what was measured before it is kept.
    """
    stages = before(kept)
    beside = replace(place, index=place.index.with_name(f"{place.index.name}-part"))
    parts: list[dict[str, Any]] = []
    for turn in (*range(PARTS), "index", "ask", "start"):
        stage = turn if isinstance(turn, str) else "parts"
        if stage in stages or (stage in {"parts", "index"} and contender.shares):
            yield stages
            continue
        print(f"{contender.name}: {stage}", file=sys.stderr, flush=True)
        begun = os.getloadavg()[0]
        if isinstance(turn, int):
            parts.append(_indexed(contender, beside, turn))
            measurements: dict[str, Any] = {"parts": parts}
        elif turn == "index":
            measurements = _indexed(contender, place)
        elif turn == "ask":
            measurements = last(answers(place.command(contender, turn)))
        else:
            measurements = {"starts": [started(place.command(contender, turn)) for _ in range(STARTS)]}
        if stage != "parts" or len(parts) == PARTS:
            stages[stage] = {**measurements, "load": [begun, os.getloadavg()[0]]}
            kept.write_text(json.dumps(stages), encoding="utf-8")
        yield stages


def _indexed(contender: Contender, place: Place, part: int | None = None) -> dict[str, Any]:
    """What making an index takes, of the whole pool or a part of it; what was there is removed."""
    shutil.rmtree(place.index, ignore_errors=True)
    place.index.mkdir(parents=True)
    return last(answers(place.command(contender, "index", part)))


def before(kept: Path) -> dict[str, Any]:
    """What an earlier run measured of a contender, by stage; the last stage is `start`."""
    stages: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    return stages


def started(command: Sequence[str]) -> dict[str, float]:
    """A process from its start to its first answer."""
    begun = perf_counter()
    lines = answers(command)
    next(lines, None)
    seconds = perf_counter() - begun
    return {"seconds": seconds, **last(lines)}


def answers(command: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What a process measures, as it says it.

    Raises:
        FailedError: it failed.
    """
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=said, text=True, env={**os.environ, **_OFFLINE}
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("{"):
                yield json.loads(line)
        if process.wait():
            said.seek(0)
            raise FailedError(f"{' '.join(command)}: {said.read()[-2000:]}")


def last(lines: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The last of a process's measurements.

    Raises:
        FailedError: there is none.
    """
    found = list(lines)
    if not found:
        raise FailedError("nothing was measured")
    return found[-1]
