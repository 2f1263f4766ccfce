"""A follow-up question to one that can be searched for, without a language model.

Only what leans on the conversation is touched: a pronoun, a contrast (`那南通呢？`), a question without a subject. Each
is a rule of `RULES`: how such a question begins or ends, and how it is completed from the question before it and its
answer. Where a rule knows that a question leans and not on what, the two are searched together. The user's own words
are kept for display, and may be searched for instead.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from qa import english
from qa.analysis import HAN, STOP_WORDS, fold, words
from qa.contrast import contrasted
from qa.datatypes import Turn
from qa.topics import ASKING, MEASURES, TIME, Topic, has_name, phrase_before, topic

_HAN_CHARACTER = re.compile(f"[{HAN}]")
_LONGEST_NOUN = 24
_NO_NOUN = re.compile(r"[。！？；!?;\n]")


class Earlier(NamedTuple):
    """What a question may lean on: the last question that is about something, as searched for, and what came before."""

    query: str
    about: Topic | None
    answer: str | None
    """When it is a noun, and no sentence."""
    before: Sequence[Turn]
    """All turns up to it, oldest first."""


class Rule(NamedTuple):
    """How one kind of follow-up is told, and completed."""

    name: str
    example: str
    leans: Callable[[str, Sequence[Turn]], re.Match[str] | None]
    """What makes a folded question lean, among the turns before it."""
    completed: Callable[[str, re.Match[str], Earlier], str | None]
    """The question, spelt as typed, with what it lacks; None when that is not certain."""


def standalone(question: str, history: Sequence[Turn]) -> str:
    """What to search for: the question itself, or the question with what it takes from the conversation.

    Args:
        question: the newest.
        history: earlier turns, oldest first.
    """
    turns: list[Turn] = []
    for turn in history:
        turns.append(turn if turn.query else Turn(turn.question, turn.answer, _completed(turn.question, turns)))
    return _completed(question, turns)


def _completed(question: str, turns: Sequence[Turn]) -> str:
    question = question.strip()
    folded = fold(question)
    if not turns:
        return question
    if _HAN_CHARACTER.search(folded) is None:
        if not english.leans(question):
            return question
        return english.completed(question, _query(turns[-1])) or _joined(question, turns)
    for rule in RULES:
        leaning = rule.leans(folded, turns)
        if leaning is not None:
            return rule.completed(question, leaning, _earlier(turns)) or _joined(question, turns)
    return question


def _earlier(turns: Sequence[Turn]) -> Earlier:
    for number in range(len(turns), 0, -1):
        about = topic(_query(turns[number - 1]))
        if about is not None or number == 1:
            break
    turn = turns[number - 1]
    answer = (turn.answer or "").strip().strip("，,。")
    noun = answer if 0 < len(answer) <= _LONGEST_NOUN and not _NO_NOUN.search(answer) else None
    return Earlier(_query(turn), about, noun, turns[:number])


def _query(turn: Turn) -> str:
    return (turn.query or turn.question).strip()


def _joined(question: str, turns: Sequence[Turn]) -> str:
    """The last question that stands by itself, and the one that leans."""
    alone = [turn.question.strip() for turn in turns if _query(turn) == turn.question.strip()]
    return f"{alone[-1] if alone else _query(turns[-1])} {question}"


def _pattern(pattern: str, *, unnamed: int = 0) -> Callable[[str, Sequence[Turn]], re.Match[str] | None]:
    """Leans when a pattern is found; with `unnamed`, in a question of so many characters that names nothing."""
    compiled = re.compile(pattern, re.VERBOSE)

    def leans(folded: str, _: Sequence[Turn]) -> re.Match[str] | None:
        match = compiled.search(folded)
        if match and has_name(match.groupdict().get("when") or ""):
            return None
        if match and unnamed and (len(folded) > unnamed or has_name(folded)):
            return None
        return match

    return leans


# Behind a time, or nothing: `1814年，他…` leans, `张三和他的弟子` does not. `哪个部门跟他们…`: what is asked for is none.
_OPENING = r"""^ (?: [那在从到]? (?P<when> .{0,9} [年月日时后前间期中里内] ) [，,]? | 那么? | 然后 | 后来 | 为什么 | 为何 | 对 | 给
    | .{0,4} (?: 谁 | 哪 .{0,4} ) [跟和与给对为向让把] )?? [，,]? """
_PREDICATES = r"""占 | 比 | 是 | 有 | 在 | 要 | 能 | 会 | 跟 | 和 | 与 | 由 | 从 | 为什么 | 为何 | 怎么 | 如何 | 什么时候 | 何时 | 哪[年天里儿家个些] | 谁
    | 几[月年家个位所种] | 多[少大长久远高重] | 第几 | 分别 | 后来 | 以前 | 之前 | 一共 | 总共 | 共有? | 叫 | 指 | 到 | 用 | 需要 | 包括 | 又 | 还 | 也 | 再 | 最[早后]"""


def _subjectless(folded: str, _: Sequence[Turn]) -> re.Match[str] | None:
    """A question that begins with its predicate."""
    first = words(folded)[0]
    if first in {"占", "比"}:
        return re.match(".{1,18}$", folded) if not re.search("的[是叫]", folded) else None
    match = re.match(rf"(?:{_PREDICATES}|[今去][年])", folded, re.VERBOSE)
    if match is None or len(first) > len(match[0]) or has_name(folded):
        return None
    if first == "在" and re.search("[，,]", folded):
        return None
    # `谁投资的？` leans, `谁成立了工作室？` does not: what it asks for is its subject.
    longest = 9 if re.match("谁|哪[^年天]|什么(?!时)|为|怎|如何", folded) else 14
    return match if len(folded) <= longest and not re.match("什么[是叫]|谁是", folded) else None


def _this_kind(folded: str, turns: Sequence[Turn]) -> re.Match[str] | None:
    """`这家公司…`, when the conversation has one."""
    match = re.match(rf"(?:.{{0,8}}[，,])?(?P<it>(?:该|此(?!外|前|后)|[这那][{MEASURES}些]?)(?P<kind>[{HAN}]+))", folded)
    if match is None:
        return None
    said = fold("\n".join(_query(turn) + "\n" + (turn.answer or "") for turn in turns))
    pieces = words(match["kind"])[:3]
    for number in range(len(pieces), 0, -1):
        kind = "".join(pieces[:number])
        if (len(kind) > 1 and kind in said) or kind in _KINDS:
            return re.compile(f"(?P<it>{re.escape(folded[match.start('it') : match.start('kind')] + kind)})").search(folded)
    return None


def _echo(folded: str, turns: Sequence[Turn]) -> re.Match[str] | None:
    """A short question that takes up a word of the one before."""
    first = words(folded)[0]
    if len(first) < 2 or len(folded) > 14 or first in STOP_WORDS or ASKING.match(folded) or has_name(folded):
        return None
    return re.match(first, folded) if first in words(fold(_query(turns[-1]))) else None


_KINDS = frozenset("公司 企业 机构 单位 园区 项目 平台 地方 学校 大学 城市 地区 基地 银行 集团 人 产品 园 区 市 县 省 国 书 文章".split())


def _replaced(referent: Callable[[Earlier, str], str | None]) -> Callable[[str, re.Match[str], Earlier], str | None]:
    """Puts what a pronoun refers to in its place."""

    def completed(question: str, leaning: re.Match[str], earlier: Earlier) -> str | None:
        start, end = leaning.span("it")
        found = referent(earlier, question[start:end])
        return f"{question[:start]}{found}{question[end:]}" if found else None

    return completed


def _person(earlier: Earlier, _: str) -> str | None:
    """The last person asked for, by description and by name."""
    for number in range(len(earlier.before), 0, -1):
        one = _earlier(earlier.before[:number])
        if one.about is not None and one.about.asks_person:
            return f"{one.about.theme if one.about.subject else ''}{one.answer or ''}" or one.about.theme
    return earlier.about.holder if earlier.about else None


def _thing(earlier: Earlier, _: str) -> str | None:
    about = earlier.about
    if about is None:
        return None
    if about.subject:
        return about.holder
    return None if about.asks_person else earlier.answer or about.theme


def _things(earlier: Earlier, pronoun: str) -> str | None:
    return earlier.about.theme if earlier.about and earlier.about.counted else _thing(earlier, pronoun)


def _place(earlier: Earlier, pronoun: str) -> str | None:
    return earlier.answer if earlier.about and earlier.about.asks_place else _thing(earlier, pronoun)


def _this(earlier: Earlier, phrase: str) -> str | None:
    """The longest way in which the conversation names something of a kind, latest first; or what it is about."""
    kind = re.sub(rf"^(?:该|此|[这那][{MEASURES}些]?)", "", fold(phrase))
    for turn in reversed(earlier.before):
        for text in (_query(turn), turn.answer or ""):
            place = fold(text).find(kind)
            named = phrase_before(text, place + len(kind)) if place >= 0 else ""
            if len(named) > len(kind):
                return named
    return _thing(earlier, phrase)


def _after(base: Callable[[Topic], str], joint: str = "") -> Callable[[str, re.Match[str], Earlier], str | None]:
    """Puts what the conversation is about before the question."""

    def completed(question: str, _: re.Match[str], earlier: Earlier) -> str | None:
        if earlier.about is None or not earlier.about.subject:
            return None
        # `高新区到2025年…` needs no `的`.
        timed = re.match(rf"到|{TIME.pattern}", fold(question))
        return f"{base(earlier.about)}{'' if timed and joint == '的' else joint}{question}"

    return completed


def _predicate(question: str, leaning: re.Match[str], earlier: Earlier) -> str | None:
    # `为什么？` is asked of the whole, and not of its subject.
    if leaning[0] in {"为什么", "为何", "怎么", "如何", "后来"}:
        return None
    return _after(lambda about: about.theme)(question, leaning, earlier)


def _contrast(question: str, leaning: re.Match[str], earlier: Earlier) -> str | None:
    if earlier.about is None or not earlier.about.subject:
        return None
    return contrasted(earlier.query, earlier.about, question[slice(*leaning.span("other"))])


RULES = (
    Rule(
        "contrast",
        "那南通呢？",
        _pattern(rf"^ (?:那么?|还有)? [，,]? (?P<other> (?: (?! {ASKING.pattern} | [？?，,] ) . ){{1,16}} ) 呢 [？?]? $"),
        _contrast,
    ),
    Rule("person", "他给园区定了什么目标？", _pattern(_OPENING + "(?P<it> [他她] (?![们国人乡山日]) )"), _replaced(_person)),
    Rule("things", "它们分布在几个省市？", _pattern(_OPENING + "(?P<it> 它们 )"), _replaced(_things)),
    Rule("thing", "它的总投资是多少？", _pattern(_OPENING + "(?P<it> 它 | [他她]们 )"), _replaced(_thing)),
    Rule("place", "那里有几家工厂？", _pattern(_OPENING + "(?: 从 | 在 )? (?P<it> [那这][里儿] | 当地 )"), _replaced(_place)),
    Rule("this", "这家公司哪年成立的？", _this_kind, _replaced(_this)),
    Rule("among", "其中国家级的有几家？", _pattern("^ 其中"), _after(lambda about: about.theme, "，")),
    Rule(
        "some",
        "省级的有几家？",
        _pattern(rf"^ [{HAN}]{{1,8}} 的 (?: 有 | 是 (?=多少|几) | 什么时候 | 何时 | 多少 | 几 )", unnamed=14),
        _after(lambda about: about.theme, "，"),
    ),
    Rule(
        "done",
        "引进了多少个项目？",
        _pattern(rf"^ [{HAN}]{{1,3}} 了 (?: 多少 | 几 | 哪些 | 什么 ) .{{0,10}} $"),
        _after(lambda about: about.holder),
    ),
    Rule("predicate", "占全市的百分之多少？", _subjectless, _predicate),
    Rule(
        "attribute",
        "总面积有多大？",
        _pattern(
            rf"""^ (?: 到? {TIME.pattern} [，,]? )? (?= .{{2,13}} $ ) (?: 总 [^统理督裁] | [^的谁什哪]{{0,4}} (?: 面积 | 人口 | 负责人 | 董事长
            | 经理 | 主任 | 校长 | 院长 | 作者 | 名字 | 增幅 | 产值 | 收入 | 投资 | 成本 | 率 | 用户 | 规模 | 时间 | 日期 | 原因 | 目的 | 目标
            | 地址 | 总部 | 前身 | 全称 | 简称 | 长度 | 高度 | 宽度 | 数量 | 价格 ) (?! [^是有].* [的] ) )""",
            unnamed=18,
        ),
        _after(lambda about: about.theme if about.counted else about.holder, "的"),
    ),
    Rule("echo", "合作是为了什么？", _echo, _after(lambda about: about.holder, "的")),
    Rule(
        "count",
        "园里住进来多少家企业？",
        _pattern(r"^ (?! .* 的 .* (?: [是为] | 有多少 [？?]? $ ) ) .* (?: 多少 | 几 [^何] )", unnamed=16),
        _after(lambda about: about.holder),
    ),
)
"""Tried in this order; the first that leans completes the question."""
