"""What is made by a thread of its own: the same, in order, with its errors, and no longer than it is wanted."""

import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from embeddings.stages import stage, timed, total
from qa.ahead import ahead, together


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


def test_both_are_made_at_the_same_time(threads):
    here, there = threading.Event(), threading.Event()

    def waits_for(mine: threading.Event, other: threading.Event) -> bool:
        mine.set()
        return other.wait(10)

    assert together(lambda: waits_for(here, there), lambda: waits_for(there, here), threads) == (True, True)


@pytest.mark.parametrize("there_too", [False, True])
def test_what_goes_wrong_here_is_raised_when_the_other_has_come_to_its_end(threads, there_too):
    gone_wrong, ended = threading.Event(), []

    def fail() -> None:
        gone_wrong.set()
        raise ValueError("here")

    def outlast() -> None:
        assert gone_wrong.wait(10)
        ended.append(True)
        if there_too:
            raise OSError("there")

    with pytest.raises(ValueError, match="here"):
        together(fail, outlast, threads)
    assert ended == [True]


def test_what_goes_wrong_in_the_other_thread_is_raised_here(threads):
    def fail() -> None:
        raise ValueError("there")

    with pytest.raises(ValueError, match="there"):
        together(int, fail, threads)


def test_what_the_other_thread_does_is_counted_beside(threads):
    def make() -> int:
        with stage("lexical"):
            return 1

    with timed() as times:
        assert together(lambda: 2, make, threads) == (2, 1)
    assert times["beside/lexical"] > 0
    assert total(times) == pytest.approx(times["rest"] + times["wait"])


def counted(count: int, made: list[int]) -> Generator[int, None, None]:
    for number in range(count):
        made.append(number)
        yield number


def test_the_items_come_in_their_order():
    assert list(ahead(counted(50, []), "counting")) == list(range(50))


def test_they_are_made_in_another_thread_that_has_ended_with_them():
    def names() -> Generator[str, None, None]:
        yield threading.current_thread().name

    assert list(ahead(names(), "counting")) == ["counting"]
    assert "counting" not in {thread.name for thread in threading.enumerate()}


def test_an_error_comes_after_what_was_made_before_it():
    def failing() -> Generator[int, None, None]:
        yield 1
        raise ValueError("two is too many")

    items = ahead(failing(), "failing")
    assert next(items) == 1
    with pytest.raises(ValueError, match="two is too many"):
        next(items)


def test_who_has_had_enough_ends_the_making():
    closed = threading.Event()
    made: list[int] = []

    def endless() -> Generator[int, None, None]:
        try:
            yield from counted(10**9, made)
        finally:
            closed.set()

    items = ahead(endless(), "endless")
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]
    assert closed.is_set()
    assert len(made) <= 4


def test_stages_one_behind_the_other_end_together():
    closed = threading.Event()

    def first() -> Generator[int, None, None]:
        try:
            yield from counted(10**9, [])
        finally:
            closed.set()

    def second() -> Generator[int, None, None]:
        for number in ahead(first(), "first"):
            yield 2 * number

    items = ahead(second(), "second")
    assert [next(items), next(items)] == [0, 2]
    items.close()  # type: ignore[attr-defined]
    assert closed.is_set()
    assert not {"first", "second"} & {thread.name for thread in threading.enumerate()}


def test_what_the_threads_did_is_counted_beside_whoever_asks():
    def first() -> Generator[int, None, None]:
        with stage("read"):
            yield 1

    def second() -> Generator[int, None, None]:
        for number in ahead(first(), "first"):
            with stage("encode"):
                yield number

    with timed() as times:
        assert list(ahead(second(), "second")) == [1]
    assert {"beside/read", "beside/encode"} <= set(times)
    assert not any(name.startswith("beside/beside") for name in times)
