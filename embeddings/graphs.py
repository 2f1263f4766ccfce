"""Graphs over token ids in OpenVINO: saved once from torch, and compiled for this machine."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any


def compile_graph(path: Path) -> Any:
    """A request that runs a saved graph; what the compiler makes of it is kept beside it.

    Raises:
        RuntimeError: the file holds no graph that OpenVINO can read.
    """
    core = import_openvino().Core()
    precision = "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
    blobs = str(path.parent / "compiled")
    hints = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": precision, "CACHE_DIR": blobs}
    return core.compile_model(path, "CPU", hints).create_infer_request()


def save_graph(model: Any, path: Path) -> None:
    """Trace a torch module over `input_ids` and `attention_mask`, int64 (rows, tokens), and save what it computes."""
    import warnings

    import torch

    openvino = import_openvino()
    example = torch.ones((2, 8), dtype=torch.int64)
    with warnings.catch_warnings():
        # The tracer warns of every Python branch; tests hold the result against the model itself.
        warnings.simplefilter("ignore")
        graph = openvino.convert_model(model.eval(), example_input={"input_ids": example, "attention_mask": example})
    graph.reshape({0: [-1, -1], 1: [-1, -1]})
    openvino.save_model(graph, path, compress_to_fp16=True)


def import_openvino() -> ModuleType:
    """Import openvino with its telemetry switched off.

    `import openvino` reports itself to its makers when the package openvino-telemetry is installed, and pip installs
    it. A module that is None in `sys.modules` cannot be imported, and openvino then uses its own silent stand-in.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino  # type: ignore[no-any-return]
