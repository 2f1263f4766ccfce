"""How well follow-up questions are completed: dialogues over the sample corpus, asked turn by turn.

For follow-ups, the share with the right answer in the first passage; for questions that stand alone, the share left as
they are. Each turn is asked as typed and completed. The answers before it are the assistant's own, or the right ones.
Dialogues with odd numbers were for tuning, the others for reporting. With question sets, also the share of their
questions that is touched when one about another paragraph has been asked before, and how many of those point at
something by their own words (`该`, `它`), and do not stand alone.

    python -m bench.dialogues [--show] [--data FOLDER]
"""

import argparse
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.datasets import DEFAULT_FOLDER, load_set
from embeddings.encoder import load_encoder
from qa.assistant import Assistant, build_assistant
from qa.conversation import standalone
from qa.datatypes import Turn
from qa.evaluation import GoldQuestion, first_rank
from qa.indexing import index_files
from qa.passage_index import PassageIndex
from qa.settings import Settings

ROOT = Path(__file__).parents[1]
DIALOGUES = ROOT / "tests" / "data" / "dialogues.jsonl"
SETS = ("cmrc2018_train", "cmrc2018_trial", "cmrc2018_dev", "drcd_dev")
PASSAGES = 5
# Leans by its own words, though it was asked by itself.
_POINTING = re.compile("[该該此这這它牠他她]|当地|當地")


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one turn."""

    dialogue: str
    question: str
    query: str
    follow_up: bool
    opening: bool
    """The first of its dialogue."""
    found: bool
    """The right answer stands in the first passage."""

    @property
    def touched(self) -> bool:
        """What was searched for is not what was typed."""
        return self.query != self.question


def play(assistant: Assistant, dialogue: dict[str, Any], *, completed: bool, gold: bool) -> list[Asked]:
    """Asks the turns of a dialogue.

    Args:
        assistant: of an index of the sample corpus.
        dialogue: a line of the file.
        completed: with the conversation so far; else every turn as typed.
        gold: the answers in the conversation are the right ones, and not the assistant's.
    """
    history: list[Turn] = []
    asked = []
    for turn in dialogue["turns"]:
        question = GoldQuestion(turn["question"], tuple(turn["answers"]), turn["file"], "")
        answer = assistant.ask(question.question, PASSAGES, history if completed else ())
        found = first_rank(answer.hits, question) == 1
        asked.append(Asked(dialogue["id"], question.question, answer.query, turn["follow_up"], not history, found))
        own = answer.span.text if answer.span else None
        history.append(Turn(question.question, question.answers[0] if gold else own))
    return asked


def touched(folder: Path, name: str) -> list[tuple[str, str]]:
    """The questions of a set that are touched, each after one about another paragraph, and what they become."""
    questions = load_set(folder, name).questions
    others = questions[:]
    random.Random(0).shuffle(others)
    found = []
    for question, other in zip(questions, others, strict=True):
        text = question.text.strip()
        if question.paragraph != other.paragraph:
            query = standalone(text, [Turn(other.text, other.answers[0])])
            if query != text:
                found.append((text, query))
    pointing = sum(_POINTING.search(text) is not None for text, _ in found)
    print(f"{name:<18}{len(questions):>8,}{len(found):>9}{len(found) / len(questions):>9.2%}{pointing:>16}")
    return found


def share(turns: Sequence[bool]) -> str:
    """A share in percent, and of how many."""
    return f"{sum(turns) / len(turns):.1%} of {len(turns)}" if turns else "-"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, type=Path, help="folder of the question sets")
    parser.add_argument("--show", action="store_true", help="print every turn that is touched, or goes wrong")
    arguments = parser.parse_args()
    settings = Settings()
    encoder = load_encoder(settings.model, settings.cache)
    directory = settings.cache / "bench" / "dialogues"
    index = PassageIndex.open(directory, encoder, create=True)
    index_files([ROOT / "seeds"], index, encoder, passage_characters=settings.passage_characters)
    index.close()
    assistant = build_assistant(Settings(index=directory), encoder)
    print_dialogues(assistant, show=arguments.show)
    if not arguments.data.is_dir():
        print(f"no question sets at {arguments.data}; name their folder with --data")
        return
    print(f"\n{'set':<18}{'asked':>8}{'touched':>9}{'share':>9}{'by a pronoun':>16}")
    for name in SETS:
        for question, query in touched(arguments.data, name):
            if arguments.show:
                print(f"  {question} -> {query}")


def print_dialogues(assistant: Assistant, *, show: bool) -> None:
    """Ask all dialogues, and print how each half went."""
    dialogues = [json.loads(line) for line in DIALOGUES.read_text(encoding="utf-8").splitlines()]
    print(f"{'half':<11}{'searched for':<30}{'follow-ups found':>18}{'alone, found':>18}{'left alone':>18}")
    for half, parity in (("tuning", 1), ("reporting", 0)):
        part = [dialogue for dialogue in dialogues if int(dialogue["id"][1:]) % 2 == parity]
        for label, completed, gold in (
            ("as typed", False, False),
            ("completed", True, False),
            ("completed, right answers", True, True),
        ):
            asked = [turn for one in part for turn in play(assistant, one, completed=completed, gold=gold)]
            follow_ups = [turn for turn in asked if turn.follow_up]
            alone = [turn for turn in asked if not turn.follow_up and not turn.opening]
            print(
                f"{half:<11}{label:<30}{share([turn.found for turn in follow_ups]):>18}"
                f"{share([turn.found for turn in alone]):>18}{share([not turn.touched for turn in alone]):>18}"
            )
            if show and completed:
                for turn in asked:
                    if turn.follow_up or turn.touched:
                        print(f"  {turn.dialogue} {'ok ' if turn.found else 'NOT'} {turn.question} -> {turn.query}")


if __name__ == "__main__":
    main()
