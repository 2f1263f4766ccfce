"""Where sentences end."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text.sentences import is_question, pieces, sentences, statement_around


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def test_what_is_said_to_a_question_is_a_statement() -> None:
    text = "问：房价会涨吗？\n答：不会。一线城市也许。谁知道？"
    assert text[slice(*statement_around(text, 3))] == "答：不会。"
    assert text[slice(*statement_around(text, text.index("一线")))] == "一线城市也许。"
    assert text[slice(*statement_around(text, text.index("谁")))] == "谁知道？"  # nothing stands behind it
    assert statement_around("", 0) == (0, 0)
    assert is_question("他问：“来吗？”")
    assert not is_question("他问“来吗？”，没人答。")


# `¦` is where one sentence ends and the next begins; the text is what stands there without it.
@pytest.mark.parametrize(
    "marked",
    [
        # Marks, in rows and alone.
        "第一句。¦第二句！¦第三句？",
        "真的？！¦是的。",
        "太好了！！！¦走吧～¦\n好。",
        "没有句号",
        "未完……下一句。",
        "未完……\n¦下一句。",
        "他说：“我……”¦她走了。",
        "他那句“也许……”让她走了。",
        "什么是GDP？¦什么是大数据?¦IBM知道。",
        "什么？……¦没什么。",
        "句号。。。¦下一句。",
        # Quotations: the closing quote stays with its sentence, and so does who said it.
        "他说：“好！”¦然后走了。",
        "“好！”，他说。",
        "“好！”他说。¦她走了。",
        "“我们的目标是成为国家级示范区。”管委会负责人说。¦园区还在建设。",
        "「我們會成功。」負責人說。¦園區還在建設。",
        "『好嗎？』他問，「不好。」",
        "“去不去？去！”¦大家都去了。",
        "他那句“为什么？”让人深思。¦没有人回答。",
        "他要求“提高效率。”¦会后大家散了。",
        "他说：“园区今年引进了四十五个大数据项目，总投资一百二十八亿元，比去年同期增长百分之三十。¦明年还会更多。”¦记者走了。",
        "他喊：“走！”¦“去哪儿？”¦“回家。”¦没有人动。",
        '他说:"好的。"¦然后走了。',
        '他走了。¦"再见。"¦门关上了。',
        "‘好！’¦他走了。",
        "《你好！李焕英》上映了。¦票房很高。",
        "《谁是最可爱的人？》发表后很受欢迎。",
        "〈誰是兇手？〉是一首歌。",
        # Brackets.
        "（见图。）¦后文。",
        "（第一句。第二句。）¦后文。",
        "他（真的？）来了。¦她没有。",
        "产值增长（数据来自统计局。下同）三成。¦好。",
        "增长（含园区（一期。二期。）在内。）三成。¦好。",
        "【重要！】¦请看这里。¦谢谢。",
        "[注意！]¦请看这里。",
        "（一）加快发展。¦（二）保护环境。",
        # Numbers, addresses, versions.
        "增长3.5%，达12.8亿元。¦完。",
        "版本v1.2.3已发布。¦下载地址是https://a.cn/x?id=3&y=!1。¦好。",
        "写信到li.ming@example.com吧。¦好。",
        "www.example.com是网址。",
        "See https://example.com/a?b=1. ¦Then write to a.b@c.org. ¦Done.",
        "It grew by 3.5 percent. ¦It stopped at 5. ¦Then it fell.",
        "Use version 2.0.1. ¦It is new.",
        "若 a != b 则停。¦好。",
        "时间是12:30。¦地点是A1.5。",
        # Abbreviations.
        "Dr. Li of Baidu Inc. met J. Smith. ¦He left.",
        "See e.g. the base. ¦Then go.",
        "He lives in the U.S. ¦He likes it.",
        "The U.S. Army left at 5 p.m. on Monday.",
        "He bought apples, pears, etc. ¦They were good.",
        "It is No. 5 of 7. ¦He said no. ¦Nobody left.",
        "第No. 5号楼。¦Fig. 3 shows it. ¦Done.",
        "It happened on Jan. 5. ¦Then it ended.",
        "J. R. R. Tolkien wrote it. ¦So did I. ¦He knew.",
        "Prof. Wang holds a Ph.D. from Yale. ¦She left.",
        "A vs. B was fun. ¦Cf. Smith et al. 2019.",
        # English quotations and dots.
        'He said "go." ¦Then left.',
        '"Why?" he asked. ¦"Because." ¦She left.',
        "“It works.” ¦We left.",
        "Well... maybe. ¦Wait... ¦No.",
        "(He left. She stayed.) ¦They met.",
        # Items and lines.
        "1. 引进项目。¦\n2. 建设园区。",
        "1. Bring people in. ¦\na. Build. ¦\niv. Rest.",
        "一、加快发展。¦\n（二）保护环境。¦\n① 减税。¦\n- 引才。¦\n* 留才。",
        "标题\n\n¦  正文。  \n",
        "第一章\n¦“没有结束的话\n¦又一行。”",
        "",
        " \n\n ",
    ],
)
def test_sentences(marked: str) -> None:
    expected = [piece.strip() for piece in marked.split("¦")]
    assert cut(marked.replace("¦", "")) == [piece for piece in expected if piece]


_PIECES = st.sampled_from(
    [*"。！？!?….“”「」《》（）()[]\"' \n，a1", "园区", "Dr", "U.S", "说", "No", "etc", "……", "http://a.cn/?"]
)


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=40).map("".join)))
def test_sentences_are_in_order_and_leave_out_white_space_only(text: str) -> None:
    position = 0
    for start, end in sentences(text):
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        assert "\n" not in text[start:end]
        position = end
    assert not text[position:].strip()


@given(st.lists(_PIECES, max_size=20).map("".join), st.lists(_PIECES, max_size=20).map("".join))
def test_a_line_is_cut_the_same_whatever_stands_around_it(text: str, other: str) -> None:
    assert cut(f"{other}\n{text}\n{other}") == cut(other) + cut(text) + cut(other)


def cut_within(text: str, longest: int) -> list[str]:
    return [text[start:end] for start, end in pieces(text, 0, len(text), longest)]


# `¦` is where a sentence is cut that may have 20 characters.
@pytest.mark.parametrize(
    "marked",
    [
        # The best mark in the second half of what fits, else the next best.
        "甲方投资一亿元，建设园区；¦乙方投资二亿元，引进人才。",
        "甲方；投资一亿元建设园区，¦乙方投资二亿元引进人才。",
        "园区引进了北京、上海、广州、¦深圳的企业和人才和项目。",
        "他说“园区引进了人才和项目，”¦然后又去了别的园区看看。",
        "The park has brought¦ 45 projects in",
        # Commas in numbers, colons in times, dots in addresses are no marks.
        "去年全年总投资额达到了¦1,234,567,890元人民币整。",
        "会议将在今天下午的稍后时候¦12:30:45.678开始进行。",
        "更多的信息请您到这里来看¦https://a.cn/b?c=1去吧",
        # Words, numbers and dates stay whole.
        "这个园区里的企业现在都使用¦Kubernetes来部署服务了",
        "这个新园区正式成立的日期就是¦2019年12月31日星期二",
        "这个新园区正式成立的日期就是¦ 2019 年 12 月 31 日",
        "这个新园区正式成立的日期就是¦二〇一九年十二月三十一日",
        "It was founded on¦ December 31, 2019¦ here",
        "这个新园区今年的总投资一共就有¦一百二十八亿五千万元",
        "这个新园区今年的增长速度已经达到了百分¦12.85%啊",
        # What is one sign for a reader stays one.
        "这是一个没有任何标点符号的句子它里面有¦👩\u200d👩\u200d👧\u200d👦呢",
        # Nowhere to cut: anywhere.
        f"{'a' * 20}¦{'a' * 20}¦{'a' * 10}",
    ],
)
def test_a_long_sentence_is_cut_at_its_best_mark(marked: str) -> None:
    assert cut_within(marked.replace("¦", ""), 20) == [piece.strip() for piece in marked.split("¦")]


_WHOLE = ("2019年3月5日", "1,234.5", "Kubernetes", "March 5, 2019")
_LONG = st.lists(
    st.sampled_from(["园区，", "；", "、", " ", *_WHOLE, "一百二十", "科", "”", "\u0301"]), min_size=10, max_size=80
).map("".join)


@given(st.one_of(_LONG, st.text(min_size=30)), st.integers(20, 60))
def test_pieces_are_the_sentence_and_short_enough(text: str, longest: int) -> None:
    position = 0
    for start, end in pieces(text, 0, len(text), longest):
        assert not text[position:start].strip()
        assert 0 < end - start <= longest
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()


@given(_LONG, st.integers(40, 60))
def test_no_number_word_or_date_is_cut(text: str, longest: int) -> None:
    cuts = {end for _, end in pieces(text, 0, len(text), longest)}
    for whole in _WHOLE:
        start = text.find(whole)
        while start >= 0:
            end = start + len(whole)
            # What stands right beside it may make one long word of it.
            alone = not any(
                beside.isalnum() and beside.isascii() for beside in (text[start - 1 : start], text[end : end + 1])
            )
            assert not (alone and any(start < cut < end for cut in cuts)), whole
            start = text.find(whole, start + 1)


@pytest.mark.parametrize(
    "piece", [".", "！", "“", "（", "((", '"！，', "a.", "。”，", "《", "…", "（好。", "a. ", " 。，"]
)
def test_no_text_takes_more_than_its_length(piece: str) -> None:
    begun = time.perf_counter()
    assert sum(end - start for start, end in sentences(piece * 100_000)) <= 100_000 * len(piece)
    assert time.perf_counter() - begun < 5


def test_sentences_of_real_files_end_as_sentences_do(
    real_files: list[Path], question_set: Callable[..., list[tuple[str, list[str]]]]
) -> None:
    for text, _ in question_set("cmrc2018_trial")[:100]:
        assert all(sentence.count("。") <= 3 for sentence in cut(text))
    for file in real_files:
        assert max(len(sentence) for sentence in cut(file.read_text(encoding="utf-8"))) < 1500
