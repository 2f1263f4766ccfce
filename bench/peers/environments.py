"""A virtual environment for each peer, made from PyPI with pinned versions."""

import hashlib
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from bench.peers.contenders import TORCH, Contender

# What does the work is of the same version as with Chuchu.
CONSTRAINTS = Path("constraints.txt")
SHARED = ("faiss-cpu", "numpy", "sentence-transformers", "tokenizers", "torch", "transformers")
_MADE = "made"


class UnavailableError(Exception):
    """The environment could not be made; the message says why."""


def interpreter(contender: Contender, directory: Path) -> Path:
    """The Python to run a contender with; its environment is made when `directory` does not hold it yet.

    This is the only place of the project's benchmarks that uses the network, and it does so only because someone ran
    `python -m bench.peers`: pip is told to install what `Contender.requirements` names.

    Raises:
        UnavailableError: PyPI cannot be reached, or pip cannot install what is pinned.
    """
    if not contender.requirements:
        return Path(sys.executable)
    pinned = constraints(CONSTRAINTS.read_text(encoding="utf-8"))
    recipe = "\n".join([sys.version, *contender.requirements, *pinned])
    environment = directory / f"{contender.runner}-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"
    python = environment / "bin" / "python"
    if not (environment / _MADE).exists():
        print(f"{contender.name}: installing {' '.join(contender.requirements)} from PyPI", file=sys.stderr)
        venv.create(environment, with_pip=True, clear=True)
        versions = environment / "constraints.txt"
        versions.write_text("\n".join(pinned), encoding="utf-8")
        if TORCH in contender.requirements:
            # First and by itself: a range that another package asks for would bring gigabytes of CUDA.
            _install(python, versions, [TORCH])
        _install(python, versions, contender.requirements)
        (environment / _MADE).touch()
    return python


def constraints(text: str) -> list[str]:
    """The lines of a constraints file about what the peers and Chuchu share."""
    return [line for line in text.splitlines() if line.partition("==")[0] in SHARED]


def _install(python: Path, versions: Path, requirements: Sequence[str]) -> None:
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    result = subprocess.run([*pip, "-c", versions, *requirements], capture_output=True, text=True, check=False)
    if result.returncode:
        problems = [line for line in result.stderr.splitlines() if line.startswith("ERROR")]
        raise UnavailableError(f"pip could not install {' '.join(requirements)}: {' '.join(problems) or result.stderr}")
