"""A graph's linear layers in 8 bits, for processors that multiply those (VNNI).

Weights are symmetric, a scale for each output. What comes into a layer has one range for all texts (Jacob et al. 2018)
where that is exact enough, with its channels evened out before (SmoothQuant, Xiao et al. 2023, equation 4). Elsewhere
it stays as it is in the graph, and OpenVINO quantises it as it comes, a scale for each run of so many values.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from embeddings.linear_layers import Weights, linear_layers, operations

GROUP = 96
"""Values of one scale, where no layer has a range. On one core without bf16, passages a second in f32: 17; with groups
of 64: 32, of 96: 42, of 128 and 192: 44, of 384: 39. The least cosine of 306 questions, some of them of one letter:
0.9995, 0.9992, 0.9990 and 0.9987 up to 192."""
WIDE_GROUP = 384
"""The same where most layers have ranges: the others take a tenth less time than with 96, and are as exact."""
MOST_ERROR = 0.03
"""How far a layer's result for a token may be off with a range, of its norm (root mean square). In the default model
those behind a GELU are at 0.04 to 0.4, but for the last; nearly all others at 0.01 to 0.02."""
_EXPONENT = 0.5
"""How much of the unevenness goes from the channels to the weights. More brings the sample's results nearer, and those
of other texts farther: they leave the range."""
_LEAST = np.float32(1e-6)
_MOST = 127
_LEVELS = 256
_FEW_OUTPUTS = 16
"""Fewer are a head: it costs nothing, and all that a model says goes through it."""

Values = npt.NDArray[np.float32]


class _Range(NamedTuple):
    """How what comes into a layer is quantised, whatever the text."""

    channels: Values
    """What each channel is divided by before: (inputs,)"""
    low: np.float32
    high: np.float32
    """The ends of the range, of what has been divided."""


def quantize(model: Any, seen: Sequence[npt.NDArray[np.floating[Any]]] | None = None) -> None:
    """Keep the weights of the linear layers in 8 bits, and give a range to those that can have one.

    Args:
        model: is changed.
        seen: what comes into each linear layer with some texts, (tokens, inputs); None: no layer gets a range.
    """
    layers = list(linear_layers(model))
    for (layer, weights), values in zip(layers, [None] * len(layers) if seen is None else seen, strict=True):
        if len(weights) < _FEW_OUTPUTS:
            continue
        found = None if values is None else _range(values.astype(np.float32), weights)
        if found is not None:
            layer.input(0).replace_source_output(_in_range(layer.input_value(0), found))
        layer.input(1).replace_source_output(_compressed(weights if found is None else weights * found.channels))
    model.validate_nodes_and_infer_types()


def _range(values: Values, weights: Weights) -> _Range | None:
    """The range of what comes into a layer; None where its result would be too far off."""
    most = [np.maximum(np.abs(one).max(axis=0), _LEAST) for one in (values, weights)]
    channels = most[0] ** _EXPONENT / most[1] ** (1 - _EXPONENT)
    divided = values / channels
    low, high = divided.min(), divided.max()
    small, scale = _rounded(weights * channels)
    step = max((high - low) / (_LEVELS - 1), _LEAST)
    product, exact = np.round(divided / step) * step @ (small * scale).T, values @ weights.T
    # Of each token by itself: those with outliers have most of the norm.
    off = np.linalg.norm(product - exact, axis=1) / np.maximum(np.linalg.norm(exact, axis=1), _LEAST)
    return _Range(channels, low, high) if low < high and np.sqrt(np.mean(off**2)) <= MOST_ERROR else None


def _in_range(given: Any, found: _Range) -> Any:
    opset = operations()
    divided = opset.multiply(given, opset.constant(1 / found.channels))
    ends = [opset.constant(end) for end in (found.low, found.high, found.low, found.high)]
    return opset.fake_quantize(divided, *ends, _LEVELS).output(0)


def _compressed(weights: Weights) -> Any:
    opset = operations()
    small, scale = _rounded(weights)
    return opset.multiply(opset.convert(opset.constant(small), np.float32), opset.constant(scale)).output(0)


def _rounded(weights: Weights) -> tuple[npt.NDArray[np.int8], Weights]:
    """Weights in 8 bits, and what those of each output are multiplied with: (outputs, 1)."""
    scale = np.abs(weights).max(axis=1, keepdims=True) / _MOST
    scale[scale == 0] = 1
    return np.round(weights / scale).astype(np.int8), scale
