"""The command line: parse, call the library, print. stdout is data, stderr is everything else.

Imports that cost time stand in the commands that need them, so that `--help` is instant.
"""

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from api.asking import ask, search
from api.command import (
    ANSWERED,
    INDEX_UNUSABLE,
    INTERRUPTED,
    LOCKED,
    SOME_UNREADABLE,
    USAGE,
    IndexOption,
    JsonOption,
    ModelOption,
    ReaderOption,
    TimingsOption,
    print_json,
    settings_of,
)

_WARM_QUESTIONS = 10
"""After so many, whatever is looked up piece by piece at first is held as a whole."""

app = typer.Typer(
    name="chuchu",
    help="Ask a folder of documents a question; get the answer verbatim, with its exact place in the source.",
    epilog="Exit codes: 0 answered, 1 no answer, 2 usage, 3 index missing or damaged, 4 index locked, "
    "5 some files could not be read, 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; every error ends here as one line and an exit code."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # Questions and answers are UTF-8 whatever the locale says; what is not comes in as surrogates, is refused.
        stream.reconfigure(encoding="utf-8", errors="surrogateescape" if stream is sys.stdin else "replace")  # type: ignore[union-attr]
    try:
        app()
    except KeyboardInterrupt:
        _end("interrupted; what was done is kept", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read us has gone. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ANSWERED)
    except Exception as error:
        from qa import errors

        codes = {
            errors.IndexLockedError: LOCKED,
            errors.IndexMissingError: INDEX_UNUSABLE,
            errors.IndexDamagedError: INDEX_UNUSABLE,
            errors.IndexMismatchError: INDEX_UNUSABLE,
            errors.VectorIndexError: INDEX_UNUSABLE,
        }
        if not isinstance(error, errors.ChuchuError):
            raise
        _end(str(error), codes.get(type(error), USAGE))


@app.command()
def index(
    paths: Annotated[list[Path], typer.Argument(help="Folders and files.", metavar="PATH…")],
    index: IndexOption = None,
    model: ModelOption = None,
    encoding: Annotated[str | None, typer.Option(help="What the files are encoded in; detected unless given.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing when all is well.")] = False,
    as_json: JsonOption = False,
    _timings: TimingsOption = False,
) -> None:
    """Bring the index up to date with folders: new, changed and vanished files."""
    from api.reports import print_report, progress_bar, report_json
    from embeddings.encoder import load_encoder
    from qa.indexing import files_to_index, index_files
    from qa.passage_index import PassageIndex

    settings = settings_of(index=index, model=model)
    files_to_index(paths)  # nothing to do is said before an index is made, or a model loaded
    encoder = load_encoder(settings.model, settings.cache)
    passage_index = PassageIndex.open(settings.index, encoder, create=True)
    with progress_bar() as progress:
        report = index_files(
            paths,
            passage_index,
            encoder,
            passage_characters=settings.passage_characters,
            encoding=encoding,
            progress=progress,
        )
        passage_index.settle()
    if as_json:
        print_json(report_json(report, len(passage_index)))
    elif not quiet:
        print_report(report, len(passage_index))
    for line in report.failed:
        print(f"chuchu: {line}", file=sys.stderr)
    if report.failed:
        sys.exit(SOME_UNREADABLE)


app.command()(ask)
app.command()(search)


@app.command()
def status(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Say what the index holds."""
    from api.schemas import document_json
    from qa.store import Store

    directory = settings_of(index=index).index
    store = Store.open(directory)
    records = store.documents()
    size = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
    facts = {
        "index": str(directory),
        "model": store.encoder,
        "documents": len(records),
        "passages": store.passage_count(),
        "characters": sum(record.characters for record in records),
        "bytes": size,
    }
    if as_json:
        print_json({**facts, "files": [document_json(record) for record in records]})
        return
    for name, value in facts.items():
        print(f"{name:<12}{value:,}" if isinstance(value, int) else f"{name:<12}{value}")


@app.command()
def verify(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Hold store, vectors, postings and originals against each other, row by row."""
    from qa.passage_index import PassageIndex
    from qa.store import Store

    directory = settings_of(index=index).index
    passage_index = PassageIndex(directory, Store.open(directory))
    problems = passage_index.verify()
    if as_json:
        print_json({"passages": len(passage_index), "problems": problems})
    else:
        for problem in problems:
            print(problem)
        if not problems:
            print(f"{len(passage_index):,} passages: store, vectors, postings and originals agree")
    if problems:
        sys.exit(INDEX_UNUSABLE)


@app.command()
def serve(
    index: IndexOption = None,
    model: ModelOption = None,
    reader: ReaderOption = None,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=0, max=65535)] = 8000,
) -> None:
    """Serve the page and the HTTP interface."""
    import uvicorn

    from api.app import create_app
    from qa.assistant import build_assistant

    assistant = build_assistant(settings_of(index=index, model=model, reader=reader))
    for _ in range(_WARM_QUESTIONS):
        assistant.ask("暖机：warm up", 1)  # vocabularies are loaded now, and not while a visitor waits
    print(f"chuchu: {len(assistant.index):,} passages at http://{host}:{port}", file=sys.stderr)
    uvicorn.run(create_app(assistant), host=host, port=port, log_level="warning", server_header=False)


@app.command("eval")
def evaluate_questions(
    questions: Annotated[
        Path, typer.Argument(help='JSONL: {"question", "answers", "file", "kind"}; no answers: not in the documents.')
    ],
    index: IndexOption = None,
    model: ModelOption = None,
    reader: ReaderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the answers to questions of your own."""
    from api.reports import figures
    from qa.assistant import build_assistant
    from qa.evaluation import DEPTH, evaluate, load_questions

    gold = load_questions(questions)
    assistant = build_assistant(settings_of(index=index, model=model, reader=reader))
    evaluation = evaluate(lambda question: assistant.ask(question, DEPTH), gold)
    measured = figures(evaluation)
    if as_json:
        print_json(measured)
        return
    for name, value in measured.items():
        print(f"{name:<32}{value:.3f}" if isinstance(value, float) else f"{name:<32}{value}")


@app.command()
def config(as_json: JsonOption = False) -> None:
    """Show each setting, and where its value came from."""
    from qa.settings import load_settings

    settings, origins = load_settings({})
    rows = {name: {"value": str(getattr(settings, name)), "from": origin} for name, origin in origins.items()}
    if as_json:
        print_json(rows)
        return
    for name, row in rows.items():
        print(f"{name:<20}{row['value']:<40}{row['from']}")


def _end(message: str, code: int) -> NoReturn:
    print(f"chuchu: {message}", file=sys.stderr)
    sys.exit(code)
