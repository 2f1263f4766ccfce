"""Short names of things, and their long ones."""

from pathlib import Path
from typing import Any

import pytest

from qa.analysis import fold, query_terms
from qa.indexing import index_files
from qa.passage_index import PassageIndex
from qa.retriever import Retriever
from qa.text.abbreviations import as_said, other_names

REPORT = "初步核算,全年地区生产总值4826.3亿元,规模以上工业增加值增长7.2%。"


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("临江的GDP是多少?", REPORT, "临江的地区生产总值是多少?"),
        ("临江的国内生产总值是多少?", REPORT, "临江的地区生产总值是多少?"),
        ("人均gdp", "人均GDP为9.4万元", "人均gdp"),  # it is said so
        ("规上工业增加值", REPORT, "规模以上工业增加值"),
        ("规模以上企业有几家", "规上企业527家", "规上企业有几家"),
        ("发改委主任是谁", "市发展改革委主任李明", "发展改革委主任是谁"),
        ("临江的PMI是多少", REPORT, "临江的PMI是多少"),  # it is not in the text by any name
        ("市监委主任是谁", "选举高岚为市监察委员会主任", "市监察委员会主任是谁"),
        ("有多少辆机动车", "动车组列车共20列", "有多少辆机动车"),
        ("外国企业有几家", "国有企业有5家", "外国企业有几家"),
        ("东北大学在哪里", "北京大学在海淀", "东北大学在哪里"),
        ("GDP和规上工业", REPORT, "地区生产总值和规模以上工业"),
        ("Who said aid was late?", "世界卫生组织", "Who said aid was late?"),
    ],
)
def test_a_question_says_what_the_text_says(question: str, text: str, expected: str) -> None:
    assert as_said(question, text) == expected


def test_names_are_translated_by_names() -> None:
    question = fold("GDP和规上工业")
    first, second = other_names(question, query_terms(question))
    assert first.words == ("gdp",)
    assert "地区生产总值" in first.candidates[0]
    assert second.words == ("规上",)
    assert second.candidates == (("规模以上",),)
    assert not set(range(first.start, first.start + 9)) & set(range(second.start, second.start + 9))
    assert other_names("企业有几家", ["企业"]) == []


def test_bm25_finds_it_by_its_other_name(tmp_path: Path, encoder: Any) -> None:
    texts = {"report": REPORT, "zone": "高新区全年招引项目45个。", "park": "临江公园全年接待游客62万人次。"}
    (tmp_path / "papers").mkdir()
    for name, text in texts.items():
        (tmp_path / "papers" / f"{name}.txt").write_text(text, encoding="utf-8")
    index = PassageIndex.open(tmp_path / "index", encoder, create=True)
    index_files([tmp_path / "papers"], index, encoder, passage_characters=200)
    best = {hit.passage.source.path: hit.lexical for hit in Retriever(index, encoder).search("GDP多少", 3).hits}
    assert best["papers/report.txt"] > 0
    index.close()
