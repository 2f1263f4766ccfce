"""Graphs over token ids in OpenVINO: saved once from torch, and compiled for this machine.

The vectors of the words are taken out of a graph, and it gets those that a batch needs as an input: see `words.py`.
"""

import importlib
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from embeddings.batches import IntArray
from embeddings.errors import ModelError
from embeddings.linear_layers import GROUP, compress_weights, join_layers, operations
from embeddings.stages import stage
from embeddings.words import WordVectors, save_words

FloatArray = npt.NDArray[np.float32]
_WARM_TOKENS = 16


class _Compiled(NamedTuple):
    """A graph that can be run."""

    request: Any
    given: str
    """The name of its input for the vectors of words."""
    words: WordVectors


class Graph:
    """A saved graph, loaded when it is first run, or before. Safe to share between threads: one at a time has it."""

    def __init__(self, path: Path, words: Path, make: Callable[[], object], lengths: Sequence[int] = ()) -> None:
        """Name a graph.

        Args:
            path: of its file.
            words: the directory of its word vectors.
            make: writes both, where one is missing or turns out to be damaged.
            lengths: in tokens, ascending. A single row of such a length is run in a graph compiled for it alone, which
                takes half the time: nothing of it is worked out anew because the row before was longer or shorter.
        """
        self._path = path
        self._words = words
        self._make = make
        self._lengths = lengths
        self._opened: dict[int | None, _Compiled] = {}
        self._loading = threading.Lock()
        self._running = threading.Lock()

    def load_soon(self) -> None:
        """Load it in a thread: most of that happens outside of Python, which goes on meanwhile.

        Does nothing where the graph has still to be made; who runs it then waits, and is told what goes wrong.
        """
        if self._path.is_file():
            threading.Thread(target=self._load_quietly).start()

    def width(self, rows: int, tokens: int) -> int:
        """To how many tokens rows had best be padded, of which the longest has so many."""
        return next((length for length in self._lengths if rows == 1 and tokens <= length), tokens)

    def run(self, ids: IntArray, mask: IntArray) -> list[FloatArray]:
        """What the graph makes of a batch: token ids and their mask, (rows, tokens)."""
        rows, tokens = ids.shape
        compiled = self._loaded(tokens if rows == 1 and tokens in self._lengths else None)
        with self._running, stage("infer"):
            inputs = {"input_ids": ids, "attention_mask": mask, compiled.given: compiled.words.rows(ids)}
            results = compiled.request.infer(inputs, share_inputs=True)
            # The request writes its next results over these.
            return [np.array(results[number], np.float32) for number in range(len(results))]

    def _load_quietly(self) -> None:
        with suppress(Exception):  # it is tried again, and told, when the graph is run
            ids = np.ones((1, self.width(1, _WARM_TOKENS)), np.int64)
            # With the first batch the weights are laid out anew, which takes half as long as to load them.
            self.run(ids, ids)

    def _loaded(self, length: int | None) -> _Compiled:
        if length not in self._opened:
            with stage("load"), self._loading:
                if length not in self._opened:
                    self._opened[length] = self._compiled(length)
        return self._opened[length]

    def _compiled(self, length: int | None) -> _Compiled:
        if not self._path.is_file():
            self._make()
        try:
            return self._open(length)
        except (OSError, ValueError, RuntimeError):
            # A file has been damaged since: it can be made again.
            self._make()
            return self._open(length)

    def _open(self, length: int | None) -> _Compiled:
        model = compile_graph(self._path, length)
        given = _words_input(model)
        return _Compiled(model.create_infer_request(), given, _opened_words(self._words / f"{given}.npy"))


# One for all graphs that have the same words.
_opened_words = cache(WordVectors)


def compile_graph(path: Path, length: int | None = None) -> Any:
    """A saved graph, compiled; what the compiler makes of it is kept beside it.

    Args:
        path: of its file.
        length: compile it for one row of so many tokens; None: for all batches.

    Raises:
        RuntimeError: the file holds no graph that OpenVINO can read.
    """
    hints = {"PERFORMANCE_HINT": "LATENCY", "CACHE_DIR": str(path.parent / "compiled"), **precision_hints()}
    core = import_openvino().Core()
    if length is None:
        return core.compile_model(fastest(path), "CPU", hints)
    model = core.read_model(fastest(path))
    words = _words_input(model)
    size = model.input(words).partial_shape[2].get_length()
    model.reshape({"input_ids": [1, length], "attention_mask": [1, length], words: [1, length, size]})
    return core.compile_model(model, "CPU", hints)


def _words_input(model: Any) -> str:
    """The name of a graph's input for the vectors of words."""
    names: Iterator[str] = (name for given in model.inputs for name in given.names)
    return next(name for name in names if name.startswith("words"))


def fastest(path: Path) -> Path:
    """The file of a saved graph that this machine runs fastest."""
    return path if _processor_has(_TILES) else _quantized(path)


def precision_hints() -> dict[str, object]:
    """In what the processor multiplies fastest: bf16 in tiles, or else 8 bits with what comes in groups.

    What is no linear layer is then in bf16 where the processor has that: 1.15 times as many passages, the same vectors
    to 0.0001 of their cosine.
    """
    if _processor_has(_TILES):
        return {"INFERENCE_PRECISION_HINT": "bf16"}
    rest = "bf16" if _processor_has(_BF16) else "f32"
    return {"INFERENCE_PRECISION_HINT": rest, "DYNAMIC_QUANTIZATION_GROUP_SIZE": GROUP}


# Instructions, as Linux names them: products of whole tiles in bf16 (AMX), and products in bf16 at all.
_TILES, _BF16 = "amx_bf16", "avx512_bf16"


@cache
def _processor_has(instructions: str) -> bool:
    """Whether the processor has them, and says so."""
    try:
        return instructions in Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
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
