"""What is known of a converted model without loading it, kept beside its graph."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

REVISION = 9
"""Raise it when the converted graph, or what stands beside it, changes."""
_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the query path has to know of a model, so that it need not load it."""

    revision: int
    source: dict[str, list[int]]
    fingerprint: str
    dimension: int
    max_tokens: int
    query_prompt: str
    passage_prompt: str
    pad_id: int
    obstacle: str | None
    """Why this model has to run in torch; None when OpenVINO runs it."""


def read_manifest(converted: Path, directory: Path) -> Manifest | None:
    """The manifest of a finished conversion of exactly these files, or None."""
    try:
        manifest = Manifest(**json.loads((converted / _FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    current = manifest.revision == REVISION and manifest.source == source_state(directory)
    return manifest if current else None


def write_manifest(converted: Path, manifest: Manifest) -> None:
    """Keep a manifest beside its graph."""
    (converted / _FILE).write_text(json.dumps(asdict(manifest), indent=2), encoding="utf-8")


def source_state(directory: Path) -> dict[str, list[int]]:
    """Size and time of change of each file that decides what the model computes."""
    files = sorted(path for path in directory.rglob("*") if path.suffix in {".json", ".safetensors", ".bin"})
    return {
        str(path.relative_to(directory)): [path.stat().st_size, path.stat().st_mtime_ns]
        for path in files
        if path.is_file()
    }


def fingerprint_of(directory: Path) -> str:
    """Name and SHA-256 of everything that decides what the model computes, independent of where it lies."""
    digest = hashlib.sha256()
    for name in source_state(directory):
        with (directory / name).open("rb") as file:
            digest.update(name.encode() + b"\0" + hashlib.file_digest(file, "sha256").digest())
    return f"{directory.name}:{digest.hexdigest()[:16]}"
