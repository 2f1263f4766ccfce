"""The segmenter's dictionary, and its cache."""

from pathlib import Path

import jieba
import pytest

from qa.dictionary import load_dictionary


@pytest.fixture(scope="module")
def expected() -> tuple[dict[str, int], int]:
    counts, total = jieba.Tokenizer.gen_pfdict(jieba.get_dict_file())
    return counts, total


def test_it_is_jiebas_from_the_package_and_from_the_cache(tmp_path: Path, expected: tuple[dict[str, int], int]) -> None:
    assert load_dictionary(tmp_path / "new") == expected
    (kept,) = (tmp_path / "new").iterdir()
    written = kept.stat().st_mtime_ns
    assert load_dictionary(tmp_path / "new") == expected
    assert kept.stat().st_mtime_ns == written


@pytest.mark.parametrize("damage", [b"", b"damage", b"PK\x03\x04 and no more"])
def test_a_damaged_cache_is_made_again(tmp_path: Path, damage: bytes, expected: tuple[dict[str, int], int]) -> None:
    load_dictionary(tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(damage)
    assert load_dictionary(tmp_path) == expected
    assert kept.stat().st_size > 1_000_000


def test_where_nothing_can_be_kept_it_is_read_each_time(tmp_path: Path, expected: tuple[dict[str, int], int]) -> None:
    (tmp_path / "file").write_text("in the way")
    assert load_dictionary(tmp_path / "file" / "cache") == expected
