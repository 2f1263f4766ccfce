"""Made-up texts of all kinds, as token ids: by them the layers of any model get ranges (see `quantization.py`)."""

from typing import Any

import numpy as np

_TEXTS = 40
_MOST_PIECES = 120
_FULL = 500
"""Pieces of a text that is as long as a model reads."""
_UNKNOWN = "\u3400"
"""A character that few models know."""


def sample_ids(tokenizer: Any, prompts: list[str], max_tokens: int) -> list[list[int]]:
    """Pieces of the vocabulary at random, short and long; and what is unlike any text, for it too is asked.

    Args:
        tokenizer: of transformers.
        prompts: what the model wants in front of texts.
        max_tokens: where longer texts are cut.
    """
    vocabulary = sorted(tokenizer.get_vocab())
    chance = np.random.default_rng(0)

    def pieces(number: int) -> str:
        found: str = tokenizer.convert_tokens_to_string(chance.choice(vocabulary, number).tolist())
        return found

    lengths = np.geomspace(1, _MOST_PIECES, _TEXTS).astype(int).tolist()
    texts = [(_UNKNOWN if number % 4 == 0 else "") + pieces(length) for number, length in enumerate(lengths)]
    texts += ["", "", "", _UNKNOWN, _UNKNOWN * _FULL, pieces(_FULL), *(pieces(number) * _FULL for number in (1, 2, 3))]
    before = ["", *prompts]
    prompted = [before[number % len(before)] + text for number, text in enumerate(texts)]
    found: list[list[int]] = tokenizer(prompted, truncation=True, max_length=max_tokens)["input_ids"]
    return found
