"""What has been freed is given back."""

import platform
from pathlib import Path

import numpy as np
import pytest

from embeddings.memory import give_back

PAGE = 4096
BLOCK = 100_000
"""Bytes: glibc takes larger ones from the system one by one, and gives them back at once."""


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]) * PAGE


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives back when it is told to")
def test_what_has_been_freed_is_given_back() -> None:
    blocks = [np.ones(BLOCK, np.uint8) for _ in range(1000)]
    del blocks[:-1]  # the last one keeps the others from being at the end, where they would be given back anyhow
    before = resident()
    give_back()
    assert before - resident() > 500 * BLOCK
    assert blocks[-1].all()
