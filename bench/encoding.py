"""How fast passages are encoded, in variants of precision, batches and threads, beside the chip's most.

    python -m bench.encoding --data FOLDER [--passages 256] [--recall]

Passages are those of CMRC-trial. Rates are of processor time, so that other processes matter less, of the quickest of
three runs. One thread, unless the row says otherwise; rows of two threads also have the clock's passages a second. FLOP
are those of the tokens themselves, without padding; the peak is of one product of 2,048 x 1,536 by 1,536 x 1,536.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bench.datasets import DEFAULT_FOLDER, Question, data_folder, load_set
from bench.pool import as_document
from embeddings import batches as shipped
from embeddings import bundled
from embeddings.encoder import DEFAULT_MODEL, load_encoder
from embeddings.graphs import MANY, import_openvino
from embeddings.linear_layers import operations
from embeddings.precision import fastest, precision_hints
from embeddings.quantization import WIDE_GROUP, quantize
from embeddings.runtime import OpenVinoEncoder
from embeddings.tokenization import load_tokenizer
from embeddings.words import WordVectors
from qa.analysis import fold_script
from qa.chunking import passages
from qa.settings import Settings

RUNS = 3
LAYERS, WIDTH, WIDE = 12, 384, 1536
PAD = 1

FloatArray = npt.NDArray[np.float32]
Batch = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]
"""Which texts, their token ids and their mask."""


class Texts(NamedTuple):
    """Texts as tokens, and what they cost."""

    ids: list[list[int]]

    @property
    def tokens(self) -> int:
        """Of all texts."""
        return sum(map(len, self.ids))

    @property
    def flop(self) -> float:
        """Multiplications and additions of the encoder, of the texts without padding."""
        linear = 2 * LAYERS * (4 * WIDTH * WIDTH + 2 * WIDTH * WIDE)
        return float(sum(len(one) * (linear + 4 * LAYERS * WIDTH * len(one)) for one in self.ids))

    def batches(self, tokens: int, rows: int, *, by_length: bool = True) -> list[Batch]:
        """The texts in batches of at most so many tokens and rows."""
        lengths = [len(one) for one in self.ids]
        order = np.argsort(lengths, kind="stable") if by_length else np.arange(len(lengths))
        made: list[list[int]] = []
        for number in order.tolist():
            together = [*made[-1], number] if made else [number]
            if made and len(together) <= rows and len(together) * max(lengths[one] for one in together) <= tokens:
                made[-1] = together
            else:
                made.append([number])
        return [self._padded(np.array(one, np.int64)) for one in made]

    def _padded(self, numbers: npt.NDArray[np.int64]) -> Batch:
        by_length = np.array(sorted(numbers.tolist(), key=lambda number: len(self.ids[number])), np.int64)
        width = len(self.ids[by_length[-1]])
        return (by_length, *shipped.padded(self.ids, by_length, PAD, width))


class Bench:
    """The default encoder's graph, compiled one way or another."""

    def __init__(self, cache: Path) -> None:
        encoder = load_encoder(DEFAULT_MODEL, cache)
        if not isinstance(encoder, OpenVinoEncoder):
            raise SystemExit("the default model does not run in OpenVINO here")
        encoder.encode_queries(["made where it is missing"])
        self.openvino = import_openvino()
        self.path = encoder.graph_path
        given = next(name for one in self.read().inputs for name in one.names if name.startswith("words"))
        self.words, self.vectors = given, WordVectors(cache / "words" / f"{given}.npy")
        self.tokens = load_tokenizer(bundled.model_directory(cache), bundled.MAX_TOKENS, cache / "tokenizers")

    def read(self) -> Any:
        """The graph, not compiled."""
        return self.openvino.Core().read_model(self.path)

    def compiled(self, model: Any, **hints: object) -> Any:
        """The graph, compiled, for one thread and in the precision that is shipped, unless hints say otherwise."""
        given = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1, **precision_hints(WIDE_GROUP), **hints}
        return self.openvino.Core().compile_model(model, "CPU", given)

    def shipped(self, **hints: object) -> Any:
        """What runs on this machine, but for one thread, unless hints say otherwise."""
        return self.compiled(fastest(self.path), **hints)

    def supports(self, capability: str) -> bool:
        """Whether the processor does something by itself."""
        return capability in self.openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")

    def texts(self, texts: Sequence[str]) -> Texts:
        """Texts as tokens."""
        return Texts([one.ids for one in self.tokens(texts)])

    def inputs(self, batch: Batch) -> dict[str, Any]:
        """What the graph gets."""
        return {"input_ids": batch[1], "attention_mask": batch[2], self.words: self.vectors.rows(batch[1])}

    def encode(self, compiled: Any, batches: Sequence[Batch], *, streams: int = 1) -> FloatArray:
        """The vectors of texts, (texts, width)."""
        vectors = np.empty((sum(len(numbers) for numbers, _, _ in batches), WIDTH), np.float32)
        if streams > 1:
            queue = self.openvino.AsyncInferQueue(compiled, streams)

            def keep(request: Any, numbers: npt.NDArray[np.int64]) -> None:
                vectors[numbers] = request.get_output_tensor(0).data

            queue.set_callback(keep)
            for batch in batches:
                queue.start_async(self.inputs(batch), batch[0])
            queue.wait_all()
            return vectors
        request = compiled.create_infer_request()
        for batch in batches:
            vectors[batch[0]] = request.infer(self.inputs(batch), share_inputs=True)[0]
        return vectors

    def peak(self, precision: str) -> float:
        """FLOP a second of one large product, on one thread."""
        opset = operations()
        random = np.random.default_rng(0)
        left = random.normal(size=(2048, WIDE)).astype(np.float32)
        right = random.normal(size=(WIDE, WIDE)).astype(np.float32)
        given = opset.parameter([*left.shape], np.float32)
        product = opset.matmul(given, opset.constant(right), transpose_a=False, transpose_b=True)
        model = self.openvino.Model([product], [given])
        request = self.compiled(model, INFERENCE_PRECISION_HINT=precision).create_infer_request()
        seconds, _ = quickest(lambda: request.infer([left], share_inputs=True), 10)
        return 2 * left.size * WIDE / seconds


