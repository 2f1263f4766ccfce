"""A graph's linear layers in 8 bits compute nearly what they did; those get a range that can have one."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from embeddings.graphs import import_openvino
from embeddings.linear_layers import operations
from embeddings.quantization import quantize

Values = npt.NDArray[np.float32]
ROWS, TOKENS, INPUTS, OUTPUTS = 4, 50, 64, 32
NOTHING = np.zeros((ROWS * TOKENS, INPUTS), np.float32)


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def weights(random: np.random.Generator) -> Values:
    made = random.normal(size=(OUTPUTS, INPUTS)).astype(np.float32)
    made[0] = 0
    return made


@pytest.fixture
def usual(random: np.random.Generator) -> Values:
    """What comes in behind a normalisation: each channel about as large as ever, and some three times as large as others."""
    made: Values = (random.normal(size=(ROWS, TOKENS, INPUTS)) * np.geomspace(1, 3, INPUTS)).astype(np.float32)
    return made


@pytest.fixture
def with_outliers(usual: Values) -> Values:
    """What comes in behind a GELU of a large model: a few values a thousand times as large as the rest."""
    made = usual.copy()
    made[0, 0, :5] = 1000
    return made


def layer(weights: Values) -> Any:
    opset = operations()
    given = opset.parameter([-1, -1, weights.shape[1]], np.float32)
    product = opset.matmul(given, opset.constant(weights), transpose_a=False, transpose_b=True)
    return import_openvino().Model([opset.tanh(product)], [given])


def run(model: Any, given: Values) -> Values:
    hints = {"INFERENCE_PRECISION_HINT": "f32"}
    return np.array(import_openvino().Core().compile_model(model, "CPU", hints)([given])[0])


def kinds(model: Any) -> list[str]:
    return [operation.get_type_name() for operation in model.get_ordered_ops()]


def cosine(one: Values, other: Values) -> float:
    return float((one * other).sum() / np.linalg.norm(one) / np.linalg.norm(other))


def kept(model: Any) -> set[np.dtype[Any]]:
    constants = [op.data for op in model.get_ordered_ops() if op.get_type_name() == "Constant"]
    return {one.dtype for one in constants if one.size > INPUTS}


def test_without_texts_only_weights_have_eight_bits(weights: Values, usual: Values) -> None:
    model = layer(weights)
    exact = run(model, usual)
    quantize(model)
    assert kept(model) == {np.dtype(np.int8)}
    assert "FakeQuantize" not in kinds(model)
    assert np.isfinite(run(model, usual)).all()
    assert 0.999 < cosine(run(model, usual), exact) < 1


def test_a_layer_gets_a_range_that_holds_for_other_texts(weights: Values, usual: Values) -> None:
    model = layer(weights)
    exact = run(model, usual)
    quantize(model, [usual[1:].reshape(-1, INPUTS)])
    assert kept(model) == {np.dtype(np.int8)}
    assert "FakeQuantize" in kinds(model)
    assert 0.998 < cosine(run(model, usual), exact) < 1


def test_channels_are_evened_out_before(weights: Values, usual: Values) -> None:
    uneven = usual * np.geomspace(0.01, 100, INPUTS).astype(np.float32)
    model = layer(weights / np.geomspace(0.01, 100, INPUTS).astype(np.float32))
    exact = run(model, uneven)
    quantize(model, [uneven.reshape(-1, INPUTS)])
    assert "FakeQuantize" in kinds(model)
    assert 0.998 < cosine(run(model, uneven), exact) < 1


@pytest.mark.parametrize("seen", ["with_outliers", NOTHING])
def test_a_layer_that_no_range_suits_has_none(weights: Values, seen: Any, request: pytest.FixtureRequest) -> None:
    values = request.getfixturevalue(seen) if isinstance(seen, str) else seen
    model = layer(weights)
    quantize(model, [values.reshape(-1, INPUTS)])
    assert "FakeQuantize" not in kinds(model)
    assert kept(model) == {np.dtype(np.int8)}


def test_a_head_is_left_as_it_is(weights: Values, usual: Values) -> None:
    model = layer(weights[1:3])
    before = kinds(model)
    quantize(model, [usual.reshape(-1, INPUTS)])
    assert kinds(model) == before
