"""From a torch module over token ids to graphs that OpenVINO runs, in the precisions that machines run fastest."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.batches import batches, padded
from embeddings.errors import ModelError
from embeddings.graphs import CONVERTER, import_openvino
from embeddings.linear_layers import join_layers, linear_layers, operations
from embeddings.precision import quantized_file
from embeddings.quantization import quantize
from embeddings.words import WordVectors, save_words


def save_graph(model: Any, path: Path, words: Path, samples: Sequence[Sequence[int]] = ()) -> None:
    """Trace a torch module over `input_ids` and `attention_mask`, int64 (rows, tokens), and save what it computes.

    It is saved twice, in half precision and with weights of 8 bits: `compile_graph` takes what suits the machine.

    Args:
        model: which looks the vectors of its words up in one table.
        path: of the graph's file.
        words: directory for the table.
        samples: token ids of some texts, by which layers get ranges; without any, none does.

    Raises:
        ModelError: there is no such table.
    """
    import warnings

    import torch

    openvino = import_openvino()
    example = torch.ones((2, 8), dtype=torch.int64)
    with warnings.catch_warnings():
        # The tracer warns of every Python branch; tests hold the result against the model itself.
        warnings.simplefilter("ignore")
        graph = importlib.import_module(CONVERTER).convert_model(
            model.eval(), example_input={"input_ids": example, "attention_mask": example}
        )
    graph.reshape({0: [-1, -1], 1: [-1, -1]})
    name = _take_words_out(graph, words)
    join_layers(graph)
    openvino.save_model(graph, path, compress_to_fp16=True)
    # Both are kept: machines that share a cache need not be alike.
    quantize(graph, _seen(graph.clone(), samples, name, WordVectors(words / f"{name}.npy")) if samples else None)
    openvino.save_model(graph, quantized_file(path), compress_to_fp16=True)


def _take_words_out(graph: Any, directory: Path) -> str:
    """Make the vectors of the words an input of a graph, named by the file in which they are kept; its name."""
    for operation in graph.get_ordered_ops():
        if operation.get_type_name() == "Gather":
            table, ids = (_unconverted(operation.input_value(number)) for number in (0, 1))
            if table.get_type_name() == "Constant" and "input_ids" in ids.output(0).get_names():
                name = save_words(table.data, directory)
                opset = operations()
                given = opset.parameter([-1, -1, table.data.shape[1]], np.float32, name=name)
                given.output(0).set_names({name})
                operation.output(0).replace(given.output(0))
                graph.add_parameters([given])
                return name
    raise ModelError("it does not look its words up in one table")


def _unconverted(output: Any) -> Any:
    """The operation that a value comes from, past changes of its type."""
    operation = output.get_node()
    return _unconverted(operation.input_value(0)) if operation.get_type_name() == "Convert" else operation


def _seen(graph: Any, samples: Sequence[Sequence[int]], name: str, words: WordVectors) -> list[npt.NDArray[np.float16]]:
    """What comes into each linear layer with some texts, (tokens, inputs). The graph gets outputs of its own.

    In half precision: there are 30,000 inputs and more to a token.
    """
    inputs = [layer.input_value(0) for layer, _ in linear_layers(graph)]
    sources = [(given.get_node().friendly_name, given.get_index()) for given in inputs]
    distinct = dict(zip(sources, inputs, strict=True))
    graph.add_outputs(list(distinct.values()))
    request = import_openvino().Core().compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    seen: dict[tuple[str, int], list[npt.NDArray[np.float16]]] = {source: [] for source in distinct}
    for rows in batches([len(ids) for ids in samples]):
        # What stands in the padding is not looked at.
        ids, mask = padded(samples, rows, 0, len(samples[rows[-1]]))
        results = request({"input_ids": ids, "attention_mask": mask, name: words.rows(ids)})
        for values, result in zip(seen.values(), list(results.values())[-len(distinct) :], strict=True):
            values.append(result[mask == 1].astype(np.float16))
    together = {source: np.concatenate(seen.pop(source)) for source in distinct}
    return [together[source] for source in sources]
