"""Folding and terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.analysis import STOP_WORDS, fold, fold_script, matched_terms, query_terms, terms


@given(st.text(st.characters()))
def test_folding_keeps_the_length_of_any_text(text: str) -> None:
    assert len(fold(text)) == len(fold_script(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_folding_keeps_the_length_of_every_character() -> None:
    for code in range(0x110000):
        character = chr(code)
        assert len(fold(character)) == 1
        assert len(fold_script(character)) == 1


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("貴陽高新區創新發展", "贵阳高新区创新发展"),
        ("ＧＤＰ增长１２％，", "gdp增长12%,"),
        ("GDP Growth", "gdp growth"),
        ("全形　空格", "全形 空格"),
        # What would become longer stays.
        ("ﬁ İ ㍿", "ﬁ İ ㍿"),
        ("后来皇后", "后来皇后"),
        ("乾淨", "干净"),
    ],
)
def test_folded_forms(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_script_folding_leaves_everything_else() -> None:
    assert fold_script("貴陽ＧＤＰ，GDP") == "贵阳ＧＤＰ，GDP"


def test_both_scripts_have_the_same_terms() -> None:
    pairs = [
        ("贵阳高新区新引进了45个大数据项目", "貴陽高新區新引進了45個大數據項目"),
        ("计算机软件与网络信息技术", "計算機軟件與網絡信息技術"),
        ("ABC１２３型发动机", "abc123型發動機"),
    ]
    for simplified, traditional in pairs:
        assert terms(simplified) == terms(traditional)
        assert query_terms(simplified) == query_terms(traditional)


def test_terms_are_words_and_bigrams() -> None:
    found = terms("贵阳高新区，GDP增长12.5%。")
    assert {"贵阳", "高新区", "gdp", "12.5%", "阳高", "新区"} <= set(found)
    assert not {"，", "。", "%", "区，", "区g"} & set(found)
    assert terms("") == terms("，。！ \n") == []


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_term_is_empty_or_divided_by_space(text: str) -> None:
    assert all(term == "".join(term.split()) and term for term in terms(text))


def test_stop_words_are_folded_and_no_term_of_a_question() -> None:
    assert {fold(word) for word in STOP_WORDS} == set(STOP_WORDS)
    assert query_terms("这个是什么？") == []
    assert query_terms("What is it and where?") == []
    found = query_terms("贵阳高新区的大数据项目有多少个？")
    assert {"贵阳", "高新区", "项目"} <= set(found)
    assert not {"的", "有", "多少", "个"} & set(found)
    assert len(found) == len(set(found))


def test_matched_terms_are_spelt_as_in_the_text() -> None:
    assert matched_terms(query_terms("贵阳高新区的GDP"), "貴陽高新區ＧＤＰ增長") == ("貴陽高新區", "ＧＤＰ")
    assert matched_terms(["不在"], "貴陽") == ()
    assert matched_terms([], "貴陽") == ()
    assert matched_terms(["高新", "新区"], "高新，高新区") == ("高新区",)
    assert matched_terms(["数据", "大数", "大数据"], "大數據，數據") == ("大數據",)
