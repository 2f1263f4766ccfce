"""Conditions: what can be said, what is refused, and what they let through, on both sides and before ranking."""

import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.encoder import Encoder
from qa.analysis import fold, fold_script, query_terms
from qa.chunking import passages
from qa.datatypes import Document, Passage
from qa.errors import InputError
from qa.filters import LONGEST_CONDITION, MOST_CONDITIONS, Condition, Where, conditions
from qa.indexing import index_files
from qa.passage_index import PassageIndex
from qa.retriever import Retriever
from qa.store import FILE_NAME, Store

MakeDocument = Callable[..., Document]


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("date>=2018", ("date", ">=", "2018")),
        ("date = 2018-7", ("date", "=", "2018-07")),
        ("date!=2018-07-01", ("date", "!=", "2018-07-01")),
        ("  Date<2018-1-2 ", ("date", "<", "2018-01-02")),
        ("path=news/*.txt", ("path", "=", "news/*.txt")),
        ("path!=a=b.txt", ("path", "!=", "a=b.txt")),
        ("publication=人民日报", ("publication", "=", "人民日报")),
        ("publication = New York Times", ("publication", "=", "New York Times")),
        ("language=ZH", ("language", "=", "zh")),
        ("script!=traditional", ("script", "!=", "traditional")),
    ],
)
def test_a_condition_is_a_field_an_operator_and_a_value(text: str, condition: tuple[str, str, str]) -> None:
    assert conditions([text]) == (Condition(*condition),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "write FIELD, an operator and a value"),
        ("2018", "write FIELD, an operator and a value"),
        ("=2018", "there are path, publication, date, language, script"),
        ("title=x", "there are path, publication, date, language, script"),
        ("1=1; DROP TABLE stretches", "names no field"),
        ("date) OR (1=1", "write FIELD, an operator and a value"),
        ("path>=a", "path takes = !="),
        ("language~zh", "write FIELD, an operator and a value"),
        ("date==2018", "date takes = != >= <= > <"),
        ("date=>2018", "date takes = != >= <= > <"),
        ("date=", "has no value"),
        ("path=  ", "has no value"),
        ("date=last year", "write 2018, 2018-07 or 2018-07-31"),
        ("date=2018-13", "write 2018, 2018-07 or 2018-07-31"),
        ("date=2018-02-30", "write 2018, 2018-07 or 2018-07-31"),
        ("date=0000", "write 2018, 2018-07 or 2018-07-31"),
        ("date=２０１８", "write 2018, 2018-07 or 2018-07-31"),
        ("date>=2018' OR '1'='1", "write 2018, 2018-07 or 2018-07-31"),
        ("language=fr", "language is one of zh, ja, ko, en"),
        ("script=繁體", "script is one of simplified, traditional"),
        ("path=\ud800", "all of them text"),
        ("path=a\x00b", "all of them text"),
        ("path=" + "a" * LONGEST_CONDITION, f"at most {LONGEST_CONDITION} characters"),
        (" " * 200_000, f"at most {LONGEST_CONDITION} characters"),
    ],
)
def test_what_is_no_condition_is_refused_with_what_is_possible(text: str, says: str) -> None:
    with pytest.raises(InputError, match=re.escape(says)) as refused:
        conditions([text])
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 250


def test_conditions_are_counted_and_the_same_one_counts_once() -> None:
    assert len(conditions(["date>2018"] * MOST_CONDITIONS)) == 1
    with pytest.raises(InputError, match="at most 20"):
        conditions(["date>2018"] * (MOST_CONDITIONS + 1))


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_is_refused(text: str) -> None:
    try:
        (condition,) = conditions([text])
    except InputError:
        return
    assert condition.value
    assert conditions([f"{condition.field}{condition.operator}{condition.value}"]) == (condition,)


# What they let through

ARTICLES = {
    "news/2018/east.txt": ("人民日报", "2018-10-24", "东区的大数据项目今年开工，总投资达到三亿元，园区还引进了企业。"),
    "news/2018/west.txt": ("科技日報", "2018-01-01", "西區的大數據項目今年開工，總投資達到兩億元，園區還引進了企業。"),
    "news/2019/[new] 100%.txt": (
        "人民日報海外版",
        "2019-10-24",
        "南区的大数据项目今年开工，总投资达到五亿元，还有企业。",
    ),
    "notes/plain.txt": (None, None, "北区的大数据项目今年开工，总投资达到四亿元，园区还引进了企业。"),
    "notes/odd'; --.txt": (
        'O\'Brien "Daily"; DROP',
        "2020-02-29",
        "The new park has a big data project, and it has cost 4 million.",
    ),
}


@pytest.fixture
def store(tmp_path: Path, document: MakeDocument) -> Iterator[Store]:
    store = Store.create(tmp_path / "index", "bigrams:8", 8)
    for path, (publication, date, text) in ARTICLES.items():
        found = [_told(passage, publication, date) for passage in passages(document(text, path), 200)]
        store.put(document(text, path), found, np.zeros((len(found), 8), np.float32), location=path, recipe="r")
    yield store
    store.close()


