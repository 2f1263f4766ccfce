"""How cost grows with a collection: 10,000 to 1,000,000 made-up passages, through the project's own index.

    python -m bench.scale --data FOLDER --sizes 10000 100000 300000 1000000

Each size is an index of its own in the cache, grown from the next smaller one, and is measured in a process of its own.
Times are of the wall clock, and of the processor where the machine is shared.
"""

import argparse
import re
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np

from bench.collection import Collection, open_collection
from bench.datasets import DEFAULT_FOLDER, data_folder, load_set, sample
from embeddings.encoder import Encoder, FloatArray, PreparedQuery, load_encoder
from qa import analysis
from qa.datatypes import PassageId
from qa.filters import conditions
from qa.passage_index import PassageIndex
from qa.retriever import Retriever
from qa.settings import Settings
from qa.store import FORMAT

SIZES = (10_000, 100_000, 300_000, 1_000_000)
REAL = 20_000
QUESTIONS = 200
K = 10
REPEATS = 5
# Documents from here on are added and removed again.
_SPARE = 5_000_000


class Known:
    """An encoder that has encoded the questions already, so that what is measured is the search."""

    def __init__(self, encoder: Encoder, questions: Sequence[str]) -> None:
        self.fingerprint = encoder.fingerprint
        self.dimension = encoder.dimension
        self.reach = 0
        self._queries = {text: _encoded(encoder.prepare_query(text)) for text in questions}

    def prepare_query(self, text: str) -> PreparedQuery:
        """The vectors of a question."""
        return self._queries[text]

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions."""
        return np.stack([self._queries[text].best() for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Not to be asked for."""
        raise NotImplementedError


def _encoded(query: PreparedQuery) -> PreparedQuery:
    vector, exact = query.vector(), query.exact and query.exact()
    return PreparedQuery(lambda: vector, None if exact is None else lambda: exact)


class Measured(NamedTuple):
    """A row of the table: seconds, but for sizes and shares."""

    passages: int
    build: float
    opened: float
    wall: list[float]
    processor: list[float]
    recall: float
    recall_100: float
    resident: float
    anonymous: float
    added: list[float]
    removed: list[float]
    filtered: list[float]
    disk: float


def directory_of(size: int, real: int) -> Path:
    """Where the index of a size is kept."""
    return Settings().cache / "bench" / f"scale-{FORMAT}-{real}-{size}"


def build(folder: Path, size: int, smaller: int | None, real: int) -> float:
    """Make the index of a size, from that of a smaller one; the processor's seconds that it took."""
    settings = Settings()
    encoder = load_encoder(settings.model, settings.cache)
    collection = open_collection(folder, settings.cache / "bench", encoder, real)
    print(f"{real:,} vectors of the encoder's", file=sys.stderr, flush=True)
    directory = directory_of(size, real)
    if smaller is not None and not directory.is_dir():
        draft = directory.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(directory_of(smaller, real), draft)
        draft.replace(directory)
    index = PassageIndex.open(directory, encoder, create=True)
    # The terms of a passage are those of its sentences; made for each passage anew they would take half of the time.
    with patch("qa.storage.caches.analysis", _KnownTerms()):
        return _grown(index, collection, size)


def _grown(index: PassageIndex, collection: Collection, size: int) -> float:
    begun, done = time.process_time(), len(index)
    while done < size:
        count = min(20_000, size - done)
        with index.writing():
            for document, passages, vectors in collection.documents(done, count):
                index.replace(document, passages, vectors, location=document.path, recipe="")
        done += count
        print(f"  {done:,} passages, {time.process_time() - begun:.0f} s of processor", file=sys.stderr, flush=True)
    index.settle()
    spent = time.process_time() - begun
    index.close()
    return spent


