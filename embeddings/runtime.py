"""Runs a SentenceTransformer without torch: its whole graph, converted to OpenVINO once and cached.

torch is imported to convert a model, and to run one whose graph or tokenizer OpenVINO cannot take.
"""

import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.batches import BATCH_ROWS, batches, padded
from embeddings.conversion import save_graph
from embeddings.directories import written_whole
from embeddings.encoder import Encoder, FloatArray, PreparedQuery, reach
from embeddings.errors import ModelError
from embeddings.graphs import Batch, Graph
from embeddings.manifest import REVISION, Manifest, fingerprint_of, read_manifest, source_state, write_manifest
from embeddings.memory import give_back
from embeddings.quantization import WIDE_GROUP
from embeddings.samples import sample_ids
from embeddings.short_questions import LENGTHS, is_short_and_chinese, question_graph
from embeddings.stages import stage
from embeddings.tokenization import load_tokenizer
from embeddings.words import words_beside

_WIDTHS = 8
"""Rows are padded to a multiple of so many tokens: OpenVINO makes code for each shape, and in a long run keeps hundreds
of megabytes. It takes no longer."""
_TOKENISED = 128
"""So many passages are tokenised at a time."""


def open_model(directory: Path, cache: Path, *, adapter: Path | None = None, soon: bool = False) -> Encoder:
    """The encoder of a SentenceTransformer directory, converted first when `cache` does not hold its graph.

    Args:
        directory: of the model.
        cache: where converted models are kept.
        adapter: of this model, for short questions; see `short_questions.py`.
        soon: load what can be loaded in a thread, from now on.

    Raises:
        ModelError: the directory holds no model that sentence-transformers can load.
    """
    converted = cache / "openvino" / hashlib.sha256(f"{directory} r{REVISION}".encode()).hexdigest()[:16]
    manifest = read_manifest(converted, directory) or _convert(directory, converted)
    if manifest.obstacle is not None:
        return TorchEncoder(directory, manifest)
    # Who asks one question waits for one graph.
    lengths = LENGTHS[-1:] if soon else LENGTHS
    short = question_graph(directory, cache, adapter, lengths) if adapter else None
    # Beside those of short questions one more has to do: a graph takes 50 MB.
    encoder = OpenVinoEncoder(directory, converted, manifest, LENGTHS[-1:] if short else lengths, short)
    if soon:
        encoder.load_soon()
    return encoder


