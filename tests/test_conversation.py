"""Which questions lean on the conversation, and what is searched for then."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.analysis import fold
from qa.conversation import RULES, standalone
from qa.datatypes import Turn

FIRST = "清远高新区2018年引进了多少个项目？"
DIRECTOR = [Turn("清远高新区管委会主任是谁？", "周岐贤")]
COMPANY = [Turn("哪家公司把软件研发的郑州总部放进了天健湖？", "北京小鸟科技集团")]

# One example for each rule, with the turn before it.
EXAMPLES = {
    "more": (Turn(FIRST), f"{FIRST} 还有呢？"),
    "contrast": (Turn(FIRST), "南通高新区2018年引进了多少个项目？"),
    "person": (DIRECTOR[0], "清远高新区管委会主任周岐贤给园区定了什么目标？"),
    "things": (Turn("慧云信息服务了多少个农业园区？"), "慧云信息服务的农业园区分布在几个省市？"),
    "thing": (Turn("鑫佳元光电项目是哪天动工的？"), "鑫佳元光电项目的总投资是多少？"),
    "place": (Turn("长城汽车的第一站选在哪里？", "永川高新区"), "永川高新区有几家工厂？"),
    "article": (Turn(FIRST), f"{FIRST} 这篇文章摘自哪份报纸？"),
    "kind": (COMPANY[0], "北京小鸟科技集团哪年成立的？"),
    "among": (Turn("贵阳高新区有多少家研发机构？"), "贵阳高新区的研发机构，其中国家级的有几家？"),
    "some": (Turn("贵阳高新区有多少家研发机构？"), "贵阳高新区的研发机构，省级的有几家？"),
    "done": (Turn("清远高新区在哪一年升级？"), "清远高新区引进了多少个项目？"),
    "predicate": (
        Turn("大连高新区2018年底有多少家高新技术企业？"),
        "大连高新区2018年底的高新技术企业占全市的百分之多少？",
    ),
    "attribute": (Turn("永川区新建了多少个数字化车间？"), "永川区新建的数字化车间的总面积有多大？"),
    "count": (Turn("南宁·中关村科技园在哪里？"), "南宁·中关村科技园住进来的企业有多少家？"),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_completes_its_example(rule):
    before, expected = EXAMPLES[rule.name]
    said = fold(f"{before.question}\n{before.answer or ''}")
    leaning = [one.name for one in RULES if one.leans(fold(rule.example), said) is not None]
    assert leaning[0] == rule.name
    assert standalone(rule.example, [before]) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        # A contrast takes the place of what is of its kind: a name, a year, an ending, what is counted.
        (FIRST, "南通呢", "南通高新区2018年引进了多少个项目？"),
        (FIRST, "那2019年呢？", "清远高新区2019年引进了多少个项目？"),
        (FIRST, "2019年有多少？", "清远高新区2019年引进了多少个项目？"),
        (FIRST, "那么南宁·中关村科技园呢？", "南宁·中关村科技园2018年引进了多少个项目？"),
        (FIRST, "北京和上海呢？", "北京和上海高新区2018年引进了多少个项目？"),
        (FIRST, "那企业呢？", "清远高新区2018年引进了多少企业？"),
        (FIRST, "合同总投资呢？", "清远高新区2018年引进的项目的合同总投资是多少？"),
        ("那里有几家企业？", "工厂呢？", "那里有几家工厂？"),
        ("大连高新区新登记了多少户内资企业？", "外资企业呢？", "大连高新区新登记了多少户外资企业？"),
        ("景德鎮高新區2020年的財政總收入是多少？", "固定資產投資呢？", "景德鎮高新區2020年的固定資產投資是多少？"),
        ("李克强总理头一回来大连是哪年？", "第二回呢？", "李克强总理第二回来大连是哪年？"),
        ("大连高新区的“众创十二条”管什么？", "那“创新十条”呢？", "大连高新区的“创新十条”管什么？"),
        ("“海创工程”最高给多少钱？", "以前呢？", "“海创工程”以前最高给多少钱？"),
        ("清远高新区有几个国家级科技平台？", "省级的呢？", "清远高新区有几个省级科技平台？"),
        ("南通高新区开工了多少个项目？", "服务业的呢？", "南通高新区开工了多少个服务业的项目？"),
        ("净雪星的水蛭素含量比国家药典的要求高多少倍？", "比地方标准呢？", "净雪星的水蛭素含量比地方标准高多少倍？"),
        ("“多彩宝”下载了多少次？", "那实名认证用户呢？", "“多彩宝”的实名认证用户有多少？"),
        ("这个平台是谁牵头推动的？", "动手建设的呢？", "这个平台是谁动手建设的？"),
        ("南宁科技园是哪天挂牌的？", "那相思湖区的示范基地呢？", "相思湖区的示范基地是哪天挂牌的？"),
        ("清远高新区的主任是谁？", "总投资呢？", "清远高新区的总投资是多少？"),
        (FIRST, "那负责人呢？", "清远高新区的负责人是谁？"),
        # A pronoun gives way to what it refers to.
        (FIRST, "它的总投资是多少？", "清远高新区的总投资是多少？"),
        (FIRST, "它們有多少員工？", "清远高新区2018年引进的项目有多少員工？"),
        (FIRST, "總投資中，该園占多少？", "總投資中，清远高新区占多少？"),
        (FIRST, "这些项目的总投资有多少？", "清远高新区2018年引进的项目的总投资有多少？"),
        ("谁是净雪星公司的董事长？", "他介绍了什么？", "净雪星公司的董事长介绍了什么？"),
        ("谁是净雪星公司的董事长？", "这家公司在哪里？", "净雪星公司在哪里？"),
        ("南宁科技园是哪天挂牌的？", "2019年，它有多少企业？", "2019年，南宁科技园有多少企业？"),
        ("小鸟科技是做什么的？", "阿曼的哪个部门跟他们谈？", "阿曼的哪个部门跟小鸟科技谈？"),
        # What is missing comes from before: the subject, or what is counted of it.
        (FIRST, "什么時候成立的？", "清远高新区2018年引进的项目什么時候成立的？"),
        ("南通鑫佳元光电项目投资多少？", "几月动工的？", "南通鑫佳元光电项目几月动工的？"),
        ("小鸟科技是做什么的？", "员工有多少人？", "小鸟科技员工有多少人？"),
        ("景德镇高新区的财政收入是多少？", "到2025年产值要达到多少？", "景德镇高新区到2025年产值要达到多少？"),
        ("广西七三科技有限公司的负责人是谁？", "总部在哪里？", "广西七三科技有限公司的总部在哪里？"),
        # English.
        ("How many firms does Qingyuan have?", "What about Nantong?", "How many firms does Nantong have?"),
        ("When did the Guiyang bank open?", "Who runs it?", "Who runs the Guiyang bank?"),
        ("Who is the director of Qingyuan?", "What did he say?", "What did the director of Qingyuan say?"),
        (
            "How many firms does the Dalian Zone have?",
            "And blue-collar flats?",
            "How many blue-collar flats does the Dalian Zone have?",
        ),
        ("How many firms came to Dalian in 2018?", "What about 2019?", "How many firms came to Dalian in 2019?"),
        ("How many firms came to Dalian?", "How many banks are there?", "How many banks are there in Dalian?"),
        ("When did Dalian open its port?", "And what is its name?", "What is Dalian's name?"),
    ],
)  # fmt: skip
def test_a_question_that_leans_is_completed(before, question, expected):
    assert standalone(question, [Turn(before)]) == expected


@pytest.mark.parametrize(
    "question",
    [
        "南通高新区上半年增长了多少？", "贵阳高新区的其他企业有哪些？", "吉他产业园在哪里？", "其它园区的企业总量是多少？",
        "谁是郑州天健湖物联网产业园总经理？", "有多少家全球顶级大数据企业进了贵阳高新区？", "哪家公司把软件研发的郑州总部放到了天健湖？",
        "在清远高新区办创新药物研究中心的是哪所大学？", "为什么要在贵阳高新区建设大数据交易所？", "张三和他的弟子做了什么？",
        "阿西莫夫写作时，他的小说分几类？", "这部电影是谁拍的？", "什么是光合作用？", "水库的总容量是多少？", "比九号风球低一级的是什么？",
        "云岭光电2023年产值多少", "瀚海药業上半年淨利潤是多少", "白鹭湖街道有多少人口", "谢谢", "How many items did Guiyang attract?", "Which capital was invested in Qingyuan?", "Which firm says that it left Dalian?",
        "When did Guiyang open its bank?",
    ],
)  # fmt: skip
def test_a_question_that_stands_alone_is_not_touched(question):
    assert standalone(question, [Turn(FIRST), Turn("那南通呢？")]) == question


def test_without_a_conversation_nothing_is_touched():
    assert standalone("那南通呢？", []) == "那南通呢？"


def test_a_follow_up_of_a_follow_up():
    history = [*DIRECTOR, Turn("那南通呢？"), Turn("它有多少企业？")]
    assert standalone("那项目呢？", history) == "南通高新区有多少项目？"
    assert standalone("他说了什么？", [*DIRECTOR, Turn("它有多少家企业？")]) == "清远高新区管委会主任周岐贤说了什么？"


def test_an_answer_that_is_a_sentence_names_nobody():
    before = Turn(COMPANY[0].question, "北京小鸟科技集团把软件研发的郑州总部放进了郑州天健湖物联网产业园。")
    assert standalone("这家公司做什么？", [before]) == "把软件研发的郑州总部放进了天健湖的公司做什么？"


def test_what_an_earlier_turn_was_searched_for_is_believed():
    refused = Turn("那南通呢？", None, "那南通呢？")
    understood = Turn("那南通呢？", None, "南通高新区有多少家企业？")
    assert standalone("它的产值是多少？", [Turn(FIRST), understood]) == "南通高新区的产值是多少？"
    assert standalone("它的产值是多少？", [Turn(FIRST), refused]) == "清远高新区的产值是多少？"


@pytest.mark.parametrize("question", ["为什么？", "还有呢？", "那它呢？", "Why?"])
def test_what_is_not_certain_is_searched_with_the_last_question_that_stands_alone(question):
    history = [Turn("大连高新区有多少家企业？"), Turn(FIRST), Turn("它的总投资呢？")]
    assert standalone(question, history) == f"{FIRST} {question}"
    assert standalone("它什么时候建成？", [Turn("谁建了高架桥？")]) == "谁建了高架桥？ 它什么时候建成？"


def test_a_contrast_to_two_questions_that_were_joined_is_one_to_the_last():
    history = [
        Turn("长城汽车的第一站选在了哪里？", "长城汽车把第一站选在了永川高新区。"),
        Turn("那里建成了几个智能工厂？"),
    ]
    assert standalone("数字化车间呢？", history) == "长城汽车的第一站选在了哪里？ 那里建成了几个数字化车间？"


def _dialogues() -> Iterator[tuple[dict[str, Any], list[Turn]]]:
    path = Path(__file__).parent / "data" / "dialogues.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        history: list[Turn] = []
        for turn in json.loads(line)["turns"]:
            yield turn, history[:]
            history.append(Turn(turn["question"], turn["answers"][0]))


def test_the_dialogues():
    turns = list(_dialogues())
    alone = [(turn, history) for turn, history in turns if not turn["follow_up"]]
    assert len(turns) > 200
    assert abs(len(alone) / len(turns) - 0.5) < 0.05
    touched = [turn["question"] for turn, history in alone if standalone(turn["question"], history) != turn["question"]]
    assert touched == []
    # The others name their subject themselves, or are not recognised.
    completed = [
        standalone(turn["question"], history) != turn["question"] for turn, history in turns if turn["follow_up"]
    ]
    assert sum(completed) / len(completed) > 0.93


def test_few_questions_that_stand_alone_are_taken_to_lean(question_set: Callable[[str], list[tuple[str, list[str]]]]):
    # Some of them do: they were asked with their paragraph in view, `该书讲述了什么内容？`.
    questions = [question for _, asked in question_set("cmrc2018_trial") for question in asked]
    touched = [question for question in questions if standalone(question, [Turn(FIRST)]) != question]
    assert len(touched) < len(questions) * 0.02


def test_no_question_of_the_sample_corpus_leans():
    path = Path(__file__).parents[1] / "seeds" / "questions.jsonl"
    questions = [json.loads(line)["question"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(questions) > 10
    assert [question for question in questions if standalone(question, [Turn(FIRST)]) != question] == []


PIECES = st.sampled_from(
    [
        *"它他那呢的了有几个是在和，？?“”·。 \n",
        "什么",
        "多少",
        "哪家",
        "公司",
        "清远高新区",
        "2018年",
        "其中",
        "比",
        "it",
        "Why",
        "\u0000",
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=20)


@given(st.lists(st.builds(Turn, TEXTS, st.none() | TEXTS, st.none() | TEXTS), max_size=4), TEXTS)
def test_any_conversation_can_be_read(history, question):
    completed = standalone(question, history)
    assert bool(completed) == bool(question.strip())
