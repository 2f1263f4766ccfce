"""What questions are about, and which words name something."""

import pytest

from qa.followups.topics import Topic, phrase_before, topic
from qa.text.naming import entity_ends, has_name, is_entity, names_only


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("永川区建成了多少个数字化车间？", ("永川区", "永川区", "永川区建成的数字化车间", "数字化车间")),
        ("貴陽高新區有多少家研發機構？", ("貴陽高新區", "貴陽高新區", "貴陽高新區的研發機構", "研發機構")),
        ("大连高新区今年投向科技的钱有多少？", ("大连高新区", "大连高新区", "大连高新区今年投向科技的钱", "")),
        ("西部科学城的大会是什么时候开的？", ("西部科学城的大会", "西部科学城的大会", "西部科学城的大会", "")),
        ("清远高新区哪年跻身“国家队”？", ("清远高新区", "清远高新区", "清远高新区", "")),
        ("南通鑫佳元光电项目投资多少？", ("南通鑫佳元光电项目", "南通鑫佳元光电项目", "南通鑫佳元光电项目", "")),
        ("咪付的票务平台用的是什么技术？", ("咪付的票务平台", "咪付的票务平台", "咪付的票务平台", "")),
        ("“高新视界”开在什么软件上？", ("“高新视界”", "“高新视界”", "“高新视界”", "")),
        ("到9月底，大连高新区要铺到多少个社区？", ("大连高新区", "大连高新区", "大连高新区要铺到的社区", "社区")),
        ("为什么南通高新区拿到了流动红旗？", ("南通高新区", "南通高新区", "南通高新区", "")),
    ],
)
def test_what_a_question_is_about(question, expected):
    assert topic(question) == Topic(*expected)


def test_who_is_asked_for():
    director = topic("清远高新区管委会主任是谁？")
    assert director == Topic("清远高新区管委会主任", "清远高新区", "清远高新区管委会主任", asks_person=True)
    assert topic("谁是清远高新区的主任？") == Topic(
        "清远高新区的主任", "清远高新区", "清远高新区的主任", asks_person=True
    )
    assert topic("谁建了高架桥？") == Topic("", "", "建了高架桥的人", asks_person=True)
    assert topic("哪家公司建了高架桥？") == Topic("", "", "建了高架桥的公司")


def test_where_is_asked_for():
    found = topic("长城汽车的第一站选在了哪里？")
    assert found is not None
    assert (found.subject, found.asks_place) == ("长城汽车的第一站", True)


@pytest.mark.parametrize("question", ["", "？", "谢谢", "什么？", "多少？", "How many?", "有多少？"])
def test_what_is_about_nothing(question):
    assert topic(question) is None


def test_a_phrase_goes_back_to_a_word_that_is_no_part_of_one():
    text = "哪家公司把总部放进了天健湖物联网产业园？"
    assert phrase_before(text, text.index("？")) == "天健湖物联网产业园"
    text = "清远高新区引进了多少个项目？"
    assert phrase_before(text, text.index("？")) == "项目"


@pytest.mark.parametrize(
    "text", ["南通有多少家企业", "景德镇的企业", "净雪星在哪里", "“云”有几朵", "cytiva在哪里", "涞滩镇有多大"]
)
def test_names_are_seen(text):
    assert has_name(text)


@pytest.mark.parametrize("text", ["负责人是谁", "总面积有多大", "来了几家", "入驻的企业有多少个", "还打算再添多少家"])
def test_plain_words_are_no_names(text):
    assert not has_name(text)


def test_only_names():
    assert names_only("南通")
    assert names_only("北京和上海")
    assert not names_only("南通的企业")


def test_organisations_and_places_are_told_by_their_end():
    assert is_entity("相思湖区的示范基地")
    assert not is_entity("大数据项目")
    assert entity_ends("清远高新区的行政审批局接手") == [5, 11]
    assert entity_ends("景德镇高新区的企业") == [6]
    assert entity_ends("大数据项目") == []
