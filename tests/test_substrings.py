"""Sets of strings, looked up by what stands in a text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.substrings import StringSet

LETTERS = st.text(alphabet="ab创新\U00020000\ud800", max_size=6)


@given(
    strings=st.lists(LETTERS, unique=True, max_size=30), text=st.text(alphabet="ab创新\U00020000\ud800", max_size=40)
)
def test_those_that_stand_in_a_text_are_found_and_no_others(strings: list[str], text: str) -> None:
    held = StringSet.of(strings)
    assert list(held.strings()) == strings
    assert [held.string(number) for number in range(len(strings))] == strings
    standing = {number: one for number, one in enumerate(strings) if one and one in text}
    assert list(held.standing_in(text).items()) == list(standing.items())


def test_a_set_is_read_as_it_was_written(tmp_path) -> None:
    held = StringSet.of(["科技", "创新", "科", "x"])
    np.savez(tmp_path / "set.npz", **held._asdict())
    with np.load(tmp_path / "set.npz", allow_pickle=False) as arrays:
        read = StringSet.read(arrays)
        with pytest.raises(KeyError):
            StringSet.read({})
    assert read.standing_in("新的科技") == held.standing_in("新的科技") == {0: "科技", 2: "科"}


def test_a_long_text_is_looked_through_to_its_end() -> None:
    held = StringSet.of(["北京", "海", "上海市"])
    text = "北" + "京" * 2047 + "天" * 2046 + "上海市" + "江" * 9
    assert held.standing_in(text) == {0: "北京", 1: "海", 2: "上海市"}


def test_two_strings_of_one_hash_are_told_apart() -> None:
    held = StringSet.of(["ab", "cd"])
    # As if both had the hash of the second: the text decides, and not the hash.
    same = held._replace(hashes=np.full_like(held.hashes, held.hashes[held.numbers.tolist().index(1)]))
    assert set(same.standing_in("cd")) <= {1}