class OpenVinoEncoder:
    """Runs the converted graph. Safe to share between threads.

    Tokenizer and graph are loaded when the first text comes, which takes a second: an index in which nothing has
    changed needs only the fingerprint.
    """

    def __init__(
        self,
        directory: Path,
        converted: Path,
        manifest: Manifest,
        lengths: Sequence[int],
        short: Graph | None = None,
    ) -> None:
        """Name an encoder.

        Args:
            directory: of the model.
            converted: that of its graph.
            manifest: what stands in it.
            lengths: of questions, in tokens; see `Graph`.
            short: the graph of Chinese questions that are no longer; without it they are run as all texts are.
        """
        self.dimension = manifest.dimension
        self.fingerprint = manifest.fingerprint
        self.graph_path = converted / "model.xml"
        self._manifest = manifest
        self._graph = Graph(
            self.graph_path, words_beside(converted), lambda: _convert(directory, converted), lengths, WIDE_GROUP
        )
        self._short = short
        self._tokens = load_tokenizer(directory, manifest.max_tokens, converted.parents[1] / "tokenizers")

    def load_soon(self) -> None:
        """Load the graph of questions in a thread, for whoever knows that one will come."""
        (self._short or self._graph).load_soon()

    @cached_property
    def reach(self) -> int:
        """How many characters of a passage it is sure to read; see `Encoder`."""
        return reach(self._tokens.frame(), self._manifest.max_tokens, self._manifest.passage_prompt)

    def prepare_query(self, text: str) -> PreparedQuery:
        """Look up a question's tokens; a short one's vector is an estimate of what the whole graph makes of it."""
        (token_ids,) = self._token_ids(self._manifest.query_prompt, [text])
        if not (self._short and is_short_and_chinese(text, len(token_ids))):
            return PreparedQuery(self._prepared(self._graph, token_ids))

        def exact() -> FloatArray:
            # Prepared only now, for most are not asked for.
            return self._prepared(self._graph, token_ids)()

        return PreparedQuery(self._prepared(self._short, token_ids), exact)

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions, none an estimate: float32, (len(texts), dimension)."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        # One at a time, as they come to who asks: a graph's length is that of one question.
        for vector, text in zip(vectors, texts, strict=True):
            vector[:] = self.prepare_query(text).best()
        return vectors

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of passages: float32, (len(texts), dimension)."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        self._graph.run_each(self._passages(texts), vectors)
        give_back()
        return vectors

    def _passages(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Batches of passages, the longest first; some are tokenised while those before are run."""
        longest = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        for start in range(0, len(longest), _TOKENISED):
            some = np.array(longest[start : start + _TOKENISED])
            token_ids = self._token_ids(self._manifest.passage_prompt, [texts[number] for number in some])
            for rows in reversed(list(batches([len(ids) for ids in token_ids]))):
                width = -(-len(token_ids[rows[-1]]) // _WIDTHS) * _WIDTHS
                ids, mask = padded(token_ids, rows, self._manifest.pad_id, width)
                yield Batch(some[rows], ids, mask)

    def _prepared(self, graph: Graph, token_ids: list[int]) -> Callable[[], FloatArray]:
        row = padded([token_ids], np.zeros(1, np.int64), self._manifest.pad_id, graph.width(len(token_ids)))
        run = graph.prepared(*row)
        return lambda: run()[0][0]

    def _token_ids(self, prompt: str, texts: Sequence[str]) -> list[list[int]]:
        with stage("tokenise"):
            return [tokens.ids for tokens in self._tokens([prompt + text for text in texts])]


class TorchEncoder:
    """Runs a model that OpenVINO cannot run, as sentence-transformers does."""

    def __init__(self, directory: Path, manifest: Manifest) -> None:
        self.dimension = manifest.dimension
        self.fingerprint = manifest.fingerprint
        self.reach = reach(None, manifest.max_tokens, manifest.passage_prompt)
        self._model = _load_sentence_transformer(directory)
        self._lock = threading.Lock()

    def prepare_query(self, text: str) -> PreparedQuery:
        """Leave everything to who wants the vector."""
        return PreparedQuery(lambda: self.encode_queries([text])[0])

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions: float32, (len(texts), dimension)."""
        return self._encode(self._model.encode_query, texts)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of passages: float32, (len(texts), dimension)."""
        return self._encode(self._model.encode_document, texts)

    def _encode(self, encode: Any, texts: Sequence[str]) -> FloatArray:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        with self._lock:
            vectors = encode(list(texts), batch_size=BATCH_ROWS, normalize_embeddings=True)
        return np.asarray(vectors, np.float32)


def _load_sentence_transformer(directory: Path) -> Any:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        return SentenceTransformer(str(directory), device="cpu", local_files_only=True).eval()
    except Exception as error:
        raise ModelError(f"sentence-transformers cannot load {directory}: {error}") from error


def _convert(directory: Path, converted: Path) -> Manifest:
    """Convert a model's graph and write it with its manifest, atomically."""
    model = _load_sentence_transformer(directory)
    prompts = model.prompts
    tokenizer = getattr(model, "tokenizer", None)
    obstacle = _obstacle(model, directory)
    with written_whole(converted, lambda: read_manifest(converted, directory) is not None) as draft:
        if obstacle is None:
            try:
                _save_graph(model, draft / "model.xml", words_beside(converted))
            except Exception as error:  # noqa: BLE001 - whatever stops the converter, torch still runs the model
                obstacle = f"OpenVINO cannot convert it: {error}"
        manifest = Manifest(
            revision=REVISION,
            source=source_state(directory),
            fingerprint=fingerprint_of(directory),
            dimension=int(model.get_embedding_dimension()),
            max_tokens=_max_tokens(model),
            query_prompt=prompts.get("query", ""),
            passage_prompt=next((prompts[name] for name in ("document", "passage", "corpus") if name in prompts), ""),
            pad_id=int(getattr(tokenizer, "pad_token_id", None) or 0),
            obstacle=obstacle,
        )
        write_manifest(draft, manifest)
        shutil.rmtree(converted, ignore_errors=True)
    return manifest


def _obstacle(model: Any, directory: Path) -> str | None:
    """What this model does outside its graph that `OpenVinoEncoder` does not do, or None."""
    if not (directory / "tokenizer.json").is_file():
        return "it has no tokenizer.json"
    if getattr(model[0], "do_lower_case", False):
        return "it lowers the case of its input"
    if any(getattr(module, "include_prompt", True) is False for module in model):
        return "it leaves the prompt out of its pooling"
    return None


def _save_graph(model: Any, path: Path, words: Path) -> None:
    """Trace transformer, pooling and normalisation as one graph over token ids and mask."""
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model
            self.normalize = torch.nn.functional.normalize

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
            vectors: torch.Tensor = self.normalize(features["sentence_embedding"], dim=-1)
            return vectors

    prompts = sorted(set(model.prompts.values()) - {""})
    save_graph(Graph(), path, words, sample_ids(model.tokenizer, prompts, _max_tokens(model)))


def _max_tokens(model: Any) -> int:
    """Where a model cuts its texts; one that does not say so is taken for a BERT."""
    return int(model.max_seq_length or 512)
