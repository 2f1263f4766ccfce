"""What a Chinese question is about: what it says something of, and what it counts.

It is told by closed classes of words. The dictionary's parts of speech are not asked: a place is an adjective to it
as often as not (`清远`), and what ends a subject is a small set of words anyway.
"""

import re
from typing import NamedTuple

from qa.analysis import fold, words
from qa.text.naming import JOINING, MEASURES, entity_ends, has_name, is_entity

# Everything is matched against folded text, in which a comma is `,`. `几` and `多` are parts of other words too.
ASKING = re.compile(
    r"什么(?:时候|时间|地方|名字|样)?|为什么|为何|何[时地人处年]|谁"
    r"|哪(?:里|儿|一?[天年月日]|[一两二三几]?[家个所位座条种块只项类些])?"
    r"|几(?![何乎率]|内亚)|多少|多(?=[大长久远高重深宽快早])|怎么样?|怎样|如何"
)
TIME = re.compile(
    r"(?:[0-9]{2,4}年(?:[底末初]|年[底末初])?|[0-9]+月(?:[底末初])?|[今去明前后]年|上年|[上下]半年|全年|每[年月]|一年"
    r"|[0-9]+至[0-9]+月|前[0-9]+个?月|目前|现在|至今|当年|年[底初])+"
)
# Asks when, why or how: what stands before it is subject, and no verb.
_ADVERBIAL = re.compile(r"什么时|哪一?[天年月日]|何[时年]|为[什何]|怎|如何|几[月年]")
_MEASURED = re.compile(r"多|几|谁|哪一?位|什么(?:名字)?$")
_PERSON = re.compile(r"谁|哪一?位|何人")
_PLACE = re.compile(r"哪(?:里|儿|[座个]?城市|个?地方)|何[地处]|什么地方")
# `多少家`: what is counted follows, unless that is a unit.
_COUNTING = re.compile(rf"(?:(?:多少|几)[{MEASURES}]?|哪些)(?P<counted>.*)")
_UNIT = re.compile(
    r"[百千万亿]*(?:元|美元|人|吨|公里|米|平方\S*|公顷|亩|小时|分钟|个?月|年|天|次|倍|[千公]?克|时间|钱)$"
)
# What may come before a subject, and is none of it.
_BEFORE = re.compile(rf"(?:请问,?|那么,|(?:截?至|到|在)?{TIME.pattern}(?:为止|以来|[里中内时])?,?|在(?=.))*")
# Words that end a subject: verbs that hardly are parts of names, prepositions, adverbs.
_ENDING = frozenset(
    """
    是 有 没有 占 属于 位于 叫 叫做 称为 指 指的是 达 达到 超过 包括 作为 成为 来自
    在 把 被 从 向 由 用 给 以 对 比 靠 到 于 为 因为
    要 会 能 能够 可 可以 应该 必须 需要 打算 将 曾 已 已经 都 也 还 又 最 才 就 不 共 一共 总共 共有
    分别 主要 大约 约 平均 最多 最少 最高 最早 最终 先后 专门 专 到底 怎么 如何 原先 原来 以前
    """.split()  # noqa: SIM905 - read as text
)
_ASPECTS = frozenset({"了", "过", "着"})
_MARKS = frozenset(",;:。")
_COPULA = re.compile(r"(?:一?共|总共)?(?:有|是|为|达到?|叫|超过|多达|指|指的是)?$")
_TRIMMED = " ，,的"


class Topic(NamedTuple):
    """Parts of a question, as typed; an empty string where it has none.

    A question that begins with what it asks for (`哪家公司…`) has a theme only, which describes that.
    """

    subject: str
    """What something is said of: `贵阳高新区的科技银行`."""
    holder: str
    """Of what more can be asked: the subject, or its owner when it is only measured or named (`…的负责人是谁`)."""
    theme: str
    """The subject with what is counted or told of it, as a noun phrase: `永川区建成的数字化车间`."""
    counted: str = ""
    """What is counted, in the question's words."""
    asks_person: bool = False
    asks_place: bool = False


def topic(question: str) -> Topic | None:
    """What a question is about; None when it cannot be told."""
    text = fold(question).rstrip(" ?!。呢")
    asked = ASKING.search(text)
    if asked is None:
        return None
    begin = _begin(text)
    if asked.start() <= begin or text[begin : asked.start()] in {"是", "由", "有"}:
        return _asked_first(question, text, asked)
    end = _subject_end(text, begin, asked)
    subject = question[begin:end].strip(_TRIMMED)
    if len(subject) < 2:
        return None
    counted = _counted(text, asked)
    measured = counted is None and _MEASURED.match(text, asked.start()) is not None
    return Topic(
        subject,
        holder=_owner(subject) if measured else subject,
        theme=_theme(question, text, (begin, end), asked.start(), counted),
        counted=question[slice(*counted)] if counted else "",
        asks_person=_PERSON.search(text) is not None,
        asks_place=_PLACE.search(text) is not None,
    )


