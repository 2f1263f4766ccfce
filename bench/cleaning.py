"""What cleaning changes in clean paragraphs, and how much it restores of damaged ones.

    python -m bench.cleaning --data FOLDER

Tuned on CMRC-train and DRCD-dev; CMRC-dev and CMRC-trial are only reported on.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from random import Random
from time import perf_counter

from bench.damage import KINDS, Damage
from bench.datasets import DEFAULT_FOLDER, data_folder, load_set
from qa.alignment import AlignedText
from qa.cleaning import REPAIRS, clean

SETS = {"tuning": ("cmrc2018_train", "drcd_dev"), "report": ("cmrc2018_dev", "cmrc2018_trial")}
# So many paragraphs make a document, for damage that takes more than one.
TOGETHER = 6


def wrong_characters(expected: str, text: str) -> int:
    """How many characters of a text are not as expected, or missing."""
    if expected == text:
        return 0
    matcher = SequenceMatcher(None, expected, text, autojunk=False)
    return sum(max(i2 - i1, j2 - j1) for kind, i1, i2, j1, j2 in matcher.get_opcodes() if kind != "equal")


def changes(paragraphs: Sequence[str]) -> tuple[Counter[str], list[str]]:
    """Characters that each repair changes in clean paragraphs, and a line for each change."""
    counts: Counter[str] = Counter()
    listed = []
    for paragraph in paragraphs:
        aligned = AlignedText(paragraph)
        for repair in REPAIRS:
            text = aligned.text
            repairs = list(repair(text))
            for start, end, replacement in repairs:
                counts[repair.__name__] += max(end - start, len(replacement))
                around = text[max(0, start - 6) : start], text[end : end + 6]
                shown = f"{around[0]}[{text[start:end]}→{replacement}]{around[1]}"
                listed.append(f"{repair.__name__:<24}{shown!r}")
            aligned = aligned.repaired(repairs)
    return counts, listed


def restored(damage: Damage, paragraphs: Sequence[str], random: Random) -> tuple[int, int, int]:
    """Texts that were damaged, characters damaged in them, characters not as they were after cleaning."""
    texts = damaged_characters = left = 0
    several = damage in (KINDS["running heads"], KINDS["repeated paragraphs"], KINDS["invisible, CR LF"])
    step = TOGETHER if several else 1
    for start in range(0, len(paragraphs), step):
        made = damage(paragraphs[start : start + step], random)
        if made is None or made[0] == made[1]:
            continue
        expected, damaged = made
        texts += 1
        damaged_characters += wrong_characters(expected, damaged)
        # What cleaning would change in the clean text is counted in the other table.
        left += wrong_characters(clean(expected).text, clean(damaged).text)
    return texts, damaged_characters, left


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--paragraphs", type=int, default=3000, help="of each pool, drawn at random")
    parser.add_argument("--changes", type=int, default=60, help="changes of clean text to list, of each repair")
    arguments = parser.parse_args()
    folder = data_folder(arguments)
    for pool, names in SETS.items():
        paragraphs = [text for name in names for text in load_set(folder, name).paragraphs.values()]
        Random(0).shuffle(paragraphs)
        paragraphs = paragraphs[: arguments.paragraphs]
        characters = sum(map(len, paragraphs))
        print(f"\n{pool}: {', '.join(names)}: {len(paragraphs):,} clean paragraphs, {characters:,} characters")
        counts, listed = changes(paragraphs)
        print(f"{'repair':<26}{'changed':>9}{'of 1,000':>10}")
        for repair in REPAIRS:
            count = counts[repair.__name__]
            print(f"{repair.__name__:<26}{count:>9}{1000 * count / characters:>10.4f}")
        print(f"{'all':<26}{counts.total():>9}{1000 * counts.total() / characters:>10.4f}")
        text = "\n".join(paragraphs)
        begun = perf_counter()
        clean(text)
        print(f"cleaned as one text at {len(text.encode()) / 1e6 / (perf_counter() - begun):.1f} MB/s")
        print(f"\n{'damage':<28}{'texts':>7}{'damaged':>9}{'left':>7}{'restored %':>12}")
        for name, damage in KINDS.items():
            texts, damaged, left = restored(damage, paragraphs, Random(1))
            share = 100 * (1 - left / damaged) if damaged else 100.0
            print(f"{name:<28}{texts:>7}{damaged:>9}{left:>7}{share:>12.2f}", flush=True)
        shown: Counter[str] = Counter()
        for line in listed:
            shown[line[:24]] += 1
            if shown[line[:24]] <= arguments.changes:
                print(line)


if __name__ == "__main__":
    main()
