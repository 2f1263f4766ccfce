"""A file on disk to a Document: its bytes, its encoding, its text."""

import codecs
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from qa.datatypes import Document
from qa.errors import DocumentError, InputError

FORMATS = {".txt": "text", ".md": "markdown", ".markdown": "markdown"}

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# A detector's sample: enough for it to be sure, little enough to be quick on a file of 100 MB.
_SAMPLE_BYTES = 64 * 1024


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


def load(file: SourceFile, encoding: str | None = None) -> Document:
    """Read and decode a file.

    Args:
        file: which one.
        encoding: what it is encoded in; detected unless given.

    Raises:
        DocumentError: the format is not supported, the file cannot be read, or it holds no text.
    """
    kind = FORMATS.get(file.path.suffix.lower())
    if kind is None:
        suffix = file.path.suffix or "no suffix"
        raise DocumentError(f"{file.shown}: format not supported ({suffix}); {', '.join(FORMATS)} are")
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{file.shown}: cannot be read: {error.strerror}") from error
    text, name, confidence, undecodable = decode(data, encoding)
    if _is_binary(text):
        what = f"no text in {encoding}" if encoding else "not a text file, whatever its name says"
        raise DocumentError(f"{file.shown}: {what}")
    if not text.strip():
        raise DocumentError(f"{file.shown}: holds no text")
    return Document(
        id=file.document_id,
        path=file.shown,
        sha256=hashlib.sha256(data).hexdigest(),
        format=kind,
        encoding=name,
        encoding_confidence=confidence,
        undecodable=undecodable,
        text=text,
    )


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str, float, int]:
    """Decode bytes: (text, encoding, confidence in [0, 1], places where bytes could not be decoded).

    At each such place the text has U+FFFD, so that nothing is lost in silence. The byte order mark is not part of
    the text.

    Raises:
        InputError: there is no such encoding.
    """
    if encoding is None:
        encoding, confidence = detect_encoding(data)
    else:
        confidence = 1.0
    try:
        name = codecs.lookup(encoding).name
        # NUL is no character of a text either, and SQLite ends strings at it.
        text = data.decode(name, "replace").removeprefix("\ufeff").replace("\0", "\ufffd")
    except (LookupError, ValueError) as error:
        # Not known, or a codec of another kind: `hex` decodes no text, and `idna` cannot replace what is damaged.
        raise InputError(f"unknown encoding: {encoding}") from error
    undecodable = 0
    if "\ufffd" in text:
        undecodable = text.count("\ufffd") - data.count("\ufffd".encode(name, "ignore") or b"\xef\xbf\xbd")
    return text, name, confidence, max(undecodable, 0)


def detect_encoding(data: bytes) -> tuple[str, float]:
    """The most likely encoding of a text, and how likely: (name, confidence in [0, 1])."""
    for mark, name in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return name, 1.0
    if b"\0" not in data[:_SAMPLE_BYTES]:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            # UTF-8 checks itself: a text of another encoding practically never passes as it.
            return "utf-8", 1.0
    return _detect_legacy(data[:_SAMPLE_BYTES])


def _detect_legacy(sample: bytes) -> tuple[str, float]:
    """The decoding that reads most like text, of a detector's guess and the usual Chinese encodings.

    chardet alone finds no UTF-16 without a byte order mark, and is unsure of short Chinese texts.
    """
    import chardet

    guess = (chardet.detect(sample)["encoding"] or "utf-8").lower()
    # Each is a subset of the one it gives way to, and real files stray from it.
    wider = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "ascii": "utf-8"}
    candidates = dict.fromkeys([wider.get(guess, guess), "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "utf-8"])
    common = _common_characters()
    shares = {name: _share_of(common, sample, name) for name in candidates}
    best = max(candidates, key=lambda name: shares[name])
    return best, shares[best]


def _share_of(common: frozenset[str], sample: bytes, encoding: str) -> float:
    """The share of common characters in a decoded sample. One cut at its end counts as nothing."""
    try:
        text = sample.decode(encoding, "replace").rstrip("\ufffd")
    except LookupError:
        return 0.0
    return sum(character in common for character in text) / max(len(text), 1)


@cache
def _common_characters() -> frozenset[str]:
    """ASCII text, CJK punctuation, kana, and the first planes of GB 2312 (3,755) and Big5 (5,401), sorted by use."""
    simplified = bytes(byte for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for byte in (row, cell))
    traditional = bytes(
        byte for row in range(0xA4, 0xC7) for cell in (*range(0x40, 0x7F), *range(0xA1, 0xFF)) for byte in (row, cell)
    )
    punctuation = "、。〈〉《》「」『』【】〔〕“”‘’…—·！（），：；？　"
    kana = "".join(map(chr, range(0x3041, 0x30FF)))
    ascii_text = "\t\n\r" + "".join(map(chr, range(0x20, 0x7F)))
    hanzi = simplified.decode("gb2312", "ignore") + traditional.decode("big5", "ignore")
    return frozenset(ascii_text + punctuation + kana + hanzi)


def _is_binary(text: str) -> bool:
    """Whether one character in ten of a decoded text is one that no text is written with."""
    odd = sum(text.count(character) for character in ("\ufffd", *map(chr, range(9)), *map(chr, range(14, 32))))
    return odd * 10 > len(text)
