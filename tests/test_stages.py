"""Stages: what is counted to which, and that the parts are the whole."""

import threading
from time import perf_counter, sleep

import pytest

from embeddings.stages import REST, stage, timed


def test_the_stages_of_a_block_add_up_to_the_block() -> None:
    begun = perf_counter()
    with timed() as times:
        sleep(0.002)
        with stage("read"):
            sleep(0.002)
            with stage("infer"):
                sleep(0.002)
            sleep(0.002)
        with stage("read"):
            sleep(0.002)
    whole = 1000 * (perf_counter() - begun)
    assert set(times) == {REST, "read", "read/infer"}
    assert times[REST] >= 2
    assert times["read"] >= 6
    assert times["read/infer"] >= 2
    assert sum(times.values()) == pytest.approx(whole, abs=0.5)


def test_blocks_within_one_another_give_the_same_time_to_both() -> None:
    with timed() as outer, stage("ask"):
        sleep(0.001)
        with timed() as inner, stage("encode"):
            sleep(0.002)
        sleep(0.001)
    assert outer["ask/encode"] == inner["encode"] >= 2
    assert outer["ask"] >= 2
    assert set(inner) == {REST, "encode"}


def test_a_stage_that_fails_ends_all_the_same() -> None:
    with timed() as times:
        with pytest.raises(ValueError, match="no"), stage("read"):
            raise ValueError("no")
        with stage("write"):
            pass
    assert "write" in times
    assert "read/write" not in times


def test_threads_do_not_count_to_one_another() -> None:
    seen: list[set[str]] = []

    def work(name: str) -> None:
        with timed() as times, stage(name):
            barrier.wait()
        seen.append(set(times))

    barrier = threading.Barrier(4)
    threads = [threading.Thread(target=work, args=(f"s{number}",)) for number in range(4)]
    with timed() as times:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(map(sorted, seen)) == [[REST, f"s{number}"] for number in range(4)]
    assert set(times) == {REST}


def test_nobody_asks() -> None:
    with stage("read"):
        pass
    with timed() as times:
        pass
    assert set(times) == {REST}
