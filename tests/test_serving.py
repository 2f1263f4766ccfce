"""A serving process under many askers: every one gets his own answer, and the same as if he were alone."""

import json
import sys
from pathlib import Path

import pytest

from bench import serving
from tests.doors import SEEDS, chuchu

pytestmark = pytest.mark.model

ASKERS = 8
_FLAT = 64
"""MB that a round may add: less than one of the graphs, or what is done for one question of eight at once."""


@pytest.fixture(scope="module")
def index(tmp_path_factory, model) -> Path:
    directory = tmp_path_factory.mktemp("serving") / "index"
    assert chuchu("index", SEEDS, "--index", directory).returncode == 0
    return directory


@pytest.fixture(scope="module")
def questions() -> list[str]:
    lines = (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines][:ASKERS]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_many_at_once_get_the_answers_that_one_gets_and_leave_nothing_behind(index, questions):
    with serving.serving(index) as (port, pid):
        expected = [serving.without_times(reply) for reply in serving.ask(port, questions)]
        assert [reply["question"] for reply in expected] == questions
        assert len({json.dumps(reply["answer"]) for reply in expected}) > len(questions) // 2
        serving.ask_at_once(port, questions, ASKERS)
        before = serving.memory(pid)["RssAnon"]
        for replies in serving.ask_at_once(port, questions, ASKERS):
            assert [serving.without_times(reply) for reply in replies] == expected
        assert serving.memory(pid)["RssAnon"] < before + _FLAT


def test_a_document_that_comes_while_many_ask_is_found_and_one_that_goes_is_not(index, questions, tmp_path):
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "later.txt").write_text("霍尔果斯天文台的台长名叫阿依古丽，一九九八年上任。\n", encoding="utf-8")
    question = "霍尔果斯天文台的台长是谁？"
    with serving.serving(index) as (port, _):
        for present in (True, False):
            if not present:
                (folder / "later.txt").write_text("这里什么也没有了，文件已经换过。\n", encoding="utf-8")
            assert chuchu("index", folder, "--index", index).returncode == 0
            for replies in serving.ask_at_once(port, [question, *questions[:3]], ASKERS):
                first = json.dumps(replies[0].content, ensure_ascii=False)
                assert ("阿依古丽" in first) == present
                assert [reply.content["question"] for reply in replies[1:]] == questions[:3]
