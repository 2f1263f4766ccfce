"""What commands share: exit codes, options, settings from their flags, and JSON on stdout."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from qa.settings import Settings

ANSWERED, NO_ANSWER, USAGE, INDEX_UNUSABLE, LOCKED, SOME_UNREADABLE, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130


def _time_the_rest(context: typer.Context, asked: bool) -> bool:  # noqa: FBT001 - typer calls it
    """Time everything that the command does from here on, when the option is given."""
    if asked:
        from api.reports import timings_on_stderr

        context.with_resource(timings_on_stderr())
    return asked


QuestionArgument = Annotated[str | None, typer.Argument(help="A question in plain language.")]
IndexOption = Annotated[Path | None, typer.Option("--index", metavar="DIR", help="Directory of the index.")]
ModelOption = Annotated[str | None, typer.Option("--model", help="Model by name or directory.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
JsonLinesOption = Annotated[
    Path | None,
    typer.Option(
        "--jsonl",
        metavar="FILE",
        help='Read questions from FILE, or - for standard input: one per line, or {"question", "history"}. '
        "Print one JSON object per line.",
    ),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="CONDITION",
        help="Search only where a condition holds: date>=2018, date=2018-07, publication=NAME, path=GLOB, "
        "language=zh, script=traditional. Given several times, all must hold.",
    ),
]
PassagesOption = Annotated[int | None, typer.Option("--passages", "-k", help="How many passages to bring.")]
ContextOption = Annotated[
    int, typer.Option("--context", metavar="N", min=0, max=50, help="Bring the N passages before and behind each, too.")
]
ExplainOption = Annotated[
    bool, typer.Option("--explain", help="Say why: what the confidence is made of, and the runners-up.")
]
TimingsOption = Annotated[
    bool,
    typer.Option(
        "--timings", callback=_time_the_rest, help="Print to stderr where the time went, in milliseconds by stage."
    ),
]
ReaderOption = Annotated[
    str | None,
    typer.Option("--reader", help="Who reads: span, sentence, or a model by name or directory."),
]


def settings_of(**flags: Any) -> "Settings":
    """The settings, with the flags that were given."""
    from qa.settings import load_settings

    return load_settings(flags)[0]


def print_json(content: Any) -> None:
    """Print one object."""
    print(json.dumps(content, ensure_ascii=False))
