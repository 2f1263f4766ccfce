"""Which Chinese questions lean on the conversation, and by what word.

Each function takes a folded question and what has been said before (folded: questions as searched for, and answers),
and gives the span of the word that leans: a pronoun, the phrase that is contrasted, the words of a question without a
subject that show it. None when the question does not lean in this way.
"""

import re
from collections.abc import Callable
from itertools import accumulate

from qa.analysis import HAN, words
from qa.followups.topics import ASKING, TIME
from qa.text.naming import MEASURES, has_name

Span = tuple[int, int]
Leans = Callable[[str, str], Span | None]

# What stands before a pronoun that leans: nothing, or a time (`1814年,他…`). In `哪个部门跟他们…` what stands first is
# asked for, and is no antecedent; in `张三和他的弟子…` there is one.
_BEFORE = r"""^ (?: [那在从到]? (?P<when> .{0,9} [年月日时后前间期中里内] ) ,?
    | 那么? | 然后 | 后来 | 为什么 | 为何 | 对 | 给 | .{0,4} (?: 谁 | 哪 .{0,4} ) [跟和与给对为向让把] )?? ,? """
# Questions that begin with these have no subject, if they are short and name nothing.
_PREDICATE = re.compile(
    r"""是 | 有 | 在 | 要 | 能 | 会 | 跟 | 和 | 与 | 由 | 从 | 到 | 用 | 叫 | 指 | 需要 | 包括 | 又 | 还 | 也 | 再
    | 为什么 | 为何 | 怎么 | 如何 | 什么时候 | 何时 | 哪一?[年天月] | 哪[里儿家个些] | 谁 | 多[少大长久远高重]
    | 几[月年家个位所种] | 第几 | 分别 | 一共 | 总共 | 共有? | 后来 | 以前 | 之前 | 最[早后] | 今年 | 去年""",
    re.VERBOSE,
)
# What asks for its own subject: `谁投资的?` leans, `谁成立了萤火虫工作室?` does not.
_ASKED_SUBJECT = re.compile(r"谁|哪(?!一?[年天月])|什么(?!时)|为|怎|如何")
_LONGEST, _LONGEST_ASKED = 14, 9
# Things that are somebody's.
_ATTRIBUTE = re.compile(
    rf"""^ (?: 到? {TIME.pattern} ,? )? (?= .{{2,13}} $ ) (?: 总 [^统理督裁] | [^的谁什哪]{{0,4}}
    (?: 面积 | 人口 | 负责人 | 董事长 | 经理 | 主任 | 校长 | 院长 | 作者 | 名字 | 增幅 | 产值 | 收入 | 投资 | 成本 | 率
    | 用户 | 规模 | 时间 | 日期 | 原因 | 目的 | 目标 | 地址 | 总部 | 前身 | 全称 | 简称 | 长度 | 高度 | 宽度 | 数量
    | 价格 ) (?! [^是有].* 的 ) )""",
    re.VERBOSE,
)
_KIND = re.compile(
    rf"(?:.{{0,8}},)?(?P<word>(?:该|此(?!外|前|后)|[这那][{MEASURES}些]?)(?P<kind>[{HAN}]+))"
    r"|(?P<bare>公司|园区|基地|学校|企业|集团)(?=[的在有是哪几多一总]|什么).{1,14}$"
)
# Kinds under which anything that has been spoken of may be meant; another must have been named.
_KINDS = frozenset(
    """
    公司 企业 集团 机构 单位 银行 学校 大学 园区 园 基地 平台 项目 产品 人 书 文章
    地方 地区 城市 区 市 县 省 国
    """.split()  # noqa: SIM905 - read as text
)


def by_pattern(pattern: str, *, unnamed: int = 0) -> Leans:
    """Leans when a verbose pattern is found, by its group `word`.

    Args:
        pattern: a group `when` in it may name nothing.
        unnamed: only in questions of so many characters at most that name nothing; 0 for any.
    """
    compiled = re.compile(pattern, re.VERBOSE)

    def leans(question: str, _: str) -> Span | None:
        if unnamed and len(question) > unnamed:
            return None
        match = compiled.search(question)
        if match is None or has_name(match.groupdict().get("when") or "") or (unnamed and has_name(question)):
            return None
        return match.span("word") if "word" in compiled.groupindex else match.span()

    return leans


def by_pronoun(pronouns: str) -> Leans:
    """Leans by a pronoun that opens the question."""
    return by_pattern(f"{_BEFORE} (?P<word> {pronouns} )")


by_contrast = by_pattern(
    rf"""^ (?: 那么? | 还有 )? ,? (?P<word>
      (?: (?! {ASKING.pattern} | [?,] ) . ){{1,16}} (?= 呢 \?? $ )
      | (?: [0-9]{{4}} | [去前今明当] ) 年 (?= (?: 是谁 | 是?多少 | 有多少 | 有?几[家个] ) \?? $ )
    )"""
)


def by_kind(question: str, said: str) -> Span | None:
    """`这家公司…`, when there is one in the conversation; `公司在哪里?`."""
    match = _KIND.match(question)
    if match is None:
        return None
    if match["bare"]:
        return None if has_name(question) else match.span("bare")
    for kind in reversed(list(accumulate(words(match["kind"])[:3]))):
        if (len(kind) > 1 and kind in said) or kind in _KINDS:
            return match.start("word"), match.start("kind") + len(kind)
    return None


def by_predicate(question: str, _: str) -> Span | None:
    """A question that begins with its predicate: `占全市的百分之多少?`, `什么时候成立的?`."""
    first = words(question)[0]
    if first in {"占", "比"}:
        # `比九号风球低一级的是什么?` has a subject.
        return (0, 1) if len(question) <= 2 * _LONGEST_ASKED and not re.search("的[是叫]", question) else None
    match = _PREDICATE.match(question)
    if match is None or len(first) > len(match[0]) or (first == "在" and "," in question):
        return None
    longest = _LONGEST_ASKED if _ASKED_SUBJECT.match(question) else _LONGEST
    if len(question) > longest or re.match("什么[是叫]|谁是", question) or has_name(question):
        return None
    return match.span()


def by_attribute(question: str, _: str) -> Span | None:
    """A question about something that is somebody's, and does not say whose: `总面积有多大?`."""
    match = _ATTRIBUTE.match(question)
    return None if match is None or has_name(question) else match.span()
