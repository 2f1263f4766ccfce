"""Hybrid retrieval: fusion, translated questions, and questions about an article's metadata."""

import threading
from pathlib import Path
from typing import Any

import pytest

from embeddings.encoder import FloatArray, PreparedQuery
from qa import analysis, retriever
from qa.datatypes import PassageId
from qa.indexing import index_files
from qa.passage_index import PassageIndex
from qa.ranking.fusion import FULL_COVERAGE, LEXICAL_WEIGHT, fuse, lead
from qa.retriever import Retriever
from qa.storage.sides import Sides
from qa.text.translation import Translation
from tests.conftest import BigramEncoder

BILINGUAL = {
    "ferry": "往北部群岛的夜班渡轮每晚九点开船，航程七个小时，第二天清晨到岸。船上有两百个铺位，旺季要提前订。",
    "pottery": "文化中心的陶艺课由退休的窑工林玉棠来教，每周三晚上开课，一期八次，材料费另算，学员自己带围裙。",
    "pears": "去年秋天，河西三个村的梨子收了四百二十吨，比前年多一成。冷库装不下，有三十吨先拉到县城去卖。",
    "library": "The village library lent 9,300 books last year, most of them to children. It opens four days a week.",
    "lighthouse": "The lighthouse keeper was given a medal because he rowed out in the storm and saved three fishermen.",
    "boats": "Fishing boats leave before dawn. The harbour master counts them in the evening and rings a bell.",
    "choir": "The choir rehearses on Mondays with a new conductor, an organist from the next town. Tenors are missed.",
    "apples": "Apples were cheap in the spring. The market sold most of them to a jam factory near the railway.",
}

A, B, C = PassageId(1), PassageId(2), PassageId(3)


def test_fusion_of_both_sides() -> None:
    scores = fuse({A: 0.9, B: 0.8, C: 0.7}, {B: 5.0, C: 2.5}, ceiling=10.0)
    weight = LEXICAL_WEIGHT
    assert scores == pytest.approx({A: 1 - weight, B: 0.5 * (1 - weight) + weight, C: 0.5 * weight})


def test_the_lexical_side_counts_for_what_it_knows_of_the_question() -> None:
    little = fuse({A: 0.9, B: 0.7}, {B: 1.0}, ceiling=1.0 / (0.1 * FULL_COVERAGE))
    assert little[B] == pytest.approx(0.1 * LEXICAL_WEIGHT)
    assert little[A] == pytest.approx(1 - 0.1 * LEXICAL_WEIGHT)


def test_a_question_without_known_words_is_left_to_the_dense_side() -> None:
    assert fuse({A: 0.9, B: 0.7}, {}, ceiling=12.0) == {A: 1.0, B: 0.0}
    assert fuse({A: 0.9, B: 0.7}, {}, ceiling=0.0) == {A: 1.0, B: 0.0}


def test_the_lead_of_the_first() -> None:
    assert lead({A: 0.5, B: 0.9, C: 0.2}) == pytest.approx(0.4)
    assert lead({A: 0.5, B: 0.5}) == 0
    assert lead({A: 0.1}) == lead({}) == 1


def test_fusion_of_one_or_no_candidate() -> None:
    assert fuse({}, {}, 1.0) == {}
    assert 0 <= fuse({A: 0.5}, {A: 1.0}, 2.0)[A] <= 1


def over(folder: Path, texts: dict[str, str], encoder: Any) -> Retriever:
    """A retriever over texts, each a file of its name."""
    (folder / "papers").mkdir()
    for name, text in texts.items():
        (folder / "papers" / f"{name}.txt").write_text(text, encoding="utf-8")
    index = PassageIndex.open(folder / "index", encoder, create=True)
    index_files([folder / "papers"], index, encoder, passage_characters=200)
    return Retriever(index, encoder)


@pytest.fixture
def searching(index: PassageIndex, encoder: Any) -> Retriever:
    return Retriever(index, encoder)


def test_hits_are_ranked_and_say_why(searching: Retriever) -> None:
    found = searching.search("永川大数据产业园入驻多少家企业？", 3)
    best = found.hits[0]
    assert "399家企业" in best.passage.text
    assert "永川大数据产业园" in best.terms
    assert best.lexical > 0
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert len(found.hits) == 3
    assert found.weights["永川"] > 0


class Estimating(BigramEncoder):
    """An encoder that takes a question for another one, unless it is asked for the exact vector."""

    def __init__(self, taken_for: str) -> None:
        super().__init__()
        self.exact: list[str] = []
        """What it was asked the exact vector of."""
        self._taken_for = taken_for

    def prepare_query(self, text: str) -> PreparedQuery:
        def exact() -> FloatArray:
            self.exact.append(text)
            return super(Estimating, self).prepare_query(text).vector()

        return super().prepare_query(self._taken_for)._replace(exact=exact)