def phrase_before(text: str, end: int) -> str:
    """The noun phrase that ends at a place of a text: back to a word that is no part of one."""
    start, stop = end, ""
    for word in reversed(words(text[:end])):
        stop = fold(word)
        if stop in _ENDING | _ASPECTS | JOINING | _MARKS or ASKING.fullmatch(stop) or not stop.strip():
            break
        start -= len(word)
    # `多少个项目`
    counted = ASKING.fullmatch(stop) is not None and text[start] in MEASURES
    return text[start + counted : end].strip("的")


def _begin(text: str) -> int:
    """Where the subject of a question may begin: behind a time, in the first clause that names something."""
    start = 0
    for clause in text.split(","):
        if has_name(clause):
            break
        start += len(clause) + 1
    else:
        start = 0
    before = _BEFORE.match(text, start)
    return before.end() if before else start


def _asked_first(question: str, text: str, asked: re.Match[str]) -> Topic | None:
    """Of a question that begins with what it asks for.

    `谁是清远的主任` is about the director, `哪家公司造了它` about the company that did, `为什么清远…` about Qingyuan.
    """
    rest = question[asked.end() : len(text)].lstrip(" ，,")
    folded = fold(rest)
    person = _PERSON.match(asked[0]) is not None
    if asked[0] in {"谁", "什么", "哪位"} and folded.startswith("是"):
        named = rest[1:].strip()
        return Topic(named, _owner(named), named, asks_person=person) if len(named) > 1 else None
    if _ADVERBIAL.match(asked[0]):
        begin = _begin(folded)
        subject = rest[begin : _subject_end(folded, begin, None)].strip(_TRIMMED)
        return Topic(subject, subject, subject) if len(subject) > 1 else None
    if asked[0][0] not in "谁哪" or _PLACE.match(text, asked.start()):
        return None
    kind = "" if asked[0] == "谁" else next(iter(words(rest)), "")
    told = rest[len(kind) :].removesuffix("的")
    if len(told) < 2 or told[0] == "的":
        return None
    return Topic("", "", f"{told}的{kind or '人'}", asks_person=person)


def _subject_end(text: str, begin: int, asked: re.Match[str] | None) -> int:
    """Where the subject ends that begins a question, which asks for something behind it or before it."""
    position = before = begin
    pieces = words(text[begin : asked.start()] if asked else text[begin:])
    for word, following in zip(pieces, [*pieces[1:], ""], strict=True):
        ends = word in _ENDING or word in _MARKS or TIME.match(text, position) is not None
        if position > begin + 1 and (ends or (word in JOINING and not following)):
            # `选在了`, `开在`: the verb is before.
            verb_before = following in _ASPECTS or (word in {"在", "到"} and position - before == 1)
            return before if verb_before and before > begin else position
        if following in _ASPECTS:
            return position
        before, position = position, position + len(word)
    # `项目投资多少`: the last word says what is asked for, unless it is asked when or why.
    verb_last = asked is not None and before > begin and not _ADVERBIAL.match(text, asked.start())
    return before if verb_last else position


def _counted(text: str, asked: re.Match[str]) -> tuple[int, int] | None:
    """Where the thing stands that a question counts or chooses; None when it names none."""
    counting = _COUNTING.match(text, asked.start())
    if counting is None or _ADVERBIAL.match(text, asked.start()) or text[asked.start() - 1] in "跟和与从在由给第":
        return None
    start, end = counting.start("counted"), len(text.rstrip("了的"))
    return (start, end) if end - start > 1 and not _UNIT.match(text, start) else None


def _theme(question: str, text: str, subject: tuple[int, int], asked: int, counted: tuple[int, int] | None) -> str:
    begin, end = subject
    copula = _COPULA.search(text[end:asked])
    told = text[end : end + copula.start()] if copula else text[end:asked]
    if counted is None:
        # `今年投向科技的钱有多少`: of the money, too.
        whole = "的" in told[:-1] and end + len(told) < asked
        return question[begin : end + len(told) if whole else end].strip(_TRIMMED)
    verb = question[end : end + len(told)].strip(" ，,").rstrip("了过")
    return f"{question[begin:end].strip(_TRIMMED)}{verb}的{question[slice(*counted)]}"


def _owner(phrase: str) -> str:
    """Whose a thing is: what stands before its last `的`, or the organisation or place that it begins with."""
    cut = fold(phrase).rfind("的")
    owner = phrase[:cut] if cut > 1 else phrase
    # `行政审批局接手` of `行政审批局接手的审批` is none.
    if cut > 1 and is_entity(fold(owner)):
        return owner
    ends = entity_ends(fold(owner))
    return owner[: ends[-1 if cut > 1 else 0]] if ends else owner
