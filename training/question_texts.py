"""What the encoder of short questions learns from: texts of a question's length, of which the teacher makes vectors.

No answers are needed, and no published question but those of CMRC-train. Most of it is made from what is at hand: parts
of texts that we train on, their nouns and verbs in a question's form, some of a question's words, and words of jieba's
dictionary.
"""

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.datasets import load_set
from qa.analysis import fold_script, has_han, tagged_words, words
from training.own_questions import own_passages, own_questions
from training.reading_data import SEED

_FORMS = """{X}是什么？|什么是{X}|{X}在哪里？|{X}位于什么地方|{X}成立于哪一年？|{X}是哪年{V}的|{X}有多少{Y}？
{X}的{Y}是多少|谁{V}了{X}？|{X}的{Y}是谁？|{X}{Y}叫什么名字|{X}为什么{V}{Y}？|{X}如何{V}|怎么{V}{X}
{X}什么时候{V}{Y}？|{X}和{Y}有什么区别|{X}与{Y}是什么关系？|有哪些{X}{V}了{Y}|{X}包括哪些{Y}？|{X}{V}了几个{Y}
去年{X}{V}多少{Y}|{year}年{X}的{Y}达到多少？|{year}年{month}月{X}{V}了什么|{X}的{Y}增长了百分之几？
{X}占{Y}的比例是多少|{X}最大的{Y}是哪个？|第一个{V}{X}的{Y}是谁|{X}由谁{V}？|{X}能不能{V}{Y}
请问{X}的{Y}在哪里办理？|我想知道{X}是怎么{V}{Y}的|{X} {Y}|{X} {V}|{Y}{X}|{X}多少钱|{X}的电话是多少|{X}要多久
{X}多大|{X}有多高|{X}还{V}吗|{X}的目的是什么|{X}的定义|{X}需要哪些材料|申请{X}要什么条件|哪家公司{V}了{X}
{X}是哪个国家的|{X}{V}{Y}的原因是什么"""
_ASKING = set("的了是在和与为有哪些什么谁吗呢几多少怎么")
_FOREIGN_WORD = re.compile("[A-Za-z]{4,}")


def question_texts(data: Path) -> tuple[list[str], list[str]]:
    """Questions that somebody asked, and texts that are made; all of them distinct, in simplified characters.

    Args:
        data: folder of the question sets; only CMRC-train is read.
    """
    draw = random.Random(SEED)
    train = load_set(data, "cmrc2018_train")
    held_back = {passage.key for passage in own_passages() if passage.held_back}
    questions = [question.text for question in train.questions]
    questions += [q.text for q in own_questions() if q.paragraph not in held_back and "drcd" not in q.paragraph]
    questions = [question for question in questions if has_han(question)]
    texts = [*train.paragraphs.values(), *(passage.text for passage in own_passages() if not passage.held_back)]
    clauses = list(dict.fromkeys(clause for text in texts for clause in _clauses(text)))
    foreign = [word for text in texts for word in _FOREIGN_WORD.findall(text)]
    nouns, verbs = _nouns_and_verbs(draw.sample(texts, 1500))
    known = [word for word, _ in tagged_words() if len(word) > 1]
    found = draw.sample(clauses, 60_000)
    found += _in_forms(draw, nouns, verbs, 45_000)
    for text in draw.sample(questions, 15_000) + draw.sample(clauses, 9_000):
        found += _cut_down(draw, text)
    between = ["", " ", "的"]
    found += draw.choices(known, k=9_000)
    found += [draw.choice(known) + draw.choice(between) + draw.choice(known) for _ in range(9_000)]
    for _ in range(6_000):
        end = draw.choice(["", " ", "是什么", f" {draw.choice(nouns)}"])
        found.append(draw.choice(nouns) + draw.choice(between) + draw.choice(foreign) + end)
    asked = list(dict.fromkeys(map(fold_script, questions)))
    made = dict.fromkeys(fold_script(text) for text in found if text.strip())
    distinct = set(asked)
    return asked, [text for text in made if text not in distinct]


def _clauses(text: str) -> Iterator[str]:
    """Sentences of a text, and what stands between their commas."""
    for sentence in re.split("[。！？；\n]", text):
        if 4 <= len(sentence.strip()) <= 45:
            yield sentence.strip()
        yield from (clause.strip() for clause in re.split("[，、：]", sentence) if 4 <= len(clause) <= 30)


def _nouns_and_verbs(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Chinese nouns, alone and two together, and verbs."""
    nouns: dict[str, None] = {}
    verbs: dict[str, None] = {}
    kinds = dict(tagged_words())
    for text in texts:
        before = ""
        for word in words(text):
            kind = kinds.get(word, "") if len(word) > 1 else ""
            if kind.startswith("n"):
                nouns |= {word: None, before + word: None}
            elif kind == "v":
                verbs[word] = None
            before = word if kind.startswith("n") else ""
    return list(nouns), list(verbs)


def _in_forms(draw: random.Random, nouns: list[str], verbs: list[str], number: int) -> Iterator[str]:
    each = re.split(r"\||\n", _FORMS)
    for _ in range(number):
        year, month = draw.randint(1900, 2026), draw.randint(1, 12)
        form = draw.choice(each)
        yield form.format(X=draw.choice(nouns), Y=draw.choice(nouns), V=draw.choice(verbs), year=year, month=month)


def _cut_down(draw: random.Random, text: str) -> Iterator[str]:
    """A question without some of its first and last words, and some of its words alone."""
    found = words(text)
    if len(found) > 4:
        yield "".join(found[draw.randint(0, 2) : len(found) - draw.randint(0, 3)])
        telling = [word for word in found if word not in _ASKING and (has_han(word) or word.isalnum())]
        if len(telling) > 2:
            some = draw.sample(telling, draw.randint(2, min(4, len(telling))))
            yield draw.choice([" ", "", "  ", "，"]).join(some)
