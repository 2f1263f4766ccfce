"""The vectors of short Chinese questions, in half the time: of half of the bundled encoder's layers, and an adapter.

The adapter was taught that the vector of a question be as near to the vectors of passages, which are the whole
encoder's, as the one that the whole encoder makes of it (Campos et al. 2023, KALE). What is longer than a question
usually is, and what is in another language, remains the whole encoder's: of the answers to English questions about
Chinese texts, which share no words with them, some were no longer found.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from embeddings import adapters, bundled
from embeddings.graphs import Graph
from embeddings.quantization import WIDE_GROUP
from embeddings.samples import sample_ids
from embeddings.words import words_beside

ADAPTER = adapters.shipped("questions.safetensors")
LENGTHS = (18, 24, 32)
"""In tokens, with the prompt: of 900 questions 56, 86 and 97 % are no longer. Each has a graph."""
_CHINESE = re.compile("[\u4e00-\u9fff]")
_JAPANESE_OR_KOREAN = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
# Raise it when the graph changes for the same adapter.
_REVISION = 1


def question_graph(model: Path, cache: Path, adapter: Path = ADAPTER, lengths: Sequence[int] = LENGTHS) -> Graph:
    """Token ids of a question to its vector; the graph is converted when the first one comes and `cache` has none.

    Args:
        model: the bundled encoder's directory.
        cache: where converted models are kept.
        adapter: its file.
        lengths: see `Graph`.
    """
    converted = adapters.converted_directory("questions", model, adapter, cache, _REVISION)

    def make() -> None:
        from transformers import AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(model)
        samples = sample_ids(tokenizer, [bundled.QUERY_PROMPT], LENGTHS[-1])
        adapters.convert(model, adapter, converted, _pooling, samples)

    return Graph(converted / "model.xml", words_beside(converted), make, lengths, WIDE_GROUP)


def is_short_and_chinese(text: str, tokens: int) -> bool:
    """Whether a question is one that the adapter was taught, by its text and the number of its tokens."""
    return tokens <= LENGTHS[-1] and bool(_CHINESE.search(text)) and not _JAPANESE_OR_KOREAN.search(text)


def _pooling(encoder: Any, _: dict[str, Any]) -> Any:
    """The torch module: the mean of the tokens' states, of length 1, (rows, dimension)."""
    import torch

    class Pooling(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            attended = attention_mask.unsqueeze(-1).float()
            mean = (states * attended).sum(1) / attended.sum(1)
            return torch.nn.functional.normalize(mean, dim=-1)

    return Pooling()
