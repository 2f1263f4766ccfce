"""The options that several commands share: each is one name in a command's signature."""

from pathlib import Path
from typing import Annotated

import typer

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
ReaderOption = Annotated[
    str | None,
    typer.Option("--reader", help="Who reads: span, sentence, or a model by name or directory."),
]
