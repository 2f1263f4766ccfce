"""The segmenter's dictionary, and its cache."""

from pathlib import Path

import jieba
import pytest

from qa import analysis
from qa.text.dictionary import Dictionary


@pytest.fixture(scope="module")
def expected() -> tuple[dict[str, int], int]:
    counts, total = jieba.Tokenizer.gen_pfdict(jieba.get_dict_file())
    return counts, total


def test_it_is_jiebas_from_the_package_and_from_the_cache(tmp_path: Path, expected: tuple[dict[str, int], int]) -> None:
    made = Dictionary(tmp_path / "new")
    assert (made.whole(), made.total) == expected
    (kept,) = (tmp_path / "new").iterdir()
    written = kept.stat().st_mtime_ns
    read = Dictionary(tmp_path / "new")
    assert (read.whole(), read.total) == expected
    assert kept.stat().st_mtime_ns == written


@pytest.mark.parametrize("text", ["大连高新区的企业数量", "科技创新" * 300, "x", "", "𠀀𠀁\ud800 B超"])
def test_the_words_of_a_text_are_found(tmp_path: Path, expected: tuple[dict[str, int], int], text: str) -> None:
    substrings = {
        text[start:end] for start in range(len(text)) for end in range(start + 1, min(len(text), start + 20) + 1)
    }
    found = {word: count for word, count in expected[0].items() if word in substrings}
    assert Dictionary(tmp_path).standing_in(text) == found


def test_a_text_is_cut_alike_with_its_words_and_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["南京市长江大桥有多长？", "清远高新区管委会主任是谁？", "The zone has 45 projects", "結婚的和尚未結婚的"]
    known = analysis._KnownWords()
    monkeypatch.setattr(analysis, "_words_known", lambda: known)
    few = [(analysis.query_terms(text), analysis.words(text), analysis.is_word(text[:2])) for text in texts[:2]]
    assert not known._is_whole
    for _ in range(8):
        analysis.words(texts[0])
    assert known._is_whole
    assert few == [(analysis.query_terms(text), analysis.words(text), analysis.is_word(text[:2])) for text in texts[:2]]
    assert analysis.is_word("高新")
    assert not analysis.is_word("新区管")


@pytest.mark.parametrize("damage", [b"", b"damage", b"PK\x03\x04 and no more"])
def test_a_damaged_cache_is_made_again(tmp_path: Path, damage: bytes, expected: tuple[dict[str, int], int]) -> None:
    Dictionary(tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(damage)
    assert Dictionary(tmp_path).whole() == expected[0]
    assert kept.stat().st_size > 1_000_000


def test_where_nothing_can_be_kept_it_is_read_each_time(tmp_path: Path, expected: tuple[dict[str, int], int]) -> None:
    (tmp_path / "file").write_text("in the way")
    assert Dictionary(tmp_path / "file" / "cache").whole() == expected[0]
