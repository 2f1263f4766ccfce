"""Folders to an index: read what is new, leave what has not changed, drop what has gone."""

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from embeddings.encoder import Encoder, FloatArray
from embeddings.stages import stage
from qa.ahead import ahead
from qa.analysis import fold_script
from qa.chunking import chunked
from qa.datatypes import Document, Passage
from qa.errors import DocumentError, InputError
from qa.files.formats import FORMATS
from qa.files.sandbox import Sandbox
from qa.loading import SourceFile, find_files, load, printable, read, refusal
from qa.passage_index import PassageIndex

# Part of each document's recipe: raise it when loading, cleaning, sectioning, chunking or folding makes other
# passages of the same file, and every file is read again.
REVISION = 14
_BATCH_PASSAGES = 512
# As many are encoded in one go, however many a file has: tokens take more memory than the text that they are made of.
_ENCODED_PASSAGES = 4096

# Documents, each with its location and its passages.


@dataclass(frozen=True, slots=True)
class Progress:
    """How far indexing has come."""

    files_done: int
    files: int
    passages: int


class Indexed(NamedTuple):
    """What is reported of a file that is new or has changed. Its text is not kept: a folder may have many."""

    path: str
    format: str
    encoding: str
    encoding_confidence: float
    doubtful: bool
    undecodable: int
    """Bytes that could not be decoded."""
    passages: int
    edits: Counter[str]
    """How many changes each repair made, by its kind."""


@dataclass(slots=True)
class Report:
    """What became of the files."""

    indexed: list[Indexed] = field(default_factory=list)
    unchanged: int = 0
    removed: int = 0
    skipped: list[str] = field(default_factory=list)
    """Files that are no documents, by the path they are shown under."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Why each of these was skipped."""
    failed: list[str] = field(default_factory=list)
    """One line for each file that could not be read."""

    @property
    def files_done(self) -> int:
        """How many files have been dealt with, in whichever way."""
        return len(self.indexed) + self.unchanged + len(self.skipped) + len(self.failed)


def index_files(
    roots: Sequence[Path],
    index: PassageIndex,
    encoder: Encoder,
    *,
    passage_characters: int,
    encoding: str | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Bring the index up to date with folders and files.

    Each file is one transaction: what is done when the run ends early stays done, and the next run goes on from there.
    Files are read while those before them are encoded, and these while those before are written; see `ahead`.
    A file that cannot be read keeps the version that the index holds.

    Raises:
        InputError: a root does not exist, or none of them holds a file that can be read.
        IndexLockedError: another process is writing.
    """
    files = files_to_index(roots)
    recipe = f"r{REVISION} {passage_characters} {encoding or 'auto'}"
    report = Report()
    with index.writing():
        known = index.versions()
        fresh = _new_documents(files, known, recipe, encoding, encoder, passage_characters, report)
        batches = ahead(_batches(fresh), "reading")
        for batch, vectors, made in ahead(_with_vectors(batches, encoder), "encoding"):
            start = 0
            for document, location, found, edits in batch:
                index.replace(document, found, vectors[start : start + len(found)], location=location, recipe=recipe)
                start += len(found)
                report.indexed.append(_indexed(document, len(found), edits))
            if batch:
                index.keep_up()
            progress(Progress(report.files_done, len(files), made))
        report.removed = _drop_missing(index, files, roots, known)
    return report


def files_to_index(roots: Sequence[Path]) -> list[SourceFile]:
    """The files of folders, those of formats that are not supported among them.

    Raises:
        InputError: a root does not exist, or none of them holds a file that can be read.
    """
    files = list(find_files(roots))
    if not any(refusal(file) is None for file in files):
        why = f"{files[0].shown}: {refusal(files[0])}" if len(files) == 1 else f"no file ends in {', '.join(FORMATS)}"
        raise InputError(f"nothing to index in {', '.join(map(str, roots))}: {why}")
    return files


class _New(NamedTuple):
    """A document to index, the absolute path of its file, its passages, and what was repaired in it."""

    document: Document
    location: str
    passages: list[Passage]
    edits: Counter[str]


_Batch = list[_New]


def _indexed(document: Document, passages: int, edits: Counter[str]) -> Indexed:
    return Indexed(
        document.path,
        document.format,
        document.encoding,
        document.encoding_confidence,
        document.doubtful,
        document.undecodable,
        passages,
        edits,
    )


def _new_documents(
    files: Sequence[SourceFile],
    known: dict[str, tuple[str, str, str]],
    recipe: str,
    encoding: str | None,
    encoder: Encoder,
    passage_characters: int,
    report: Report,
) -> Iterator[_New]:
    with Sandbox() as sandbox:
        for file in files:
            if reason := refusal(file):
                report.skipped.append(file.shown)
                report.reasons[file.shown] = reason
                continue
            try:
                with stage("read"):
                    content = read(file)
                if known.get(file.document_id, ("", "", ""))[:2] == (content.sha256, recipe):
                    report.unchanged += 1
                    continue
                with stage("read"):
                    document = load(file, encoding, content=content, sandbox=sandbox)
            except DocumentError as error:
                report.failed.append(str(error))
                continue
            del content  # a large file need not be held twice
            reach = encoder.reach
            with stage("chunk"):
                found = chunked(document, passage_characters, reach)
            yield _New(document, printable(str(file.path)), *found)


def _batches(documents: Iterator[_New]) -> Generator[_Batch, None, None]:
    """Documents grouped so that the encoder has enough passages to sort by length."""
    batch: _Batch = []
    size = 0
    for document in documents:
        batch.append(document)
        size += len(document.passages)
        if size >= _BATCH_PASSAGES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _with_vectors(batches: Iterator[_Batch], encoder: Encoder) -> Generator[tuple[_Batch, FloatArray, int], None, None]:
    """Each batch with the vectors of its passages, and how many have been made by now.

    While a batch takes long, others without documents come before it, to say how far it is.
    """
    made = 0
    for batch in batches:
        together = [passage for one in batch for passage in one.passages]
        vectors = np.empty((len(together), encoder.dimension), np.float32)
        for start in range(0, len(together), _ENCODED_PASSAGES):
            if start:
                yield [], vectors[:0], made
            some = together[start : start + _ENCODED_PASSAGES]
            with stage("encode"):
                vectors[start : start + len(some)] = encoder.encode_passages([fold_script(p.encoded) for p in some])
            made += len(some)
        yield batch, vectors, made


def _drop_missing(
    index: PassageIndex, files: Sequence[SourceFile], roots: Sequence[Path], known: dict[str, tuple[str, str, str]]
) -> int:
    """Drop documents that lie below a root and are no longer there."""
    present = {file.document_id for file in files}
    folders = [printable(str(root.expanduser().resolve())) for root in roots]
    gone = [
        document_id
        for document_id, (_, _, location) in known.items()
        if document_id not in present and any(Path(location).is_relative_to(folder) for folder in folders)
    ]
    for document_id in gone:
        index.remove(document_id)
    return len(gone)