def quickest(work: Callable[[], object], runs: int = RUNS) -> tuple[float, float]:
    """Seconds of the processor and of the clock, of the quickest of some runs after a first."""
    work()
    times = []
    for _ in range(runs):
        began, clock = process_time(), perf_counter()
        work()
        times.append((process_time() - began, perf_counter() - clock))
    return min(one for one, _ in times), min(one for _, one in times)


def read_set(folder: Path) -> tuple[list[str], list[str], list[Question]]:
    """The passages of CMRC-trial as the encoder gets them, the paragraph of each, and the questions."""
    pool = load_set(folder, "cmrc2018_trial")
    found = [
        (p.context, key) for key, text in pool.paragraphs.items() for p in passages(as_document(key, text), 200, 500)
    ]
    prompted = [bundled.PASSAGE_PROMPT + fold_script(text) for text, _ in found]
    return prompted, [key for _, key in found], pool.questions


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=DEFAULT_FOLDER)
    parser.add_argument("--passages", type=int, default=256, help="how many are timed")
    parser.add_argument("--recall", action="store_true", help="find all passages with all questions, too")
    arguments = parser.parse_args()
    texts, paragraphs, questions = read_set(data_folder(arguments))
    bench = Bench(Settings().cache)
    everything, chosen = bench.texts(texts), np.random.default_rng(0).permutation(len(texts))[: arguments.passages]
    timed = Texts([everything.ids[number] for number in chosen])
    asked = bench.texts([bundled.QUERY_PROMPT + fold_script(question.text) for question in questions])
    right = np.array([question.paragraph for question in questions])
    precisions = ["f32", "bf16"] if bench.supports("BF16") else ["f32"]
    peaks = {precision: bench.peak(precision) for precision in precisions}
    peak = peaks["f32"]
    told = ", ".join(f"{precision} {most / 1e9:.0f}" for precision, most in peaks.items())
    print(f"peak: {told} GFLOP/s (below: of f32's); {len(timed.ids)} passages")
    print(f"{'':34}passages/s  tokens/s  GFLOP/s  of peak  cosine  Recall@1, dense")

    usual = (shipped.BATCH_TOKENS, shipped.BATCH_ROWS)

    def vectors(compiled: Any, of: Texts) -> FloatArray:
        return bench.encode(compiled, of.batches(*usual))

    exact = vectors(bench.compiled(bench.read(), INFERENCE_PRECISION_HINT="f32"), timed)

    def show(name: str, compiled: Any, batches: list[Batch], *, streams: int = 1, recall: bool = False) -> None:
        seconds, clock = quickest(lambda: bench.encode(compiled, batches, streams=streams))
        rate = timed.flop / seconds
        cosine = (bench.encode(compiled, batches, streams=streams) * exact).sum(axis=1).mean()
        row = f"{name:34}{len(timed.ids) / seconds:10.1f}{timed.tokens / seconds:10.0f}"
        row += f"{rate / 1e9:9.0f}{rate / peak:9.2f}{cosine:8.4f}"
        if recall and arguments.recall:
            nearest = (vectors(compiled, asked) @ vectors(compiled, everything).T).argmax(axis=1)
            row += f"  {100 * (np.array(paragraphs)[nearest] == right).mean():.2f}"
        print(row + ("" if "two" not in name else f"  by the clock {len(timed.ids) / clock:.1f}"), flush=True)

    batches = timed.batches(*usual)
    for precision in precisions:
        show(precision, bench.compiled(bench.read(), INFERENCE_PRECISION_HINT=precision), batches, recall=True)
    for group in (0, 64, 96, 128, 192, 384):
        model = bench.read()
        quantize(model)
        name = f"int8 weights, dynamic groups of {group}" if group else "int8 weights"
        hints = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": group}
        show(name, bench.compiled(model, **hints), batches)
    plain = bench.shipped()
    show("what runs", plain, batches, recall=True)
    for tokens, rows in ((512, 4), (1024, 8), (1024, 16), (2048, 32), (4096, 32), (8192, 64)):
        show(f"the same, {tokens} tokens or {rows} rows", plain, timed.batches(tokens, rows))
    show("the same, not by length", plain, timed.batches(*usual, by_length=False))
    show("the same, two threads", bench.shipped(INFERENCE_NUM_THREADS=2), batches)
    show("the same, attention not fused", bench.shipped(**MANY), batches)
    two = bench.shipped(**MANY, PERFORMANCE_HINT="THROUGHPUT", NUM_STREAMS=2, INFERENCE_NUM_THREADS=2)
    show("and two streams, two threads", two, batches[::-1], streams=2)


if __name__ == "__main__":
    main()
