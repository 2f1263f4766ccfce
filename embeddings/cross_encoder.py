"""Question and passage, read together by one model: where the answer starts and ends, and whether there is one."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from embeddings.encoder import local_directory

DEFAULT_READER = "span"


class PassageScores(NamedTuple):
    """What a model says of one passage. Scores are logits."""

    relevance: float
    """Of the passage answering the question at all."""
    places: npt.NDArray[np.int32]
    """Where each of its tokens starts and ends in the text, (tokens, 2)."""
    starts: npt.NDArray[np.float32]
    """Of the answer starting at a token, (tokens,)."""
    ends: npt.NDArray[np.float32]
    """Of its ending with a token, (tokens,)."""


class CrossEncoder(Protocol):
    """Reads passages for the answer to a question."""

    @property
    def fingerprint(self) -> str:
        """Names model and weights."""

    def read(self, question: str, texts: Sequence[str]) -> list[PassageScores]:
        """What it says of each text."""


def load_cross_encoder(name: str, cache: Path) -> CrossEncoder:
    """The model that reads.

    Args:
        name: `span` for the default one; else a directory, or a name on a hub, of a question-answering model of
            transformers or a cross-encoder of sentence-transformers. Only the last may use the network, and only
            when the model is not on this machine yet.
        cache: where converted models are kept.

    Raises:
        ModelError: there is no such model, or it cannot be loaded.
    """
    if name == DEFAULT_READER:
        from embeddings.merged_reader import open_merged

        return open_merged(cache)
    from embeddings.torch_reader import TorchCrossEncoder

    return TorchCrossEncoder(local_directory(name))
