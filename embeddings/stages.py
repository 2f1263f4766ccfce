"""How long each stage of some work takes. Stages are named where they happen, and cost nothing where nobody asks."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter

REST = "rest"
"""What is in no stage."""
_BESIDE = "beside/"


class _Clock:
    """Milliseconds by stage, of one thread: time runs for the innermost stage only."""

    def __init__(self) -> None:
        self.times: dict[str, float] = {}
        self._within: list[str] = []
        self._since = perf_counter()

    def lap(self) -> None:
        """Count the time since the last lap to the stage that is running."""
        now = perf_counter()
        self._add("/".join(self._within) or REST, 1000 * (now - self._since))
        self._since = now

    def enter(self, name: str) -> None:
        """A stage begins."""
        self.lap()
        self._within.append(name)

    def leave(self) -> None:
        """The innermost stage ends."""
        self.lap()
        self._within.pop()

    def take(self, times: Mapping[str, float]) -> None:
        """Count what another clock has counted since the last lap."""
        for path, milliseconds in times.items():
            parts = [*self._within, *([] if path == REST else [path])]
            self._add(path if path.startswith(_BESIDE) else "/".join(parts) or REST, milliseconds)
        self._since = perf_counter()

    def beside(self, times: Mapping[str, float]) -> None:
        """Count what another thread has done meanwhile."""
        for path, milliseconds in times.items():
            self._add(path if path.startswith(_BESIDE) else _BESIDE + path, milliseconds)

    def _add(self, path: str, milliseconds: float) -> None:
        self.times[path] = self.times.get(path, 0.0) + milliseconds


_clock: ContextVar[_Clock | None] = ContextVar("clock", default=None)


@contextmanager
def timed() -> Iterator[Mapping[str, float]]:
    """The milliseconds of each stage of this thread's work in the block, complete at its end.

    A stage within another is named `outer/inner`, and its time is not counted to the outer one: the values add up to
    the time of the block, but for what other threads did beside. Blocks may stand within one another; each gives its
    own times.
    """
    outer, clock = _clock.get(), _Clock()
    if outer is not None:
        outer.lap()
    token = _clock.set(clock)
    try:
        yield clock.times
    finally:
        clock.lap()
        _clock.reset(token)
        if outer is not None:
            outer.take(clock.times)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Count the time of a block to a stage, for whoever times the work that it is part of."""
    clock = _clock.get()
    if clock is None:
        yield
        return
    clock.enter(name)
    try:
        yield
    finally:
        clock.leave()


def total(times: Mapping[str, float]) -> float:
    """The milliseconds of all stages together, without what other threads did beside."""
    return sum(milliseconds for path, milliseconds in times.items() if not path.startswith(_BESIDE))


def beside(times: Mapping[str, float]) -> None:
    """Count the stages of another thread as `beside/…`, for whoever times this one: they add nothing to its time."""
    clock = _clock.get()
    if clock is not None:
        clock.beside(times)
