"""Short questions have vectors of fewer layers, which lie where the whole encoder's do."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embeddings import bundled
from embeddings.encoder import Encoder
from embeddings.short_questions import ADAPTER, LENGTHS
from qa.analysis import has_han
from tests.conftest import SHARED
from training.question_texts import question_texts

QUESTIONS = [
    "贵阳高新区引进了多少个大数据项目？",
    "谁是园区主任",
    "2016年有多少？",
    "永川大数据产业园累计入驻多少家企业",
    "清远高新区的项目合同总投资是多少？",
    "大连高新区是哪一年成立的",
    "GDP增长了多少",
    "科技创新",
]
OTHERS = ["What does the base do?", "園区はどこにありますか", "단지는 어디에 있나요", "a", "2016", ""]
LONG = "我想知道清远高新区去年一共引进了多少个项目，合同总投资是多少亿元，" * 3


@pytest.mark.model
def test_the_graph_computes_what_was_trained(model: Encoder, model_directory: Path) -> None:
    import torch
    from safetensors import safe_open
    from tokenizers import Tokenizer

    from training.models import QuestionModel
    from training.train_questions import KEPT

    with safe_open(ADAPTER, "pt") as file:
        assert file.metadata()["layers"] == str(list(KEPT))
        weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 - it is no dict
    trained = QuestionModel(model_directory, weights["layers.0.attend.down"].shape[0], KEPT)
    trained.load_state_dict(weights)
    trained.eval()
    tokenizer = Tokenizer.from_file(str(model_directory / "tokenizer.json"))
    for question in QUESTIONS:
        ids = torch.tensor([tokenizer.encode(bundled.QUERY_PROMPT + question).ids])
        assert ids.shape[1] <= LENGTHS[-1]
        with torch.no_grad():
            wanted = trained(ids, torch.ones_like(ids, dtype=torch.bool))[0].numpy()
        # The graph has 8 bits, the model that was trained bf16.
        assert model.prepare_query(question).vector() @ wanted >= 0.999


@pytest.mark.model
def test_a_short_question_lies_where_the_whole_encoder_has_it(model: Encoder, whole: Encoder) -> None:
    short = np.stack([model.prepare_query(question).vector() for question in QUESTIONS])
    right = whole.encode_queries(QUESTIONS)
    assert np.allclose(np.linalg.norm(short, axis=1), 1, atol=1e-2)
    similar = short @ right.T
    assert similar.argmax(axis=1).tolist() == list(range(len(QUESTIONS)))
    # Different questions have 0.8 here: the vectors of this model all lie near to each other.
    assert similar.diagonal().mean() >= 0.98


@pytest.mark.model
def test_what_is_no_short_chinese_question_is_the_whole_encoders(model: Encoder, whole: Encoder) -> None:
    for text in (LONG, *OTHERS):
        vector, exact = model.prepare_query(text)
        assert np.array_equal(vector(), whole.prepare_query(text).vector())
        assert exact is None  # nothing is worked out twice where there is no estimate
    assert np.array_equal(model.encode_passages(QUESTIONS), whole.encode_passages(QUESTIONS))
    # An index is of the passages' encoder: it is not made anew for another adapter.
    assert model.fingerprint == whole.fingerprint


@pytest.mark.model
def test_the_exact_vector_of_a_short_question_is_the_whole_encoders(model: Encoder, whole: Encoder) -> None:
    for question, right in zip(QUESTIONS, whole.encode_queries(QUESTIONS), strict=True):
        vector, exact = model.prepare_query(question)
        assert exact is not None
        assert exact() @ right >= 0.9999
        assert vector() @ right < exact() @ right
    assert (model.encode_queries(QUESTIONS) * whole.encode_queries(QUESTIONS)).sum(axis=1).min() >= 0.9999


@pytest.mark.model
def test_training_goes_on_from_an_adapter_of_a_lower_rank(model_directory: Path) -> None:
    import torch

    from training.models import QuestionModel
    from training.train_questions import KEPT, begin_from, rows

    ids = [[0, 41, 1294, 12, 367, 2], [0, 41, 1294, 2]]
    content = rows(ids, [0, 1])
    assert content[1].sum(dim=1).tolist() == [6, 4]
    with torch.no_grad():
        first = QuestionModel(model_directory, 4, KEPT)
        for value in first.parameters():
            value.mul_(1.1).add_(0.01)
        weights = {name: value.clone() for name, value in first.named_parameters()}
        second = QuestionModel(model_directory, 6, KEPT)
        assert not torch.equal(first(*content), second(*content))
        begin_from(second, weights)
        # What the higher rank adds is nothing as yet.
        assert torch.allclose(first(*content), second(*content), atol=1e-2)


@pytest.mark.model
def test_the_loss_is_nothing_where_the_vectors_are_the_teachers() -> None:
    import torch

    from training.train_questions import loss_of

    wanted, other, anchors = (
        torch.nn.functional.normalize(torch.randn(size, 8, generator=torch.Generator().manual_seed(size)), dim=-1)
        for size in (3, 4, 50)
    )
    near = torch.nn.functional.normalize(wanted + 0.1 * other[:3], dim=-1)
    assert float(loss_of(wanted, wanted, anchors)) == pytest.approx(0, abs=1e-5)
    assert 0 < float(loss_of(near, wanted, anchors)) < float(loss_of(other[:3], wanted, anchors))


def test_what_is_learned_from_is_chinese_and_no_question_of_what_is_held_back(
    question_set: Callable[[str], list[tuple[str, list[str]]]],
) -> None:
    seen = {
        question for name in ("cmrc2018_dev", "cmrc2018_trial") for _, asked in question_set(name) for question in asked
    }
    asked, made = question_texts(SHARED / "data")
    assert len(asked) > 15_000
    assert len(made) > 150_000
    assert len({*asked, *made}) == len(asked) + len(made)
    assert all(map(has_han, asked))
    assert len(seen.intersection(asked)) < 20  # what two of the published sets ask in the same words
