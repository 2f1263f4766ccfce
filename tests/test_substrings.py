"""Sets of strings, looked up by what stands in a text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.substrings import StringSet

LETTERS = "ab创新\U00020000"


@given(
    strings=st.sets(st.text(LETTERS, min_size=1, max_size=6), max_size=30),
    text=st.text(LETTERS + "\0\ud800", max_size=40),
)
def test_those_that_stand_in_a_text_are_found_and_no_others(strings: set[str], text: str) -> None:
    held = StringSet.of(list(strings))
    assert set(held.strings()) == strings
    assert [held.number(string) for string in held.strings()] == list(range(len(strings)))
    assert held.standing_in(text) == {string: held.number(string) for string in strings if string in text}


def test_a_set_is_read_as_it_was_written(tmp_path) -> None:
    held = StringSet.of(["科技", "创新", "科", "x"])
    np.savez(tmp_path / "set.npz", **held.arrays())
    with np.load(tmp_path / "set.npz", allow_pickle=False) as arrays:
        read = StringSet.read(arrays)
        with pytest.raises(KeyError):
            StringSet.read({})
        with pytest.raises(ValueError, match="trie"):
            StringSet.read({**arrays, "trie": arrays["trie"][:100]})
    assert read.strings() == held.strings()
    assert set(read.standing_in("新的科技")) == {"科技", "科"}
    assert read.standing_in("新的科技") == held.standing_in("新的科技")
    with pytest.raises(KeyError):
        read.number("技")


def test_a_long_text_is_looked_through_to_its_end() -> None:
    held = StringSet.of(["北京", "海", "上海市"])
    text = "北" + "京" * 2047 + "天" * 2046 + "上海市" + "江" * 9
    assert set(held.standing_in(text)) == {"北京", "海", "上海市"}
