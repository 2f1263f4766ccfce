"""Graphs over token ids in OpenVINO, compiled for this machine and run. What saves them is `conversion.py`.

The vectors of the words are taken out of a graph, and it gets those that a batch needs as an input: see `words.py`.
"""

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from embeddings.batches import IntArray
from embeddings.precision import fastest, precision_hints
from embeddings.quantization import GROUP
from embeddings.stages import stage
from embeddings.words import WordVectors

FloatArray = npt.NDArray[np.float32]
_WARM_TOKENS = 16
_MOST_STREAMS = 8
# Attention in separate operations is quicker than as the one that it is fused to otherwise: 0.73 of its time. Code for
# shapes that were met, if all of it is kept, takes 100 MB more after some thousand passages, and saves no time.
MANY = {"SNIPPETS_MODE": "DISABLE", "CPU_RUNTIME_CACHE_CAPACITY": 16}
"""Properties of the graph that is run for many batches at a time."""
_STREAMS = 0
"""Stands for the graph that is run for many batches at a time."""


class Batch(NamedTuple):
    """Rows of tokens that are run together."""

    rows: IntArray
    """Their numbers, (rows,)."""
    ids: IntArray
    """(rows, tokens)"""
    mask: IntArray
    """(rows, tokens)"""


class _Compiled(NamedTuple):
    """A graph that can be run."""

    requests: "SimpleQueue[Any]"
    """Those that are free to run it."""
    at_once: int
    """How many there are."""
    given: str
    """The name of its input for the vectors of words."""
    words: WordVectors

    def inputs(self, ids: IntArray, mask: IntArray) -> dict[str, IntArray | FloatArray]:
        """What it is given for a batch."""
        return {"input_ids": ids, "attention_mask": mask, self.given: self.words.rows(ids)}

    def run(self, inputs: dict[str, IntArray | FloatArray]) -> list[FloatArray]:
        """What it makes of a batch."""
        request = self.requests.get()
        try:
            results = request.infer(inputs, share_inputs=True)
            # The request writes its next results over these.
            return [np.array(results[number], np.float32) for number in range(len(results))]
        finally:
            self.requests.put(request)


