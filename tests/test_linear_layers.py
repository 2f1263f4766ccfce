"""A graph's linear layers, joined, compute what they did."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from embeddings.graphs import import_openvino
from embeddings.linear_layers import join_layers, linear_layers, operations

Values = npt.NDArray[np.float32]
ROWS, INPUTS, OUTPUTS = 5, 64, 32


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(7)


def attention(random: np.random.Generator, *, biased: bool = True, transposed: bool = True) -> Any:
    """A graph of three layers on one input, each with an output of its own."""
    openvino, opset = import_openvino(), operations()
    given = opset.parameter([-1, INPUTS], np.float32)
    results = []
    for _ in range(3):
        weights = random.normal(size=(OUTPUTS, INPUTS)).astype(np.float32)
        laid_out = weights if transposed else np.ascontiguousarray(weights.T)
        product = opset.matmul(given, opset.constant(laid_out), transpose_a=False, transpose_b=transposed)
        bias = random.normal(size=OUTPUTS).astype(np.float32)
        results.append(opset.add(product, opset.constant(bias)) if biased else opset.tanh(product))
    return openvino.Model(results, [given])


def run(model: Any, given: Values) -> list[Values]:
    hints = {"INFERENCE_PRECISION_HINT": "f32"}
    found = import_openvino().Core().compile_model(model, "CPU", hints)([given])
    return [np.array(found[number]) for number in range(3)]


def test_layers_with_one_input_become_one(random: np.random.Generator) -> None:
    model = attention(random)
    given = random.normal(size=(ROWS, INPUTS)).astype(np.float32)
    before = run(model, given)
    join_layers(model)
    assert [weights.shape for _, weights in linear_layers(model)] == [(3 * OUTPUTS, INPUTS)]
    for one, other in zip(before, run(model, given), strict=True):
        assert np.allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("kind", [{"biased": False}, {"transposed": False}])
def test_other_layers_are_left_as_they_are(random: np.random.Generator, kind: dict[str, bool]) -> None:
    model = attention(random, **kind)
    operations_before = [operation.get_type_name() for operation in model.get_ordered_ops()]
    join_layers(model)
    assert [operation.get_type_name() for operation in model.get_ordered_ops()] == operations_before
