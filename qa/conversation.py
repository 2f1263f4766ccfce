"""A follow-up question to one that can be searched for, without a language model.

Only what leans on the conversation is touched: a pronoun, a contrast (`那南通呢？`), a question without a subject. Each
is a rule of `RULES`: how such a question is told (`qa/followups/leaning.py`), and how it is completed from what the
question before it is about (`qa/followups/topics.py`), or from its answer. Where a rule knows that a question leans and
not on what, the two are searched together. The user's own words are kept for display, and may be searched for instead.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from qa.analysis import HAN, fold, has_han
from qa.datatypes import Turn
from qa.followups import english
from qa.followups.contrast import contrasted
from qa.followups.leaning import Leans, Span, by_attribute, by_contrast, by_kind, by_pattern, by_predicate, by_pronoun
from qa.followups.topics import TIME, Topic, phrase_before, topic
from qa.text.naming import MEASURES

_REMEMBERED = 20
_LONGEST_NOUN = 24
_SENTENCE = re.compile(r"[。！？；!?;\n了把被]")
_DEMONSTRATIVE = re.compile(rf"^(?:该|此|[这那][{MEASURES}些]?)")


class Earlier(NamedTuple):
    """What a question may lean on: the last question that is about something, and what came before it."""

    query: str
    """The question as searched for."""
    about: Topic
    noun: str | None
    """Its answer, when that is a noun and no sentence."""
    before: Sequence[Turn]
    """All turns up to it, oldest first."""


Completes = Callable[[str, Span, Earlier], str | None]


class Rule(NamedTuple):
    """How one kind of follow-up is told, and completed."""

    name: str
    example: str
    leans: Leans
    completed: Completes
    """The question, spelt as typed, with what it lacks; None when that is not certain."""


def standalone(question: str, history: Sequence[Turn]) -> str:
    """What to search for: the question itself, or the question with what it takes from the conversation.

    Args:
        question: the newest.
        history: earlier turns, oldest first.
    """
    turns: list[Turn] = []
    for turn in history[-_REMEMBERED:]:
        turns.append(turn if turn.query else Turn(turn.question, turn.answer, _completed(turn.question, turns)))
    return _completed(question, turns)


def _completed(question: str, turns: Sequence[Turn]) -> str:
    question = question.strip()
    if not turns or not question:
        return question
    if not has_han(question):
        if not english.leans(question):
            return question
        return english.completed(question, _query(turns[-1])) or _joined(question, turns)
    folded = fold(question)
    said = fold("\n".join(f"{_query(turn)}\n{turn.answer or ''}" for turn in turns))
    for rule in RULES:
        word = rule.leans(folded, said)
        if word is not None:
            earlier = _earlier(turns)
            return (earlier and rule.completed(question, word, earlier)) or _joined(question, turns)
    return question


def _earlier(turns: Sequence[Turn]) -> Earlier | None:
    for number in range(len(turns), 0, -1):
        turn = turns[number - 1]
        about = topic(_query(turn))
        if about is not None:
            answer = (turn.answer or "").strip(" ，,")
            noun = answer if 0 < len(answer) <= _LONGEST_NOUN and not _SENTENCE.search(answer) else None
            return Earlier(_query(turn), about, noun, turns[:number])
    return None


def _query(turn: Turn) -> str:
    return (turn.query or turn.question).strip()


def _joined(question: str, turns: Sequence[Turn]) -> str:
    """The last question that stands by itself, and the one that leans."""
    alone = [turn.question.strip() for turn in turns if _query(turn) == turn.question.strip()]
    return f"{alone[-1] if alone else _query(turns[-1])} {question}"


def _uncertain(question: str, word: Span, earlier: Earlier) -> None:
    """Leans, on nothing that can be named."""


def _contrasted(question: str, word: Span, earlier: Earlier) -> str | None:
    # Of two that were joined, the last is contrasted.
    last = earlier.before[-1].question.strip()
    about = topic(last) if earlier.query.endswith(f" {last}") else earlier.about
    return contrasted(earlier.query, about, question[slice(*word)]) if about and about.subject else None


def _replaced(referent: Callable[[Earlier, str], str | None]) -> Completes:
    """Puts what a word refers to in its place."""

    def completed(question: str, word: Span, earlier: Earlier) -> str | None:
        found = referent(earlier, question[slice(*word)])
        return f"{question[: word[0]]}{found}{question[word[1] :]}" if found else None

    return completed


def _person(earlier: Earlier, _: str) -> str | None:
    """The last person asked for, by description and by name."""
    for number in range(len(earlier.before), 0, -1):
        one = _earlier(earlier.before[:number])
        if one is not None and one.about.asks_person:
            described = one.about.theme if one.about.subject or one.noun is None else ""
            return f"{described}{one.noun or ''}"
    return earlier.about.holder


def _thing(earlier: Earlier, _: str) -> str | None:
    if earlier.about.subject:
        return earlier.about.holder
    # `谁建了它？`: not the builder, and what is built is not known.
    return None if earlier.about.asks_person else earlier.noun or earlier.about.theme


def _things(earlier: Earlier, pronoun: str) -> str | None:
    return earlier.about.theme if earlier.about.counted else _thing(earlier, pronoun)


def _place(earlier: Earlier, pronoun: str) -> str | None:
    return earlier.noun if earlier.about.asks_place else _thing(earlier, pronoun)


def _this(earlier: Earlier, phrase: str) -> str | None:
    """What is counted, when it is of that kind; or the last name of that kind; or what it is all about."""
    kind = _DEMONSTRATIVE.sub("", fold(phrase))
    if fold(earlier.about.counted).endswith(kind):
        return earlier.about.theme
    for turn in reversed(earlier.before):
        for text in (_query(turn), turn.answer or ""):
            place = fold(text).find(kind)
            named = phrase_before(text, place + len(kind)) if place >= 0 else ""
            if len(named) > len(kind):
                return named
    return _thing(earlier, phrase)


def _after(base: Callable[[Topic], str], joint: str = "") -> Completes:
    """Puts what the conversation is about before the question."""

    def completed(question: str, _: Span, earlier: Earlier) -> str | None:
        if not earlier.about.subject:
            return None
        # `高新区到2025年…` needs no `的`.
        timed = joint == "的" and re.match(f"到|{TIME.pattern}", fold(question))
        return f"{base(earlier.about)}{'' if timed else joint}{question}"

    return completed


def _predicated(question: str, word: Span, earlier: Earlier) -> str | None:
    # `为什么？` is asked of all that was said, and not of its subject.
    if fold(question)[slice(*word)] in {"为什么", "为何", "怎么", "如何", "后来"}:
        return None
    return _after(lambda about: about.theme)(question, word, earlier)


_holder = _after(lambda about: about.holder)
_theme = _after(lambda about: about.theme, "，")
_owner = _after(lambda about: about.theme if about.counted else about.holder, "的")

RULES = (
    Rule(
        "more",
        "还有呢？",
        by_pattern(
            r"^ .{0,4} (?: 还有 | 然后 | 后来 | 别的 | 其[他它余]的? | 结果 | [这那]个? | [它他她]们? ) 呢 \?? $"
        ),
        _uncertain,
    ),
    Rule("contrast", "那南通呢？", by_contrast, _contrasted),
    Rule("person", "他给园区定了什么目标？", by_pronoun("[他她] (?! [们国人乡山日] )"), _replaced(_person)),
    Rule("things", "它们分布在几个省市？", by_pronoun("它们"), _replaced(_things)),
    Rule("thing", "它的总投资是多少？", by_pronoun("它 | [他她]们"), _replaced(_thing)),
    Rule("place", "那里有几家工厂？", by_pronoun("[那这][里儿] | 当地"), _replaced(_place)),
    # What the text is about must stay in the question: it finds the article.
    Rule("article", "这篇文章摘自哪份报纸？", by_pattern("^ .{0,4} [这那该此本] 一? [篇条则]"), _uncertain),
    Rule("kind", "这家公司哪年成立的？", by_kind, _replaced(_this)),
    Rule("among", "其中国家级的有几家？", by_pattern("^ 其中"), _theme),
    Rule(
        "some",
        "省级的有几家？",
        by_pattern(rf"^ [{HAN}]{{1,8}} 的 (?: 有 | 是 (?=多少|几) | 什么时候 | 何时 | 多少 | 几 )", unnamed=14),
        _theme,
    ),
    Rule(
        "done",
        "引进了多少个项目？",
        by_pattern(rf"^ [{HAN}]{{1,3}} 了 (?: 多少 | 几 | 哪些 | 什么 ) .{{0,10}} $"),
        _holder,
    ),
    Rule("attribute", "总面积有多大？", by_attribute, _owner),
    Rule("predicate", "占全市的百分之多少？", by_predicate, _predicated),
    Rule(
        "count",
        "住进来的企业有多少家？",
        # `水库的容量是多少` says whose.
        by_pattern(r"^ (?! .* 的 .* (?: [是为] | 有多少 \?? $ ) ) .* (?: 多少 | (?<!哪) 几 [^何] )", unnamed=15),
        _holder,
    ),
)
"""Tried in this order; the first that leans completes the question."""
