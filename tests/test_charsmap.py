"""The compiled normalisation map, read back by the library that it is written for."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers.normalizers import Precompiled

from embeddings import charsmap
from embeddings.charsmap import compile_charsmap, with_compositions


@pytest.fixture(scope="module")
def composed() -> dict[str, str]:
    return with_compositions({"Ａ": "A", "e": "E"})


def normalizer(rules: dict[str, str]) -> Precompiled:
    return Precompiled(compile_charsmap(rules))


def test_a_rule_is_applied_and_everything_else_stays() -> None:
    compiled = normalizer({"Ａ": "A", "①": "1"})
    assert compiled.normalize_str("Ａ和①，B和2") == "A和1，B和2"


def test_a_character_may_become_several_or_none() -> None:
    compiled = normalizer({"㍿": "株式会社", "\u00ad": ""})
    assert compiled.normalize_str("a㍿\u00adb") == "a株式会社b"


def test_of_keys_that_begin_with_one_another_the_library_finds_the_shorter(composed: dict[str, str]) -> None:
    compiled = normalizer({"e": "E", "e\u0301": "é"})
    assert compiled.normalize_str("e") == "E"
    assert compiled.normalize_str("e\u0301") == "E"
    # Which is why what begins with another key is not among the compositions.
    assert "e\u0301" not in composed
    assert "a\u0301" in composed
    assert not any(key[:length] in composed for key in composed for length in range(1, len(key)))


def test_keys_of_every_utf8_length() -> None:
    rules = {"\x07": "", "ß": "ss", "︰": ":", "𝐀": "A"}
    assert normalizer(rules).normalize_str("\x07ß︰𝐀") == "ss:A"


def test_no_rules_change_nothing() -> None:
    assert normalizer({}).normalize_str("科技 e\u0301") == "科技 e\u0301"


@given(
    st.dictionaries(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0").filter(
            lambda c: not unicodedata.combining(c)
        ),
        st.text("abcdé科技𠮷", max_size=4),
        max_size=200,
    )
)
def test_every_rule_of_any_set_is_found(rules: dict[str, str]) -> None:
    compiled = normalizer(rules)
    assert {key: compiled.normalize_str(key) for key in rules} == rules
    others = set("甲乙丙丁xyz０１😀") - set(rules)
    assert all(compiled.normalize_str(other) == other for other in others)


def test_keys_that_begin_with_others_do_not_disturb_them() -> None:
    letters = map(chr, (*range(0x61, 0x7B), *range(0xE0, 0x180)))
    marks = ["", *map(chr, range(0x300, 0x30A))]
    rules = {letter + mark: f"<{letter!a}{mark!a}>" for letter in letters for mark in marks}
    compiled = normalizer(rules)
    assert {key: compiled.normalize_str(key) for key in rules} == {key: rules[key[0]] for key in rules}


def test_a_large_set_of_rules_is_found_whole() -> None:
    codes = [*range(0x4E00, 0x9000, 3), *range(0x20000, 0x21000)]
    rules = {chr(code): f"<{code:x}>" for code in codes}
    compiled = normalizer(rules)
    assert all(compiled.normalize_str(key) == value for key, value in rules.items())
    assert compiled.normalize_str("\u4e01") == "\u4e01"


def test_rules_that_need_too_large_a_trie_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charsmap, "_MAX_OFFSET", 256)
    with pytest.raises(ValueError, match="do not fit"):
        compile_charsmap({chr(code): "x" for code in range(0x4E00, 0x6000)})


def test_decomposed_spellings_are_composed(composed: dict[str, str]) -> None:
    assert composed["Ａ"] == "A"
    assert composed["n\u0303"] == "ñ"
    assert normalizer(composed).normalize_str("a\u0301, n\u0303o") == "á, ño"


def test_no_composition_is_longer_than_the_normaliser_looks_up(composed: dict[str, str]) -> None:
    added = {key: value for key, value in composed.items() if key not in {"Ａ", "e"}}
    assert len(added) > 500
    assert max(len(key.encode()) for key in added) < 6
    assert all(len(key) > 1 for key in added)
    assert all(unicodedata.normalize("NFKC", key) == value for key, value in added.items())
