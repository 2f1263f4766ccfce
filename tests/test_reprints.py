"""The same story twice is one hit; what only looks alike is not."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from embeddings.encoder import Encoder
from qa.calibration import signals
from qa.chunking import passages
from qa.datatypes import Document, PassageId
from qa.errors import IndexDamagedError
from qa.filters import conditions
from qa.indexing import index_files
from qa.passage_index import PassageIndex
from qa.ranking.reprints import SLOTS, grouped, same_story, signature
from qa.reading.sentence_reader import SentenceReader
from qa.retriever import CANDIDATES, Retriever
from qa.store import Store

MakeDocument = Callable[..., Document]

SENTENCES = [
    "河湾镇的老码头昨天重新开放，第一班渡轮载着八十多名乘客驶向对岸的茶园。",
    "码头停用了十二年，栈桥的木板早已朽坏，镇政府去年拨款三百万元把它翻修一新。",
    "“我小时候天天坐船去上学。”七十岁的摆渡人老周说，他的旧船如今停在岸边供人参观。",
    "渡轮每天往返六趟，从清晨五点半一直开到傍晚七点，票价两元，学生和老人免费。",
    "镇上还打算在码头旁边办一座小小的渡口博物馆，收藏的老照片已经有四百多张。",
]
STORY = "".join(SENTENCES[:4])
EDITED = (
    STORY.replace("昨天", "日前")
    .replace("驶向", "开往")
    .replace("拨款", "出资")
    .replace("如今", "现在")
    .replace("一直", "")
)


def distinct(texts: Sequence[str], k: int = 10) -> list[list[int]]:
    """The groups of texts ranked in this order, by position."""
    said = {PassageId(number): text for number, text in enumerate(texts)}
    known = {number: signature(text) for number, text in said.items()}
    return [list(group) for group in grouped(list(said), k, known, lambda _: said)]


@pytest.mark.parametrize(
    "reprint",
    [
        STORY,
        OpenCC("s2twp").convert(STORY),
        STORY.translate(str.maketrans("，。“”", ",.「」")).replace("七十岁", " 七十岁\n"),
        EDITED,
        OpenCC("s2hk").convert(EDITED),
        SENTENCES[0] + SENTENCES[1] + SENTENCES[3],
        STORY + SENTENCES[4],
        SENTENCES[0] + SENTENCES[4] + "".join(SENTENCES[1:4]),
        "".join(SENTENCES[1:]),
        "".join(SENTENCES[1:4])[10:],
        "本报讯（记者 李然）" + STORY,
    ],
    ids=[
        "copy",
        "script",
        "marks",
        "edits",
        "edits, script",
        "shorter",
        "longer",
        "inserted",
        "cut",
        "cut within",
        "opening",
    ],
)
def test_a_reprint_is_the_same_story(reprint: str) -> None:
    assert distinct([STORY, reprint]) == [[0, 1]]
    assert distinct([reprint, STORY]) == [[0, 1]]


def news(place: str, figures: tuple[int, int, str], name: str) -> str:
    return (
        f"{place}今年上半年实现地区生产总值{figures[0]}亿元，同比增长{figures[1]}%。{place}管委会主任{name}说，"
        f"下半年还有{figures[2]}个项目要开工，主要是新材料和装备制造，全年目标不变，招商的重点仍然是大企业和好项目。"
    )


def species(name: str, other: str, family: str) -> str:
    return (
        f"{name}，又名{other}，是{family}的一种小型雀鸟，栖息于海拔一千米上下的阔叶林和竹林，常三五成群在灌丛里觅食，"
        "以昆虫和草籽为食，每年春天在树洞里筑巢，一窝产卵三到五枚。"
    )


def notice(company: str, product: str, day: str) -> str:
    return (
        f"{company}公告称，公司董事会{day}审议通过了关于向银行申请授信额度的议案，本次授信主要用于{product}生产线的建设"
        "和补充流动资金，不构成关联交易，无须提交股东大会审议，具体金额以银行最终批复为准。"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (news("东山开发区", (120, 8, "十五"), "何方"), news("东山开发区", (131, 9, "十六"), "何方")),
        (news("东山开发区", (120, 8, "十五"), "何方"), news("西山开发区", (95, 12, "二十"), "马腾云")),
        (species("黑背山雀", "油点子、吁黑儿", "山雀科"), species("银喉短尾莺", "红颊鸟、小团子", "莺科")),
        (notice("长河机械", "农机零件", "三日"), notice("云岭药业", "口服溶液", "五日")),
        (SENTENCES[0] + SENTENCES[1], SENTENCES[2] + SENTENCES[3]),
        (STORY, news("河湾镇", (3, 7, "两"), "老周")),
        (STORY, STORY.replace("三百万元", "五百万元")),
        (STORY, STORY.replace("六趟", "八趟").replace("两元", "三元")),
    ],
    ids=["figures", "place and figures", "species", "notice", "same article", "another", "one figure", "two figures"],
)
def test_articles_of_one_mould_are_different_stories(one: str, other: str) -> None:
    for shown in (other, OpenCC("s2twp").convert(other)):
        assert distinct([one, shown]) == [[0], [1]]


def test_groups_come_in_order_and_k_of_them() -> None:
    texts = [STORY, news("甲区", (1, 2, "三"), "丁一"), EDITED, SENTENCES[4], OpenCC("s2t").convert(STORY)]
    assert distinct(texts) == [[0, 2, 4], [1], [3]]
    assert distinct(texts, 2) == [[0, 2, 4], [1]]
    assert distinct(texts, 0) == []
    assert distinct([]) == []
    assert distinct(["", "。", "……", "a", "A"]) == [[0, 1, 2], [3, 4]]


def test_one_that_was_removed_meanwhile_is_left_out() -> None:
    known = {PassageId(number): signature(STORY) for number in (1, 3)}
    ranked = [PassageId(9), PassageId(3), PassageId(1)]
    assert list(grouped(ranked, 3, known, lambda ids: dict.fromkeys(ids, STORY))) == [[3, 1]]
    # Or between the one question and the other.
    assert list(grouped(ranked, 3, known, lambda _: {PassageId(3): STORY})) == [[3], [1]]
    assert list(grouped(ranked, 3, known, lambda _: {PassageId(1): STORY})) == [[3], [1]]


def test_a_signature_stays_what_it_is() -> None:
    # Indexes hold signatures: when this changes, raise FORMAT in qa/store.py.
    assert len(signature("")) == len(signature(STORY)) == SLOTS
    assert signature(STORY)[:8].hex() == "c1012bf88012b5b4"
    assert signature(OpenCC("s2t").convert(STORY).replace("，", " ")) == signature(STORY)


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_same_story_either_way(one: str, other: str) -> None:
    same, either = same_story(one, [one, other])
    assert same
    assert [either] == same_story(one.upper(), [other]) or one.upper().lower() != one.lower()


# Through an index

OTHERS = [
    "河湾镇的茶园今年春天遇上了倒春寒，采茶的日子比往年晚了半个月。",
    "对岸的中学有一千名学生，大多数住校，只有周末才坐船回家。",
    "渡口边的老茶馆卖了二十年的早点，最出名的是芝麻烧饼。",
    "上游的水库上周开闸放水，河面涨了一米多。",
    "县里的公交车明年通到镇上，三十分钟一班。",
    "摆渡人的儿子在省城修船，逢年过节才回来。",
]
QUESTION = "河湾镇的老码头什么时候重新开放？渡轮票价多少？"


@pytest.fixture
def reprinted(tmp_path: Path, encoder: Encoder) -> PassageIndex:
    folder = tmp_path / "papers"
    (folder / "taiwan").mkdir(parents=True)
    (folder / "a.txt").write_text(STORY, encoding="utf-8")
    (folder / "b.txt").write_text("# 老码头新生\n来源：晚报 日期：2019-03-02\n\n" + EDITED, encoding="utf-8")
    (folder / "taiwan" / "c.txt").write_text(OpenCC("s2tw").convert("".join(SENTENCES)), encoding="utf-8")
    for number, text in enumerate(OTHERS):
        (folder / f"other{number}.txt").write_text(text, encoding="utf-8")
    index = PassageIndex.open(tmp_path / "index", encoder, create=True)
    index_files([folder], index, encoder, passage_characters=200)
    return index


def test_reprints_are_one_hit_with_their_sources(reprinted: PassageIndex, encoder: Encoder) -> None:
    found = Retriever(reprinted, encoder).search(QUESTION, 4)
    first, *others = found.hits
    names = {first.passage.source.path, *(source.path for source in first.also)}
    assert names == {"papers/a.txt", "papers/b.txt", "papers/taiwan/c.txt"}
    assert len(first.also) == 2
    assert {Path(hit.passage.source.path).name for hit in others} <= {f"other{number}.txt" for number in range(6)} | {
        "b.txt"
    }
    assert len(others) == 3
    edited = next(source for source in (first.passage.source, *first.also) if source.path.endswith("b.txt"))
    assert (edited.publication, edited.date) == ("晚报", "2019-03-02")


def test_a_reprint_that_a_filter_leaves_out_is_not_named(reprinted: PassageIndex, encoder: Encoder) -> None:
    found = Retriever(reprinted, encoder).search(QUESTION, 4, conditions(["script=simplified", "path!=papers/a.txt"]))
    first = next(hit for hit in found.hits if "渡轮每天往返" in hit.passage.text)
    assert first.passage.source.path == "papers/b.txt"
    assert first.also == ()


def test_a_reprint_is_no_runner_up(reprinted: PassageIndex, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    retriever, reader = Retriever(reprinted, encoder), SentenceReader()

    def lead() -> tuple[float, float]:
        found = retriever.search(QUESTION, 5)
        reading = reader.read(QUESTION, found.weights, found.hits)
        known = signals(QUESTION, found.weights, reading)
        return known.cosine_lead, known.lexical_lead

    with_reprints = lead()
    monkeypatch.setattr("qa.retriever.grouped", lambda ranked, k, *_: [[number] for number in ranked[:k]])
    as_runners_up = lead()
    assert with_reprints[0] > as_runners_up[0]
    assert with_reprints[1] > as_runners_up[1]


def test_k_hits_come_although_reprints_fill_the_candidates(
    tmp_path: Path, encoder: Encoder, document: MakeDocument
) -> None:
    index = PassageIndex.open(tmp_path / "index", encoder, create=True)
    with index.writing():
        for number in range(2 * CANDIDATES):
            _put(
                index, encoder, document(STORY.replace("镇政府", "镇里" if number % 2 else "镇上"), f"copy{number}.txt")
            )
        for number, text in enumerate(OTHERS):
            _put(index, encoder, document(text, f"other{number}.txt"))
    retriever = Retriever(index, encoder)
    found = retriever.search(QUESTION, 5)
    assert sorted(len(hit.also) for hit in found.hits) == [0, 0, 0, 0, 2 * CANDIDATES - 1]
    # All there are, when there are fewer.
    assert len(retriever.search(QUESTION, 50).hits) == 1 + len(OTHERS)


def _put(index: PassageIndex, encoder: Encoder, made: Document) -> None:
    found = passages(made, 200)
    vectors = encoder.encode_passages([passage.context for passage in found])
    index.replace(made, found, vectors, location=made.path, recipe="r")


def test_a_damaged_signature_is_damage(tmp_path: Path, document: MakeDocument) -> None:
    store = Store.create(tmp_path, "bigrams:8", 8)
    made = document(STORY)
    found = passages(made, 100)
    store.put(made, found, np.zeros((len(found), 8), np.float32), location="a", recipe="r")
    assert store.signatures([found[0].id, PassageId(7)]) == {found[0].id: signature(found[0].text)}
    assert store.texts([found[0].id, PassageId(7)]) == {found[0].id: found[0].text}
    with store._database.transaction() as connection:
        connection.execute("UPDATE passages SET signature = ?", (b"short",))
    with pytest.raises(IndexDamagedError, match="signature"):
        store.signatures([found[0].id])
    store.close()
