"""The real documents through the real model: pictures and articles are found when they are asked for."""

from pathlib import Path
from typing import Any

import pytest

from embeddings.encoder import Encoder
from qa.assistant import Assistant
from qa.calibration import load_calibration
from qa.indexing import index_files
from qa.passage_index import PassageIndex
from qa.reading.sentence_reader import SentenceReader
from qa.retriever import Retriever

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def asking(real_files: list[Path], model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Any:
    index = PassageIndex.open(tmp_path_factory.mktemp("real") / "index", model, create=True)
    index_files(real_files, index, model, passage_characters=200)
    return Assistant(index, Retriever(index, model), SentenceReader(), load_calibration("sentence"), 0.5)


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("景德镇高新区的照片拍的是什么？", "位于景德镇"),
        ("豪美铝业的照片是谁拍的？", "豪美铝业"),
        ("郑州高新区那张图片来源是哪里？", "图片来源"),
    ],
)
def test_a_caption_is_found_when_a_picture_is_asked_for(asking: Assistant, question: str, start: str) -> None:
    best = asking.search(question, 3)[1].hits[0].passage
    assert best.role == "caption"
    assert best.text.startswith(start)


@pytest.mark.parametrize("question", ["航空小镇在哪里？", "豪美铝业生产什么？", "位于景德镇高新区的航空小镇"])
def test_a_caption_answers_no_other_question(asking: Assistant, question: str) -> None:
    assert asking.ask(question, 5).hits[0].passage.role == "text"


@pytest.mark.parametrize(
    ("question", "value", "role"),
    [
        ("这篇文章摘自哪份报纸？", "中國高新技術產業導報", "imprint"),
        ("贵阳高新区大数据那篇文章登在哪份报纸上？", "中國高新技術產業導報", "imprint"),
        ("大連高新區自創區建設那條新聞是哪天發的？", "2019-07-05", "imprint"),
        ("景德镇高新区那篇文章的作者叫什么？", "曹燕妮", "imprint"),
        ("永川高新区那篇报道的作者是谁？", "冉瑞成", "imprint"),
        ("贵阳智慧工程那篇报道的作者是谁？", "易颖", "text"),
    ],
)
def test_what_an_article_says_of_itself(asking: Assistant, question: str, value: str, role: str) -> None:
    answer = asking.ask(question, 3)
    assert answer.best is not None
    assert value in answer.best.text
    assert answer.hits[answer.best.passage].passage.role == role


def test_a_sentence_that_a_caption_stood_in_is_answered_whole(asking: Assistant) -> None:
    answer = asking.ask("景德镇航空职业大学现在怎样了？", 3)
    assert answer.best is not None
    assert "职业大学正在筹办" in answer.best.text


@pytest.mark.parametrize(
    "question",
    [
        "深圳特区那篇文章摘自哪份报纸？",
        "深圳高新区那篇文章的作者是谁？",
        "苏州工业园区那篇报道来自哪家媒体？",
        "杭州人才公寓那篇文章摘自哪份报纸？",
    ],
)
def test_an_article_that_is_not_there_has_no_author_and_no_newspaper(asking: Assistant, question: str) -> None:
    answer = asking.ask(question, 3)
    assert answer.span is None or answer.hits[answer.span.passage].passage.role == "text"
    assert answer.span is None or "導報" not in answer.span.text
