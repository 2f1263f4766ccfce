"""A graph's linear layers in 8 bits, as variants for `bench.encoding`: made from the graph itself, without a library.

Weights are symmetric, a scale for each output. Activations either get theirs when they come (OpenVINO's dynamic
quantisation), or one range for each layer, calibrated beforehand (as in Jacob et al. 2018).
"""

import importlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_LEVELS = 256
_BEYOND = 0.001
"""Percent of the activations on either side that a calibrated range leaves out."""

Ranges = list[tuple[float, float]]


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
    """Keep the weights of the linear layers in 8 bits; what they are multiplied with stays as it is."""
    opset = operations()
    for layer, weights in list(linear_layers(model)):
        scale = np.abs(weights).max(axis=1, keepdims=True) / 127
        small = opset.convert(opset.constant(np.round(weights / scale).astype(np.int8)), np.float32)
        layer.input(1).replace_source_output(opset.multiply(small, opset.constant(scale)).output(0))
    model.validate_nodes_and_infer_types()


def calibrate(model: Any, run: Callable[[Any], Sequence[list[npt.NDArray[np.float32]]]]) -> Ranges:
    """The range of what comes into each linear layer.

    Args:
        model: a copy of the graph, which gets outputs of its own here.
        run: gives, for each batch of some texts, the values of the model's outputs after the first.
    """
    inputs = [layer.input_value(0) for layer, _ in linear_layers(model)]
    # Query, key and value have one input.
    names = [value.get_node().friendly_name for value in inputs]
    distinct = dict(zip(names, inputs, strict=True))
    model.add_outputs(list(distinct.values()))
    bounds = np.array([[np.percentile(one, (_BEYOND, 100 - _BEYOND)) for one in batch] for batch in run(model)])
    ranges = zip(bounds[..., 0].min(axis=0).tolist(), bounds[..., 1].max(axis=0).tolist(), strict=True)
    known = dict(zip(distinct, ranges, strict=True))
    return [known[name] for name in names]


def quantize(model: Any, ranges: Ranges) -> None:
    """Multiply 8 bits with 8 bits in the linear layers."""
    opset = operations()
    for (layer, weights), (low, high) in zip(list(linear_layers(model)), ranges, strict=True):
        most = np.abs(weights).max(axis=1, keepdims=True)
        for number, value, bottom, top, levels in (
            (0, layer.input_value(0), np.float32(low), np.float32(high), _LEVELS),
            (1, opset.constant(weights), -most, most, _LEVELS - 1),
        ):
            ends = [opset.constant(end) for end in (bottom, top, bottom, top)]
            layer.input(number).replace_source_output(opset.fake_quantize(value, *ends, levels).output(0))
    model.validate_nodes_and_infer_types()


def operations() -> Any:
    """OpenVINO's operations, as functions."""
    return importlib.import_module("openvino.opset13")
