"""Text to token ids, by a library, with the part of a vocabulary that the texts can use.

The default model's vocabulary has 250,000 pieces, which take the library most of a second to put in order and 260 MB to
hold. Some hundred texts can use some thousand of them. With these alone the same library makes the same ids.
"""

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from embeddings.directories import keep_arrays
from embeddings.substrings import StringSet

_CHARACTERS = 50_000
"""Texts of so many in all are tokenised together: they share most of their pieces."""


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
    """Text to tokens. Safe to share between threads."""

    def __init__(self, path: Path, max_tokens: int, kept: Path) -> None:
        self._path = path
        self._max_tokens = max_tokens
        self._kept = kept
        self._lock = threading.Lock()

    def frame(self) -> Any:
        """The library's tokenizer; its vocabulary may hold no more than the special tokens."""
        with self._lock:
            return self._frame

    def __call__(self, texts: Sequence[str], *, special: bool = True) -> list[Tokens]:
        """The tokens of each text, with those that the model puts around it unless `special` is false."""
        found: list[Tokens] = []
        # One at a time: each group gives the tokenizer the pieces that it can use.
        with self._lock:
            for group in _groups(texts):
                chosen = self._vocabulary and self._vocabulary.put_into(self._frame, group)
                encodings = self._frame.encode_batch(group, add_special_tokens=special)
                if chosen is None:
                    found += (Tokens(one.ids, one.offsets) for one in encodings)
                else:
                    found += (Tokens([chosen[number] for number in one.ids], one.offsets) for one in encodings)
        return found

    @cached_property
    def _vocabulary(self) -> "_Vocabulary | None":
        return _Vocabulary.read(self._path, self._kept)

    @cached_property
    def _frame(self) -> Any:
        from tokenizers import Tokenizer

        vocabulary = self._vocabulary
        tokenizer = Tokenizer.from_str(vocabulary.frame if vocabulary else self._path.read_text("utf-8"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(self._max_tokens)
        return tokenizer


def _groups(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts in order, as many together as are tokenised together."""
    group: list[str] = []
    room = _CHARACTERS
    for text in texts:
        if group and len(text) > room:
            yield group
            group, room = [], _CHARACTERS
        group.append(text)
        room -= len(text)
    if group:
        yield group


class _Vocabulary(NamedTuple):
    """A unigram model's vocabulary (Kudo 2018), and the tokenizer around it."""

    frame: str
    """`tokenizer.json`, with a vocabulary of the special tokens only."""
    pieces: StringSet
    numbers: npt.NDArray[np.int32]
    """The number in the vocabulary of each piece, by its number in the set."""
    scores: npt.NDArray[np.float64]
    """By the number in the vocabulary."""
    unknown: int
    """Which of the special tokens stands for what is unknown."""
    special: list[int]
    """The numbers of the special tokens, in ascending order."""
    always: dict[int, str]
    """The special tokens, and the piece with the least score, by number."""
    added: re.Pattern[str]
    """Finds the tokens that are looked for before a text is cut into pieces, the longer ones first."""

    def put_into(self, tokenizer: Any, texts: Sequence[str]) -> list[int]:
        """Give a tokenizer the pieces that stand in texts; the number of each.

        With them come the special ones, which go first, and the least likely one: an unknown character costs a little
        more than that.
        """
        from tokenizers import models

        parts = [part for text in texts for part in self.added.split(text)]
        normalize = tokenizer.normalizer.normalize_str
        spaced = "\n".join("▁" + normalize(part).replace(" ", "▁") for part in parts)
        standing = self.pieces.standing_in(spaced)
        numbers = self.numbers[list(standing.values())].tolist()
        found = self.always | dict(zip(numbers, standing, strict=True))
        chosen = [*self.special, *sorted(found.keys() - self.special)]
        pieces = list(zip(map(found.__getitem__, chosen), self.scores[chosen].tolist(), strict=True))
        tokenizer.model = models.Unigram(pieces, self.unknown, byte_fallback=False)
        return chosen

    @classmethod
    def read(cls, path: Path, kept: Path) -> "_Vocabulary | None":
        """The vocabulary in a tokenizer's file, read from `kept` where it was written; None for another kind."""
        state = path.stat()
        key = hashlib.sha256(f"{path.resolve()} {state.st_size} {state.st_mtime_ns}".encode()).hexdigest()[:16]
        arrays_path = kept / f"{key}-trie.npz"
        try:
            with arrays_path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                head = json.loads(arrays["head"].tobytes().decode("utf-8"))
                pieces, numbers, scores = StringSet.read(arrays), arrays["numbers"], arrays["scores"]
        except (OSError, EOFError, ValueError, KeyError, BadZipFile):
            content = json.loads(path.read_text(encoding="utf-8"))
            head, vocabulary = _taken_apart(content)
            pieces = StringSet.of([piece for piece, _ in vocabulary])
            place = {piece: number for number, (piece, _) in enumerate(vocabulary)}
            numbers = np.array([place[piece] for piece in pieces.strings()], np.int32)
            scores = np.array([score for _, score in vocabulary], np.float64)
            written = np.frombuffer(json.dumps(head).encode(), np.uint8)
            keep_arrays(arrays_path, head=written, numbers=numbers, scores=scores, **pieces.arrays())
        if not head:
            return None
        added = re.compile("|".join(map(re.escape, head["added"])))
        always = dict(head["always"])
        return cls(head["frame"], pieces, numbers, scores, head["unknown"], head["special"], always, added)


def _taken_apart(content: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, float]]]:
    """What a tokenizer's file says beside its pieces, and the pieces with their scores; empty for another kind."""
    from tokenizers import Tokenizer

    model = content["model"]
    plain = content.get("pre_tokenizer", {}) or {}
    if model.get("type") != "Unigram" or model.get("byte_fallback") or plain.get("type") != "Metaspace":
        return {}, []
    # Texts are looked through as one, with a line break between them.
    if plain.get("replacement") != "▁" or any(not piece or {"\n", "\0"} & set(piece) for piece, _ in model["vocab"]):
        return {}, []
    added = sorted((token["content"] for token in content["added_tokens"]), key=len, reverse=True)
    special = [number for number, (piece, _) in enumerate(model["vocab"]) if piece in added]
    if len(special) != len(added) or model["unk_id"] not in special:
        return {}, []
    # Such tokens are not looked for in the text as it stands.
    if any(token["normalized"] or token["single_word"] for token in content["added_tokens"]):
        return {}, []
    unknown = special.index(model["unk_id"])
    vocabulary = [model["vocab"][number] for number in special]
    frame = json.dumps({**content, "model": {**model, "vocab": vocabulary, "unk_id": unknown}}, ensure_ascii=False)
    # The tokens around a text are written with their ids, which have to be their places in the frame, too.
    if any(number >= len(special) or special[number] != number for number in Tokenizer.from_str(frame).encode("").ids):
        return {}, []
    least = min(range(len(model["vocab"])), key=lambda number: model["vocab"][number][1])
    always = [(number, model["vocab"][number][0]) for number in (*special, least)]
    head = {"frame": frame, "unknown": unknown, "special": special, "always": always, "added": added}
    return head, model["vocab"]
