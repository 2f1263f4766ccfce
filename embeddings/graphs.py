"""Graphs over token ids in OpenVINO: saved once from torch, and compiled for this machine.

The vectors of the words are taken out of a graph, and it gets those that a batch needs as an input: see `words.py`.
"""

import importlib
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.batches import IntArray
from embeddings.errors import ModelError
from embeddings.linear_layers import GROUP, compress_weights, join_layers, operations
from embeddings.stages import stage
from embeddings.words import WordVectors, save_words

FloatArray = npt.NDArray[np.float32]
_WARM_TOKENS = 16


class Graph:
    """A saved graph, loaded when it is first run, or before. Safe to share between threads: one at a time has it."""

    def __init__(self, path: Path, words: Path, make: Callable[[], object]) -> None:
        """Name a graph.

        Args:
            path: of its file.
            words: the directory of its word vectors.
            make: writes both, where one is missing or turns out to be damaged.
        """
        self._path = path
        self._words = words
        self._make = make
        self._opened: tuple[Any, str, WordVectors] | None = None
        self._loading = threading.Lock()
        self._running = threading.Lock()

    def load_soon(self) -> None:
        """Load it in a thread: most of that happens outside of Python, which goes on meanwhile.

        Does nothing where the graph has still to be made; who runs it then waits, and is told what goes wrong.
        """
        if self._path.is_file():
            threading.Thread(target=self._load_quietly).start()

    def run(self, ids: IntArray, mask: IntArray) -> list[FloatArray]:
        """What the graph makes of a batch: token ids and their mask, (rows, tokens)."""
        request, words, vectors = self._loaded()
        with self._running, stage("infer"):
            inputs = {"input_ids": ids, "attention_mask": mask, words: vectors.rows(ids)}
            results = request.infer(inputs, share_inputs=True)
            # The request writes its next results over these.
            return [np.array(results[number], np.float32) for number in range(len(results))]

    def _load_quietly(self) -> None:
        with suppress(Exception):  # it is tried again, and told, when the graph is run
            ids = np.ones((1, _WARM_TOKENS), np.int64)
            # With the first batch the weights are laid out anew, which takes half as long as to load them.
            self.run(ids, ids)

    def _loaded(self) -> tuple[Any, str, WordVectors]:
        if self._opened is None:
            with stage("load"), self._loading:
                self._opened = self._opened or self._compiled()
        return self._opened

    def _compiled(self) -> tuple[Any, str, WordVectors]:
        if not self._path.is_file():
            self._make()
        try:
            return self._open()
        except (OSError, ValueError, RuntimeError):
            # A file has been damaged since: it can be made again.
            self._make()
            return self._open()

    def _open(self) -> tuple[Any, str, WordVectors]:
        model = compile_graph(self._path)
        words = next(name for given in model.inputs for name in given.names if name.startswith("words"))
        return model.create_infer_request(), words, _opened_words(self._words / f"{words}.npy")


# One for all graphs that have the same words.
_opened_words = cache(WordVectors)


def compile_graph(path: Path) -> Any:
    """A saved graph, compiled; what the compiler makes of it is kept beside it.

    Raises:
        RuntimeError: the file holds no graph that OpenVINO can read.
    """
    hints = {"PERFORMANCE_HINT": "LATENCY", "CACHE_DIR": str(path.parent / "compiled"), **precision_hints()}
    return import_openvino().Core().compile_model(fastest(path), "CPU", hints)


def fastest(path: Path) -> Path:
    """The file of a saved graph that this machine runs fastest."""
    return path if multiplies_tiles() else _quantized(path)


def precision_hints() -> dict[str, object]:
    """In what the processor multiplies fastest: bf16 in tiles (AMX), or else 8 bits with what comes in groups."""
    if multiplies_tiles():
        return {"INFERENCE_PRECISION_HINT": "bf16"}
    return {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": GROUP}


@cache
def multiplies_tiles() -> bool:
    """Whether the processor has instructions for products of whole tiles in bf16 (AMX), and says so, as Linux does."""
    try:
        return "amx_bf16" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False


def _quantized(path: Path) -> Path:
    """Where the graph with weights of 8 bits is kept."""
    return path.with_name(f"{path.stem}-int8.xml")


def save_graph(model: Any, path: Path, words: Path) -> None:
    """Trace a torch module over `input_ids` and `attention_mask`, int64 (rows, tokens), and save what it computes.

    It is saved twice, in half precision and with weights of 8 bits: `compile_graph` takes what suits the machine.

    Args:
        model: which looks the vectors of its words up in one table.
        path: of the graph's file.
        words: directory for the table.

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
        graph = importlib.import_module(_CONVERTER).convert_model(
            model.eval(), example_input={"input_ids": example, "attention_mask": example}
        )
    graph.reshape({0: [-1, -1], 1: [-1, -1]})
    _take_words_out(graph, words)
    join_layers(graph)
    openvino.save_model(graph, path, compress_to_fp16=True)
    # Both are kept: machines that share a cache need not be alike.
    compress_weights(graph)
    openvino.save_model(graph, _quantized(path), compress_to_fp16=True)


def _take_words_out(graph: Any, directory: Path) -> None:
    """Make the vectors of the words an input of a graph, named by the file in which they are kept."""
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
                return
    raise ModelError("it does not look its words up in one table")


def _unconverted(output: Any) -> Any:
    """The operation that a value comes from, past changes of its type."""
    operation = output.get_node()
    return _unconverted(operation.input_value(0)) if operation.get_type_name() == "Convert" else operation


def import_openvino() -> ModuleType:
    """Import openvino with its telemetry switched off, and without its converter.

    `import openvino` reports itself to its makers when the package openvino-telemetry is installed, and pip installs
    it. A module that is None in `sys.modules` cannot be imported, and openvino then uses its own silent stand-in. The
    converter takes twice as long to import as everything else, and is left to who converts.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    with _importing:
        if "openvino" not in sys.modules:
            sys.modules[_CONVERTER] = None  # type: ignore[assignment]
            try:
                import openvino
            finally:
                del sys.modules[_CONVERTER]
            # Its tables of types are made with the first tensor. Two threads that come to that at once wait for each
            # other for ever: one has the table's guard and wants the interpreter's lock, the other the reverse.
            for kind in (np.int64, np.float32):
                _ = openvino.Tensor(np.zeros(1, kind), shared_memory=True).data
    return sys.modules["openvino"]


_CONVERTER = "openvino.tools.ovc"
_importing = threading.Lock()
