"""Questions for how things are now, and the newest of passages that answer."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from embeddings.cross_encoder import load_cross_encoder
from qa.analysis import fold
from qa.chunking import passages
from qa.datatypes import Document, Hit, Passage
from qa.reading.recency import ANSWERS, MARGIN, is_about_now, newest_first, newest_of
from qa.reading.span_reader import SpanReader
from qa.settings import Settings

MakeDocument = Callable[..., Document]
NEWS = {
    2019: "任命周海涛为临江高新区管委会主任。目前，全区有高新技术企业126家。",
    2021: "孙立群任临江高新区管委会主任。全区高新技术企业达到213家。",
    2024: "吴晓东任临江高新区管委会主任。全区高新技术企业已有365家。",
}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("现任市长是谁？", True),
        ("目前有多少家企业？", True),
        ("最新的CPI是多少？", True),
        ("Who is the current mayor?", True),
        ("市长是谁？", True),
        ("谁担任管委会主任？", True),
        ("2019年市长是谁？", False),
        ("前任市长是谁？", False),
        ("首任市长是谁？", False),
        ("第三任市长是谁？", False),
        ("王明之前的市长是谁？", False),
        ("有多少家企业？", False),
        ("离市区最近的公园在哪里？", False),
    ],
)
def test_what_is_about_now(question: str, *, expected: bool) -> None:
    assert is_about_now(fold(question)) is expected


def article(document: MakeDocument, year: int) -> Passage:
    text = f"# 临江高新区消息\n\n来源：临江日报 日期：{year}-05-09\n\n{NEWS[year]}"
    return next(passage for passage in passages(document(text), 200) if passage.role == "text")


def test_the_newest_that_answers_as_well_comes_first(document: MakeDocument) -> None:
    def read(*scores: tuple[int, float, float]) -> list[tuple[Hit, None]]:
        return [
            (Hit(article(document, year), score, 0.9, 1.0, relevance=relevance), None)
            for year, score, relevance in scores
        ]

    def years(ranked: list[tuple[Hit, None]]) -> list[str]:
        return [(hit.passage.source.date or "")[:4] for hit, _ in newest_first(ranked)]

    assert years(read((2019, 1.3, 0.9), (2021, 1.25, 0.9), (2024, 1.2, 0.9))) == ["2024", "2019", "2021"]
    assert years(read((2019, 1.3, 0.9), (2021, 1.25, 0.9), (2024, 1.2, ANSWERS / 2))) == ["2021", "2019", "2024"]
    assert years(read((2019, 1.3, 0.9), (2024, 1.3 - 1.1 * MARGIN, 0.9))) == ["2019", "2024"]
    assert years(read((2024, 1.3, 0.9), (2019, 1.2, 0.9))) == ["2024", "2019"]
    undated = read((2019, 1.3, 0.9), (2024, 1.2, 0.9))
    source = replace(undated[1][0].passage.source, date=None)
    undated[1] = (replace(undated[1][0], passage=replace(undated[1][0].passage, source=source)), None)
    assert newest_first(undated) == undated
    assert newest_first([]) == []


def test_what_is_read_is_the_best_and_the_newest_of_those_that_are_found_as_well(document: MakeDocument) -> None:
    hits = [
        Hit(article(document, year), score, 0.9, 1.0)
        for year, score in ((2019, 1.0), (2019, 0.95), (2021, 0.9), (2024, 0.85), (2024, 0.7))
    ]
    chosen = newest_of(hits, 3)
    assert [(hit.score, (hit.passage.source.date or "")[:4]) for hit in chosen] == [
        (1.0, "2019"),
        (0.85, "2024"),
        (0.9, "2021"),
    ]
    assert {hit.score for hit in newest_of(hits, 9)} == {hit.score for hit in hits}


def test_bm25_knows_the_year_of_an_article(document: MakeDocument) -> None:
    assert article(document, 2021).indexed.endswith("\n2021年")
    undated = next(iter(passages(document("园区有企业126家。"), 200)))
    assert undated.indexed == undated.context


@pytest.mark.model
def test_who_holds_an_office_is_who_was_named_last(document: MakeDocument) -> None:
    reader = SpanReader(load_cross_encoder(Settings().reader, Settings().cache))
    found = [replace(article(document, year)) for year in NEWS]
    hits = [
        Hit(replace(passage, source=replace(passage.source, document=str(number))), 1.0 - number / 50, 0.9, 1.0)
        for number, passage in enumerate(found)
    ]
    for question, expected in {
        "临江高新区管委会主任是谁？": "吴晓东",
        "2019年临江高新区管委会主任是谁？": "周海涛",
        "目前临江高新区有多少家高新技术企业？": "365家",
        "2021年临江高新区有多少家高新技术企业？": "213家",
    }.items():
        reading = reader.read(question, {}, hits)
        assert reading is not None
        best = reading.candidates[0]
        assert reading.hits[best.passage].passage.text[best.start : best.end] == expected, question
