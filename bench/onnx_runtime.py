"""The default encoder in ONNX Runtime, beside OpenVINO: how fast passages are encoded.

    pip install onnxruntime onnx onnxscript
    python -m bench.onnx_runtime --data FOLDER [--passages 128] [--threads 1]

Passages and batches are those of `bench.encoding`. Rates are of processor time, of the quickest of three runs.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.datasets import DEFAULT_FOLDER, data_folder
from bench.encoding import Batch, Bench, Texts, quickest, read_set
from embeddings import batches as shipped
from embeddings import bundled
from qa.settings import Settings

FloatArray = npt.NDArray[np.float32]


def export(directory: Path, path: Path) -> None:
    """Write the model's graph, from token ids and mask to vectors that are not normalised."""
    import torch
    from transformers import BertModel

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = BertModel.from_pretrained(directory, add_pooling_layer=False, attn_implementation="eager")

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask[..., None].to(states.dtype)
            pooled: torch.Tensor = (states * mask).sum(1) / mask.sum(1)
            return pooled

    ids = torch.ones((3, 24), dtype=torch.int64)
    mask = ids.clone()
    mask[1:, 20:] = 0  # of a mask without zeros the exporter makes none at all
    axes = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    names = ["input_ids", "attention_mask"]
    torch.onnx.export(
        Graph().eval(), (ids, mask), path, input_names=names, dynamic_shapes=(axes, axes), dynamo=True, verbose=False
    )


def runner(path: Path, threads: int) -> Callable[[Batch], FloatArray]:
    """What encodes a batch by a graph of ONNX."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(batch: Batch) -> FloatArray:
        vectors = session.run(None, {"input_ids": batch[1], "attention_mask": batch[2]})[0]
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    return run


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=DEFAULT_FOLDER)
    parser.add_argument("--passages", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    texts, _, _ = read_set(data_folder(arguments))
    bench = Bench(Settings().cache)
    chosen = np.random.default_rng(0).permutation(len(texts))[: arguments.passages]
    timed = bench.texts([texts[number] for number in chosen])
    batches = timed.batches(shipped.BATCH_TOKENS, shipped.BATCH_ROWS)
    exact = np.empty((0, 0), np.float32)
    for precision in ("f32", "bf16"):
        hints = {"INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": arguments.threads}
        compiled = bench.compiled(bench.read(), **hints)
        vectors = bench.encode(compiled, batches)
        exact = exact if exact.size else vectors
        show(f"OpenVINO, {precision}", timed, lambda c=compiled: bench.encode(c, batches), vectors, exact)  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as folder:
        plain, small = Path(folder) / "model.onnx", Path(folder) / "int8.onnx"
        export(bundled.model_directory(Settings().cache), plain)
        from onnxruntime.quantization import quantize_dynamic

        quantize_dynamic(plain, small)
        for name, path in (("f32", plain), ("int8, activations as they come", small)):
            run = runner(path, arguments.threads)
            vectors = np.empty_like(exact)
            for batch in batches:
                vectors[batch[0]] = run(batch)
            show(f"ONNX Runtime, {name}", timed, lambda r=run: [r(batch) for batch in batches], vectors, exact)  # type: ignore[misc]


def show(name: str, texts: Texts, work: Callable[[], object], vectors: FloatArray, exact: FloatArray) -> None:
    """Print a row."""
    seconds, clock = quickest(work)
    cosine = float((vectors * exact).sum(axis=1).mean())
    row = f"{name:46}{len(texts.ids) / seconds:8.1f} passages/s of processor time"
    print(f"{row}, {len(texts.ids) / clock:.1f} by the clock; cosine {cosine:.4f}", flush=True)


if __name__ == "__main__":
    main()
