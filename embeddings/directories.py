"""Directories and files of arrays that are written whole or not at all, also where two processes write the same."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np


@contextmanager
def written_whole(directory: Path, is_written: Callable[[], bool] | None = None) -> Iterator[Path]:
    """A draft that becomes a directory when the block ends; nothing is left of it when the block fails.

    Args:
        directory: which must not be there when the block ends. A rename never leaves half of one.
        is_written: whether another process, which was quicker, has written the same; unless given, whether it is there.

    Raises:
        OSError: it cannot be written, and no other process has.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        yield draft
        try:
            draft.rename(directory)
        except OSError:
            if not (is_written or directory.is_dir)():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def keep_arrays(path: Path, **arrays: Any) -> None:
    """Write arrays to a file, for the next start; where that cannot be done they are made again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
            np.savez(draft, **arrays)
        Path(draft.name).replace(path)
    except OSError:
        return
