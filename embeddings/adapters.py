"""Adapters of the bundled encoder, which `training/` makes: merged into its weights when a graph of it is converted.

An adapter holds low-rank updates of the encoder's linear layers (Hu et al. 2021, LoRA), its biases and its norms. It
may be of fewer layers than the encoder has, and then names those that it keeps.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from embeddings.conversion import save_graph
from embeddings.directories import written_whole
from embeddings.errors import ModelError
from embeddings.words import words_beside

_LAYER_PARTS = {
    "attend": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "attended": ("attention.output.dense",),
    "widen": ("intermediate.dense",),
    "narrow": ("output.dense",),
}
_LAYER_NORMS = {"attended_norm": "attention.output.LayerNorm", "narrow_norm": "output.LayerNorm"}


def shipped(name: str) -> Path:
    """The file of an adapter that comes with the program."""
    return Path(str(files("embeddings") / name))


def converted_directory(kind: str, model: Path, adapter: Path, cache: Path, revision: int) -> Path:
    """Where the graph that is made of a model's directory and an adapter is kept.

    Args:
        kind: what the graph is for.
        model: the encoder's directory.
        adapter: the adapter's file.
        cache: where converted models are kept.
        revision: raised when the graph changes for the same adapter.
    """
    digest = hashlib.sha256(adapter.read_bytes()).hexdigest()[:16]
    return cache / "openvino" / f"{kind}-{model.name}-{digest}-r{revision}"


def convert(
    model: Path,
    adapter: Path,
    converted: Path,
    graph_of: Callable[[Any, dict[str, Any]], Any],
    samples: Sequence[Sequence[int]] = (),
) -> None:
    """Write the graph of a model with an adapter in it, atomically.

    Args:
        model: the encoder's directory.
        adapter: the adapter's file.
        converted: the directory to write, `model.xml` in it; what is there is replaced.
        graph_of: makes the torch module that is traced from the merged encoder and the adapter's weights.
        samples: see `save_graph`.

    Raises:
        ModelError: transformers cannot load the model.
    """
    weights, kept = _read(adapter)
    encoder = _merged(model, weights, kept)
    shutil.rmtree(converted, ignore_errors=True)  # what is there is damaged
    with written_whole(converted) as draft:
        save_graph(graph_of(encoder, weights), draft / "model.xml", words_beside(converted), samples)


def _read(adapter: Path) -> tuple[dict[str, Any], list[int] | None]:
    """An adapter's weights, and which of the encoder's layers it keeps; None: all."""
    from safetensors import safe_open

    with safe_open(adapter, "pt") as file:
        kept = (file.metadata() or {}).get("layers")
        weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 - it is no dict
    return weights, json.loads(kept) if kept else None


def _merged(model: Path, adapter: dict[str, Any], kept: Sequence[int] | None) -> Any:
    """The encoder with an adapter's updates in it: `W + up · down`, and its biases and norms."""
    import torch
    from transformers import BertModel
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        encoder = BertModel.from_pretrained(model, add_pooling_layer=False, attn_implementation="sdpa")
    except Exception as error:
        raise ModelError(f"transformers cannot load {model}: {error}") from error
    if kept is not None:
        encoder.encoder.layer = torch.nn.ModuleList(encoder.encoder.layer[number] for number in kept)
    state = encoder.state_dict()
    state["embeddings.LayerNorm.weight"] = adapter["norm.weight"]
    state["embeddings.LayerNorm.bias"] = adapter["norm.bias"]
    for number in range(len(encoder.encoder.layer)):
        for part, names in _LAYER_PARTS.items():
            update = adapter[f"layers.{number}.{part}.up"] @ adapter[f"layers.{number}.{part}.down"]
            biases = adapter[f"layers.{number}.{part}.bias"].chunk(len(names))
            for name, change, bias in zip(names, update.chunk(len(names)), biases, strict=True):
                state[f"encoder.layer.{number}.{name}.weight"] = state[f"encoder.layer.{number}.{name}.weight"] + change
                state[f"encoder.layer.{number}.{name}.bias"] = bias
        for part, name in _LAYER_NORMS.items():
            for kind in ("weight", "bias"):
                state[f"encoder.layer.{number}.{name}.{kind}"] = adapter[f"layers.{number}.{part}.{kind}"]
    encoder.load_state_dict(state)
    return encoder
