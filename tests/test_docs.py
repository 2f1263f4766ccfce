"""The commands of the documentation run, and its figures are those that are printed."""

import re
import shlex
from pathlib import Path

import pytest

import bench.articles
from bench.repairs import table
from tests.doors import ROOT, SEEDS, chuchu

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(page: Path) -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line.split("|")[-1].strip() for block in blocks for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("chuchu ")]


@pytest.mark.model
def test_every_command_runs(tmp_path, model):
    index = tmp_path / "index"
    assert chuchu("index", SEEDS, "--index", index).returncode == 0
    seen = set()
    for page in PAGES:
        for arguments in commands(page):
            if arguments[0] == "serve":  # tests/test_page.py serves
                continue
            seen.add(arguments[0])
            result = chuchu(*arguments, stdin="清远高新区管委会主任是谁？", CHUCHU_INDEX=str(index))
            assert result.returncode in {0, 1}, (arguments, result.stderr)
    assert {"index", "ask", "search", "eval", "config", "status", "verify"} <= seen


@pytest.mark.model
def test_the_answer_in_the_readme_is_a_real_one(tmp_path, model):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    question, shown = re.search(r'```text\n\$ make ask Q="([^"]+)"\n(.*?)```', readme, re.DOTALL).groups()
    index = tmp_path / "index"
    chuchu("index", SEEDS, "--index", index)
    printed = chuchu("ask", question, "--index", index).stdout
    # The confidence is a float of the machine's arithmetic: everything but its figure must be the same.
    blank = re.compile(r"\d+%|\[\d\] \d\.\d+")
    assert blank.sub("", printed).startswith(blank.sub("", shown).rstrip("…\n"))


def test_the_table_of_the_real_files_is_what_is_printed(real_files, capsys):
    page = (ROOT / "docs" / "documents.md").read_text(encoding="utf-8")
    bench.articles.main([str(real_files[0].parent)])
    assert f"```text\n{capsys.readouterr().out}```" in page


def test_links_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_room_is_on_the_map():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = [room for package in ("qa", "embeddings", "api") for room in (ROOT / package).rglob("*.py")]
    unlisted = {"__init__.py", "datatypes.py", "settings.py"}
    for room in rooms:
        if room.name not in unlisted:
            assert f"`{room.relative_to(ROOT).as_posix()}`" in page, room


def test_the_repairs_that_are_shown_are_those_that_are_made():
    page = (ROOT / "docs" / "repairs.md").read_text(encoding="utf-8")
    made = table()
    assert page.endswith(f"\n\n{made}\n")
    kinds = [line.split("|")[1].strip() for line in made.splitlines()[2:]]
    assert {kinds.count(kind) for kind in kinds} == {3}
    assert {"slips: lost byte", "lost middle dots", "captions"} <= set(kinds)
