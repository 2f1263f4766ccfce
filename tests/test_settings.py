"""Where a setting's value comes from, and which values are refused."""

from pathlib import Path

import pytest

from qa import settings
from qa.errors import InputError
from qa.settings import Settings, load_settings


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's configuration directory."""
    directory = tmp_path / "user"
    directory.mkdir()
    monkeypatch.setattr(settings, "user_config_path", lambda _: directory)
    return directory


@pytest.fixture
def project(tmp_path: Path) -> Path:
    directory = tmp_path / "project"
    directory.mkdir()
    return directory


def test_nothing_set_is_the_defaults(user: Path, project: Path) -> None:
    found, origins = load_settings({}, {}, project)
    assert found == Settings()
    assert set(origins.values()) == {"default"}


def test_flag_before_environment_before_project_before_user_before_default(user: Path, project: Path) -> None:
    (user / "config.toml").write_text("passages = 2\npassage_characters = 110\nmodel = 'user'\nindex = 'user'\n")
    (project / "chuchu.toml").write_text("passages = 3\npassage_characters = 120\nmodel = 'project'\n")
    environment = {"CHUCHU_PASSAGES": "4", "CHUCHU_PASSAGE_CHARACTERS": "130", "HOME": "/root", "PASSAGES": "9"}
    found, origins = load_settings({"passages": 5, "model": None, "index": None}, environment, project)
    assert found.passages == 5
    assert found.passage_characters == 130
    assert found.model == "project"
    assert found.index == Path("user")
    assert found.cache == Settings().cache
    assert origins["passages"] == "flag"
    assert origins["passage_characters"] == "environment"
    assert origins["model"] == str(project / "chuchu.toml")
    assert origins["index"] == str(user / "config.toml")
    assert origins["cache"] == "default"


def test_the_process_environment_and_directory_are_taken_unless_given(
    user: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHUCHU_PASSAGES", "7")
    monkeypatch.chdir(project)
    (project / "chuchu.toml").write_text("precision = 0.25\n")
    found, _ = load_settings({})
    assert (found.passages, found.precision) == (7, 0.25)


def test_values_get_their_type(user: Path, project: Path) -> None:
    environment = {"CHUCHU_PRECISION": "0.7", "CHUCHU_INDEX": "/a/b", "CHUCHU_PASSAGES": "9"}
    found, _ = load_settings({}, environment, project)
    assert (found.precision, found.index, found.passages) == (0.7, Path("/a/b"), 9)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSAGES", "many"), ("PASSAGES", ""), ("PASSAGES", "2.5"), ("PASSAGES", "0"), ("PASSAGES", "101"),
        ("PASSAGE_CHARACTERS", "19"), ("PASSAGE_CHARACTERS", "401"), ("PRECISION", "1.1"),
        ("PRECISION", "-0.1"), ("PRECISION", "nan"), ("PRECISION", "high"),
    ],
)  # fmt: skip
def test_what_a_setting_cannot_be_is_refused_by_name(user: Path, project: Path, name: str, value: str) -> None:
    with pytest.raises(InputError, match=name.lower()):
        load_settings({}, {f"CHUCHU_{name}": value}, project)


@pytest.mark.parametrize(
    "line",
    ["passages = 2.7", "passages = inf", "passages = true", "passages = [5]", "precision = true", "model = ['a']", "index = 5", "model = {}"],
)  # fmt: skip
def test_a_file_with_a_value_of_another_type_is_refused(user: Path, project: Path, line: str) -> None:
    (project / "chuchu.toml").write_text(line)
    with pytest.raises(InputError, match=line.split(maxsplit=1)[0]):
        load_settings({}, {}, project)


def test_an_unknown_name_in_a_file_is_named(user: Path, project: Path) -> None:
    (project / "chuchu.toml").write_text("pasages = 3\n")
    with pytest.raises(InputError, match=r"chuchu\.toml sets pasages, which is no setting"):
        load_settings({}, {}, project)


@pytest.mark.parametrize("content", [b"passages = ", b"\xff\xfe", b"[a]\n[a]\n"])
def test_a_file_that_is_no_toml_is_named(user: Path, project: Path, content: bytes) -> None:
    (project / "chuchu.toml").write_bytes(content)
    with pytest.raises(InputError, match=r"cannot read .*chuchu\.toml"):
        load_settings({}, {}, project)


def test_a_setting_cannot_be_changed_afterwards() -> None:
    with pytest.raises(AttributeError):
        Settings().passages = 3  # type: ignore[misc]
