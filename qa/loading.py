"""A file on disk to a Document: its bytes, its encoding, its text, its pages or rows."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from qa.datatypes import DOUBTFUL, Document
from qa.errors import DocumentError, InputError
from qa.files.encodings import decode
from qa.files.formats import BINARY, FORMATS, ROWS, Extraction, Kind
from qa.files.records import records_text, refused_columns
from qa.files.sandbox import Sandbox

NO_ENCODING = "none"
"""The encoding of a binary format: it says of each character which it is."""

_LARGEST_BINARY = 512 * 1024 * 1024
# Enough for the first rows of a table, whatever stands in them.
_FIRST_ROWS_BYTES = 1024 * 1024


class SourceFile(NamedTuple):
    """A file to index, and the name that it is shown under."""

    path: Path
    shown: str

    @property
    def document_id(self) -> str:
        """Stable as long as the file stays where it is: a hash of its absolute path."""
        return hashlib.sha256(str(self.path).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def find_files(roots: Sequence[Path]) -> Iterator[SourceFile]:
    """The files below folders, and files named themselves, in a stable order. Hidden ones are passed over.

    A file is shown by its path from the folder that holds what was named. Formats that cannot be read are yielded
    too: `load` says so of each.

    Raises:
        InputError: a root does not exist.
    """
    seen: set[Path] = set()
    for root in roots:
        resolved = root.expanduser().resolve()
        if resolved.is_file():
            found = [(resolved, resolved.name)]
        elif resolved.is_dir():
            found = [
                (path, (resolved.name / inner).as_posix())
                for path in sorted(resolved.rglob("*"))
                for inner in (path.relative_to(resolved),)
                if path.is_file() and not any(part.startswith(".") for part in inner.parts)
            ]
        else:
            raise InputError(f"no such file or folder: {root}")
        for path, shown in found:
            if path not in seen:  # roots may overlap
                seen.add(path)
                yield SourceFile(path, printable(shown))


def printable(path: str) -> str:
    """A path as text. Names that are no UTF-8, such as those of old archives, get U+FFFD where they are not."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class FileContent(NamedTuple):
    """The bytes of a file, and the version that they make."""

    data: bytes
    sha256: str


def refusal(file: SourceFile) -> str | None:
    """Why a file is no document, by its name and its first rows; None when it is one, readable or not."""
    kind = FORMATS.get(file.path.suffix.lower())
    if kind is None:
        return f"format not supported ({file.path.suffix or 'no suffix'})"
    if kind not in ROWS:
        return None
    try:
        with file.path.open("rb") as opened:
            sample = opened.read(_FIRST_ROWS_BYTES)
    except OSError:
        return None  # reading it will tell
    if len(sample) == _FIRST_ROWS_BYTES:
        sample = sample[: sample.rfind(b"\n") + 1]
    return refused_columns(decode(sample)[0], kind)


def read(file: SourceFile) -> FileContent:
    """Read a file as it is.

    Raises:
        DocumentError: it cannot be read.
    """
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{file.shown}: cannot be read: {error.strerror}") from error
    return FileContent(data, hashlib.sha256(data).hexdigest())


def load(
    file: SourceFile, encoding: str | None = None, *, content: FileContent | None = None, sandbox: Sandbox | None = None
) -> Document:
    """Read a file, decode it, and take it apart.

    Args:
        file: which one.
        encoding: what it is encoded in; detected unless given. Binary formats say it themselves.
        content: what `read` gave for it, when it has been read.
        sandbox: where to take it apart; one for this file alone, unless given.

    Raises:
        DocumentError: the format is not supported, the file cannot be read or taken apart, or it holds no text.
    """
    kind = FORMATS.get(file.path.suffix.lower())
    if kind is None:
        raise DocumentError(f"{file.shown}: {refusal(file)}; {', '.join(FORMATS)} are")
    content = content or read(file)
    try:
        if kind in BINARY:
            if len(content.data) > _LARGEST_BINARY:
                raise DocumentError(f"has {len(content.data):,} bytes; at most {_LARGEST_BINARY:,} are read")  # noqa: TRY301
            text, name, confidence, undecodable = "", NO_ENCODING, 1.0, 0
            extraction = _taken_apart(content.data, kind, sandbox)
        else:
            text, name, confidence, undecodable = decode(content.data, encoding, declares=kind == "html")
            if _is_binary(text) or (confidence < DOUBTFUL and _has_controls(content.data)):
                raise DocumentError(f"no text in {encoding}" if encoding else "not a text file, whatever its name says")  # noqa: TRY301
            extraction = _of_text(text, kind, sandbox)
        if not extraction.text.strip():
            raise DocumentError("holds no text")  # noqa: TRY301
    except DocumentError as error:
        raise DocumentError(f"{file.shown}: {error}") from error
    return Document(
        id=file.document_id,
        path=file.shown,
        sha256=content.sha256,
        format=kind,
        encoding=name,
        encoding_confidence=confidence,
        undecodable=undecodable,
        text=extraction.text,
        unit=extraction.unit,
        places=extraction.places,
    )


def _of_text(text: str, kind: Kind, sandbox: Sandbox | None) -> Extraction:
    if kind in ROWS:
        return records_text(text, kind)
    if kind == "html":
        return _taken_apart(text.encode("utf-8", "replace"), kind, sandbox) if text.strip() else Extraction("")
    return Extraction(text)


def _taken_apart(data: bytes, kind: Kind, sandbox: Sandbox | None) -> Extraction:
    if sandbox is not None:
        return sandbox.extract(data, kind)
    with Sandbox() as own:
        return own.extract(data, kind)


def _has_controls(data: bytes) -> bool:
    """Whether one byte in fifty is one that no text is written with, not counting UTF-16."""
    sample = data[:_FIRST_ROWS_BYTES]
    return sum(sample.count(byte) for byte in (*range(9), *range(14, 32))) * 50 > len(sample)


def _is_binary(text: str) -> bool:
    """Whether one character in ten of a decoded text is one that no text is written with."""
    odd = sum(text.count(character) for character in ("\ufffd", *map(chr, range(9)), *map(chr, range(14, 32))))
    return odd * 10 > len(text)
