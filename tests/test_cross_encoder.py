"""Models that read question and passage together: the default one, and those of a user's choice."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embeddings.cross_encoder import load_cross_encoder
from embeddings.errors import ModelError
from embeddings.merged_reader import ADAPTER, MergedCrossEncoder

QUESTION = "产业园有多少家企业？"
TEXTS = ["永川大数据产业园累计入驻399家企业。", "The park has 399 companies, and 12.5% more 😀 are to come.", "", "完"]


@pytest.fixture
def choose(model_directory: Path, tmp_path: Path):
    """A directory with a small model of some kind, its weights drawn at random, and the default tokenizer."""

    def made(kind: str, **configuration: object) -> Path:
        import torch
        import transformers

        torch.manual_seed(3)
        config = transformers.BertConfig(
            vocab_size=250037, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
            pad_token_id=1, **configuration,
        )  # fmt: skip
        directory = tmp_path / kind
        getattr(transformers, kind)(config).save_pretrained(directory)
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(model_directory / name, directory)
        return directory

    return made


@pytest.fixture
def default(tmp_path: Path, model_directory: Path) -> MergedCrossEncoder:
    return MergedCrossEncoder(model_directory, ADAPTER, tmp_path / "converted")


@pytest.mark.model
def test_the_merged_graph_computes_what_was_trained(default: MergedCrossEncoder, model_directory: Path) -> None:
    import torch
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    from training.models import ReadingModel

    weights = load_file(ADAPTER)
    trained = ReadingModel(model_directory, rank=weights["layers.0.attend.down"].shape[0])
    trained.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    trained.eval()
    tokenizer = Tokenizer.from_file(str(model_directory / "tokenizer.json"))
    lead = [0, *tokenizer.encode(QUESTION, add_special_tokens=False).ids, 2, 2]
    for text, scores in zip(TEXTS[:2], default.read(QUESTION, TEXTS[:2]), strict=True):
        ids = torch.tensor([[*lead, *tokenizer.encode(text, add_special_tokens=False).ids, 2]])
        with torch.inference_mode():
            span, relevance = trained(ids, torch.ones_like(ids, dtype=torch.bool))
        within = span[0, len(lead) : len(lead) + len(scores.places)].numpy()
        # Both compute in bfloat16, each in its own order.
        assert scores.relevance == pytest.approx(float(relevance), abs=0.5)
        assert np.abs(scores.starts - within[:, 0]).mean() < 0.3
        assert np.abs(scores.ends - within[:, 1]).mean() < 0.3


@pytest.mark.model
def test_scores_stand_where_the_text_does(default: MergedCrossEncoder) -> None:
    found = default.read(QUESTION, TEXTS)
    for text, scores in zip(TEXTS, found, strict=True):
        assert scores.starts.shape == scores.ends.shape == (len(scores.places),)
        assert all(0 <= start <= end <= len(text) for start, end in scores.places)
        if text:
            assert scores.places[-1, 1] == len(text)
    assert default.read(QUESTION, []) == []
    assert found[0].relevance > found[3].relevance


@pytest.mark.model
def test_a_text_or_a_question_that_is_too_long_is_cut(default: MergedCrossEncoder) -> None:
    (scores,) = default.read("为什么？" * 500, ["科技创新" * 500])
    assert 0 < len(scores.places) < 512


@pytest.mark.model
def test_a_damaged_graph_is_made_again(default: MergedCrossEncoder, tmp_path: Path, model_directory: Path) -> None:
    before = default.read(QUESTION, TEXTS[:1])[0].relevance
    for path in (tmp_path / "converted").rglob("*"):
        if path.is_file():
            path.write_bytes(b"damage")
    again = MergedCrossEncoder(model_directory, ADAPTER, tmp_path / "converted")
    assert again.read(QUESTION, TEXTS[:1])[0].relevance == pytest.approx(before, abs=0.2)


@pytest.mark.model
def test_a_question_answering_model_of_ones_own(choose: Callable[..., Path], tmp_path: Path) -> None:
    model = load_cross_encoder(str(choose("BertForQuestionAnswering")), tmp_path)
    found = model.read(QUESTION, TEXTS)
    for text, scores in zip(TEXTS, found, strict=True):
        assert scores.starts.shape == scores.ends.shape == (len(scores.places),)
        assert all(0 <= start <= end <= len(text) for start, end in scores.places)
    assert model.read(QUESTION, []) == []
    assert model.read(QUESTION, TEXTS[:1])[0].relevance == pytest.approx(found[0].relevance, abs=1e-3)


@pytest.mark.model
def test_a_cross_encoder_of_ones_own_only_ranks(choose: Callable[..., Path], tmp_path: Path) -> None:
    model = load_cross_encoder(str(choose("BertForSequenceClassification", num_labels=1)), tmp_path)
    found = model.read(QUESTION, TEXTS)
    assert [len(scores.places) for scores in found] == [0] * len(TEXTS)
    assert len({scores.relevance for scores in found}) > 1


@pytest.mark.model
def test_a_model_of_another_kind_is_refused(choose: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="neither"):
        load_cross_encoder(str(choose("BertForMaskedLM")), tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="cannot load"):
        load_cross_encoder(str(tmp_path / "empty"), tmp_path)


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model directory"):
        load_cross_encoder("./missing", tmp_path)


def test_the_adapter_is_small() -> None:
    assert ADAPTER.stat().st_size < 6_000_000
