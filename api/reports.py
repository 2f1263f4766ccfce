"""What indexing and evaluation report on the command line."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import process_time
from typing import Any

from embeddings.stages import timed, total
from qa.evaluation import Evaluation
from qa.indexing import Indexed, Report
from qa.loading import NO_ENCODING

_COLUMNS = ("file", "format", "encoding", "sure", "bytes lost", "passages", "edits")
_FIGURES = {"sure", "bytes lost", "passages"}


@contextmanager
def progress_bar() -> Iterator[Any]:
    """A bar with rate and time left, on a terminal; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("indexing"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files · {task.fields[passages]:,} passages · {task.fields[rate]:.0f}/s ·"),
        TimeElapsedColumn(),
        TextColumn("· left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None, passages=0, rate=0.0)

        def advance(progress: Any) -> None:
            elapsed = bar.tasks[0].elapsed or 1.0
            bar.update(
                task,
                completed=progress.files_done,
                total=progress.files,
                passages=progress.passages,
                rate=progress.passages / elapsed,
            )

        yield advance


@contextmanager
def timings_on_stderr() -> Iterator[None]:
    """Print where the time of a block went, and above it the processor's time until it began: starting, importing."""
    before = 1000 * process_time()
    try:
        with timed() as stages:
            yield
    finally:
        rows = {"start": before, **stages, "total": before + total(stages)}
        for name, milliseconds in rows.items():
            print(f"{name:<20}{milliseconds:>10.1f} ms", file=sys.stderr)


def report_json(report: Report, passages: int) -> dict[str, Any]:
    """What became of the files, as JSON."""
    return {
        "indexed": [
            {
                **file._asdict(),
                "encoding_confidence": round(file.encoding_confidence, 3),
                "edits": dict(file.edits.most_common()),
            }
            for file in report.indexed
        ],
        "unchanged": report.unchanged,
        "removed": report.removed,
        "skipped": report.skipped,
        "skipped_because": report.reasons,
        "failed": report.failed,
        "passages": passages,
    }


def print_report(report: Report, passages: int) -> None:
    """What became of the files: a table of those that are new, and a line for all."""
    if report.indexed:
        _print_table([_COLUMNS, *map(_row, report.indexed)])
    for path in report.skipped:
        print(f"{path}: skipped, {report.reasons[path]}")
    print(
        f"{len(report.indexed)} indexed, {report.unchanged} unchanged, {report.removed} removed, "
        f"{len(report.skipped)} skipped, {len(report.failed)} unreadable; {passages:,} passages in the index"
    )


def _row(file: Indexed) -> tuple[str, ...]:
    """What is reported of a file; a format that is no text has no encoding."""
    decoded = file.encoding != NO_ENCODING
    return (
        file.path,
        file.format,
        file.encoding if decoded else "–",
        f"{file.encoding_confidence:.0%}{' doubtful' * file.doubtful}" if decoded else "–",
        f"{file.undecodable:,}" if decoded else "–",
        f"{file.passages:,}",
        ", ".join(f"{kind} {count:,}" for kind, count in file.edits.most_common()) or "none",
    )


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    """Rows under each other, the first being the names of the columns. A Chinese character is two wide."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = [
            " " * (width - cell_len(cell)) + cell if name in _FIGURES else cell + " " * (width - cell_len(cell))
            for name, cell, width in zip(_COLUMNS, row, widths, strict=True)
        ]
        print("  ".join(padded).rstrip())


def figures(evaluation: Evaluation) -> dict[str, Any]:
    """The figures of an evaluation, by name."""
    return {
        "answerable questions": len(evaluation.answerable),
        "Recall@1": evaluation.recall_at(1),
        "Recall@3": evaluation.recall_at(3),
        "Recall@5": evaluation.recall_at(5),
        "MRR": evaluation.mean_reciprocal_rank,
        "answer holds a right one": evaluation.hit_rate,
        "exact match": evaluation.exact_match,
        "F1": evaluation.mean_f1,
        "answerable, but refused": evaluation.refused_answerable,
        "unanswerable questions": len(evaluation.unanswerable),
        "unanswerable, and refused": evaluation.refused_unanswerable,
        "answers given that are right": evaluation.precision,
    }
