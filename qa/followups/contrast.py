"""`那南通呢？`: the question before, with the phrase that is contrasted in the place of the one of its kind."""

import re

from qa.analysis import fold, words
from qa.followups.topics import ASKING, TIME, Topic
from qa.text.naming import MEASURES, entity_ends, has_name, is_entity, names_only

_ADVERB = re.compile(r"以前|之前|从前|过去|以后|之后|后来|将来|原来|如今")
_ORDINAL = re.compile(r"[第头][一二三四五六七八九十0-9]+[回次个届期名]?")
_QUOTED = re.compile(r"[“「『《\"][^”」』》\"]+[”」』》\"]")
_COMPARED = re.compile(r"比.+?(?=[高低多少大小长短快慢早晚强重]\S{0,2}(?:多少|几|百分))")
_DONE = re.compile(r"是(?:谁|哪[^是的]{1,4})(?P<verb>[^是的]{2,})(?=的\??$)")
_NUMBER = re.compile(r"多少|几|百分之|多[大长高远久重]")
# What is measured and not counted.
_MEASURE = re.compile(r"(?:投资|面积|[额值率价]|收入|规模|[人总]数|成本|利润|时间|日期|长度)$")
_OFFICE = re.compile(r"(?:负责人|主任|董事长|经理|校长|院长|书记|作者|创始人)$")


def contrasted(query: str, about: Topic, other: str) -> str:
    """The question before, asked of something else.

    Args:
        query: the question before, as searched for.
        about: what it is about; it has a subject.
        other: the phrase that is contrasted.
    """
    for kind in (_form, _ending, _headless, _name):
        if found := kind(query, about, other):
            return found
    return _thing(query, about, other)


def _form(query: str, about: Topic, other: str) -> str | None:
    """A time for a time, an ordinal for an ordinal, a quotation for a quotation, a comparison for a comparison."""
    text, new = fold(query), fold(other)
    for form in (TIME, _ORDINAL, _QUOTED):
        if form.fullmatch(new) and (found := list(form.finditer(text))):
            return _put(query, found[-1].span(), other)
    if TIME.fullmatch(new) or _ADVERB.fullmatch(new):
        return query.replace(about.subject, about.subject + other, 1)
    if new.startswith("比") and (compared := _COMPARED.search(text)):
        return _put(query, compared.span(), other)
    return None


def _ending(query: str, about: Topic, other: str) -> str | None:
    """A phrase that ends as the other does: `外资企业` for `内资企业`, `永川高新区` for `清远高新区`."""
    for phrase in (about.counted, _head(about), _entity(about), about.subject):
        if phrase and _same_ending(fold(phrase), fold(other)):
            return query.replace(phrase, other, 1)
    return None


def _headless(query: str, about: Topic, other: str) -> str | None:
    """`省级的` for `国家级` in what is counted, or before it; `动手建设的` for what was done; else one of the same."""
    bare = other.removesuffix("的")
    if bare == other:
        return None
    if done := _DONE.search(fold(query)):
        return _put(query, done.span("verb"), bare)
    among = re.search(r"[，,](?P<some>.*)的", query)
    modified = about.counted or (among["some"] if among else "")
    for word in words(modified):
        if fold(word)[-1] == fold(bare)[-1]:
            return query.replace(modified, modified.replace(word, bare, 1), 1)
    if about.counted:
        return query.replace(about.counted, other + about.counted, 1)
    return query.replace(about.subject, other + words(about.subject)[-1], 1)


def _name(query: str, about: Topic, other: str) -> str | None:
    """A name for the name that the subject begins with, an organisation for an organisation."""
    new = fold(other)
    if names_only(new):
        first = words(about.subject)[0]
        return query.replace(first if names_only(fold(first)) else _entity(about), other, 1)
    if is_entity(new) and (has_name(new) or not about.counted):
        return query.replace(_entity(about), other, 1)
    return None


def _thing(query: str, about: Topic, other: str) -> str:
    """Another thing for what is counted or measured; else something of the subject's."""
    asked = ASKING.search(fold(query))
    counts = asked is not None and _NUMBER.match(asked[0]) is not None
    if _OFFICE.search(fold(other)) and not about.asks_person:
        return f"{about.holder}的{other}是谁？"
    if _MEASURE.search(fold(other)) and (about.counted or not counts):
        return f"{about.theme if about.counted else about.holder}的{other}是多少？"
    if about.counted:
        start = query.rfind(about.counted)
        # `多少家` counts companies, and not apartments; but `几` needs a measure.
        measured = query[start - 1] in MEASURES and query[start - 2] == "少"
        return _put(query, (start - measured, start + len(about.counted)), other)
    if head := _head(about):
        start = query.rfind(head)
        return _put(query, (start, start + len(head)), other)
    return f"{about.subject}的{other}{'有多少？' if counts else query.partition(about.subject)[2]}"


def _entity(about: Topic) -> str:
    """The organisation or place that the subject begins with, or all of the subject."""
    return about.subject[: next(iter(entity_ends(fold(about.subject))), None)]


def _head(about: Topic) -> str:
    """The last part of what a question is about, if it has parts: `固定资产投资` of `景德镇高新区的固定资产投资`."""
    theme = fold(about.theme)
    among, last = (theme.rfind(word) + len(word) for word in (",其中", "的"))
    cut = among if ",其中" in theme else last or next(iter(entity_ends(theme)), 0)
    return about.theme[cut:] if cut else ""


def _same_ending(one: str, other: str) -> bool:
    last, ending = words(one)[-1], words(other)[-1]
    return last == ending or (min(len(last), len(ending)) > 1 and one[-2:] == other[-2:])


def _put(text: str, span: tuple[int, int], new: str) -> str:
    return f"{text[: span[0]]}{new}{text[span[1] :]}"
