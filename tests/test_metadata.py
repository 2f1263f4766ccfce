"""Which questions ask about an article and not about its text, and where the answer stands."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from qa.alignment import Alignment
from qa.datatypes import Passage, PassageId, Source
from qa.ranking.metadata import Field, MetadataQuestion, metadata_question, stating_passage


@pytest.mark.parametrize(
    ("question", "field", "subject"),
    [
        ("这篇文章摘自哪份报纸？", "publication", ""),
        ("景德镇高新区那篇文章的作者叫什么？", "byline", "景德镇高新区"),
        ("那篇关于南通的文章谁写的？", "byline", "关于南通"),
        ("大連高新區自創區建設那條新聞是哪天發的？", "date", "大連高新區自創區建設"),
        ("哪份报纸登了南宁那篇报道？", "publication", "南宁"),
        ("这条新闻来自哪家媒体", "publication", ""),
        ("贵阳高新区那篇文章是哪天的报纸？", "date", "贵阳高新区"),
        ("Who wrote the article about Jingdezhen?", "byline", "about Jingdezhen"),
        ("When was the article on Dalian published?", "date", "was on Dalian"),
        ("Which newspaper did the article on Nanning come from?", "publication", "did on Nanning"),
    ],
)
def test_questions_about_an_article(question: str, field: Field, subject: str) -> None:
    assert metadata_question(question) == (field, subject, "")


@pytest.mark.parametrize(
    ("question", "field", "ending"),
    [
        ("限行通告是哪天发布的", "date", "通告"),
        ("限行通告是哪个单位发布的", "byline", "通告"),
        ("谁印发了放假通知？", "byline", "通知"),
        ("关于限行通告的那篇报道是谁写的", "byline", ""),
    ],
)
def test_questions_about_a_notice(question: str, field: Field, ending: str) -> None:
    found = metadata_question(question)
    assert found is not None
    assert (found.field, found.notice) == (field, ending)


@pytest.mark.parametrize(
    "question",
    [
        "项目哪天开工？",
        "记者节是哪天？",
        "新闻发布会是哪天召开的？",
        "新闻发布会哪天发布了报道？",
        "《狂人日记》这篇文章是哪年发表的？",
        "彼得·吕姆克尔夫在什么杂志上发表了文章？",
        "这个词是在哪个期刊发表的文章中首次提及？",
        "文章的作者发表了多少篇文章？",
        "那篇文章提到的基地哪天开业？",
        "谁当管委会主任？",
        "报纸上那张照片拍的是哪家企业的车间？",
        "Who is the author of the novel?",
        "What does the article say about talent?",
        "When was the plant opened?",
        "通告从哪天起施行？",
        "谁收到了通知？",
        "",
    ],
)
def test_questions_about_the_text(question: str) -> None:
    assert metadata_question(question) is None


def article(texts: Sequence[str], first: int = 0, **known: Any) -> list[Passage]:
    """Passages of one article of the document `d`."""
    source = Source("d", "0" * 64, "d.txt", None, None, None, None, None, 1, 0, 0, 0, 0)
    return [
        Passage(PassageId(first + number), text, replace(source, **known), Alignment())
        for number, text in enumerate(texts)
    ]


def asked(field: Field, subject: str = "") -> MetadataQuestion:
    return MetadataQuestion(field, subject)


def test_the_head_states_the_byline() -> None:
    passages = article(["标题\n► 曹燕妮", "正文。", "记者曹燕妮采访。"], headline="标题", byline="曹燕妮")
    assert stating_passage(asked("byline"), [passages[1]], lambda _: passages) == (passages[0], "曹燕妮", 0)


@pytest.mark.parametrize(
    "written",
    ["2014年10月7日", "2014-10-07", "2014.10.7", "2014年 10月 7日", "October 7, 2014", "二〇一四年十月七日"],
)
def test_a_date_is_found_as_it_is_written(written: str) -> None:
    passages = article(["正文。", f"摘自《日报》，{written}"], date="2014-10-07")
    assert stating_passage(asked("date"), passages, lambda _: passages) == (passages[1], written, 0)


def test_the_last_line_wins_over_the_same_words_in_the_middle() -> None:
    passages = article(["一", "二，据《日报》。", "三", "摘自《日报》"], publication="日报")
    stated = stating_passage(asked("publication"), passages, lambda _: passages)
    assert stated == (passages[3], "日报", 0)


def test_the_best_article_with_a_value_decides() -> None:
    first = article(["甲"], headline="甲")
    second = article(["乙 张三"], 10, headline="乙", byline="张三")
    third = article(["丙 李四"], 20, headline="丙", byline="李四")
    everything = [*first, *second, *third]
    stated = stating_passage(asked("byline"), everything, lambda _: everything)
    assert stated == (second[0], "张三", 1)


def test_the_lines_about_an_article_win_over_its_text() -> None:
    passages = article(["张三的家乡。", "正文。", "又一段。", "张三", "图说"], byline="张三")
    passages[3] = replace(passages[3], role="imprint")
    stated = stating_passage(asked("byline"), passages, lambda _: passages)
    assert stated is not None
    assert stated.passage is passages[3]


def test_a_notice_says_so_in_its_headline() -> None:
    report = article(["昨日印发限行通告。", "2024年3月26日"], headline="我市限行", date="2024-03-26")
    notice = article(["现通告如下。", "2024年3月25日"], 10, headline="机动车限行通告", date="2024-03-25")
    question = metadata_question("限行通告是哪天发布的")
    assert question is not None
    stated = stating_passage(question, [*report, *notice], lambda _: [*report, *notice])
    assert stated == (notice[1], "2024年3月25日", 2)
    assert stating_passage(question, report, lambda _: report) is None


def test_nothing_is_stated_where_nothing_is_known_or_written() -> None:
    passages = article(["正文。"], byline="张三")
    assert stating_passage(asked("date"), passages, lambda _: passages) is None
    assert stating_passage(asked("byline"), passages, lambda _: passages) is None
    assert stating_passage(asked("byline"), [], lambda _: passages) is None


@pytest.mark.parametrize(
    "subject", ["深圳特区", "深圳高新区", "關於蘇州工業園區", "浦东新区", "南京江北新区", "杭州人才公寓"]
)
def test_an_article_about_another_place_states_nothing(subject: str) -> None:
    texts = [
        "贵阳高新区引进了45个项目。",
        "园区学习深圳的做法。",
        "人才公寓封顶。",
        "学校开学。",
        "明年扩建。",
        "摘自《日报》",
    ]
    passages = article(texts, headline="贵阳高新区加快发展", headings=("贵阳高新区加快发展",), publication="日报")
    assert stating_passage(asked("publication", subject), passages, lambda _: passages) is None
    assert stating_passage(asked("publication", "贵阳"), passages, lambda _: passages) is not None
    assert stating_passage(asked("publication", "人才公寓"), passages, lambda _: passages) is not None


@pytest.mark.parametrize(
    "known",
    [
        {"headings": ("南通的速度",), "texts": ["园区封顶。", "一。", "二。", "三。", "四。", "摘自《日报》"]},
        {"headings": (), "texts": ["南通高新区封顶。", "一。", "二。", "三。", "四。", "摘自《日报》"]},
        {"headings": (), "texts": ["园区封顶。", "一。", "在南通，二。", "三。", "南通四。", "摘自《日报》"]},
    ],
)
def test_an_article_is_about_what_it_names_first_or_often(known: dict[str, Any]) -> None:
    passages = article(known["texts"], headings=known["headings"], publication="日报")
    assert stating_passage(asked("publication", "南通高新区"), passages, lambda _: passages) is not None


def test_the_article_about_the_place_is_found_below_another() -> None:
    first = article(["贵阳引进项目。", "张三"], byline="张三", headline="贵阳")
    second = article(["南通引进项目。", "李四"], 10, byline="李四", headline="南通")
    everything = [*first, *second]
    stated = stating_passage(asked("byline", "南通"), everything, lambda _: everything)
    assert stated is not None
    assert stated.value == "李四"