def _told(passage: Passage, publication: str | None, date: str | None) -> Passage:
    return replace(passage, source=replace(passage.source, publication=publication, date=date))


def selected(store: Store, *texts: str) -> set[str]:
    ids = store.selected(conditions(texts))
    assert (np.diff(ids) > 0).all()
    return {Path(passage.source.path).stem for passage in store.passages(ids.tolist()).values()}


EVERY = {"east", "west", "[new] 100%", "plain", "odd'; --"}


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ((), EVERY),
        (("date=2018",), {"east", "west"}),
        (("date=2018-10",), {"east"}),
        (("date=2018-10-24",), {"east"}),
        (("date!=2018",), {"[new] 100%", "odd'; --"}),
        (("date>2018",), {"[new] 100%", "odd'; --"}),
        (("date>=2018-10-24",), {"east", "[new] 100%", "odd'; --"}),
        (("date>2018-10-24",), {"[new] 100%", "odd'; --"}),
        (("date<2018-10",), {"west"}),
        (("date<=2018-10",), {"east", "west"}),
        (("date<=2018",), {"east", "west"}),
        (("date<2018",), set()),
        (("date>=2018-02", "date<2019"), {"east"}),
        (("path=news/*",), {"east", "west", "[new] 100%"}),
        (("path=news/*/?ast.txt",), {"east"}),
        (("path=*/[n-p]*.txt",), {"plain", "odd'; --"}),
        (("path=*/[[]new] 100%.txt",), {"[new] 100%"}),
        (("path!=news/*",), {"plain", "odd'; --"}),
        (("path=east.txt",), set()),
        (("path=%",), set()),
        (("path=*'; --.txt",), {"odd'; --"}),
        (("path=' OR 1=1 --",), set()),
        (("publication=人民日报",), {"east", "[new] 100%"}),
        (("publication=人民日報",), {"east", "[new] 100%"}),
        (("publication=海外",), {"[new] 100%"}),
        (("publication!=人民日报",), {"west", "odd'; --"}),
        (('publication=o\'brien "daily"; drop',), {"odd'; --"}),
        (("publication=%",), set()),
        (("language=zh",), EVERY - {"odd'; --"}),
        (("language=en",), {"odd'; --"}),
        (("language!=zh",), {"odd'; --"}),
        (("script=traditional",), {"west"}),
        (("script!=traditional",), {"east", "[new] 100%", "plain"}),
        (("language=zh", "script=simplified", "publication=日报", "path=news/2018/*"), {"east"}),
        (("language=zh", "language=en"), set()),
    ],
)
def test_what_conditions_let_through(store: Store, texts: tuple[str, ...], found: set[str]) -> None:
    assert selected(store, *texts) == found


def test_what_has_been_removed_is_not_let_through(store: Store, document: MakeDocument) -> None:
    store.remove("news/2018/east.txt")
    assert selected(store) == EVERY - {"east"}
    store.put(document("x", "news/2018/west.txt"), [], np.zeros((0, 8), np.float32), location="x", recipe="r")
    assert selected(store, "date=2018") == set()


def test_a_glob_of_many_stars_is_answered_soon(store: Store, document: MakeDocument) -> None:
    made = document("东区的大数据项目今年开工，总投资达到三亿元。", "a" * 1000)
    found = passages(made, 200)
    store.put(made, found, np.zeros((len(found), 8), np.float32), location="a", recipe="r")
    begun = perf_counter()
    assert selected(store, "path=" + "*a" * 200 + "*b") == set()
    assert perf_counter() - begun < 5


# Before ranking

WORDS = ["园区", "企业", "项目", "投资", "增长", "大数据", "银行", "科技", "创新", "人才"]


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PassageIndex]:
    """300 documents, so few of them of 2018 that none ranks among the best of all."""
    from tests.conftest import BigramEncoder

    encoder, chance = BigramEncoder(), random.Random(0)
    folder = tmp_path_factory.mktemp("crowded") / "papers"
    folder.mkdir()
    for number in range(300):
        year = 2018 if number % 50 == 7 else 2010 + number % 5
        opening = "某些别的事情" if year == 2018 else "贵阳银行贵阳银行"
        text = f"# 第{number}号\n来源：{'晚报' if number % 2 else '早報'} 日期：{year}-05-0{1 + number % 9}\n\n"
        (folder / f"{number}.txt").write_text(
            text + opening + "，".join(chance.choices(WORDS, k=20)) + "。银行。", "utf-8"
        )
    index = PassageIndex.open(folder.parent / "index", encoder, create=True)
    index_files([folder], index, encoder, passage_characters=200)
    yield index
    index.close()


def wanted(index: PassageIndex, where: Where) -> set[int]:
    """The passages that meet conditions, by what they say themselves."""
    every = index.fetch(index.dense(np.ones(64, np.float32), len(index))[0])
    return {number for number, passage in every.items() if all(_meets(passage, condition) for condition in where)}


