"""Runs that texts share are those that difflib finds."""

from difflib import SequenceMatcher

from hypothesis import given
from hypothesis import strategies as st

from qa.ranking.shared_runs import LEAST, shared_runs


@st.composite
def _texts(draw: st.DrawFn) -> list[str]:
    """Texts of some of the same pieces, which may stand twice or in another order."""
    pieces = draw(st.lists(st.text("甲乙丙丁𠀀abcdefgh", min_size=1, max_size=12), min_size=1, max_size=6))
    return ["".join(draw(st.lists(st.sampled_from(pieces), max_size=6))) for _ in range(draw(st.integers(1, 5)))]


@given(_texts())
def test_they_are_those_of_difflib(texts: list[str]) -> None:
    one, *others = texts
    expected = [SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks() for other in others]
    assert shared_runs(one, others) == [[block for block in blocks if block.size >= LEAST] for blocks in expected]


def test_none_reaches_into_the_next_text() -> None:
    assert shared_runs("abcdef", ["xabc", "defx", "", "abcdef"]) == [[(0, 1, 3)], [(3, 0, 3)], [], [(0, 0, 6)]]
    assert shared_runs("", ["abc", ""]) == [[], []]
    assert shared_runs("abc", []) == []
