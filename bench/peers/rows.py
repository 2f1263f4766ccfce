"""What is printed: a contender's measurements as one row, rows as tables, and Chuchu's as ratios to its peers'."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """What is printed of a contender. Times are those of the clock; `cpu` ones those that its process worked."""

    name: str
    index: float
    """Paragraphs a second, the median of parts of the pool."""
    index_cpu: float
    whole: float
    """The same of the whole pool, once."""
    p50: float
    """Milliseconds."""
    p95: float
    p50_cpu: float
    start: float
    """Seconds from the start of its process to its first answer."""
    start_cpu: float
    index_memory: float
    """Megabytes at most."""
    memory: float
    """Of asking, megabytes at most."""
    recall: dict[str, tuple[float, float]]
    """Recall@1 and Recall@5 in per cent, by question set."""
    load: float
    """The highest load average that its stages began or ended with."""


def row(name: str, stages: Mapping[str, Any], made: Mapping[str, Any], paragraphs: int) -> Row:
    """A contender's row.

    Args:
        name: the contender's.
        stages: what was measured of it.
        made: what was measured of the contender whose index it asks, itself or another.
        paragraphs: of the whole pool.
    """
    starts = stages["start"]["starts"]
    return Row(
        name,
        statistics.median(one["paragraphs"] / one["seconds"] for one in made["parts"]["parts"]),
        statistics.median(one["paragraphs"] / one["cpu"] for one in made["parts"]["parts"]),
        paragraphs / made["index"]["seconds"],
        over_rounds(stages["ask"]["waited"], 50),
        over_rounds(stages["ask"]["waited"], 95),
        over_rounds(stages["ask"]["worked"], 50),
        statistics.median(one["seconds"] for one in starts),
        statistics.median(one["cpu"] for one in starts),
        made["index"]["megabytes"],
        stages["ask"]["megabytes"],
        recalls(stages["ask"]["found"]),
        max(figure for stage in stages.values() for figure in stage["load"]),
    )


def over_rounds(times: Sequence[tuple[int, float]], percentile: int) -> float:
    """The median over rounds of a percentile of their times, each given with the number of its round."""
    rounds: dict[int, list[float]] = {}
    for number, time in times:
        rounds.setdefault(number, []).append(time)
    return statistics.median(at(percentile, some) for some in rounds.values())


def at(percentile: int, values: Iterable[float]) -> float:
    """The smallest value that so many per cent of the values do not exceed."""
    ranked = sorted(values)
    return ranked[max(0, -(-percentile * len(ranked) // 100) - 1)]


def recalls(found: Iterable[tuple[str, int]]) -> dict[str, tuple[float, float]]:
    """Recall@1 and Recall@5 in per cent by set, of each question's set and rank (0: not found)."""
    ranks: dict[str, list[int]] = {}
    for name, rank in found:
        ranks.setdefault(name, []).append(rank)
    return {name: (_share(some, 1), _share(some, 5)) for name, some in ranks.items()}


def _share(ranks: Sequence[int], k: int) -> float:
    return 100 * sum(0 < rank <= k for rank in ranks) / len(ranks)


def table(rows: Sequence[Row]) -> list[str]:
    """Two tables as lines of Markdown: what it costs, and what is found."""
    sets = list(rows[0].recall)
    costs = [
        [
            "",
            "index, paragraphs/s",
            "whole pool",
            "query p50, ms",
            "p95, ms",
            "cold start, s",
            "memory: index, MB",
            "query, MB",
            "load",
        ],
        *(
            [
                one.name,
                f"{one.index:.1f} ({one.index_cpu:.1f})",
                f"{one.whole:.1f}",
                f"{one.p50:.1f} ({one.p50_cpu:.1f})",
                f"{one.p95:.1f}",
                f"{one.start:.1f} ({one.start_cpu:.1f})",
                f"{one.index_memory:.0f}",
                f"{one.memory:.0f}",
                f"{one.load:.1f}",
            ]
            for one in rows
        ),
    ]
    found = [
        ["Recall@1 / @5", *sets],
        *([one.name, *(f"{one.recall[name][0]:.1f} / {one.recall[name][1]:.1f}" for name in sets)] for one in rows),
    ]
    return [*_markdown(costs), "", *_markdown(found)]


def targets(ours: Row, hybrid: Sequence[Row], documented: Sequence[Row], given: Sequence[Row] = ()) -> list[str]:
    """Each target as a line of Markdown: the best peer's figure, ours, the ratio, and whether it is met.

    Args:
        ours: Chuchu's row.
        hybrid: those that do the same work, and are compared by what it costs.
        documented: those that are set up as their documentation says, and are compared by what they find.
        given: those that are given Chinese words, too.
    """
    lines = [["", "best peer", "ours", "ratio", "target", ""]]

    def add(name: str, figure: Callable[[Row], float], least: float | None, most: float | None) -> None:
        best = (max if least is not None else min)(hybrid, key=figure)
        ratio = figure(ours) / figure(best)
        met = ratio >= least if least is not None else most is not None and ratio <= most
        aim = f"≥ {least:g}" if least is not None else f"≤ {most:g}"
        lines.append(
            [name, f"{figure(best):.1f} ({best.name})", f"{figure(ours):.1f}", f"{ratio:.2f}", aim, _word(met=met)]
        )

    add("index, paragraphs/s", lambda one: one.index, 4, None)
    add("index, by processor time", lambda one: one.index_cpu, 4, None)
    add("index, the whole pool once", lambda one: one.whole, 4, None)
    add("query p50, ms", lambda one: one.p50, None, 0.2)
    add("query p50, by processor time", lambda one: one.p50_cpu, None, 0.2)
    add("cold start, s", lambda one: one.start, None, 0.2)
    add("cold start, by processor time", lambda one: one.start_cpu, None, 0.2)
    add("peak memory, MB", lambda one: max(one.memory, one.index_memory), None, 0.5)
    for some in filter(None, (documented, given)):
        for name in ours.recall:
            for k, place in ((1, 0), (5, 1)):
                best = max(some, key=lambda one: one.recall[name][place])
                theirs, own = best.recall[name][place], ours.recall[name][place]
                least = 5.0 if (name, k) == ("drcd_dev", 1) else 0.0
                lines.append(
                    [
                        f"Recall@{k}, {name}",
                        f"{theirs:.1f} ({best.name})",
                        f"{own:.1f}",
                        f"{own - theirs:+.1f} points",
                        f"≥ {least:+g}",
                        _word(met=own - theirs >= least),
                    ]
                )
    return _markdown(lines)


def _word(*, met: bool) -> str:
    return "met" if met else "missed"


def _markdown(lines: Sequence[Sequence[str]]) -> list[str]:
    head, *rest = [f"| {' | '.join(cells)} |" for cells in lines]
    return [head, "|" + "---|" * len(lines[0]), *rest]
