"""txtai's BM25 over jieba's words."""

from collections.abc import Callable

from txtai.scoring import BM25

from bench.peers.runners.words import words


class WordBM25(BM25):  # type: ignore[misc]
    """BM25 as txtai has it, with the tokenizer changed."""

    def loadtokenizer(self) -> Callable[[str], list[str]]:
        """What texts and questions are cut with."""
        return words
