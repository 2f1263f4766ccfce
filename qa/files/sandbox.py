"""Taking files apart in another process, so that a bomb, a loop or a crash costs its own file and nothing else.

One process for many files: starting it with its libraries takes 0.2 s, a page of HTML 0.001 s. It is started for
the first file that needs it, and again whenever it has died.
"""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Self

from qa.datatypes import Place
from qa.errors import DocumentError
from qa.files.formats import Extraction, Kind

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space beyond twice the file's size."""
PROCESSOR_SECONDS = 60
WALL_SECONDS = 120.0
_LONGEST_ANSWER = 512 * 1024 * 1024
_CODE = "import sys; from qa.files.extraction import main; main(int(sys.argv[1]), int(sys.argv[2]))"


class Sandbox:
    """One process that takes files apart, one after another."""

    def __init__(
        self,
        *,
        memory: int = MEMORY,
        processor_seconds: int = PROCESSOR_SECONDS,
        wall_seconds: float = WALL_SECONDS,
        code: str = _CODE,
    ) -> None:
        # -P: nothing is imported from the directory that the user happens to be in.
        program = f"import sys; sys.path.insert(0, sys.argv.pop())\n{code}"
        root = str(Path(__file__).parents[2])
        self._arguments = [sys.executable, "-P", "-c", program, str(memory), str(processor_seconds), root]
        self._wall_seconds = wall_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def extract(self, data: bytes, kind: Kind) -> Extraction:
        """The text of a file.

        Raises:
            DocumentError: the file is damaged or empty, or took more than it may.
        """
        with self._lock:
            # A process that has read other files may have come to its limits by them: the next has a fresh one.
            worn = self._process is not None
            answer = self._ask(data, kind)
            if worn and answer.get("exhausted"):
                answer = self._ask(data, kind)
        if "error" in answer:
            raise DocumentError(answer["error"])
        return Extraction(answer["text"], answer["unit"], tuple(Place(*place) for place in answer["places"]))

    def _ask(self, data: bytes, kind: Kind) -> dict[str, Any]:
        process = self._process = self._process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        overdue = threading.Event()

        def kill() -> None:
            overdue.set()
            process.kill()

        timer = threading.Timer(self._wall_seconds, kill)
        timer.start()
        try:
            process.stdin.write(json.dumps({"kind": kind, "bytes": len(data)}).encode() + b"\n" + data)
            process.stdin.flush()
            line = process.stdout.readline(_LONGEST_ANSWER)
        except OSError:
            line = b""
        finally:
            timer.cancel()
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            if answer.get("exhausted"):
                self._end()
            return answer
        self._end()
        if overdue.is_set():
            return {"error": f"was not read within {self._wall_seconds:g} seconds"}
        if process.returncode == -_processor_signal():
            return {"error": "takes more processor time to read than a document may"}
        return {"error": "cannot be taken apart: the parser crashed", "exhausted": True}

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - this interpreter, with a program of our own
            self._arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            # Waits for the end, and closes the pipes.
            process.communicate()


def _processor_signal() -> int:
    import signal

    return getattr(signal, "SIGXCPU", 0)
