"""Lucene's BM25 alone, by bm25s: what words do without any model.

https://github.com/xhluca/bm25s: `method="lucene"`, texts given as lists of words (jieba's, in search mode). Pyserini,
which is Lucene itself, needs a JDK 21 beside Python.
"""

from collections.abc import Callable

from bench.peers.runners.stage import Search, run
from bench.peers.runners.words import load_words, words
from bench.peers.task import Task


def prepare(task: Task) -> Callable[[], None]:
    """Texts to words to an index."""
    import bm25s

    load_words()
    texts = task.paragraphs()

    def make() -> None:
        retriever = bm25s.BM25(method="lucene")
        retriever.index([words(text) for text in texts], show_progress=False)
        retriever.save(str(task.index))

    return make


def load(task: Task) -> Search:
    """The saved index."""
    import bm25s

    retriever = bm25s.BM25.load(str(task.index))

    def search(question: str, results: int) -> list[int]:
        numbers, _ = retriever.retrieve([words(question)], k=results, show_progress=False)
        return [int(number) for number in numbers[0]]

    return search


if __name__ == "__main__":
    run(prepare, load)
