"""Work in another thread at the same time: what is wanted soon, and stages of a pipeline, a bounded way ahead."""

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor
from contextlib import closing, suppress
from functools import cache
from queue import Full, Queue
from typing import TypeVar

from embeddings.stages import REST, beside, stage, timed

Made = TypeVar("Made")
_LOOK = 0.1
"""Seconds after which a thread that waits looks whether it is still wanted."""


def begun(make: Callable[[], Made], threads: Executor) -> Callable[[], Made]:
    """Begin to make something in another thread; what comes back waits for it, and gives it or raises what went wrong.

    Its stages are counted beside those of whoever waits first.
    """

    def work() -> tuple[Made, dict[str, float]]:
        with timed() as times:
            made = make()
        return made, {name: milliseconds for name, milliseconds in times.items() if name != REST}

    working = threads.submit(work)

    @cache
    def made() -> Made:
        result, times = working.result()
        beside(times)
        return result

    return made


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
