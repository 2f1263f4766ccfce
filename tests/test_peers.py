"""The pure parts of the benchmark beside the peers. No network, no peer: what is measured is made up here."""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from bench.datasets import Question, QuestionSet
from bench.peers.__main__ import by_turns
from bench.peers.contenders import CHUCHU, CONTENDERS
from bench.peers.environments import constraints
from bench.peers.rows import Row, at, over_rounds, recalls, row, table, targets
from bench.peers.task import CHARACTER_PAIRS, PART, PARTS, Asked, Task, drawn, lay_out
from bench.peers.trial import FailedError, Place, answers, last, measured, started
from tests.doors import ROOT


def a_set(name: str, count: int) -> QuestionSet:
    paragraphs = {f"{name}/{number}": f"{name}{number}" for number in range(count)}
    return QuestionSet(name, paragraphs, [Question(f"{key}?", key, ("x",)) for key in paragraphs])


def a_row(name: str, **figures: object) -> Row:
    usual = {
        "index": 10.0,
        "index_cpu": 10.0,
        "whole": 10.0,
        "p50": 50.0,
        "p95": 60.0,
        "p50_cpu": 50.0,
        "start": 5.0,
        "start_cpu": 5.0,
        "index_memory": 1000.0,
        "memory": 800.0,
        "recall": {"drcd_dev": (80.0, 90.0)},
        "load": 1.0,
    }
    return Row(name, **{**usual, **figures})


def test_every_set_is_asked_about_by_turns_and_only_what_is_in_the_pool():
    texts, asked = drawn([a_set("a", 20), a_set("b", 20)], 10, 3)
    assert len(texts) == 10
    assert [one.set for one in asked] == ["a", "b"] * 3
    for one in asked:
        assert one.text == texts[one.paragraph].replace(one.set, f"{one.set}/") + "?"


def test_a_task_is_read_as_it_was_laid_out(tmp_path):
    sets = [a_set("a", 4)]
    name = lay_out(tmp_path, sets, None, 2)
    task = Task(tmp_path / name, tmp_path, "model")
    assert task.paragraphs() == [f"a{number}" for number in range(4)]
    assert [type(one) for one in task.questions()] == [Asked, Asked]
    assert [file.read_text("utf-8") for file in task.files] == task.paragraphs()
    assert lay_out(tmp_path, sets, None, 2) == name
    assert lay_out(tmp_path, sets, None, 3) != name


def test_parts_are_from_all_over_the_pool_and_share_nothing(tmp_path):
    name = lay_out(tmp_path, [a_set("a", PARTS * PART + 700)], None, 2)
    parts = [Task(tmp_path / name, tmp_path, "model", part=number) for number in range(PARTS)]
    numbers = [[int(text.removeprefix("a")) for text in part.paragraphs()] for part in parts]
    assert [len(some) for some in numbers] == [PART] * PARTS
    assert len(set().union(*numbers)) == PARTS * PART
    assert all(max(some) > PARTS * PART for some in numbers)
    assert [[int(file.stem) for file in part.files] for part in parts] == numbers


def test_pairs_of_characters():
    assert re.findall(CHARACTER_PAIRS, "高新区，第3") == ["高新", "新区", "第3"]


def test_percentiles():
    assert at(50, [3, 1, 2]) == 2
    assert at(95, range(1, 101)) == 95
    assert at(95, [7]) == 7


def test_a_round_that_was_disturbed_does_not_count():
    quiet = [(number, 10.0) for number in range(4) for _ in range(3)]
    assert over_rounds([*quiet, (4, 900.0), (4, 950.0)], 95) == 10.0


def test_recall_by_set():
    found = [("a", 1), ("a", 5), ("a", 6), ("a", 0), ("b", 1)]
    assert recalls(found) == {"a": (25.0, 50.0), "b": (100.0, 100.0)}


def test_a_row_of_measurements():
    stages = {
        "ask": {"waited": [(0, 5.0)], "worked": [(0, 4.0)], "found": [("a", 2)], "megabytes": 300, "load": [1, 2]},
        "start": {"starts": [{"seconds": s, "cpu": s / 2} for s in (9.0, 1.0, 2.0)], "load": [3, 0]},
    }
    parts = [{"paragraphs": 100, "seconds": s, "cpu": s / 2} for s in (4.0, 1.0, 9.0)]
    made = {"parts": {"parts": parts}, "index": {"seconds": 50.0, "megabytes": 500}}
    found = row("x", stages, made, 1000)
    assert (found.index, found.index_cpu, found.whole) == (25.0, 50.0, 20.0)
    assert (found.start, found.start_cpu) == (2.0, 1.0)
    assert (found.index_memory, found.memory, found.load) == (500, 300, 3)
    assert found.recall == {"a": (0.0, 100.0)}


