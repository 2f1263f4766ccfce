"""The segmenter's dictionary, kept in a form that is read quickly, or only looked up in."""

from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from embeddings.directories import keep_arrays
from embeddings.substrings import StringSet


class Dictionary:
    """The words of jieba and the beginnings of words, by how often they occur (a beginning: 0).

    All of them take a quarter of a second to be made a `dict` of, which every `chuchu ask` would wait for; a question
    holds some dozens.
    """

    def __init__(self, cache: Path) -> None:
        """Open the dictionary.

        Args:
            cache: the directory where it is kept for the next start; done without where it cannot be written.
        """
        import jieba

        kept = cache / f"words-{jieba.__version__}-trie.npz"
        try:
            with kept.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                self._words, self._counts = StringSet.read(arrays), arrays["counts"]
                self.total = int(arrays["total"])
        except (OSError, EOFError, ValueError, KeyError, BadZipFile):
            counts, self.total = jieba.Tokenizer.gen_pfdict(jieba.get_dict_file())
            self._words = StringSet.of(list(counts))
            self._counts = np.array([counts[word] for word in self._words.strings()], np.int32)
            keep_arrays(kept, counts=self._counts, total=np.int64(self.total), **self._words.arrays())

    def standing_in(self, text: str) -> dict[str, int]:
        """Those that stand in a text."""
        return {word: int(self._counts[number]) for word, number in self._words.standing_in(text).items()}

    def whole(self) -> dict[str, int]:
        """All of them."""
        return dict(zip(self._words.strings(), self._counts.tolist(), strict=True))
