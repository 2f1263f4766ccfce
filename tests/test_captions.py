"""Which lines are about a picture, and which only look like it."""

import pytest

from qa.analysis import fold
from qa.cleaning import clean, cleaned
from qa.reading.question_kinds import asks_about_pictures
from qa.repairs.captions import captions

ABOVE = "今年以来，园区新引进了45个项目，总投资达到128亿元。"
BELOW = "为了让企业安心发展，管委会派出专员上门办事。"
CUT = "今年以来园区新引进了四十五个项目，其中有二十个已经开工，还有一批项目正在洽谈，预计年底之前可以签"
REST = "约落地，明年春天投产。"


def cut_out(text: str) -> list[str]:
    return [text[repair.start : repair.end].strip() for repair in captions(text)]


@pytest.mark.parametrize(
    "line",
    [
        "王芳/摄",
        "王芳 摄",
        "（王芳 摄）",
        "本报记者 王芳 摄",
        "新华社发（王芳摄）",
        "攝影／王小明",
        "摄影：王芳",
        "图片来源：园区管委会",
        "圖片來源：中央社",
        "图/视觉中国",
        "管委会供图",
        "资料图",
        "（资料图片）",
        "图为工人在车间里忙碌。",
        "圖為園區一角。",
        "上图：新建的厂房",
        "图1 园区的位置",
        "图2-1：申报的流程",
        "▲ 工人在忙",
        "5月3日，工人在车间里赶制订单。王芳 摄",
        "厂房内景（王芳摄）",
        "![车间](plant.png)",
        "Photo: Ann Lee/Reuters",
        "Photo by Ann Lee",
        "Image courtesy of NASA",
        "(AP Photo/Ann Lee)",
        "Ann Lee/Getty Images",
        "Figure 1. The plant.",
        "Figure 4-6: The plant, and what is left of it",
        "Pictured: the new plant",
    ],
)
def test_lines_that_say_so_themselves(line: str) -> None:
    assert cut_out(f"{ABOVE}\n{line}\n{BELOW}\n") == [line]
    assert cleaned(f"{ABOVE}\n{line}\n{BELOW}\n").text.text == f"{ABOVE}\n{BELOW}\n"
    assert clean(line).text == line


@pytest.mark.parametrize(
    "line",
    [
        "图1显示了投资与产值的关系，两者一同增长。",
        "图书馆明年开放，藏书十万册。",
        "图为什么不见了？",
        "影片由王芳拍摄。",
        "他爱好摄影",
        "本报记者 李明 摄影报道",
        "文/图 李明",
        "Figure 1 shows the plant and the river.",
        "A map of the park",
        "The Apple plant",
        "来源：科技日报",
    ],
)
def test_lines_that_only_look_like_it(line: str) -> None:
    assert cut_out(f"{ABOVE}\n{line}\n{BELOW}\n") == []


def test_a_caption_goes_with_the_credit_below_it() -> None:
    assert cut_out(f"{ABOVE}\n\n忙碌的车间\n\n王芳/摄\n\n{BELOW}") == ["忙碌的车间\n\n王芳/摄"]
    two = f"{ABOVE}\n忙碌的车间\n王芳/摄\n图为宿舍。\n李明/摄\n{BELOW}"
    assert cut_out(two) == ["忙碌的车间\n王芳/摄", "图为宿舍。\n李明/摄"]


@pytest.mark.parametrize(
    "text",
    [
        f"园区签下新项目\n王芳/摄\n{BELOW}",  # the first line is a headline
        f"{ABOVE}\n## 园区签下新项目\n王芳/摄\n{BELOW}",
        f"{ABOVE}\n园区签下新项目\n王芳/摄\n本报讯 {BELOW}",
        f"{ABOVE}\n园区签下新项目\n王芳/摄\n■ 李明\n{BELOW}",
        f"{ABOVE}\n这是一句话。\n王芳/摄\n{BELOW}",
    ],
)
def test_a_headline_above_a_credit_stays(text: str) -> None:
    assert cut_out(text) == ["王芳/摄"]


def test_a_line_in_the_middle_of_a_sentence_is_a_caption() -> None:
    text = f"{ABOVE}\n\n{CUT}\n\n\n\n园区一角\n\n{REST}\n"
    assert cut_out(text) == ["园区一角"]
    found = cleaned(text)
    assert found.text.text == f"{ABOVE}\n\n{CUT}{REST}\n"
    (caption,) = found.captions
    assert text[caption.start : caption.end] == caption.text == "园区一角"
    with_credit = f"{CUT}\n\n园区一角\n\n王芳/摄\n\n{REST}"
    assert cut_out(with_credit) == ["园区一角\n\n王芳/摄"]
    assert clean(with_credit).text == CUT + REST
    english = "The plant that opened on Sunday, its director said, will employ\n\nWorkers at noon\n\nsome 300 people, mostly from the town.\n"
    assert cut_out(english) == ["Workers at noon"]


@pytest.mark.parametrize(
    "text",
    [
        f"{ABOVE}\n\n园区一角\n\n{BELOW}",  # the sentence above has ended: it may be a heading
        f"{CUT}\n园区一角\n{REST}",  # no blank lines: it may be a piece of a column
        f"{CUT}\n\n## 园区一角\n\n{REST}",
        f"{CUT}\n\n一、园区一角\n\n{REST}",
        f"{CUT}\n\n■ 李明\n\n{REST}",
        f"{CUT}\n\n甲\n\n乙丙丁\n\n戊己庚\n\n辛壬癸\n\n{REST}",
        "The plant that opened on Sunday, its director said, will employ many\n\nJobs\n\nSome 300 people, he said.\n",
        # Lines are cut everywhere here, and a short one is a piece of a sentence too.
        "\n\n".join([CUT[:38], CUT[9:], "陆续安装调试", REST[:-1], CUT[4:], CUT[2:]]),
    ],
)
def test_a_line_that_may_be_text_stays(text: str) -> None:
    assert cut_out(text) == []


def test_a_text_of_captions_keeps_them() -> None:
    for text in ("图为车间。\n王芳/摄\n", "忙碌的车间\n\n王芳/摄", "![车间](plant.png)"):
        assert clean(text).text == text
        assert cleaned(text).captions == []


def test_marks_of_a_list_are_no_captions() -> None:
    assert cut_out(f"{ABOVE}\n▲ 项目\n▲ 人才\n▲ 资金\n{BELOW}") == []
    assert cut_out(f"{ABOVE}\n▲ 车间\n▲ 宿舍\n{BELOW}") == ["▲ 车间", "▲ 宿舍"]


def test_a_caption_is_cleaned_and_keeps_its_place() -> None:
    text = f"{ABOVE}\r\n創(chuàng)新園區(qū)\r\n王芳/攝\r\n{BELOW}"
    (caption,) = cleaned(text).captions
    assert caption.text == "創新園區\n王芳/攝"
    assert text[caption.start : caption.end] == "創(chuàng)新園區(qū)\r\n王芳/攝"


@pytest.mark.parametrize(
    "question",
    [
        "那张照片拍的是什么？", "航空小镇的图片是谁拍的？", "配圖來自哪裡？", "图为哪家企业的车间？", "这张图是谁摄的？",
        "Who took the photo of the plant?", "What does the picture show?",
    ],
)  # fmt: skip
def test_questions_about_pictures(question: str) -> None:
    assert asks_about_pictures(fold(question))


@pytest.mark.parametrize(
    "question", ["图书馆在哪里？", "航空小镇在哪里？", "产值增长了多少？", "Where is the plant?", ""]
)
def test_questions_about_the_text(question: str) -> None:
    assert not asks_about_pictures(fold(question))
