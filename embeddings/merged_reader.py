"""The default reading model: the bundled encoder with an adapter and two heads, in OpenVINO.

Trained on text in simplified characters; who calls it folds.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embeddings import adapters, bundled
from embeddings.cross_encoder import PassageScores
from embeddings.graphs import Graph
from embeddings.stages import stage
from embeddings.tokenization import load_tokenizer
from embeddings.words import words_beside

ADAPTER = adapters.shipped("reader.safetensors")
# Raise it when the merged graph changes for the same adapter.
_REVISION = 4
_MAX_TOKENS = 512
_BEGIN, _PAD, _END = 0, 1, 2
_QUESTION_TOKENS = 64
"""What training kept of a question."""


def open_merged(cache: Path, *, soon: bool = False) -> "MergedCrossEncoder":
    """The default reading model; its graph is converted when the first question comes and `cache` does not hold it.

    Args:
        cache: where it is kept.
        soon: load it in a thread, from now on, when it is there.

    Raises:
        ModelError: the bundled model cannot be rebuilt.
    """
    directory = bundled.model_directory(cache)
    converted = adapters.converted_directory("reader", directory, ADAPTER, cache, _REVISION)
    model = MergedCrossEncoder(directory, ADAPTER, converted)
    if soon:
        model.load_soon()
    return model


class MergedCrossEncoder:
    """The bundled encoder with an adapter, in OpenVINO. Safe to share between threads."""

    def __init__(self, directory: Path, adapter: Path, converted: Path) -> None:
        self.fingerprint = converted.name
        self._graph = Graph(
            converted / "model.xml",
            words_beside(converted),
            lambda: adapters.convert(directory, adapter, converted, _reading),
        )
        self._tokens = load_tokenizer(directory, _MAX_TOKENS, converted.parents[1] / "tokenizers")

    def load_soon(self) -> None:
        """Load the graph in a thread, for whoever knows that questions will come."""
        self._graph.load_soon()

    def read(self, question: str, texts: Sequence[str]) -> list[PassageScores]:
        """What the model says of each text, all of them in one batch."""
        if not texts:
            return []
        with stage("tokenise"):
            asked, *passages = self._tokens([question, *texts], special=False)
        lead = [_BEGIN, *asked.ids[:_QUESTION_TOKENS], _END, _END]
        room = _MAX_TOKENS - len(lead) - 1
        rows = [[*lead, *passage.ids[:room], _END] for passage in passages]
        width = max(map(len, rows))
        ids = np.full((len(rows), width), _PAD, np.int64)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
        spans, relevance = self._graph.run(ids, (ids != _PAD).astype(np.int64))
        found = []
        for number, passage in enumerate(passages):
            places = np.array(passage.places[:room], np.int32).reshape(-1, 2)
            within = spans[number, len(lead) : len(lead) + len(places)]
            found.append(PassageScores(float(relevance[number]), places, within[:, 0], within[:, 1]))
        return found


def _reading(encoder: Any, adapter: dict[str, Any]) -> Any:
    """The torch module: logits of start and end, (rows, tokens, 2), and of there being an answer, (rows,)."""
    import torch

    class Reading(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            span = torch.nn.functional.linear(states, adapter["span.weight"], adapter["span.bias"])
            head = torch.nn.functional.linear(states[:, 0], adapter["relevance.weight"], adapter["relevance.bias"])
            return span, head.squeeze(-1)

    return Reading()
