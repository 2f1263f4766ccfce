"""The default reading model: the bundled encoder with an adapter that `training/` makes, in OpenVINO.

The adapter holds low-rank updates of the encoder's linear layers (Hu et al. 2021, LoRA), its biases and norms, and the
heads. It is merged into the encoder's weights once, when the graph is converted. Trained on text in simplified
characters; who calls it folds.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from embeddings import bundled
from embeddings.conversion import save_graph
from embeddings.cross_encoder import PassageScores
from embeddings.errors import ModelError
from embeddings.graphs import Graph
from embeddings.stages import stage
from embeddings.tokenization import load_tokenizer

ADAPTER = Path(str(files("embeddings") / "reader.safetensors"))
"""The one that is shipped."""
# Raise it when the merged graph changes for the same adapter.
_REVISION = 4
_MAX_TOKENS = 512
_BEGIN, _PAD, _END = 0, 1, 2
_QUESTION_TOKENS = 64
"""What training kept of a question."""
_LAYER_PARTS = {
    "attend": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "attended": ("attention.output.dense",),
    "widen": ("intermediate.dense",),
    "narrow": ("output.dense",),
}
_LAYER_NORMS = {"attended_norm": "attention.output.LayerNorm", "narrow_norm": "output.LayerNorm"}


def open_merged(cache: Path, *, soon: bool = False) -> "MergedCrossEncoder":
    """The default reading model; its graph is converted when the first question comes and `cache` does not hold it.

    Args:
        cache: where it is kept.
        soon: load it in a thread, from now on, when it is there.

    Raises:
        ModelError: the bundled model cannot be rebuilt.
    """
    directory = bundled.model_directory(cache)
    digest = hashlib.sha256(ADAPTER.read_bytes()).hexdigest()[:16]
    converted = cache / "openvino" / f"reader-{directory.name}-{digest}-r{_REVISION}"
    model = MergedCrossEncoder(directory, ADAPTER, converted)
    if soon:
        model.load_soon()
    return model


class MergedCrossEncoder:
    """The bundled encoder with an adapter, in OpenVINO. Safe to share between threads."""

    def __init__(self, directory: Path, adapter: Path, converted: Path) -> None:
        self.fingerprint = converted.name
        self._graph = Graph(
            converted / "model.xml", converted.parents[1] / "words", lambda: _convert(directory, adapter, converted)
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


def _convert(directory: Path, adapter: Path, converted: Path) -> None:
    """Merge the adapter into the encoder's weights and write the graph, atomically."""
    import torch
    from safetensors.torch import load_file
    from transformers import BertModel
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    weights = {name: tensor.float() for name, tensor in load_file(adapter).items()}
    try:
        encoder = BertModel.from_pretrained(directory, add_pooling_layer=False, attn_implementation="sdpa")
    except Exception as error:
        raise ModelError(f"transformers cannot load {directory}: {error}") from error
    encoder.load_state_dict(_merged(encoder.state_dict(), weights))

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            span = torch.nn.functional.linear(states, weights["span.weight"], weights["span.bias"])
            head = torch.nn.functional.linear(states[:, 0], weights["relevance.weight"], weights["relevance.bias"])
            return span, head.squeeze(-1)

    shutil.rmtree(converted, ignore_errors=True)  # what is there is damaged
    converted.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{converted.name}-", dir=converted.parent))
    try:
        save_graph(Graph(), draft / "model.xml", converted.parents[1] / "words")
        try:
            draft.rename(converted)
        except OSError:
            # Another process was quicker, and what it wrote is the same.
            if not converted.is_dir():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _merged(state: dict[str, Any], adapter: dict[str, Any]) -> dict[str, Any]:
    """The encoder's weights with the adapter's updates in them: `W + up · down`, and its biases and norms."""
    merged = dict(state)
    merged["embeddings.LayerNorm.weight"] = adapter["norm.weight"]
    merged["embeddings.LayerNorm.bias"] = adapter["norm.bias"]
    layers = {name.split(".")[1] for name in adapter if name.startswith("layers.")}
    for layer in layers:
        for part, names in _LAYER_PARTS.items():
            update = adapter[f"layers.{layer}.{part}.up"] @ adapter[f"layers.{layer}.{part}.down"]
            biases = adapter[f"layers.{layer}.{part}.bias"].chunk(len(names))
            for name, change, bias in zip(names, update.chunk(len(names)), biases, strict=True):
                merged[f"encoder.layer.{layer}.{name}.weight"] = state[f"encoder.layer.{layer}.{name}.weight"] + change
                merged[f"encoder.layer.{layer}.{name}.bias"] = bias
        for part, name in _LAYER_NORMS.items():
            for kind in ("weight", "bias"):
                merged[f"encoder.layer.{layer}.{name}.{kind}"] = adapter[f"layers.{layer}.{part}.{kind}"]
    return merged