YONGCHUAN = "永川大数据产业园入驻多少家企业？"
OF_YONGCHUAN = "永川大数据产业园累计入驻399家企业,实现地区生产总值521.3亿元"
OF_NANTONG = "南通高新区8个主要经济指标中有7项保持20%以上的增长"


def test_an_estimate_will_do_where_the_first_passage_has_a_clear_lead(index: PassageIndex) -> None:
    estimating = Estimating(taken_for=OF_YONGCHUAN)
    found = Retriever(index, estimating).search(YONGCHUAN, 3)
    assert "399家企业" in found.hits[0].passage.text
    assert estimating.exact == []


@pytest.mark.parametrize("k", [1, 3, 200])
def test_without_a_clear_lead_the_exact_vector_decides(
    index: PassageIndex, encoder: Any, monkeypatch: pytest.MonkeyPatch, k: int
) -> None:
    monkeypatch.setattr(retriever, "CLEAR_LEAD", 1.0)
    estimating = Estimating(taken_for=OF_NANTONG)
    found, wanted = (Retriever(index, one).search(YONGCHUAN, k).hits for one in (estimating, encoder))
    assert [hit.passage for hit in found] == [hit.passage for hit in wanted]
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in wanted], abs=1e-3)
    assert estimating.exact == [YONGCHUAN]


def test_a_question_is_encoded_once_however_many_candidates_it_needs(
    index: PassageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retriever, "CANDIDATES", 2)
    monkeypatch.setattr(retriever, "CLEAR_LEAD", 1.0)
    estimating = Estimating(taken_for=OF_NANTONG)
    assert len(Retriever(index, estimating).search(YONGCHUAN, 4).hits) == 4
    assert estimating.exact == [YONGCHUAN]


def test_the_nearest_are_looked_for_while_the_words_are(searching: Retriever, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Event()
    dense, lexical = Sides.dense, Sides.lexical

    def near(sides: Sides, *rest: Any) -> Any:
        looked.set()
        return dense(sides, *rest)

    def words(sides: Sides, *rest: Any) -> Any:
        assert looked.wait(30), "the nearest are looked for only when the words are known"
        return lexical(sides, *rest)

    monkeypatch.setattr(Sides, "dense", near)
    monkeypatch.setattr(Sides, "lexical", words)
    assert "399家企业" in searching.search(YONGCHUAN, 1).hits[0].passage.text


def test_no_exact_vector_is_wanted_of_an_empty_index(tmp_path: Path) -> None:
    estimating = Estimating(taken_for=YONGCHUAN)
    empty = PassageIndex.open(tmp_path, estimating, create=True)
    assert Retriever(empty, estimating).search(YONGCHUAN, 3).hits == []
    assert estimating.exact == []


def test_a_chinese_question_never_sees_the_dictionary(searching: Retriever, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retriever, "translations", lambda *_: pytest.fail("looked up"))
    for question in ("永川大数据产业园入驻多少家企业？", "南通Cytiva项目的GDP", "2019?"):
        searching.search(question, 3)


def test_words_that_the_collection_has_are_not_translated(
    tmp_path: Path, encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    searching = over(tmp_path, {"a": "The newspaper reported on academicians."}, encoder)
    monkeypatch.setattr(retriever, "translations", lambda *_: pytest.fail("looked up"))
    found = searching.search("Which newspaper reported on academicians?", 1)
    assert found.hits[0].terms == ("newspaper", "reported", "academicians")


@pytest.fixture(scope="module")
def bilingual(tmp_path_factory: pytest.TempPathFactory, model: Any) -> Retriever:
    """Chinese and English texts side by side, by the default model."""
    return over(tmp_path_factory.mktemp("bilingual"), BILINGUAL, model)


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("How long does the night ferry to the northern islands take?", "ferry"),
        ("Who teaches the pottery course at the cultural centre?", "pottery"),
        ("What did the harvest of pears amount to last autumn?", "pears"),
        ("How many books did the village library lend last year?", "library"),
        ("Why was the lighthouse keeper given a medal?", "lighthouse"),
    ],
)
def test_an_english_question_finds_its_text_in_either_language(bilingual: Retriever, question: str, path: str) -> None:
    found = bilingual.search(question, 3)
    assert Path(found.hits[0].passage.source.path).stem == path