def test_targets_are_held_against_the_best_of_the_peers():
    ours = a_row("us", index=50.0, p50=12.0, recall={"drcd_dev": (84.9, 95.0)})
    peers = [a_row("slow", index=5.0), a_row("quick", index=12.0, p50=40.0)]
    words = a_row("words", index=900.0, p50=1.0, recall={"drcd_dev": (82.0, 96.0)})
    printed = targets(ours, peers, peers, [words])
    lines = {line.split("|")[1].strip(): line for line in reversed(printed)}
    last = {line.split("|")[1].strip(): line for line in printed}
    # Whoever makes no vectors is no measure of what making them costs, but is one of what is found.
    assert "12.0 (quick) | 50.0 | 4.17 | ≥ 4 | met" in lines["index, paragraphs/s"]
    assert "40.0 (quick) | 12.0 | 0.30 | ≤ 0.2 | missed" in lines["query p50, ms"]
    assert "1000.0 (slow) | 1000.0 | 1.00 | ≤ 0.5 | missed" in lines["peak memory, MB"]
    assert "+4.9 points | ≥ +5 | missed" in lines["Recall@1, drcd_dev"]
    assert "90.0 (slow) | 95.0 | +5.0 points | ≥ +0 | met" in lines["Recall@5, drcd_dev"]
    # Those that are given words are held against us too, in lines of their own.
    assert "82.0 (words) | 84.9 | +2.9 points | ≥ +5 | missed" in last["Recall@1, drcd_dev"]
    assert "96.0 (words) | 95.0 | -1.0 points | ≥ +0 | missed" in last["Recall@5, drcd_dev"]


def test_tables_have_as_many_cells_in_every_line():
    costs, found = "\n".join(table([a_row("a"), a_row("b")])).split("\n\n")
    for part in (costs, found):
        assert len({line.count("|") for line in part.splitlines()}) == 1
        assert len(part.splitlines()) == 4


def test_what_is_shared_has_our_versions():
    pinned = constraints((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    assert "torch==2.13.0" in pinned
    assert len(pinned) == 6
    for contender in CONTENDERS:
        assert all("==" in requirement for requirement in contender.requirements)


def test_every_contender_has_a_runner_and_an_index():
    runners = ROOT / "bench" / "peers" / "runners"
    keys = {one.key for one in CONTENDERS}
    for contender in CONTENDERS:
        assert (runners / f"{contender.runner}.py").is_file()
        assert contender.folder in keys
    assert len(keys) == len(CONTENDERS)
    assert [one.folder for one in CONTENDERS if one.shares] == ["chuchu"]
    assert CHUCHU in {one.name for one in CONTENDERS}


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_measurements_are_the_lines_that_are_json():
    code = "print('hello'); print('{\"a\": 1}'); print('{\"b\": 2}')"
    assert list(answers(python(code))) == [{"a": 1}, {"b": 2}]
    assert last(answers(python(code))) == {"b": 2}


def test_a_start_is_timed_to_the_first_answer():
    code = "import time; print('{}', flush=True); time.sleep(0.5); print('{\"cpu\": 1}')"
    found = started(python(code))
    assert found["cpu"] == 1
    assert 0 < found["seconds"] < 0.5


def test_a_stage_that_fails_says_why():
    with pytest.raises(FailedError, match="no such index"):
        list(answers(python("import sys; print('{}'); sys.exit('no such index')")))
    with pytest.raises(FailedError):
        last([])


def test_what_has_been_measured_is_not_measured_again(tmp_path):
    nobody = Place(tmp_path / "no python", tmp_path, tmp_path / "index", tmp_path)
    kept = tmp_path / "kept.json"
    stages = {"ask": {"megabytes": 1}, "start": {"starts": []}}
    kept.write_text(json.dumps(stages))
    asks, makes = (next(one for one in CONTENDERS if bool(one.shares) == shares) for shares in (True, False))
    assert [*measured(asks, nobody, kept)][-1] == stages
    with pytest.raises(FileNotFoundError):
        next(measured(makes, nobody, kept))  # has no index yet
    whole = {"parts": {}, "index": {}, **stages}
    kept.write_text(json.dumps(whole))
    assert [*measured(makes, nobody, kept)][-1] == whole


def test_contenders_take_turns_and_who_fails_has_no_more(capsys):
    said = []

    def trial(name: str, turns: int, *, fails: bool = False) -> Iterator[dict[str, Any]]:
        for turn in range(turns):
            said.append((turn, name))
            yield {name: turn}
        if fails:
            raise FailedError("out of memory")

    assert by_turns({"a": trial("a", 3), "b": trial("b", 1, fails=True)}) == {"a": {"a": 2}, "b": {"b": 0}}
    assert said == [(0, "a"), (0, "b"), (1, "a"), (2, "a")]
    assert capsys.readouterr().err == "b is left out: out of memory\n"