class _KnownTerms:
    """What `qa.storage.caches` asks of `qa.analysis`, once for each sentence; the same terms in the same order."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[list[str], list[str]]] = {}

    def terms(self, text: str) -> list[str]:
        """As `qa.analysis.terms`."""
        parts = [self._of_sentence(sentence) for sentence in re.findall("[^。！？]+[。！？]*", text)]
        return [word for words, _ in parts for word in words] + [pair for _, pairs in parts for pair in pairs]

    def _of_sentence(self, sentence: str) -> tuple[list[str], list[str]]:
        if sentence not in self._known:
            folded = analysis.fold(sentence)
            self._known[sentence] = analysis._words(folded), analysis._bigrams(folded)  # noqa: SLF001 - its two halves
        return self._known[sentence]


def measure(folder: Path, size: int, real: int, spent: float) -> Measured:
    """What the index of a size costs."""
    settings = Settings()
    encoder = load_encoder(settings.model, settings.cache)
    texts = [
        question.text
        for name in ("cmrc2018_dev", "drcd_dev")
        for question in sample(load_set(folder, name).questions, QUESTIONS // 2)
    ]
    folded = [analysis.fold_script(text) for text in texts]
    known = Known(encoder, folded)
    vectors = known.encode_queries(folded)
    analysis.query_terms(texts[0])
    directory = directory_of(size, real)
    begun = time.perf_counter()
    index = PassageIndex.open(directory, known)
    retriever = Retriever(index, known)
    retriever.search(texts[0], K)
    opened = time.perf_counter() - begun
    for text in texts[:50]:
        retriever.search(text, K)
    wall, processor = [], []
    for text in texts:
        begun, used = time.perf_counter(), time.thread_time()
        retriever.search(text, K)
        wall.append(time.perf_counter() - begun)
        processor.append(time.thread_time() - used)
    resident, anonymous = _memory()
    filtered = [_seconds(lambda w=where: retriever.search(texts[1], K, conditions(w))) for where in _FILTERS]  # type: ignore[misc]
    found = [[index.dense(vector, k)[0] for vector in vectors] for k in (K, 100)]
    collection = open_collection(folder, settings.cache / "bench", encoder, real)
    added, removed = _changes(index, retriever, collection, texts[0])
    index.close()
    exact = _exact(collection, size, vectors)
    recall, recall_100 = (
        statistics.mean(len({*one} & {*other[:k]}) / k for one, other in zip(ids, exact, strict=True))
        for k, ids in zip((K, 100), found, strict=True)
    )
    disk = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
    return Measured(
        size, spent, opened, wall, processor, recall, recall_100, resident, anonymous, added, removed, filtered, disk
    )  # fmt: skip


_FILTERS = (["date>=2002"], ["date=2018-07"], ["publication=第7报"])


def _seconds(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def _changes(
    index: PassageIndex, retriever: Retriever, collection: Collection, question: str
) -> tuple[list[float], list[float]]:
    """Seconds until 100 more passages are found by the next question, and until those of a document are not."""
    added, removed = [], []
    for repeat in range(REPEATS):
        made = list(collection.documents(_SPARE + 100 * repeat, 100))

        def add(made: list[tuple] = made) -> None:  # type: ignore[type-arg]
            with index.writing():
                for document, passages, vectors in made:
                    index.replace(document, passages, vectors, location=document.path, recipe="")
            retriever.search(question, K)

        added.append(_seconds(add))
        for document, passages, vectors in made:
            vector = vectors[0].astype(np.float16).astype(np.float32)
            assert passages[0].id in index.dense(vector, 1)[0], "what was added is not found"

            def remove(number: str = document.id) -> None:
                index.remove(number)
                retriever.search(question, K)

            removed.append(_seconds(remove))
            assert passages[0].id not in index.dense(vector, K)[0], "what was removed is found"
    return added, removed


def _exact(collection: Collection, size: int, vectors: FloatArray) -> list[list[PassageId]]:
    """The 100 nearest of each question, every passage looked at."""
    best = np.full((len(vectors), 100), -1.0, np.float32), np.zeros((len(vectors), 100), np.int64)
    for start in range(0, size, 10_000):
        ids, rows = [], []
        for _, passages, some in collection.documents(start, 10_000, texts=False):
            ids += [passage.id for passage in passages]
            rows.append(some.astype(np.float16))
        scores = vectors @ np.concatenate(rows).astype(np.float32).T
        every = np.hstack((best[0], scores)), np.hstack((best[1], np.tile(np.array(ids), (len(vectors), 1))))
        order = np.argsort(-every[0], axis=1)[:, :100]
        best = np.take_along_axis(every[0], order, 1), np.take_along_axis(every[1], order, 1)
    return [[PassageId(number) for number in row] for row in best[1].tolist()]


def _memory() -> tuple[float, float]:
    """Bytes of memory that this process has, and those of them that no file stands behind."""
    status = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return tuple(1024 * int(status[name].split()[0]) for name in ("VmRSS", "RssAnon"))  # type: ignore[return-value]


def _row(measured: Measured) -> str:
    wall, processor = sorted(measured.wall), sorted(measured.processor)
    cells = [
        f"{measured.passages:,}",
        *(f"{1000 * times[int(share * len(times))]:.1f}" for times in (wall, processor) for share in (0.5, 0.95)),
        f"{measured.recall:.3f}",
        f"{measured.recall_100:.3f}",
        f"{measured.resident / 2**30:.2f}",
        f"{measured.anonymous / 2**30:.2f}",
        f"{measured.opened:.2f}",
        f"{statistics.median(measured.added):.2f}",
        f"{max(measured.added):.2f}",
        f"{statistics.median(measured.removed):.3f}",
        f"{max(measured.removed):.3f}",
        *(f"{1000 * seconds:.0f}" for seconds in measured.filtered),
        f"{measured.disk / 2**30:.2f}",
        f"{measured.build:.0f}",
    ]
    return " | ".join(cells)


HEAD = (
    "passages | wall p50, ms | wall p95 | processor p50, ms | processor p95 | recall@10 | recall@100 | memory, GiB | "
    "without files | open, s | add 100, s | worst | remove, s | worst | "
    + " | ".join(f"{where[0]}, ms" for where in _FILTERS)
    + " | disk, GiB | build, s of processor"
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="how many passages")
    parser.add_argument("--real", type=int, default=REAL, help="how many have the encoder's own vectors")
    arguments = parser.parse_args()
    folder = data_folder(arguments)
    print(HEAD)
    rows, smaller = [], None
    for size in sorted(arguments.sizes):
        with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
            spent = pool.apply(build, (folder, size, smaller, arguments.real))
            rows.append(pool.apply(measure, (folder, size, arguments.real, spent)))
        print(_row(rows[-1]), flush=True)
        smaller = size
    if len(rows) > 1:
        sizes = np.log([row.passages for row in rows])
        for name, times in (("wall", [row.wall for row in rows]), ("processor", [row.processor for row in rows])):
            exponent = np.polyfit(sizes, np.log([statistics.median(one) for one in times]), 1)[0]
            print(f"a search's {name} time grows with the {exponent:.2f}th power of the passages")


if __name__ == "__main__":
    main()
