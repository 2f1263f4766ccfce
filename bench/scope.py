"""Questions whose year, part of a year, kind, number or name was exchanged: at how many answers that is noticed.

    python -m bench.scope --data FOLDER

The questions are those of the published sets and our own. Each is held against the passages with its answer as it is,
when nothing may be noticed, and with one word exchanged for another that the paragraph does not have; a year or a part
of one where the answers are figures.
"""

import argparse
import re
from collections.abc import Iterator, Sequence

from bench.datasets import DEFAULT_FOLDER, QuestionSet, data_folder, load_set
from bench.pool import as_document
from qa.analysis import fold
from qa.chunking import passages
from qa.datatypes import Passage
from qa.reading.scope import is_figure, is_of_another, named
from qa.settings import Settings
from qa.text.dates import YEAR
from training.own_questions import own_set

SETS = ("cmrc2018_train", "cmrc2018_trial", "cmrc2018_dev", "drcd_dev")
_YEAR = re.compile(rf"(?<![0-9]){YEAR}(?=年)")
_EARLIER = 3
_NOBODY = "白桦林"
_EXCHANGED = {
    "part": {"一季度": "三季度", "三季度": "四季度", "上半年": "下半年", "下半年": "上半年", "全年": "一季度"},
    "kind": {"进口": "出口", "出口": "进口", "农村": "城镇", "城镇": "农村", "民营": "国有", "高新区": "经开区"},
    "kin": {"儿子": "女儿", "女儿": "儿子"},
    "number": {
        "一期": "四期",
        "二期": "四期",
        "首批": "第四批",
        "第一批": "第四批",
        "第二批": "第四批",
        "第三届": "第四届",
    },
}


def exchanged(question: str, paragraph: str) -> Iterator[tuple[str, str]]:
    """What was exchanged in a question, and the question that the paragraph then does not answer."""
    years = set(_YEAR.findall(question))
    earlier = {year: str(int(year) - _EARLIER) for year in years if len(years) == 1}
    names = {name: _NOBODY for name, _ in named(question)}
    for name, pairs in {"year": earlier, **_EXCHANGED, "name": names}.items():
        for old, new in pairs.items():
            if old in question and new not in paragraph:
                yield name, question.replace(old, new)
                break


def noticed(question: str, found: Sequence[Passage], answers: Sequence[str]) -> bool | None:
    """Whether all places of an answer are told to be of another scope; None where no passage has one."""
    places = [
        is_of_another(fold(question), passage, start, start + len(answer))
        for passage in found
        for answer in filter(None, answers)
        if (start := passage.text.find(answer)) >= 0
    ]
    return all(places) if places else None


def row(of: QuestionSet, limit: int) -> dict[str, tuple[int, int]]:
    """Of the questions as they are, and of each that were exchanged: how many, and of how many it was noticed."""
    cut: dict[str, list[Passage]] = {}
    counts: dict[str, tuple[int, int]] = dict.fromkeys(["as it is", "year", *_EXCHANGED, "name"], (0, 0))
    for question in of.questions:
        text = of.paragraphs.get(question.paragraph)
        if text is None:
            continue
        if question.paragraph not in cut:
            cut[question.paragraph] = passages(as_document(question.paragraph, text), limit)
        figures = all(is_figure(fold(answer)) for answer in question.answers)
        for name, asked in (("as it is", question.text), *exchanged(question.text, text)):
            told = noticed(asked, cut[question.paragraph], question.answers)
            if told is not None and (figures or name not in {"year", "part"}):
                counts[name] = (counts[name][0] + 1, counts[name][1] + told)
    return counts


def main() -> None:
    """Print a row for each set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    folder = data_folder(parser.parse_args())
    sets = [load_set(folder, name) for name in SETS]
    ours = own_set({key: text for one in sets for key, text in one.paragraphs.items()})
    for one in (*sets, ours):
        counts = row(one, Settings().passage_characters)
        print(f"{one.name:<16}", *(f"{name}: {told} of {asked}" for name, (asked, told) in counts.items()), sep="  ")


if __name__ == "__main__":
    main()
