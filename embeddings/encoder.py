"""Which model turns text into vectors. The only place where one is chosen."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from embeddings import bundled
from embeddings.errors import ModelError

FloatArray = npt.NDArray[np.float32]

DEFAULT_MODEL = bundled.NAME

_MOST_SPECIAL_TOKENS = 4
_LONGEST_CHARACTER = 4
"""Bytes of a character in UTF-8, at most."""


class PreparedQuery(NamedTuple):
    """A question with its tokens: what is left to do for its vector, (dimension,), float32.

    It holds no Python if that can be: who has work in Python for another thread begins it in between.
    """

    vector: Callable[[], FloatArray]
    """Makes it."""
    exact: Callable[[], FloatArray] | None = None
    """Makes the vector that the other one is an estimate of, which takes longer; None where it is none."""

    @property
    def best(self) -> Callable[[], FloatArray]:
        """Makes the vector that is no estimate."""
        return self.exact or self.vector


class Encoder(Protocol):
    """Text to vectors. Rows are L2-normalised, so that an inner product is a cosine."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def reach(self) -> int:
        """How many characters of a passage it is sure to read, whatever they are, counted in their NFKC form.

        What is longer may be cut off unseen.
        """

    @property
    def fingerprint(self) -> str:
        """Names model, weights and prompts: two encoders that share it make the same vectors."""

    def prepare_query(self, text: str) -> PreparedQuery:
        """Begin with the vector of a question."""

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions, none an estimate: float32, (len(texts), dimension)."""

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of passages: float32, (len(texts), dimension)."""


def load_encoder(name: str, cache: Path, *, soon: bool = False) -> Encoder:
    """The encoder of a model.

    Args:
        name: the default model's name, a SentenceTransformer directory, or a model's name on a hub. Only the last
            may use the network, and only when the model is not on this machine yet.
        cache: where rebuilt and converted models are kept.
        soon: texts are about to come: what can be loaded outside of Python is loaded from now on, in a thread.

    Raises:
        ModelError: there is no such model, or it cannot be loaded.
    """
    from embeddings.runtime import open_model
    from embeddings.short_questions import ADAPTER

    if name == DEFAULT_MODEL:
        return open_model(bundled.model_directory(cache), cache, adapter=ADAPTER, soon=soon)
    return open_model(local_directory(name), cache, soon=soon)


def local_directory(name: str) -> Path:
    """The directory of a model that is named by it, or by its name on a hub.

    Raises:
        ModelError: there is no such model.
    """
    directory = Path(name).expanduser()
    if directory.is_dir():
        return directory.resolve()
    if name.startswith((".", "/", "~")):
        raise ModelError(f"no model directory {name}")
    return _hub_snapshot(name)


def reach(tokenizer: Any, max_tokens: int, prompt: str) -> int:
    """How many characters of a passage fit into so many tokens, whatever they are, counted in their NFKC form.

    Args:
        tokenizer: of the package tokenizers; None for one that nothing is known of.
        max_tokens: that the model reads, those around a text among them.
        prompt: what stands in front of a passage.
    """
    from tokenizers import models

    special, whole = _MOST_SPECIAL_TOKENS, False
    if tokenizer is not None:
        special = tokenizer.num_special_tokens_to_add(is_pair=False)
        # These make a token of one character at least, unless they fall back to bytes.
        kinds = models.Unigram | models.WordPiece | models.WordLevel
        whole = isinstance(tokenizer.model, kinds) and tokenizer.token_to_id("<0x0A>") is None
    characters: int = (max_tokens - special) // (1 if whole else _LONGEST_CHARACTER)
    # The tokenizer may set a sign of its own in front.
    return characters - len(prompt) - 1


def _hub_snapshot(name: str) -> Path:
    """The local copy of a hub's model; downloaded only when there is none."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    try:
        try:
            return Path(snapshot_download(name, local_files_only=True))
        except FileNotFoundError:
            unused = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.tflite"]
            return Path(snapshot_download(name, ignore_patterns=unused))
    except HFValidationError as error:
        raise ModelError(f"{name} is neither a directory nor a model's name") from error
    except Exception as error:
        raise ModelError(f"the model {name} is not on this machine and could not be downloaded: {error}") from error