class Graph:
    """A saved graph, loaded when it is first run, or before. Safe to share between threads.

    Of those who run one batch, one at a time has it; many batches have a graph of their own, and all cores.
    """

    def __init__(
        self, path: Path, words: Path, make: Callable[[], object], lengths: Sequence[int] = (), group: int = GROUP
    ) -> None:
        """Name a graph.

        Args:
            path: of its file.
            words: the directory of its word vectors.
            make: writes both, where one is missing or turns out to be damaged.
            lengths: in tokens, ascending. A single row of such a length is run in a graph compiled for it alone, which
                takes half the time: nothing of it is worked out anew because the row before was longer or shorter.
            group: values of one scale, where what comes into a layer has no range; see `quantization.py`.
        """
        self._path = path
        self._words = words
        self._make = make
        self._lengths = lengths
        self._group = group
        self._opened: dict[int | None, _Compiled] = {}
        self._loading = threading.Lock()
        self._running = threading.Lock()

    def load_soon(self) -> None:
        """Load it in a thread: most of that happens outside of Python, which goes on meanwhile.

        Does nothing where the graph has still to be made; who runs it then waits, and is told what goes wrong.
        """
        if self._path.is_file():
            threading.Thread(target=self._load_quietly).start()

    def width(self, tokens: int) -> int:
        """To how many tokens a single row had best be padded that has so many."""
        return next((length for length in self._lengths if tokens <= length), tokens)

    def run(self, ids: IntArray, mask: IntArray) -> list[FloatArray]:
        """What the graph makes of a batch: token ids and their mask, (rows, tokens)."""
        return self.prepared(ids, mask)()

    def prepared(self, ids: IntArray, mask: IntArray) -> Callable[[], list[FloatArray]]:
        """All but running it for a batch; what comes back does so, and holds no Python meanwhile.

        Where it has still to be loaded, that is left to who runs it.
        """
        rows, tokens = ids.shape
        length = tokens if rows == 1 and tokens in self._lengths else None
        known = self._opened.get(length)
        inputs = known and known.inputs(ids, mask)

        def run() -> list[FloatArray]:
            compiled = self._loaded(length)
            with self._running, stage("infer"), self._unless_it_fails(length):
                return compiled.run(inputs or compiled.inputs(ids, mask))

        return run

    def run_each(self, batches: Iterable[Batch], results: FloatArray) -> None:
        """Run many batches, each on one core, as many at a time as there are cores: none has to wait for another.

        The next is taken from `batches` while these are run. Questions are answered meanwhile.

        Args:
            batches: the longest had best come first, so that at the end no core waits long for another.
            results: (rows, …), where the graph's first output goes.
        """
        compiled = self._loaded(_STREAMS)

        def run(rows: IntArray, inputs: dict[str, IntArray | FloatArray]) -> None:
            results[rows] = compiled.run(inputs)[0]

        running: deque[Future[None]] = deque()
        with ThreadPoolExecutor(compiled.at_once) as threads, self._unless_it_fails(_STREAMS):
            for batch in batches:
                running.append(threads.submit(run, batch.rows, compiled.inputs(batch.ids, batch.mask)))
                if len(running) > compiled.at_once:
                    _wait_for(running.popleft())
            for last in running:
                _wait_for(last)

    @contextmanager
    def _unless_it_fails(self, length: int | None) -> Iterator[None]:
        """Load a graph anew after it has failed: it holds on to the shapes of that batch, and fails at others."""
        try:
            yield
        except RuntimeError:
            self._opened.pop(length, None)
            raise

    def _load_quietly(self) -> None:
        with suppress(Exception):  # it is tried again, and told, when the graph is run
            ids = np.ones((1, self.width(_WARM_TOKENS)), np.int64)
            # With the first batch the weights are laid out anew, which takes half as long as to load them.
            self.run(ids, ids)

    def _loaded(self, length: int | None) -> _Compiled:
        # Looked up once each time: where a graph has failed, another thread may take it out meanwhile.
        compiled = self._opened.get(length)
        if compiled is None:
            with stage("load"), self._loading:
                compiled = self._opened.get(length)
                if compiled is None:
                    compiled = self._opened[length] = self._compiled(length)
        return compiled

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
        model = compile_graph(self._path, length, self._group)
        given = _words_input(model)
        requests: SimpleQueue[Any] = SimpleQueue()
        at_once = model.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS") if length == _STREAMS else 1
        for _ in range(at_once):
            requests.put(model.create_infer_request())
        return _Compiled(requests, at_once, given, _opened_words(self._words / f"{given}.npy"))


def _wait_for(batch: "Future[None]") -> None:
    with stage("infer"):
        batch.result()


# One for all graphs that have the same words.
_opened_words = cache(WordVectors)


def compile_graph(path: Path, length: int | None, group: int) -> Any:
    """A saved graph, compiled; what the compiler makes of it is kept beside it.

    Args:
        path: of its file.
        length: compile it for one row of so many tokens; None: for all batches; `_STREAMS`: for many batches at a time.
        group: see `Graph`.

    Raises:
        RuntimeError: the file holds no graph that OpenVINO can read.
    """
    hints = {"PERFORMANCE_HINT": "LATENCY", **precision_hints(group)}
    core = import_openvino().Core()
    if length == _STREAMS:
        streams = min(core.get_property("CPU", "RANGE_FOR_STREAMS")[1], _MOST_STREAMS)
        hints |= {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": streams, **MANY}
    # OpenVINO tells what it has kept by the file and not by all of the hints: it would take one for the other.
    hints["CACHE_DIR"] = str(path.parent / ("compiled-streams" if length == _STREAMS else "compiled"))
    if length in {None, _STREAMS}:
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


def import_openvino() -> ModuleType:
    """Import openvino with its telemetry switched off, and without its converter.

    `import openvino` reports itself to its makers when the package openvino-telemetry is installed, and pip installs
    it. A module that is None in `sys.modules` cannot be imported, and openvino then uses its own silent stand-in. The
    converter takes twice as long to import as everything else, and is left to who converts.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    with _importing:
        if "openvino" not in sys.modules:
            sys.modules[CONVERTER] = None  # type: ignore[assignment]
            try:
                import openvino
            finally:
                del sys.modules[CONVERTER]
            # Its tables of types are made with the first tensor. Two threads that come to that at once wait for each
            # other for ever: one has the table's guard and wants the interpreter's lock, the other the reverse.
            for kind in (np.int64, np.float32):
                _ = openvino.Tensor(np.zeros(1, kind), shared_memory=True).data
    return sys.modules["openvino"]


CONVERTER = "openvino.tools.ovc"
_importing = threading.Lock()