def _meets(passage: Passage, condition: Condition) -> bool:
    field, operator, value = condition
    known: Any = getattr(passage.source, field)
    if known is None:
        return False
    if field == "path":
        return fnmatchcase(known, value) == (operator == "=")
    if field == "publication":
        return (fold(value) in fold(known)) == (operator == "=")
    within = known.startswith(value)
    return {
        "=": within,
        "!=": not within,
        ">=": known >= value,
        "<": known < value,
        ">": known > value and not within,
        "<=": known < value or within,
    }[operator]


@pytest.mark.parametrize(
    "texts",
    [
        ["date=2018"],
        ["date>=2014", "publication=晚報"],
        ["publication=晚报"],
        ["path=papers/1*.txt"],
        ["path!=papers/7.txt"],
        ["date<1999"],
    ],
)
@pytest.mark.parametrize("named", [0, 4000], ids=["by looking through", "by name"])
@pytest.mark.parametrize("k", [1, 5, 1000])
def test_filtered_hits_are_the_best_of_what_meets_the_conditions(
    crowded: PassageIndex, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, texts: list[str], named: int, k: int
) -> None:
    monkeypatch.setattr("qa.lexical_index._NAMED", named)
    where, question = conditions(texts), "贵阳银行在哪里？"
    meets = wanted(crowded, where)
    vector, terms = encoder.encode_queries([fold_script(question)])[0], query_terms(question)
    ids, scores = crowded.dense(vector, k, where)
    every = dict(zip(*crowded.dense(vector, len(crowded)), strict=True))
    assert len(ids) == min(k, len(meets))
    assert set(ids) <= meets
    assert scores == pytest.approx(sorted((every[number] for number in meets), reverse=True)[:k], abs=1e-6)

    found = crowded.lexical(terms, k, where)
    everything = crowded.lexical(terms, len(crowded))
    scored = {number: score for number, score in zip(everything.ids, everything.scores, strict=True) if number in meets}
    assert len(found.ids) == min(k, len(scored))
    assert found.scores == pytest.approx(sorted(scored.values(), reverse=True)[:k], rel=1e-5)
    assert all(
        scored[number] == pytest.approx(score, rel=1e-5) for number, score in zip(found.ids, found.scores, strict=True)
    )
    # How rare a word is, is told of the whole index.
    assert found.weights == everything.weights


def test_a_search_brings_k_hits_when_there_are_k(crowded: PassageIndex, encoder: Encoder) -> None:
    retriever, where = Retriever(crowded, encoder), conditions(["date=2018"])
    assert all(hit.passage.source.date[:4] != "2018" for hit in retriever.search("贵阳银行", 50).hits)
    found = retriever.search("贵阳银行", 6, where).hits
    assert [hit.passage.source.date[:4] for hit in found] == ["2018"] * 6
    assert retriever.search("贵阳银行", 6, conditions(["date=1950"])).hits == []


def test_what_was_indexed_since_meets_conditions_too(
    index: PassageIndex, encoder: Encoder, document: MakeDocument
) -> None:
    where = conditions(["path=later/*"])
    vector = encoder.encode_queries(["贵阳"])[0]
    assert index.dense(vector, 5, where) == ([], [])
    made = document("贵阳的企业。", "later/a.txt")
    found = passages(made, 60)
    index.replace(made, found, encoder.encode_passages([found[0].context]), location="a", recipe="r")
    assert index.dense(vector, 5, where)[0] == [found[0].id]
    assert index.lexical(["贵阳"], 5, where).ids == [found[0].id]
    assert index.passages_of("later/a.txt", where) == found
    assert index.passages_of("later/a.txt", conditions(["path=other"])) == []
    index.remove("later/a.txt")
    assert index.dense(vector, 5, where) == ([], [])
    assert index.lexical(["贵阳"], 5, where).ids == []


def test_a_question_about_an_article_keeps_to_the_conditions(tmp_path: Path, encoder: Encoder) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for name, paper in (("a.txt", "人民日报"), ("b.txt", "科技日报")):
        text = f"贵阳大数据产业提速\n来源：{paper} 日期：2018-10-24\n\n贵阳高新区引进了45个大数据项目。"
        (folder / name).write_text(text, encoding="utf-8")
    index = PassageIndex.open(tmp_path / "index", encoder, create=True)
    index_files([folder], index, encoder, passage_characters=100)
    retriever = Retriever(index, encoder)
    for name, paper in (("a.txt", "人民日报"), ("b.txt", "科技日报")):
        found = retriever.search("贵阳大数据产业这篇文章来自哪份报纸？", 3, conditions([f"path=*/{name}"]))
        assert {hit.passage.source.path for hit in found.hits} == {f"papers/{name}"}
        assert list(found.weights) == [paper]


def test_verify_sees_a_passage_that_filters_have_lost(index: PassageIndex) -> None:
    assert index.verify() == []
    with sqlite3.connect(index.directory / FILE_NAME) as connection:
        connection.execute("DELETE FROM stretches WHERE document = (SELECT min(id) FROM documents)")
    connection.close()
    assert any("filters" in problem for problem in index.verify())