def test_the_gap_between_languages_is_crossed_as_far_as_no_text_has_the_words(
    bilingual: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    chinese, english = "How long does the night ferry take?", "Why was the lighthouse keeper given a medal?"
    before = [{hit.passage.id: hit.dense for hit in bilingual.search(q, 8).hits} for q in (chinese, english)]
    monkeypatch.setattr(retriever, "CROSSING", 0.0)
    after = [{hit.passage.id: hit.dense for hit in bilingual.search(q, 8).hits} for q in (chinese, english)]
    assert before[0] != after[0]
    assert before[1] == after[1]


def test_an_english_question_matches_chinese_text(searching: Retriever) -> None:
    found = searching.search("How many enterprises are in the Yongchuan big data industrial park?", 5)
    # This encoder's dense side knows nothing across languages.
    best = max(found.hits, key=lambda hit: hit.lexical)
    assert "399家企业" in best.passage.text
    assert any("永川" in term for term in best.terms)
    assert {"企业", "永川"} <= set(found.weights)
    assert "yongchuan" not in found.weights


def test_of_alternatives_one_is_weighed(searching: Retriever, monkeypatch: pytest.MonkeyPatch) -> None:
    groups = [("目标", "企业"), ("项目", "计划")]
    monkeypatch.setattr(retriever, "translations", lambda *_: [Translation(("zzz",), 0, (("目标",),))])
    monkeypatch.setattr(retriever, "chosen", lambda *_: (groups, {"zzz"}))
    found = searching.search("zzz", 5)
    assert len(found.weights) == len(groups)
    text = analysis.fold(found.hits[0].passage.text)
    assert any(term in text for term in found.weights)


def test_bm25_finds_a_thing_by_its_other_name(tmp_path: Path, encoder: Any) -> None:
    texts = {
        "report": "初步核算,全年地区生产总值4826.3亿元,规模以上工业增加值增长7.2%。",
        "zone": "高新区全年招引项目45个。",
        "park": "临江公园全年接待游客62万人次。",
    }
    found = over(tmp_path, texts, encoder).search("GDP多少", 3)
    best = {hit.passage.source.path: hit.lexical for hit in found.hits}
    assert best["papers/report.txt"] > 0


@pytest.mark.parametrize("question", ["zzzyx qqqx?", "???", "the of and"])
def test_what_no_side_knows_still_has_an_answer(searching: Retriever, question: str) -> None:
    assert len(searching.search(question, 2).hits) == 2


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("南通高新区那篇文章的作者叫什么？", "张悦"),
        ("南通高新區那篇報道是誰寫的？", "张悦"),
        ("Who wrote the article about Nantong?", "张悦"),
        ("贵阳大数据产业那篇报道的作者是谁？", "李明"),
    ],
)
def test_the_author_of_an_article(searching: Retriever, question: str, value: str) -> None:
    found = searching.search(question, 3)
    assert value in found.hits[0].passage.text
    assert any(value in term for term in found.weights)
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit.passage.id for hit in found.hits}) == len(found.hits)


def test_an_article_that_the_collection_lacks_has_no_author(searching: Retriever) -> None:
    question = "故宫修缮那篇文章的作者是谁？"
    assert "张悦" not in searching.search(question, 3).weights
    assert "李明" not in "".join(searching.search(question, 3).weights)


def test_metadata_that_nothing_states_leaves_the_question_as_it_is(searching: Retriever) -> None:
    question = "南通高新区那篇文章是哪天发表的？"
    found = searching.search(question, 3)
    assert found.weights.keys() >= {"南通"}
    assert [hit.score for hit in found.hits] == [hit.score for hit in searching._search(question, 3, ()).hits]


def test_one_passage_can_be_asked_for(searching: Retriever) -> None:
    assert "张悦" in searching.search("南通高新区那篇文章的作者叫什么？", 1).hits[0].passage.text


PICTURES = """\
园区周刊

■ 李明

园区里的企业越来越多，去年新建成的航空职业



位于高新区的航空小镇

王芳/摄

大学已经开始招生，航空小镇的游客也多了起来。
"""


@pytest.fixture
def pictured(tmp_path: Path, encoder: Any) -> Retriever:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.txt").write_text(PICTURES, encoding="utf-8")
    index = PassageIndex.open(tmp_path / "of-pictures", encoder, create=True)
    index_files([tmp_path / "pictures"], index, encoder, passage_characters=200)
    return Retriever(index, encoder)


@pytest.mark.parametrize("question", ["高新区的航空小镇的照片", "位于高新区的航空小镇那张图片", "王芳摄的图片"])
def test_who_asks_about_a_picture_gets_its_caption(pictured: Retriever, question: str) -> None:
    best = pictured.search(question, 3).hits[0].passage
    assert (best.role, best.text) == ("caption", "位于高新区的航空小镇\n\n王芳/摄")


@pytest.mark.parametrize("question", ["航空小镇位于高新区的哪里？", "位于高新区的航空小镇", "周刊说游客多了吗？"])
def test_captions_and_imprints_stand_back(pictured: Retriever, question: str) -> None:
    hits = pictured.search(question, 3).hits
    assert [hit.passage.role for hit in hits] == ["text", *(hit.passage.role for hit in hits[1:])]
    assert "航空职业大学已经开始招生" in hits[0].passage.text
    assert {hit.passage.role for hit in hits} == {"text", "imprint", "caption"}
