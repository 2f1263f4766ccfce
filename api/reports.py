"""What indexing and evaluation report on the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qa.datatypes import Document
from qa.evaluation import Evaluation
from qa.indexing import Report


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


def report_json(report: Report, passages: int) -> dict[str, Any]:
    """What became of the files, as JSON."""
    return {
        "indexed": [
            {
                "path": document.path,
                "format": document.format,
                "encoding": document.encoding,
                "encoding_confidence": round(document.encoding_confidence, 3),
                "doubtful": document.doubtful,
                "undecodable": document.undecodable,
                "passages": count,
            }
            for document, count in report.indexed
        ],
        "unchanged": report.unchanged,
        "removed": report.removed,
        "skipped": report.skipped,
        "skipped_because": report.reasons,
        "failed": report.failed,
        "passages": passages,
    }


def print_report(report: Report, passages: int) -> None:
    """What became of the files, a line for each that is new, and one for all."""
    for document, count in report.indexed:
        print(f"{document.path}: {count} passages, {_decoding(document)}")
    for path in report.skipped:
        print(f"{path}: skipped, {report.reasons[path]}")
    print(
        f"{len(report.indexed)} indexed, {report.unchanged} unchanged, {report.removed} removed, "
        f"{len(report.skipped)} skipped, {len(report.failed)} unreadable; {passages:,} passages in the index"
    )


def _decoding(document: Document) -> str:
    """A document's format, its encoding, and how well that went."""
    doubt = ", doubtful" if document.doubtful else ""
    damage = f", {document.undecodable} places undecodable" if document.undecodable else ""
    if document.encoding == "none":
        return document.format
    return f"{document.format}, {document.encoding} {document.encoding_confidence:.0%}{doubt}{damage}"


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
