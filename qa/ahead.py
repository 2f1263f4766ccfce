"""Work in another thread at the same time: what is wanted soon, and stages of a pipeline, a bounded way ahead."""

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor
from contextlib import closing, suppress
from queue import Full, Queue
from typing import TypeVar

from embeddings.stages import REST, beside, stage, timed

Made = TypeVar("Made")
Other = TypeVar("Other")
_LOOK = 0.1
"""Seconds after which a thread that waits looks whether it is still wanted."""


def together(here: Callable[[], Made], there: Callable[[], Other], threads: Executor) -> tuple[Made, Other]:
    """What two functions make, one of them in this thread and the other meanwhile in another.

    Both have come to their end on return, and when something went wrong in either. The stages of the other thread are
    counted beside those of this one.
    """

    def work() -> tuple[Other, dict[str, float]]:
        with timed() as times:
            made = there()
        return made, {name: milliseconds for name, milliseconds in times.items() if name != REST}

    working = threads.submit(work)
    try:
        made = here()
    finally:
        with stage("wait"):
            working.exception()  # does not raise
    other, times = working.result()
    beside(times)
    return made, other


def ahead(items: Generator[Made, None, None], name: str) -> Iterator[Made]:
    """The same items, made by another thread while the caller is busy with those before: two ahead at most.

    What that thread raises is raised here. When the caller has had enough, the thread ends with the item it is at.

    Args:
        items: what is made.
        name: the thread's.
    """
    waiting: Queue[Made | _Ended] = Queue(maxsize=1)
    unwanted = threading.Event()
    worked: dict[str, float] = {}

    def hand_over(made: Made | _Ended) -> None:
        while not unwanted.is_set():
            with suppress(Full), stage("wait"):
                waiting.put(made, timeout=_LOOK)
                return

    def make() -> None:
        try:
            with timed() as times, closing(items):
                for made in items:
                    hand_over(made)
                    if unwanted.is_set():
                        return
            worked.update(times)
            hand_over(_Ended())
        except BaseException as error:  # noqa: BLE001 - raised by the caller's thread
            hand_over(_Ended(error))

    thread = threading.Thread(target=make, name=name, daemon=True)
    thread.start()
    try:
        while not isinstance(made := waiting.get(), _Ended):
            yield made
        if made.error is not None:
            raise made.error
        beside(worked)
    finally:
        unwanted.set()
        thread.join()


class _Ended:
    """Stands behind the last item."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error
