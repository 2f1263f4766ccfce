"""`那南通呢？`: the question before, with the phrase that is contrasted in place of the one of its kind."""

import re

from qa.analysis import fold, words
from qa.topics import ASKING, MEASURES, TIME, Topic, entity, has_name, names_only, split_entity

_ADVERB = re.compile(r"以前|之前|从前|过去|以后|之后|后来|将来|明年|原来|现在|如今")
_ORDINAL = re.compile(r"[第头][一二三四五六七八九十0-9]+[回次个届期名]?")
_QUOTED = re.compile(r"[“「『《\"][^”」』》\"]+[”」』》\"]")
_COMPARED = re.compile(r"比.+?(?=[高低多少大小长短快慢早晚强重]\S{0,2}(?:多少|几|百分))")
_DONE = re.compile(r"(?<=是)(?P<who>谁|哪[^是的]{1,4})(?P<verb>[^是的]{2,})(?=的[？?]?$)")
_NUMBER = re.compile(r"多少|几|百分之|多[大长高远久重]")


def contrasted(query: str, about: Topic, other: str) -> str | None:
    """The question before about something else.

    Args:
        query: the question before, as searched for.
        about: what it is about, which has a subject.
        other: the phrase that is contrasted.
    """
    for find in (_by_form, _by_end, _by_modifier, _by_name):
        found = find(query, about, other)
        if found:
            return found
    return _by_place(query, about, other)


def _by_form(query: str, about: Topic, other: str) -> str | None:
    """A time for a time, an ordinal for an ordinal, a quotation for a quotation, a comparison for a comparison."""
    text, new = fold(query), fold(other)
    for form in (TIME, _ORDINAL, _QUOTED):
        if form.fullmatch(new) and (found := list(form.finditer(text))):
            return _put(query, found[-1].span(), other)
    if TIME.fullmatch(new) or _ADVERB.fullmatch(new):
        end = query.find(about.subject) + len(about.subject)
        return f"{query[:end]}{other}{query[end:]}"
    if new.startswith("比") and (compared := _COMPARED.search(text)):
        return _put(query, compared.span(), other)
    if new.endswith("的") and (done := _DONE.search(text)):
        return _put(query, done.span("verb"), other[:-1])
    return None


def _by_end(query: str, about: Topic, other: str) -> str | None:
    """A phrase that ends as the other does: `外资企业` for `内资企业`, `永川高新区` for `清远高新区`."""
    split = split_entity(about.subject)
    for phrase in (about.counted, _head(about), about.subject[:split], about.subject):
        if phrase and _same_end(fold(phrase), fold(other)):
            return query.replace(phrase, other, 1)
    return None


def _by_modifier(query: str, about: Topic, other: str) -> str | None:
    """`省级的`: for `国家级` in what is counted, or before it."""
    if not (about.counted and fold(other).endswith("的")):
        return None
    kind, bare = fold(other)[-2:-1], other[:-1]
    for word in words(about.counted)[:-1]:
        if fold(word).endswith(kind):
            return query.replace(about.counted, about.counted.replace(word, bare, 1), 1)
    return query.replace(about.counted, other + about.counted, 1)


def _by_name(query: str, about: Topic, other: str) -> str | None:
    """A name for the name that the subject begins with, an organisation for an organisation."""
    new = fold(other)
    if names_only(new):
        first = words(about.subject)[0]
        split = len(first) if names_only(fold(first)) else split_entity(about.subject)
        return query.replace(about.subject[: split or None], other, 1)
    if entity(new) and (has_name(new) or not about.counted):
        return query.replace(about.subject[: split_entity(about.subject) or None], other, 1)
    return None


def _by_place(query: str, about: Topic, other: str) -> str | None:
    """What is counted or measured, of whatever kind; else something of the subject's."""
    if about.counted:
        counted = query.rfind(about.counted)
        # `多少家` counts companies and not apartments.
        start = counted - 1 if query[counted - 1 : counted] in tuple(MEASURES) else counted
        return _put(query, (start, counted + len(about.counted)), other)
    if head := _head(about):
        return _put(query, (place := query.rfind(head), place + len(head)), other)
    asked = ASKING.search(fold(query))
    tail = "有多少？" if asked and _NUMBER.match(asked[0]) else query[query.find(about.subject) + len(about.subject) :]
    return f"{about.subject}的{other}{tail}"


def _head(about: Topic) -> str:
    """The last part of what the question is about, when it has parts: `固定资产投资` of `景德镇高新区的固定资产投资`."""
    among, last = (fold(about.theme).rfind(word) + len(word) for word in (",其中", "的"))
    cut = among if among > 2 else last or split_entity(about.theme)
    return about.theme[cut:] if cut else ""


def _same_end(one: str, other: str) -> bool:
    last, ending = words(one)[-1], words(other)[-1]
    return last == ending or (min(len(last), len(ending)) > 1 and one[-2:] == other[-2:])


def _put(text: str, span: tuple[int, int], new: str) -> str:
    return f"{text[: span[0]]}{new}{text[span[1] :]}"
