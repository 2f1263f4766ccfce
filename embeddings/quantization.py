"""A graph's linear layers with weights of 8 bits.

Weights are symmetric, a scale for each output. What they are multiplied with stays as it is in the graph; where the
processor multiplies 8 bits (VNNI), OpenVINO quantises it as it comes, a scale for each run of `GROUP` values, so that
nothing has to be calibrated. Vectors of the default model keep a cosine of 0.9998 (`python -m bench.encoding`).
"""

import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

GROUP = 96
"""On one core without bf16, passages a second in f32: 17; with groups of 64: 32, of 96: 42, of 128 and 192: 44, of
384: 39. The least cosine of 306 questions, some of them of one letter: 0.9995, 0.9992, 0.9990 and 0.9987 up to 192.
Vectors are to stay within 0.999."""
_MOST = 127
_FEW_OUTPUTS = 16
"""Fewer are a head: it costs nothing, and all that a model says goes through it."""


def linear_layers(model: Any) -> Iterator[tuple[Any, npt.NDArray[np.float32]]]:
    """The products of activations and fixed weights, in order, with their weights (outputs, inputs)."""
    for operation in model.get_ordered_ops():
        if operation.get_type_name() == "MatMul":
            weights = operation.input_value(1).get_node()
            while weights.get_type_name() == "Convert":
                weights = weights.input_value(0).get_node()
            if weights.get_type_name() == "Constant" and len(weights.data.shape) == 2:
                yield operation, weights.data.astype(np.float32)


def compress_weights(model: Any) -> None:
    """Keep the weights of the linear layers in 8 bits."""
    opset = operations()
    layers = [(layer, weights) for layer, weights in linear_layers(model) if len(weights) >= _FEW_OUTPUTS]
    for layer, weights in layers:
        scale = np.abs(weights).max(axis=1, keepdims=True) / _MOST
        scale[scale == 0] = 1
        small = opset.convert(opset.constant(np.round(weights / scale).astype(np.int8)), np.float32)
        layer.input(1).replace_source_output(opset.multiply(small, opset.constant(scale)).output(0))
    model.validate_nodes_and_infer_types()


def operations() -> Any:
    """OpenVINO's operations, as functions."""
    return importlib.import_module("openvino.opset13")
