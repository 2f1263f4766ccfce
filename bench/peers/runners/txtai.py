"""txtai's hybrid search: an Embeddings database with a dense and a BM25 index, equally weighted.

https://neuml.github.io/txtai/embeddings/configuration/ has `hybrid` (general), `path` and `instructions` (vectors);
https://neuml.github.io/txtai/embeddings/query says that both are searched, half and half. Texts are indexed whole.

By default, every Chinese character is a word. BM25 takes a tokenizer in a scoring class of one's own (`method`, on the
page on scoring of the same configuration): given words, it gets jieba's.
"""

from collections.abc import Callable

from bench.peers.runners.stage import Search, run
from bench.peers.runners.words import load_words
from bench.peers.task import PASSAGE_PROMPT, QUERY_PROMPT, Task


def prepare(task: Task) -> Callable[[], None]:
    """Texts to a saved database."""
    from txtai import Embeddings

    embeddings = Embeddings(
        path=task.model,
        hybrid="bench.peers.runners.txtai_words.WordBM25" if task.words else True,
        instructions={"query": QUERY_PROMPT, "data": PASSAGE_PROMPT},
    )
    if task.words:
        load_words()
    texts = task.paragraphs()

    def make() -> None:
        embeddings.index(enumerate(texts))
        embeddings.save(str(task.index))

    return make


def load(task: Task) -> Search:
    """The saved database."""
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(task.index))

    def search(question: str, results: int) -> list[int]:
        return [number for number, _ in embeddings.search(question, results)]

    return search


if __name__ == "__main__":
    run(prepare, load)
