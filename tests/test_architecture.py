"""What holds for all rooms: which way imports run, and what no room does."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ["embeddings", "qa", "api"]
"""Each may import itself and those before it."""
PARTS = ["text", "files", "layout", "repairs", "ranking", "storage", "followups", "reading"]
"""Those of `qa`; the same holds for them."""
LONGEST_ROOM = 300


def rooms(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)}: relative import"
            yield node.module or ""
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name | ast.Attribute)
            and (node.func.id if isinstance(node.func, ast.Name) else node.func.attr) in {"import_module", "__import__"}
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value)


def test_the_rooms_are_found() -> None:
    assert {"embeddings/encoder.py", "qa/store.py", "api/cli.py"} <= {named(path) for path in rooms(*LAYERS)}


@pytest.mark.parametrize("path", rooms(*LAYERS), ids=named)
def test_imports_run_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    forbidden = {*LAYERS[LAYERS.index(package) + 1 :], "bench", "training", "tests"}
    assert [name for name in imported(path) if name.split(".")[0] in forbidden] == []


@pytest.mark.parametrize("path", [path for path in rooms("qa") if path.parent.name != "qa"], ids=named)
def test_in_qa_they_do_too(path: Path) -> None:
    later = PARTS[PARTS.index(path.parent.name) + 1 :]
    assert [name for name in imported(path) if name.startswith(tuple(f"qa.{part}" for part in later))] == []


@pytest.mark.parametrize("path", rooms(*LAYERS), ids=named)
def test_nothing_is_pickled(path: Path) -> None:
    assert not {name.split(".")[0] for name in imported(path)} & {
        "pickle",
        "cPickle",
        "dill",
        "cloudpickle",
        "joblib",
        "shelve",
        "marshal",
    }
    source = path.read_text(encoding="utf-8")
    assert "allow_pickle=True" not in source
    assert "torch.load(" not in source


@pytest.mark.parametrize("path", rooms("embeddings", "qa"), ids=named)
def test_nothing_below_the_doors_speaks_http(path: Path) -> None:
    assert not {name.split(".")[0] for name in imported(path)} & {
        "fastapi",
        "starlette",
        "uvicorn",
        "httpx",
        "requests",
        "urllib",
        "socket",
        "typer",
        "rich",
    }


def environment_reads(tree: ast.AST) -> Iterator[int]:
    """Lines that read the environment. Setting a variable for a library is no reading."""
    setting = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "setdefault":
            setting.add(node.func.value)
        if isinstance(node, ast.Assign):
            setting |= {target.value for target in node.targets if isinstance(target, ast.Subscript)}
    for node in ast.walk(tree):
        reads = isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv", "getenvb"}
        reads = reads or (
            isinstance(node, ast.ImportFrom) and node.module == "os" and any("env" in a.name for a in node.names)
        )
        if reads and node not in setting:
            yield node.lineno


def test_reading_the_environment_is_recognised() -> None:
    def lines(source: str) -> list[int]:
        return list(environment_reads(ast.parse(source)))

    assert lines("os.environ['A']") == lines("os.getenv('A')") == lines("from os import environ") == [1]
    assert lines("os.environ.get('A')") == lines("x = dict(os.environ)") == [1]
    assert lines("os.environ.setdefault('A', 'b')") == lines("os.environ['A'] = 'b'") == []


@pytest.mark.parametrize("path", rooms(*LAYERS), ids=named)
def test_the_environment_is_read_in_the_settings_only(path: Path) -> None:
    found = list(environment_reads(ast.parse(path.read_text(encoding="utf-8"))))
    assert bool(found) == (named(path) == "qa/settings.py"), f"{named(path)}, lines {found}"


@pytest.mark.parametrize("path", rooms(*LAYERS), ids=named)
def test_no_room_knows_the_machine_it_was_made_on(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for place in ("/work", "../shared", "/home/", "/root", "/tmp"):
                assert place not in node.value, f"{named(path)}, line {node.lineno}: {place}"


@pytest.mark.parametrize("path", rooms("embeddings", "qa"), ids=named)
def test_a_room_says_what_it_is_and_is_not_too_large(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(source)) or path.name == "__init__.py"
    assert len(source.splitlines()) < LONGEST_ROOM
