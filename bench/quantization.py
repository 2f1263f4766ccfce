"""A graph's linear layers in 8 bits with one calibrated range each, as a variant for `bench.encoding`.

As in Jacob et al. 2018, and made from the graph itself, without a library. What is shipped quantises activations as
they come (`embeddings/linear_layers.py`).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.linear_layers import linear_layers, operations

_LEVELS = 256
_BEYOND = 0.001
"""Percent of the activations on either side that a calibrated range leaves out."""

Ranges = list[tuple[float, float]]


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
