"""Text to token ids. A model's tokenizer is a library's; what takes time is to load it, and that can wait.

The default model's vocabulary has 250,000 pieces, which take the library most of a second to put in order. A question
and a few passages can use some thousand of them. With these alone the same library makes the same ids, and a process
that answers one question is done by then; the whole vocabulary is loaded when there is more to do.
"""

import hashlib
import json
import tempfile
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np

_FEW_CHARACTERS = 4000
"""Texts of so many in all are worth a vocabulary of their own."""
_FEW_TIMES = 2
"""So often: a question is encoded, and read."""


class Tokens(NamedTuple):
    """A text's token ids, and where each token starts and ends in it."""

    ids: list[int]
    places: list[tuple[int, int]]


@cache
def load_tokenizer(directory: Path, max_tokens: int, kept: Path) -> "LazyTokenizer":
    """The tokenizer of a model's directory. The same for all who ask: models that share it wait for it once.

    Args:
        directory: of the model, with its `tokenizer.json`.
        max_tokens: where longer texts are cut.
        kept: directory for what makes the next start quicker.
    """
    return LazyTokenizer(directory / "tokenizer.json", max_tokens, kept)


class LazyTokenizer:
    """Text to tokens, with as much of the vocabulary as is needed. Safe to share between threads."""

    def __init__(self, path: Path, max_tokens: int, kept: Path) -> None:
        self._path = path
        self._max_tokens = max_tokens
        self._kept = kept
        self._times = 0
        self._vocabulary: _Vocabulary | None = None
        self._whole: Any = None
        self._lock = threading.Lock()

    def whole(self) -> Any:
        """The library's tokenizer, with the whole vocabulary."""
        with self._lock:
            return self._loaded()

    def __call__(self, texts: Sequence[str], *, special: bool = True) -> list[Tokens]:
        """The tokens of each text, with those that the model puts around it unless `special` is false."""
        with self._lock:
            self._times += 1
            if self._whole is None and self._times <= _FEW_TIMES and sum(map(len, texts)) <= _FEW_CHARACTERS:
                tokens = self._with_few_pieces(texts, special=special)
                if tokens is not None:
                    return tokens
            whole = self._loaded()
        return [Tokens(one.ids, one.offsets) for one in whole.encode_batch(texts, add_special_tokens=special)]

    def _loaded(self) -> Any:
        if self._whole is None:
            self._whole = self._prepared(self._path.read_text(encoding="utf-8"))
            self._vocabulary = None
        return self._whole

    def _prepared(self, content: str) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(content)
        tokenizer.no_padding()
        tokenizer.enable_truncation(self._max_tokens)
        return tokenizer

    def _with_few_pieces(self, texts: Sequence[str], *, special: bool) -> list[Tokens] | None:
        """The tokens by the pieces that the texts hold, or None where that cannot be done."""
        from tokenizers import models

        vocabulary = self._vocabulary = self._vocabulary or _Vocabulary.read(self._path, self._kept)
        if vocabulary is None or any(token in text for text in texts for token in vocabulary.added):
            return None
        tokenizer = self._prepared(vocabulary.frame)
        spaced = ["▁" + tokenizer.normalizer.normalize_str(text).replace(" ", "▁") for text in texts]
        chosen = vocabulary.chosen(spaced)
        pieces = [(vocabulary.pieces[number], vocabulary.scores[number]) for number in chosen]
        tokenizer.model = models.Unigram(pieces, vocabulary.unknown, byte_fallback=False)
        return [
            Tokens([chosen[number] for number in one.ids], one.offsets)
            for one in tokenizer.encode_batch(texts, add_special_tokens=special)
        ]


class _Vocabulary(NamedTuple):
    """A unigram model's vocabulary (Kudo 2018), and the tokenizer around it."""

    frame: str
    """`tokenizer.json`, with a vocabulary of the special tokens only."""
    pieces: list[str]
    scores: list[float]
    numbers: dict[str, int]
    """Of each piece, its place in `pieces`."""
    unknown: int
    specials: int
    """The first so many pieces are special tokens, whose ids have to stay."""
    added: tuple[str, ...]
    """Tokens that are looked for before the text is cut into pieces."""

    def chosen(self, texts: Sequence[str]) -> list[int]:
        """The pieces that stand in some texts; the special ones, which keep their ids; and the least likely one.

        An unknown character costs a little more than the least likely piece of the vocabulary.
        """
        longest = max(map(len, self.pieces))
        found = {
            number
            for text in texts
            for start in range(len(text))
            for end in range(start + 1, min(len(text), start + longest) + 1)
            if (number := self.numbers.get(text[start:end])) is not None
        }
        found.add(int(np.argmin(self.scores)))
        return [*range(self.specials), *sorted(number for number in found if number >= self.specials)]

    @classmethod
    def read(cls, path: Path, kept: Path) -> "_Vocabulary | None":
        """The vocabulary in a tokenizer's file, read from `kept` where it was written; None for another kind."""
        state = path.stat()
        key = hashlib.sha256(f"{path.resolve()} {state.st_size} {state.st_mtime_ns}".encode()).hexdigest()[:16]
        arrays_path = kept / f"{key}.npz"
        try:
            with arrays_path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                head = json.loads(arrays["head"].tobytes().decode("utf-8"))
                pieces = arrays["pieces"].tobytes().decode("utf-8").split("\n")
                scores = arrays["scores"].tolist()
        except (OSError, EOFError, ValueError, KeyError, BadZipFile):
            content = json.loads(path.read_text(encoding="utf-8"))
            head, pieces, scores = _taken_apart(content)
            _write(arrays_path, head, pieces, scores)
        if not pieces or not head:
            return None
        numbers = {piece: number for number, piece in enumerate(pieces)}
        return cls(head["frame"], pieces, scores, numbers, head["unknown"], head["specials"], tuple(head["added"]))


def _taken_apart(content: dict[str, Any]) -> tuple[dict[str, Any], list[str], list[float]]:
    """What a tokenizer's file says beside its pieces, the pieces, and their scores; empty for another kind."""
    model = content["model"]
    plain = content.get("pre_tokenizer", {}) or {}
    if model.get("type") != "Unigram" or model.get("byte_fallback") or plain.get("type") != "Metaspace":
        return {}, [], []
    if plain.get("replacement") != "▁" or any("\n" in piece for piece, _ in model["vocab"]):
        return {}, [], []
    added = [token["content"] for token in content["added_tokens"]]
    specials = next(number for number, (piece, _) in enumerate(model["vocab"]) if piece not in added)
    frame = {**content, "model": {**model, "vocab": model["vocab"][:specials]}}
    head = {
        "frame": json.dumps(frame, ensure_ascii=False),
        "unknown": model["unk_id"],
        "specials": specials,
        "added": added,
    }
    return head, [piece for piece, _ in model["vocab"]], [score for _, score in model["vocab"]]


def _write(path: Path, head: dict[str, Any], pieces: Sequence[str], scores: Sequence[float]) -> None:
    """Write whole or not at all; what cannot be kept is made again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
            np.savez(
                draft,
                head=np.frombuffer(json.dumps(head).encode(), np.uint8),
                pieces=np.frombuffer("\n".join(pieces).encode("utf-8"), np.uint8),
                scores=np.array(scores, np.float64),
            )
        Path(draft.name).replace(path)
    except OSError:
        return
