"""Which passages are taken for the same story: reprints made of clean paragraphs, and what only looks like one.

    python -m bench.reprints --data FOLDER

Tuned on CMRC-trial and DRCD-dev; CMRC-dev is only reported on.
"""

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import product
from random import Random
from typing import Any

from bench.damage import readings, wide_forms
from bench.datasets import DEFAULT_FOLDER, data_folder, load_set
from bench.pool import as_document
from qa.analysis import tagged_words
from qa.chunking import passages
from qa.cleaning import clean
from qa.datatypes import Passage, PassageId
from qa.ranking.reprints import grouped, signature
from qa.text.language import writings
from qa.text.sentences import sentences

SETS = {"tuning": ("cmrc2018_trial", "drcd_dev"), "report": ("cmrc2018_dev",)}
CHARACTERS = 200
SHORTEST = 40
FIGURES = "0123456789零一二三四五六七八九十百千万亿"
_DIGIT = re.compile(f"[{FIGURES}]")
_OTHER_MARKS = str.maketrans("，。；：（）“”", ",.;:()「」")

Pair = tuple[str, str]


def same(one: str, other: str) -> bool:
    """Whether two passages of different documents are taken for the same story, as a question finds them."""
    texts = {PassageId(0): one, PassageId(1): other}
    known = {number: signature(text) for number, text in texts.items()}
    return len(list(grouped(list(texts), 2, known, lambda _: texts))) == 1


def other_script(text: str) -> str:
    """The other script, with the words that are used there."""
    converted: str = _converter("s2twp" if writings([text])[0].script == "simplified" else "tw2sp").convert(text)
    return converted


@cache
def _converter(name: str) -> Any:
    from opencc import OpenCC

    return OpenCC(name)


def edited(share: float) -> Callable[[str, Random], str]:
    """Some share of the characters replaced, left out or followed by another one; figures are left alone."""

    def edit(text: str, random: Random) -> str:
        letters = [letter for letter in text if letter.isalpha() and letter not in FIGURES] or ["字"]

        def one(letter: str) -> str:
            if letter in FIGURES or random.random() >= share:
                return letter
            return random.choice([random.choice(letters), random.choice(letters), "", letter + random.choice(letters)])

        return "".join(map(one, text))

    return edit


def shortened(text: str, random: Random) -> str:
    """Without one of its sentences, when it has three or more."""
    spans = list(sentences(text))
    start, end = random.choice(spans) if len(spans) > 2 else (0, 0)
    return text[:start] + text[end:]


def recut(paragraph: str, random: Random) -> Iterator[Pair]:
    """Passages of a paragraph and of the same without its beginning, that share half of the shorter."""
    cut = random.randrange(20, 150)
    pieces = passages(as_document("a", paragraph), CHARACTERS), passages(as_document("b", paragraph[cut:]), CHARACTERS)
    for one, other in product(*pieces):
        shared = min(one.source.end, other.source.end + cut) - max(one.source.start, other.source.start + cut)
        if one.text != other.text and shared >= min(len(one.text), len(other.text)) / 2:
            yield one.text, other.text


def other_figures(text: str, random: Random) -> str:
    """Every digit another one."""
    return _DIGIT.sub(lambda digit: random.choice([other for other in FIGURES[:10] if other != digit[0]]), text)


def other_names(text: str, random: Random) -> str:
    """The names of the segmenter's dictionary replaced by others, each by the same throughout."""
    names = _names()
    found = sorted({name for name in names if name in text}, key=len, reverse=True)
    if not found:
        return text
    others = {name: random.choice(names) for name in found}
    return re.sub("|".join(found), lambda name: others[name[0]], text)


@cache
def _names() -> list[str]:
    return [word for word, tag in tagged_words() if tag in {"ns", "nr", "nt"} and len(word) > 1]


def pairs(paragraphs: Sequence[str], count: int, random: Random) -> tuple[dict[str, list[Pair]], ...]:
    """Pairs that are reprints, and pairs that are not, by kind. Neighbours are of one article, or of two alike."""
    texts = [piece.text for text in paragraphs for piece in _pieces(text)]
    drawn = random.sample(texts, min(count, len(texts)))
    cut = [pair for text in random.sample(paragraphs, min(count, len(paragraphs))) for pair in recut(text, random)]
    reprints = {
        "other script": [(text, other_script(text)) for text in drawn],
        "other punctuation": [(text, text.translate(_OTHER_MARKS)) for text in drawn],
        "damaged and cleaned": [(text, clean(_damaged(text, random)).text) for text in drawn],
        "2 % edited": [(text, edited(0.02)(text, random)) for text in drawn],
        "5 % edited": [(text, edited(0.05)(text, random)) for text in drawn],
        "a sentence left out": [(text, shortened(text, random)) for text in drawn],
        "another cut": cut,
        "cut, script, 2 % edited": [(one, edited(0.02)(other_script(other), random)) for one, other in cut],
    }
    different = {
        "neighbouring paragraphs": list(_neighbours(paragraphs, count, random)),
        "other figures": [(text, other_figures(text, random)) for text in drawn if _DIGIT.search(text)],
        "other names": [(text, changed) for text in drawn if (changed := other_names(text, random)) != text],
        "other names and figures": [
            (text, changed)
            for text in drawn
            if _DIGIT.search(text) and (changed := other_names(other_figures(text, random), random)) != text
        ],
    }
    return reprints, different


def _pieces(text: str) -> list[Passage]:
    return [piece for piece in passages(as_document("a", text), CHARACTERS) if len(piece.text) >= SHORTEST]


def _damaged(text: str, random: Random) -> str:
    _, read = readings([text], random)
    wide = wide_forms([read], random)
    return wide[1] if wide else read


def _neighbours(paragraphs: Sequence[str], count: int, random: Random) -> Iterator[Pair]:
    for place in random.sample(range(len(paragraphs) - 1), min(count, len(paragraphs) - 1)):
        yield from product(*([piece.text for piece in _pieces(text)] for text in paragraphs[place : place + 2]))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--pairs", type=int, default=1000, help="of each kind, drawn at random")
    arguments = parser.parse_args()
    folder = data_folder(arguments)
    for label, names in SETS.items():
        paragraphs = [text for name in names for text in load_set(folder, name).paragraphs.values()]
        reprints, different = pairs(paragraphs, arguments.pairs, Random(0))
        print(f"\n{label}: {', '.join(names)}")
        taken = {}
        for kind, found in {**reprints, **different}.items():
            taken[kind] = sum(same(*pair) for pair in found)
            print(f"{kind:<28}{len(found):>7} pairs{100 * taken[kind] / len(found):>8.1f} % grouped")
        right, wrong = sum(map(taken.__getitem__, reprints)), sum(map(taken.__getitem__, different))
        print(f"precision {right / (right + wrong):.3f}, recall {right / sum(map(len, reprints.values())):.3f}")


if __name__ == "__main__":
    main()
