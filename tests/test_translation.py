"""English words to Chinese ones, with the real dictionary."""

import pytest

from qa.text import translation
from qa.text.translation import Translation, chosen, foreign_words, probes, translations


def candidates(question: str) -> dict[str, tuple[str, ...]]:
    """The alternatives for each phrase of a question, all its words being looked up."""
    found = translations(question, foreign_words(question))
    return {" ".join(one.words): one.candidates[0] for one in found}


def test_foreign_words_are_those_that_a_question_is_about() -> None:
    assert foreign_words("How many Academicians work in the Zone?") == ["academicians", "work", "zone"]
    assert foreign_words("贵阳高新区有多少家企业？") == []
    assert foreign_words("Ｚｏｎｅ zone") == ["zone"]


def test_in_a_chinese_sentence_capitalised_words_are_names() -> None:
    assert foreign_words("Cytiva和APP在哪年签约？") == []
    assert foreign_words("贵阳有多少academicians？") == ["academicians"]


def test_a_question_without_foreign_words_does_not_load_the_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "_dictionary", lambda: pytest.fail("loaded"))
    assert translations("贵阳高新区有多少家企业？", []) == []


@pytest.mark.parametrize(
    ("word", "chinese"),
    [
        ("newspaper", "报纸"),
        ("academicians", "院士"),
        ("technologies", "技术"),
        ("kilometres", "公里"),
        ("trained", "培训"),
        ("children", "孩子"),
        ("planned", "计划"),
        ("high-tech", "高新技术"),
        ("industrial parks", "工业园区"),
        ("internet of things", "物联网"),
        ("Guiyang", "贵阳"),
        ("Dalian", "大连"),
        ("Yongchuan", "永川"),
        ("Guizhou", "贵州"),
    ],
)
def test_words_phrases_and_places(word: str, chinese: str) -> None:
    key = " ".join(word.lower().replace("-", " ").split())
    assert chinese in candidates(word)[key]


def test_a_word_is_not_another_that_only_begins_alike() -> None:
    found = candidates("university")["university"]
    assert "大学" in found
    assert "宇宙" not in found


def test_surnames_and_variants_are_no_translations() -> None:
    assert "surname wang" not in candidates("surname Wang")
    assert "variant of" not in candidates("variant of")
    assert "姓" in candidates("surname")["surname"]


def test_a_name_is_taken_for_pinyin() -> None:
    (found,) = translations("Jingxuexing", ["jingxuexing"])
    pairs = found.candidates
    assert len(pairs) == 2
    assert "净雪" in pairs[0]
    assert "雪星" in pairs[1]


@pytest.mark.parametrize("word", ["qwertz", "xyzzy", "na" * 300 + "g"])
def test_what_is_neither_a_word_nor_pinyin_has_no_translation(word: str) -> None:
    assert translations(word, [word]) == []


def test_only_phrases_with_a_word_that_is_asked_for() -> None:
    found = translations("the newspaper in Guiyang", ["guiyang"])
    assert [one.words for one in found] == [("guiyang",)]


def test_the_longest_translation_that_is_held_is_chosen() -> None:
    found = translations("industrial park", ["industrial", "park"])
    assert chosen(found, frozenset({"工业园区", "产业", "公园"})) == ([("工业园区",)], {"industrial", "park"})
    terms, replaced = chosen(found, frozenset({"产业", "园区"}))
    assert terms == [("产业",), ("园区",)]
    assert replaced == {"industrial", "park"}


def test_what_the_collection_lacks_is_not_chosen() -> None:
    assert chosen(translations("newspaper", ["newspaper"]), frozenset({"企业"})) == ([], set())


def test_characters_are_alternatives_only_where_no_word_is_held() -> None:
    found = [Translation(("road",), 0, (("路", "道路", "公路"),))]
    assert chosen(found, frozenset({"路", "道路"}))[0] == [("道路",)]
    assert chosen(found, frozenset({"路"}))[0] == [("路",)]


def test_a_compound_that_is_no_term_is_searched_by_its_bigrams() -> None:
    found = [Translation(("hirudin",), 0, (("水蛭素",),))]
    assert set(probes(found)) == {"水蛭素", "水蛭", "蛭素"}
    assert chosen(found, frozenset({"水蛭", "蛭素"}))[0] == [("水蛭",), ("蛭素",)]
    assert chosen(found, frozenset({"水蛭"}))[0] == []


def test_a_word_that_the_collection_has_stays_beside_its_translation() -> None:
    found = [Translation(("industrial", "park"), 0, (("工业园区",),)), Translation(("newspaper",), 2, (("报纸",),))]
    held = frozenset({"工业园区", "报纸"})
    terms, replaced = chosen(found, held, frozenset({"newspaper", "park", "of"}))
    # A phrase is one term and its words are others; a word and its translation are one.
    assert terms == [("工业园区",), ("newspaper", "报纸")]
    assert replaced == {"industrial", "newspaper"}


def test_a_long_text_costs_no_more_than_a_question() -> None:
    text = " ".join(chr(97 + i // 26) + chr(97 + i % 26) + "q" for i in range(600))
    assert len(foreign_words(text)) == 40
