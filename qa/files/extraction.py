"""What runs in the process that takes files apart: one request after another, each within limits.

A request is a line of JSON, `{"kind", "bytes"}`, and that many bytes; the answer is a line of JSON. Neither torch nor
a model is ever imported here.
"""

import json
import os
import sys
from typing import IO, Any

from qa.errors import DocumentError
from qa.files.formats import Extraction, Kind

_LARGEST_TEXT = 64 * 1024 * 1024
"""Characters. More is no document, and would have to fit through a pipe and into a store."""


def extract(data: bytes, kind: Kind) -> Extraction:
    """The text of a file. Libraries are imported for the first file of their format.

    Raises:
        DocumentError: the file is damaged, encrypted, a bomb, or holds no text.
    """
    if kind == "pdf":
        from qa.files.pdf import pdf_text

        return pdf_text(data)
    if kind == "docx":
        from qa.files.word import docx_text

        return docx_text(data)
    if kind == "epub":
        from qa.files.epub import epub_text

        return epub_text(data)
    from qa.files.webpage import webpage_text

    return webpage_text(data.decode("utf-8"))  # decoded where encodings are detected, and encoded for the pipe


def main(memory: int, seconds: int) -> None:
    """Answer requests until there are no more.

    Args:
        memory: bytes of address space, on top of twice the size of the file.
        seconds: of processor time for each file.
    """
    requests = sys.stdin.buffer
    # What a library prints must not end up among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while line := requests.readline():
        request = json.loads(line)
        _limit(memory + 2 * request["bytes"], seconds)
        answer = _answer(requests, request)
        answers.write(json.dumps(answer).encode("ascii") + b"\n")
        answers.flush()


def _answer(requests: IO[bytes], request: dict[str, Any]) -> dict[str, Any]:
    try:
        found = extract(requests.read(request["bytes"]), request["kind"])
        if len(found.text) > _LARGEST_TEXT:
            return {"error": f"holds {len(found.text):,} characters; at most {_LARGEST_TEXT:,} are read"}
    except DocumentError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "takes more memory to read than a document may", "exhausted": True}
    except Exception as error:  # noqa: BLE001 - a parser's bug costs the one file, with its name in the report
        return {"error": f"cannot be taken apart: {type(error).__name__}"}
    return {"text": found.text, "unit": found.unit, "places": found.places}


def _limit(memory: int, seconds: int) -> None:
    """Limit what this process may take for its next file. The processor's time counts from its start."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + 1 + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until if hard == resource.RLIM_INFINITY else min(until, hard), hard))
