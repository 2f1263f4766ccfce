"""What a Chinese question is about: what it says something of, and what it counts. By closed classes of words.

The dictionary's parts of speech are not asked: a place is an adjective to it as often as not (`清远`), and what makes
the end of a subject is a small set of words anyway. All over folded text; what is returned is spelt as typed.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from qa.analysis import HAN, STOP_CHARACTERS, fold, is_word, words
from qa.translation import is_name

# Question words; `几` and `多` are parts of other words too.
ASKING = re.compile(
    r"什么(?:时候|时间|地方|名字|样)?|为什么|为何|何[时地人处年]|谁|哪(?:里|儿|一?[天年月日]|[一两二三几]?[家个所位座条种块只项类些])?"
    r"|几(?![何乎率]|内亚)|多少|多(?=[大长久远高重深宽快早])|怎么样?|怎样|如何"
)
MEASURES = "家个所位座条种块只项类名朵间套户处次倍亩回层级支张部台人天年月"
# `多少家`: what is counted follows, unless that is a unit.
_COUNTING = re.compile(rf"(?:(?:多少|几)[{MEASURES}]?|哪些)(?P<counted>.*)")
_UNIT = re.compile(r"[百千万亿]*(?:元|美元|人|吨|公里|米|平方\S*|公顷|亩|小时|分钟|个?月|年|天|次|倍|[千公]?克|时间|钱)$")
_MEASURED = re.compile(r"多|几|谁|哪一?位|什么(?:名字)?$")
_ADVERBIAL = re.compile(r"什么时|哪一?[天年月日]|何[时年]|为[什何]|怎|如何|几[月年]")
_PERSON = re.compile(r"谁|哪[一]?位|何人")
_PLACE = re.compile(r"哪(?:里|儿|[座个]?城市|个?地方)|何[地处]|什么地方")
_TIME = (
    r"(?:[0-9]{2,4}年(?:[底末初]|年[底末初])?|[0-9]+月(?:[底末初])?|[今去明前后]年|上年|[上下]半年|全年|每[年月]|一年"
    r"|[0-9]+至[0-9]+月|前[0-9]+个?月|目前|现在|至今|当年|年[底初])+"
)
TIME = re.compile(_TIME)
# What may come before a subject, and is none of it.
_BEFORE = re.compile(rf"(?:请问[，,]?|那么[，,]|(?:截?至|到|在)?{_TIME}(?:为止|以来|[里中内时])?[，,]?|在(?=.))*")
# Words that end a subject: verbs that hardly are parts of names, prepositions, adverbs.
_ENDING = frozenset(
    "是 有 没有 在 要 会 能 可 可以 将 曾 已 已经 都 也 还 又 最 才 就 共 一共 总共 共有 分别 主要 大约 约 应该 必须 需要 打算"
    " 占 属于 位于 叫 叫做 称为 指 指的是 达 达到 超过 包括 把 被 从 向 由 用 给 以 对 比 靠 到 于 为 作为 成为 来自 不 平均 最多 最少 最高"
    " 因为 怎么 如何 能够 专门 专 到底 先后 最早 最终".split()
)
_JOINING = frozenset("和 与 跟 同 及".split())
_ASPECTS = frozenset("了 过 着".split())
_MARKS = frozenset("，,；;：:。")
# An organisation or a place ends in one of these, and what follows it is a thing of its own.
_ENTITY = re.compile(
    r"(?:高新区|开发区|试验区|示范区|科学城|产业园|公司|集团|大学|学院|学校|研究院|研究所|基地|中心|银行|医院|博物馆"
    r"|(?<![地园城社校])区|(?<![各本])省|(?<!城)市|县|镇|局|厅)$"
)


class Topic(NamedTuple):
    """Parts of a question, as typed; an empty string where it has none.

    A question that begins with what it asks for (`哪家公司…`) has a theme only, which describes that.
    """

    subject: str
    """What something is said of: `贵阳高新区的科技银行`."""
    holder: str
    """What else can be asked of: the subject, or when that is only measured or named (`…的负责人是谁`) its owner."""
    theme: str
    """The subject with what is counted or told of it, as a noun phrase: `永川区建成的数字化车间`."""
    counted: str
    """What is counted, as the question words it."""
    asks_person: bool
    asks_place: bool


def topic(question: str) -> Topic | None:
    """What a question is about; None when it cannot be told."""
    text = fold(question).rstrip(" ?？!！。呢")
    asked = ASKING.search(text)
    if asked is None:
        return None
    begin = _begin(text)
    if asked.start() <= begin or text[begin : asked.start()] in {"是", "由", "有"}:
        return _asked_first(question, text, asked)
    end = _subject_end(text, begin, asked)
    subject = question[begin:end].strip(" ，,的")
    if len(subject) < 2:
        return None
    counted = _counted(text, asked)
    measured = counted is None and _MEASURED.match(text, asked.start()) is not None
    return Topic(
        subject,
        owner(subject) if measured else subject,
        _theme(question, text, begin, end, asked, counted),
        question[slice(*counted)] if counted else "",
        _PERSON.search(text) is not None,
        _PLACE.search(text) is not None,
    )


def owner(phrase: str) -> str:
    """Whose a thing is: what stands before its last `的`, or the organisation or place that it begins with."""
    cut = fold(phrase).rfind("的")
    if cut > 1:
        return phrase[:cut]
    split = split_entity(phrase)
    return phrase[:split] if split else phrase


def split_entity(phrase: str) -> int:
    """Where the organisation or place ends that a phrase begins with; 0 when it is all of it, or none."""
    pieces = words(fold(phrase))
    end = 0
    for word, following in pairwise(pieces):
        end += len(word)
        # `景德镇高新区` is one.
        if end > 2 and _ENTITY.search(fold(phrase[:end])) and not _ENTITY.fullmatch(following):
            return end
    return 0


def entity(folded: str) -> bool:
    """Whether a folded phrase is an organisation or a place by its end."""
    return _ENTITY.search(folded) is not None


def phrase_before(text: str, end: int) -> str:
    """The noun phrase that ends at a place of a text: back to a word that is no part of one."""
    start = end
    for word in reversed(words(text[:end])):
        folded = fold(word)
        if folded in _ENDING | _ASPECTS | _JOINING | _MARKS or ASKING.fullmatch(folded) or not folded.strip():
            break
        start -= len(word)
    return text[start:end].strip("的")


def has_name(text: str) -> bool:
    """Whether a folded text names something: a proper name, Latin letters, a quotation, a word of no dictionary."""
    if _NAMED.search(text):
        return True
    pieces = words(text)
    # A name that the dictionary lacks falls into its characters.
    broken = (len(one + other) == 2 and _HAN_PAIR.match(one + other) for one, other in pairwise(pieces))
    return any(_names(word) for word in pieces) or any(broken)


def names_only(text: str) -> bool:
    """Whether a folded text is a name and nothing else: `南通`, not `南通的企业`."""
    return all(_names(word) for word in words(text))


_NAMED = re.compile(rf"[a-z《“「『·\"]|[{HAN}]{{2}}[岛镇村县州寺港]")
# Characters that the segmenter joins to what is no word: `来了`, `几家`.
_PLAIN = f"多少几哪什么谁何怎样个家位了过的是有在来出到入成不{''.join(STOP_CHARACTERS)}{MEASURES}"
_PLAIN_WORD = re.compile(f"[^{HAN}]|[{_PLAIN}]")
_HAN_PAIR = re.compile(f"(?:(?![{_PLAIN}])[{HAN}]){{2}}$")


def _names(word: str) -> bool:
    if len(word) < 2:
        return False
    if is_name(word) or (word[-1] in "省市县区镇州" and is_name(word[:-1])):
        return True
    return not is_word(word) and _PLAIN_WORD.search(word) is None


def _begin(text: str) -> int:
    """Where the subject of a folded question may begin: behind a time, in the first clause that names something."""
    clauses = [0, *(mark.end() for mark in re.finditer("[，,]", text))]
    begin = next((start for start in clauses if has_name(re.split("[，,]", text[start:])[0])), 0)
    return begin + _BEFORE.match(text[begin:]).end()  # type: ignore[union-attr]


def _asked_first(question: str, text: str, asked: re.Match[str]) -> Topic | None:
    """`谁是清远的主任`: about the director. `哪家公司造了它`: about the company that did. `为什么清远…`: about Qingyuan."""
    rest = question[asked.end() : len(text)].lstrip(" ，,")
    folded = fold(rest)
    person = _PERSON.match(asked[0]) is not None
    if asked[0] in {"谁", "什么", "哪位"} and folded.startswith("是"):
        named = rest[1:].strip()
        return Topic(named, owner(named), named, "", person, False) if len(named) > 1 else None
    if _ADVERBIAL.match(asked[0]):
        begin = _begin(folded)
        subject = rest[begin : _subject_end(folded, begin, None)].strip(" ，,的")
        return Topic(subject, subject, subject, "", False, False) if len(subject) > 1 else None
    if asked[0][0] not in "谁哪" or _PLACE.match(text, asked.start()):
        return None
    kind = "人" if asked[0] == "谁" else next(iter(words(rest)), "")
    told = rest.removeprefix(kind) if asked[0] != "谁" else rest
    if len(told) < 2 or not kind or told[0] == "的":
        return None
    described = f"{told.removesuffix('的')}的{kind}"
    return Topic("", "", described, "", person, False)


def _subject_end(text: str, begin: int, asked: re.Match[str] | None) -> int:
    """Where the subject that begins a folded question ends."""
    position = before = begin
    pieces = words(text[begin : asked.start()] if asked else text[begin:])
    for number, word in enumerate(pieces):
        following = pieces[number + 1] if number + 1 < len(pieces) else ""
        ends = word in _ENDING or word in _MARKS or TIME.match(text, position) is not None
        if position > begin + 1 and (ends or (word in _JOINING and not following)):
            # `选在了`, `升到了`: the verb is before.
            return before if following in _ASPECTS else position
        if following in _ASPECTS:
            return position
        before = position
        position += len(word)
    # `项目投资多少`: the last word says what is asked for, unless it is asked when or why.
    if asked is None or before == begin:
        return position
    return position if _ADVERBIAL.match(text, asked.start()) else before


def _counted(text: str, asked: re.Match[str]) -> tuple[int, int] | None:
    """Where the thing stands that a folded question counts or chooses; None when it names none."""
    counting = _COUNTING.match(text, asked.start())
    if counting is None or _ADVERBIAL.match(text, asked.start()) or (asked.start() and text[asked.start() - 1] in "跟和与从在由给第"):
        return None
    start, end = counting.span("counted")
    if _UNIT.match(text[start:end]):
        return None
    while end > start and text[end - 1] in "了的":
        end -= 1
    return (start, end) if end - start > 1 else None


def _theme(
    question: str, text: str, begin: int, end: int, asked: re.Match[str], counted: tuple[int, int] | None
) -> str:
    told = text[end : asked.start()]
    copula = re.search(r"(?:一?共|总共)?(?:有|是|为|达到?|叫|超过|多达|指|指的是)?$", told)
    bare = told[: copula.start()] if copula else told
    if counted is None:
        # `今年投向科技的钱有多少`: of the money, too.
        whole = bool(bare) and bare != told and "的" in bare
        return question[begin : end + len(bare) if whole else end].strip(" ，,的")
    thing = question[slice(*counted)]
    verb = question[end : end + len(bare)].strip(" ，,").rstrip("了过")
    return f"{question[begin:end].strip(' ，,的')}{verb}的{thing}"
