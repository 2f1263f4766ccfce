"""BM25 in tantivy: against the formula, with alternatives, and through changes."""

import math
from pathlib import Path

import pytest

from qa.datatypes import PassageId
from qa.lexical_index import LexicalIndex, digest_of

PASSAGES = {
    1: ["贵阳", "大数据", "企业"],
    2: ["贵阳", "企业", "企业", "公司"],
    3: ["南宁", "公司"],
    4: ["南宁", "guiyang"],
}


@pytest.fixture
def postings(tmp_path: Path) -> LexicalIndex:
    index = LexicalIndex(tmp_path)
    index.add((PassageId(number), terms) for number, terms in PASSAGES.items())
    index.commit()
    return index


def bm25(term: str, number: int) -> float:
    """Okapi BM25 of one term and one passage, k1 = 1.2, b = 0.75."""
    count = PASSAGES[number].count(term)
    mean = sum(map(len, PASSAGES.values())) / len(PASSAGES)
    norm = 1.2 * (1 - 0.75 + 0.75 * len(PASSAGES[number]) / mean)
    return weight(term) * 2.2 * count / (count + norm)


def weight(term: str) -> float:
    holding = sum(term in terms for terms in PASSAGES.values())
    return math.log(1 + (len(PASSAGES) - holding + 0.5) / (holding + 0.5))


def test_scores_are_bm25(postings: LexicalIndex) -> None:
    hits = postings.search(["贵阳", "企业", "火星"], 10)
    expected = {number: bm25("贵阳", number) + bm25("企业", number) for number in (1, 2)}
    assert dict(zip(hits.ids, hits.scores, strict=True)) == pytest.approx(expected, rel=1e-5)
    assert hits.scores == sorted(hits.scores, reverse=True)
    assert hits.weights == pytest.approx({term: weight(term) for term in ("贵阳", "企业", "火星")})
    assert hits.held == {"贵阳", "企业"}
    assert hits.ceiling == pytest.approx(2.2 * sum(hits.weights.values()))
    assert max(hits.scores) < hits.ceiling


def test_a_term_and_a_group_of_one_are_the_same(postings: LexicalIndex) -> None:
    assert postings.search(["贵阳", "企业"], 10) == postings.search([("贵阳",), ["企业"]], 10)


def test_alternatives_count_as_the_best_of_them(postings: LexicalIndex) -> None:
    hits = postings.search([("企业", "公司")], 10)
    # Both stand in passage 2: it scores its best, not the sum.
    expected = {1: bm25("企业", 1), 2: max(bm25("企业", 2), bm25("公司", 2)), 3: bm25("公司", 3)}
    assert dict(zip(hits.ids, hits.scores, strict=True)) == pytest.approx(expected, rel=1e-5)
    assert hits.ceiling == pytest.approx(2.2 * weight("企业"))


def test_a_rare_alternative_weighs_no_more_than_the_commonest(postings: LexicalIndex) -> None:
    hits = postings.search([("guiyang", "贵阳")], 10)
    assert hits.weights == pytest.approx({"guiyang": weight("贵阳"), "贵阳": weight("贵阳")})
    rare = bm25("guiyang", 4) * weight("贵阳") / weight("guiyang")
    assert hits.scores[hits.ids.index(PassageId(4))] == pytest.approx(rare, rel=1e-5)


def test_alternatives_that_are_not_held_do_not_count(postings: LexicalIndex) -> None:
    alone = postings.search(["贵阳"], 10)
    with_others = postings.search([("筑城", "贵阳")], 10)
    assert with_others.scores == alone.scores
    assert with_others.weights == alone.weights
    nothing = postings.search([("筑城", "林城")], 10)
    assert nothing.ids == []
    assert list(nothing.weights) == ["筑城"]
    assert nothing.held == frozenset()


def test_terms_are_only_looked_up_when_no_passage_is_wanted(postings: LexicalIndex) -> None:
    hits = postings.search(["贵阳", "火星"], 0)
    assert hits.ids == []
    assert hits.held == {"贵阳"}


@pytest.mark.parametrize("terms", [[], ["火星"]])
def test_nothing_matches(postings: LexicalIndex, terms: list[str]) -> None:
    assert postings.search(terms, 10).ids == []


def test_an_empty_index_answers(tmp_path: Path) -> None:
    hits = LexicalIndex(tmp_path).search(["贵阳"], 10)
    assert (hits.ids, hits.ceiling) == ([], 0.0)


def test_terms_are_taken_as_they_are(tmp_path: Path) -> None:
    # No query syntax: what would be an operator for a parser is a term like any other.
    index = LexicalIndex(tmp_path)
    index.add([(PassageId(1), ["c++", "a:b", "-x", '"'])])
    index.commit()
    for term in ("c++", "a:b", "-x", '"'):
        assert index.search([term], 1).ids == [1]
    assert index.search(["x", "*"], 1).ids == []


def test_what_is_removed_is_gone(postings: LexicalIndex) -> None:
    postings.remove(2, 2)
    assert postings.search(["公司"], 10).ids != []  # not before the commit
    postings.commit()
    assert postings.search(["公司"], 10).ids == []
    assert len(postings) == 2
    postings.clear()
    postings.commit()
    assert len(postings) == 0


def test_ids_have_63_bits(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    largest = PassageId((1 << 63) - 1)
    index.add([(largest, ["贵阳"])])
    index.commit()
    assert index.search(["贵阳"], 1).ids == [largest]
    assert index.digests() == {largest: digest_of(["贵阳"])}


def test_another_opens_what_one_has_committed(postings: LexicalIndex, tmp_path: Path) -> None:
    other = LexicalIndex(tmp_path)
    assert len(other) == 4
    postings.add([(PassageId(9), ["火星"])])
    postings.commit()
    other.reload()
    assert other.search(["火星"], 1).ids == [9]
