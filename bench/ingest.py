"""How fast files become passages, and in how much memory: load → clean → section → chunk, one core.

    python -m bench.ingest --data FOLDER

Files of 100 MB are made from the sentences of the question sets, shuffled and with other numbers in them, so that no
paragraph stands there twice; where there are no sets, from words made up. Each file is taken through in a process of
its own, which is asked for its peak memory; the stages are timed in another. Seconds are the processor's: what else
the machine does counts for nothing.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

from bench.datasets import DEFAULT_FOLDER, load_set
from qa.chunking import passages
from qa.cleaning import clean
from qa.loading import SourceFile, load
from qa.sectioning import sections
from qa.text.sentences import sentences

CHARACTERS = 200
SETS = ("cmrc2018_train", "drcd_dev", "cmrc2018_trial")
_READINGS = {"创": "创(chuàng)", "新": "新(xīn)", "大": "大(dà)", "人": "人(rén)", "年": "年(nián)", "國": "國(guó)"}
_WIDE = {code: code + 0xFEE0 for code in range(0x30, 0x3A)}


def known_sentences(folder: Path) -> list[str]:
    """Sentences of the question sets, or made of characters drawn at random where there are none."""
    if folder.is_dir():
        texts = [text for name in SETS for text in load_set(folder, name).paragraphs.values()]
        return [text[start:end] for text in texts for start, end in sentences(text)]
    draw = random.Random(0)
    common = [chr(code) for code in range(0x4E00, 0x4E00 + 2000)]
    return ["".join(draw.choices(common, k=draw.randint(8, 60))) + "。" for _ in range(40_000)]


def paragraphs(pool: list[str], draw: random.Random) -> Iterator[str]:
    """Paragraphs of two to nine sentences each, without end."""
    while True:
        chosen = draw.choices(pool, k=draw.randint(2, 9))
        shift = draw.randrange(10)
        yield "".join(chosen).translate({48 + digit: 48 + (digit + shift) % 10 for digit in range(10)})


def articles(pool: list[str], draw: random.Random) -> Iterator[str]:
    """Lines: every so often a headline with a byline, else a paragraph."""
    for number, paragraph in enumerate(paragraphs(pool, draw)):
        if number % 20 == 0:
            yield f"\n## {number} {paragraph[:12].translate({10: None})}\n■ 本报记者 李明\n\n"
        yield paragraph + "\n"


def one_line(pool: list[str], draw: random.Random) -> Iterator[str]:
    """The same without a line break."""
    for paragraph in paragraphs(pool, draw):
        yield paragraph.replace("\n", " ")


def damaged(pool: list[str], draw: random.Random) -> Iterator[str]:
    """The same with each kind of damage in some paragraph or other, in lines that end in CR LF."""
    for number, line in enumerate(articles(pool, draw)):
        kind, text = number % 8, line
        if kind == 0:
            for character, read in _READINGS.items():
                text = text.replace(character, read)
        elif kind == 1:
            text = "\n\n".join(text[start : start + 50] for start in range(0, len(text), 50))
        elif kind == 2:
            text = text.translate(_WIDE)
        elif kind == 3:
            text = text.replace("，", "，\u200b").replace("的", "的\u00a0")
        yield text.replace("\n", "\r\n")
        if number % 40 == 39:
            yield f"- {number // 40} -\r\n高新技术产业年鉴\r\n"


FILES: dict[str, Callable[[list[str], random.Random], Iterator[str]]] = {
    "articles": articles,
    "one line": one_line,
    "damaged": damaged,
}


def write(path: Path, texts: Iterator[str], size: int) -> None:
    """Write texts up to a size in bytes."""
    with path.open("wb") as file:
        for text in texts:
            file.write(text.encode())
            if file.tell() >= size:
                return


def measured(path: Path, *, by_stage: bool) -> dict[str, float]:
    """Seconds of each stage, or of all of them in one go; and the peak of this process's memory in MB."""
    import resource

    source = SourceFile(path, path.name)
    clean("北京?贵阳，要发展??萍紕?(chuàng)新")  # dictionaries are read once, however much there is to clean
    begun = process_time()
    document = load(source)
    loaded = process_time()
    times = {"load": loaded - begun}
    if by_stage:
        cleaned = clean(document.text).text
        at_clean = process_time()
        count = len(sections(cleaned))
        at_section = process_time()
        times |= {"clean": at_clean - loaded, "section": at_section - at_clean, "articles": count}
        del cleaned
    begun = process_time()
    found = passages(document, CHARACTERS)
    times["passages"] = process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    return {**times, "peak": peak, "count": len(found)}


def in_a_process(path: Path, *, by_stage: bool) -> dict[str, float]:
    """`measured`, in a process that does nothing else."""
    arguments = [sys.executable, "-m", "bench.ingest", "--measure", str(path), *["--stages"] * by_stage]
    result: dict[str, float] = json.loads(subprocess.run(arguments, stdout=subprocess.PIPE, check=True).stdout)
    return result


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--megabytes", type=int, default=100, help="size of each file")
    parser.add_argument("--files", nargs="*", choices=FILES, default=list(FILES), help="which of them")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--stages", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measured(arguments.measure, by_stage=arguments.stages)))
        return
    pool = known_sentences(Path(arguments.data))
    size = arguments.megabytes * 1_000_000
    stages = ("load", "clean", "section", "chunk")
    print(f"{'file':<12}{'MB':>6}{'passages':>10}" + "".join(f"{stage + ' s':>11}" for stage in stages), end="")
    print(f"{'all s':>8}{'MB/s':>7}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.files:
            path = Path(folder) / "text.txt"
            write(path, FILES[name](pool, random.Random(1)), size)
            whole = in_a_process(path, by_stage=False)
            split = in_a_process(path, by_stage=True)
            split["chunk"] = split["passages"] - split["clean"] - split["section"]
            seconds = whole["load"] + whole["passages"]
            print(f"{name:<12}{path.stat().st_size / 1e6:>6.0f}{whole['count']:>10,}", end="")
            print("".join(f"{split[stage]:>11.1f}" for stage in stages), end="")
            print(f"{seconds:>8.1f}{size / 1e6 / seconds:>7.1f}{whole['peak']:>9,.0f}", flush=True)


if __name__ == "__main__":
    main()
