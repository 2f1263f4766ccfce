"""A reading model of the user's choice, run in torch as it came."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.cross_encoder import PassageScores
from embeddings.errors import ModelError

_MAX_TOKENS = 512


class TorchCrossEncoder:
    """A model for extractive question answering, or a cross-encoder, which only ranks. Safe to share between threads.

    A question-answering model is taken to have learned from SQuAD 2 and its like that a passage without an answer has
    its span at the first token; how much more likely another span is tells how relevant the passage is.
    """

    def __init__(self, directory: Path) -> None:
        try:
            from transformers import (
                AutoConfig,
                AutoModelForQuestionAnswering,
                AutoModelForSequenceClassification,
                AutoTokenizer,
            )

            architectures = AutoConfig.from_pretrained(directory, local_files_only=True).architectures or [""]
            self._answers = architectures[0].endswith("ForQuestionAnswering")
            self._ranks = architectures[0].endswith("ForSequenceClassification")
            kind = AutoModelForQuestionAnswering if self._answers else AutoModelForSequenceClassification
            self._model = kind.from_pretrained(directory, local_files_only=True).eval()
            self._tokenizer = AutoTokenizer.from_pretrained(directory, local_files_only=True)
        except Exception as error:
            raise ModelError(f"transformers cannot load {directory}: {error}") from error
        if not (self._answers or self._ranks):
            raise ModelError(f"{directory} is neither a question-answering model nor a cross-encoder")
        if not self._tokenizer.is_fast:
            raise ModelError(f"{directory} has no fast tokenizer, which says where tokens stand in a text")
        self.fingerprint = directory.name
        self._lock = threading.Lock()

    def read(self, question: str, texts: Sequence[str]) -> list[PassageScores]:
        """What the model says of each text, all of them in one batch."""
        import torch

        if not texts:
            return []
        longest = min(_MAX_TOKENS, self._tokenizer.model_max_length)
        with self._lock, torch.inference_mode():
            inputs = self._tokenizer(
                [question] * len(texts),
                list(texts),
                truncation="only_second",
                max_length=longest,
                padding=True,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
            offsets = inputs.pop("offset_mapping").numpy()
            output = self._model(**inputs)
        if not self._answers:
            # A cross-encoder has one score, or the last of its classes is the relevant one.
            relevance = output.logits[:, -1].float().numpy()
            nothing = np.empty((0, 2), np.int32), np.empty(0, np.float32), np.empty(0, np.float32)
            return [PassageScores(float(one), *nothing) for one in relevance]
        starts, ends = output.start_logits.float().numpy(), output.end_logits.float().numpy()
        return [
            self._scores([number == 1 for number in inputs.sequence_ids(row)], offsets[row], starts[row], ends[row])
            for row in range(len(texts))
        ]

    @staticmethod
    def _scores(of_passage: list[bool], offsets: Any, starts: Any, ends: Any) -> PassageScores:
        within = np.array(of_passage)
        if not within.any():
            return PassageScores(-30.0, np.empty((0, 2), np.int32), np.empty(0, np.float32), np.empty(0, np.float32))
        pairs = starts[within][:, None] + ends[within][None, :]
        span = pairs[np.triu_indices(len(pairs))].max()
        relevance = float(span - starts[0] - ends[0])
        return PassageScores(relevance, offsets[within].astype(np.int32), starts[within], ends[within])
