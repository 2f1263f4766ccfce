"""Chuchu as it comes: files to an index, a question to passages; nothing is read for the words that answer."""

from collections.abc import Callable, Sequence
from importlib import import_module

from bench.peers.runners.stage import Search, run
from bench.peers.task import Task
from qa.datatypes import Hit
from qa.settings import Settings


def prepare(task: Task) -> Callable[[], None]:
    """As `chuchu index FOLDER`."""
    from embeddings.encoder import load_encoder
    from qa.analysis import word_counts
    from qa.indexing import index_files
    from qa.passage_index import PassageIndex

    settings = Settings(index=task.index)
    encoder = load_encoder(settings.model, settings.cache)
    # Everybody's libraries, model and dictionary are loaded before the clock runs.
    for library in ("faiss", "opencc", "rensa", "tantivy"):
        import_module(library)
    encoder.encode_passages(["", ""])
    word_counts()
    files = task.files

    def make() -> None:
        index = PassageIndex.open(settings.index, encoder, create=True)
        index_files(files, index, encoder, passage_characters=settings.passage_characters)
        index.close()

    return make


def load(task: Task) -> Search:
    """As `chuchu search`; the reader that has no model, for none is asked."""
    from qa.assistant import build_assistant

    assistant = build_assistant(Settings(index=task.index, reader="sentence"))

    def search(question: str, results: int) -> list[int]:
        return paragraphs(assistant.search(question, results)[1].hits)

    return search


def paragraphs(hits: Sequence[Hit]) -> list[int]:
    """The paragraphs of passages, each once, best first; a reprint stands behind the one that it is shown with."""
    paths = (source.path for hit in hits for source in (hit.passage.source, *hit.also))
    return list(dict.fromkeys(int(path.rpartition("/")[2].removesuffix(".txt")) for path in paths))


if __name__ == "__main__":
    run(prepare, load)
