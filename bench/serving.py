"""A serving process, asked over HTTP by one and by many: what the benches of waiting share."""

import http.client
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter, sleep
from typing import Any, NamedTuple

CHUCHU = [sys.executable, "-c", "from api.cli import main; main()"]


class Reply(NamedTuple):
    """An answer, and what it took."""

    content: dict[str, Any]
    stages: dict[str, float]
    """Milliseconds, by the server's word."""
    waited: float
    """Milliseconds, by the asker's clock."""


@contextmanager
def serving(index: Path) -> Iterator[tuple[int, int]]:
    """Serve an index; gives the port and the process id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [*CHUCHU, "serve", "--index", str(index), "--port", str(port)]
    with TemporaryFile() as errors, subprocess.Popen(command, stderr=errors) as process:
        try:
            while not _answers(port):
                if process.poll() is not None:
                    errors.seek(0)
                    raise RuntimeError(errors.read().decode() or "it has ended")
                sleep(0.1)
            yield port, process.pid
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False


def ask(port: int, questions: Sequence[str]) -> list[Reply]:
    """Ask questions one after another, over one connection."""
    replies = []
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        for question in questions:
            begun = perf_counter()
            body = json.dumps({"question": question})
            connection.request("POST", "/v1/ask", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            content = json.loads(response.read())
            waited = 1000 * (perf_counter() - begun)
            if response.status != 200:
                raise RuntimeError(f"{question}: {content}")
            metrics = (metric.split(";dur=") for metric in response.headers["Server-Timing"].split(", "))
            replies.append(Reply(content, {name: float(value) for name, value in metrics}, waited))
    return replies


def ask_at_once(port: int, questions: Sequence[str], askers: int) -> list[list[Reply]]:
    """Let several askers ask all questions, each beginning with another one; their replies in the questions' order."""
    found: list[list[Reply]] = [[] for _ in range(askers)]

    def work(asker: int) -> None:
        shift = asker * len(questions) // askers
        replies = ask(port, [*questions[shift:], *questions[:shift]])
        found[asker] = [*replies[len(questions) - shift :], *replies[: len(questions) - shift]]

    threads = [threading.Thread(target=work, args=(asker,)) for asker in range(askers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if any(len(replies) != len(questions) for replies in found):
        raise RuntimeError("an asker was not answered")
    return found


def without_times(reply: Reply) -> dict[str, Any]:
    """What a reply says, but for how long it took."""
    return {name: value for name, value in reply.content.items() if name != "timings"}


def memory(pid: int) -> dict[str, float]:
    """Resident memory of a process in MB: all of it, and what is its own and no file's."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return {name: int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon")}
