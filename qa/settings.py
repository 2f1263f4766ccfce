"""Everything that can be set, from one place: flag > environment > project file > user file > default.

The environment is read here and nowhere else. `chuchu.toml` in the working directory is the project file,
`config.toml` in the user's configuration directory the user file; both hold the names of `Settings` as keys.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path, user_config_path

from embeddings.cross_encoder import DEFAULT_READER
from embeddings.encoder import DEFAULT_MODEL
from qa.errors import InputError

PREFIX = "CHUCHU_"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run. Paths are taken from the working directory."""

    index: Path = Path(".chuchu")
    """Directory of the index."""
    model: str = DEFAULT_MODEL
    """The default model, a SentenceTransformer directory, or a model's name on a hub."""
    reader: str = DEFAULT_READER
    """`span`, the default reading model; `sentence`, which answers with a sentence and needs no model; or a
    question-answering model or cross-encoder, by directory or by name on a hub."""
    cache: Path = field(default_factory=lambda: user_cache_path("chuchu"))
    """Directory of rebuilt and converted models."""
    passages: int = 5
    """How many passages an answer brings."""
    passage_characters: int = 200
    """Passages are cut at sentence ends, to about this many characters; in text in letters, to twice as many."""
    precision: float = 0.8
    """At least this share of the answers that are given shall be right; the others become "not in these documents".
    So it was on held-back questions of encyclopedia articles, if one in seven has no answer."""

    def __post_init__(self) -> None:
        if not 1 <= self.passages <= 100:
            raise InputError(f"passages must lie between 1 and 100, not {self.passages}")
        if not 20 <= self.passage_characters <= 400:
            raise InputError(f"passage_characters must lie between 20 and 400, not {self.passage_characters}")
        if not 0 <= self.precision <= 1:
            raise InputError(f"precision must lie between 0 and 1, not {self.precision}")


def load_settings(
    flags: Mapping[str, Any],
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> tuple[Settings, dict[str, str]]:
    """The settings of this run, and for each where its value came from.

    Args:
        flags: what the command line says; None stands for an absent flag.
        environment: `os.environ` unless given.
        directory: where the project file is looked for; the working directory unless given.

    Raises:
        InputError: a file or a variable holds what it cannot hold.
    """
    environment = os.environ if environment is None else environment
    files = [user_config_path("chuchu") / "config.toml", (directory or Path()) / "chuchu.toml"]
    names = [setting.name for setting in fields(Settings)]
    layers: list[tuple[str, Mapping[str, Any]]] = [(str(path), _read_toml(path, names)) for path in files]
    layers.append(
        ("environment", {name: environment[key] for name in names if (key := PREFIX + name.upper()) in environment})
    )
    layers.append(("flag", {name: value for name, value in flags.items() if value is not None}))

    values: dict[str, Any] = {}
    origins = dict.fromkeys(names, "default")
    for origin, layer in layers:
        for name, value in layer.items():
            values[name] = _converted(name, value, origin)
            origins[name] = origin
    return Settings(**values), origins


def _read_toml(path: Path, names: list[str]) -> Mapping[str, Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}") from error
    unknown = sorted(set(content) - set(names))
    if unknown:
        raise InputError(f"{path} sets {', '.join(unknown)}, which is no setting: {', '.join(names)} are")
    return content


def _converted(name: str, value: Any, origin: str) -> Any:
    kind = _KINDS[name]
    message = f"{name} from {origin} must be of type {kind.__name__}, not {value!r}"
    # TOML has types of its own: 2.7 and true are no number of passages, and a list is no name.
    if isinstance(value, bool | list | dict) or (isinstance(value, float) and kind is int):
        raise InputError(message)
    try:
        return kind(value)
    except (TypeError, ValueError) as error:
        raise InputError(message) from error


_KINDS: dict[str, type[Any]] = {
    "index": Path,
    "model": str,
    "reader": str,
    "cache": Path,
    "passages": int,
    "passage_characters": int,
    "precision": float,
}
