"""What training is made of: questions whose passages stay together, a loss that ranks them, adapters averaged."""

import random

import pytest
import torch

from training import train_reader
from training.average_readers import averaged
from training.train_reader import TOKENS, Row, batch, batches, loss_of

pytestmark = pytest.mark.model

PAD = 1


def row(length, answer=-1):
    return Row(list(range(10, 10 + length)), 4, answer, answer)


def test_the_passages_of_a_question_share_a_batch():
    groups = [[row(60 + number % 9, 7), row(50), row(40)] for number in range(200)]
    made = batches(groups, PAD, random.Random(0))
    assert len(made) > 1
    for one in made:
        assert one.ids.numel() <= TOKENS
        real = one.questions[one.questions >= 0]
        assert (torch.bincount(real) == 3).all()
        assert (one.starts[one.questions >= 0] >= 0).sum() == len(real) / 3
        # What fills a batch up is nobody's, and nothing of it may answer.
        assert not one.readable[one.questions < 0].any()


class _Fixed:
    """A model that says the same of every place, and of each row what it is told."""

    def __init__(self, relevance):
        self.relevance = torch.tensor(relevance)

    def __call__(self, ids, _):
        return torch.zeros((*ids.shape, 2)), self.relevance


def test_the_loss_is_less_where_the_right_passage_comes_first():
    content = batch([[row(20, 6), row(20)], [row(20, 7), row(20)]], 24, PAD, 5)
    right, _ = loss_of(_Fixed([2.0, -2.0, 2.0, -2.0, 9.0]), content)
    wrong, _ = loss_of(_Fixed([-2.0, 2.0, -2.0, 2.0, 9.0]), content)
    other, _ = loss_of(_Fixed([2.0, -2.0, 2.0, -2.0, -9.0]), content)
    assert right < wrong
    assert right == other  # a row that fills the batch up counts for nothing


def test_a_question_that_nothing_answers_has_a_loss_too():
    content = batch([[row(20), row(20)]], 24, PAD, 3)
    sure, places = loss_of(_Fixed([-5.0, -5.0, 0.0]), content)
    assert places == 0
    assert sure < loss_of(_Fixed([5.0, 5.0, 0.0]), content)[0]


def test_the_mean_of_adapters_is_that_of_what_they_add():
    chance = torch.Generator().manual_seed(0)

    def adapter():
        # Of rank two together, so that nothing is lost.
        return {
            "layers.0.widen.up": torch.randn(8, 1, generator=chance),
            "layers.0.widen.down": torch.randn(1, 6, generator=chance),
            "span.bias": torch.randn(2, generator=chance),
        }

    padded = [
        {
            name: torch.cat([value, 0 * value], int(name.endswith("up"))) if "widen" in name else value
            for name, value in one.items()
        }
        for one in (adapter(), adapter())
    ]
    mean = averaged(padded)
    expected = sum(one["layers.0.widen.up"] @ one["layers.0.widen.down"] for one in padded) / 2
    assert mean["layers.0.widen.up"].shape == (8, 2)
    assert torch.allclose(mean["layers.0.widen.up"] @ mean["layers.0.widen.down"], expected, atol=1e-5)
    assert torch.allclose(mean["span.bias"], (padded[0]["span.bias"] + padded[1]["span.bias"]) / 2)


def test_the_rate_rises_and_falls_to_nothing():
    rates = [train_reader.rate(step, 100) for step in range(101)]
    assert max(rates) == 1.0
    assert rates.index(1.0) <= 5
    assert rates[-1] == 0
