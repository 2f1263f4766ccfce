"""Questions about an article and not about what it says: who wrote it, where it appeared, and when."""

import re
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from qa.analysis import fold
from qa.datatypes import Passage
from qa.text.dates import dates
from qa.text.naming import names_in

Field = Literal["byline", "publication", "date"]

_DEPTH = 3
"""Passages whose articles may be the one that is meant."""
_OFTEN = 4
"""One passage in so many has the name of what its article is about."""

# All over folded text. What is asked about must be named as an article of the collection, and what is asked for in
# one of few ways: `项目哪天开工`, `记者节是哪天` and `新闻发布会哪天开` are questions about the text.
_ARTICLE = re.compile(
    r"[这那该此本]\s*一?\s*[篇条则](?:\s*(?:文章|报道|新闻|稿件?|稿子))?"
    r"|(?<=[的篇条则])\s*(?:报道|新闻稿|新闻(?!发布会|中心)|稿件|稿子)"
    r"|(?<!了)文章(?![中里上内])"
    r"|\b(?:the|this|that|a) (?:news(?:paper)? )?(?:report|story)\b"
    r"|\b(?:(?:the|this|that|an?) )?(?:news(?:paper)? )?articles?\b"
)
# These are articles where a headline says so: a report may tell of a notice that it is not.
_NOTICE = re.compile("通知|通告|公告|公示|启事")
_PAPER = r"(?:份|家|张|个|本|种)?(?:报纸?|报刊|杂志|刊物|期刊|媒体|网站)"
_TAKEN = r"(?:摘|选|转|转载|来|出|源)自"
_APPEARED = r"(?:发布|公布|印发|发表|刊登|刊载|刊发|登载|登报|见报|登出|发出|登|发)"
_WHEN = r"(?:哪一?天|哪一?[年日月]|几月几[日号]|几[日号]|何时|什么时候|什么时间)"
_PUBLISHED = r"(?:published|printed|posted|come from|come out|appear)"
_ASKED: tuple[tuple[Field, re.Pattern[str]], ...] = (
    (
        "byline",
        re.compile(
            r"(?:作者|撰稿人|执笔人?|署名)\s*(?:的?(?:名字|姓名))?\s*[是叫为]?"
            r"\s*(?:谁|哪位|什么(?:名字)?|何人|(?=\??\s*$))"
            r"|(?:谁|哪[位个](?:作者|记者)?)\s*(?:撰写|采写|写|撰稿|执笔|报道)\s*的?"
            r"|(?:谁|(?:哪个|哪家|什么)(?:单位|部门|机关|机构))\s*(?:发布|公布|印发|发出|发)\s*[的了]?"
            r"|出自(?:谁|哪位).{0,4}(?:之手|手笔)"
            r"|\bwho (?:wrote|authored|reported|(?:is|was) the (?:author|writer|reporter) of)\b"
            r"|\b(?:who|by whom)\b.{0,80}\b(?:written|authored)\b|\bwritten by whom\b"
        ),
    ),
    (
        "publication",
        re.compile(
            rf"(?:{_TAKEN}|{_APPEARED}[在于]|是|见于)?\s*(?:哪|什么){_PAPER}[上里]?(?:{_APPEARED}|刊)?[的了]?"
            rf"|{_TAKEN}\s*(?:哪里|哪儿|何处|什么地方)|(?:来源|出处)[是为](?:哪里|什么|哪)"
            r"|\b(?:which|what) (?:newspaper|magazine|paper|publication|journal|website)\b"
            rf"|\bwhere (?:was|were|did|does)\b.{{0,80}}\b{_PUBLISHED}\b"
        ),
    ),
    (
        "date",
        re.compile(
            rf"是?[在于]?{_WHEN}\s*{_APPEARED}[来出]?[的了]?|是?{_WHEN}的(?:报纸?|报道|新闻|文章|稿件?|稿子)"
            rf"|{_APPEARED}的?(?:日期|时间)\s*[是为]?\s*{_WHEN}?|{_APPEARED}[于在]\s*{_WHEN}"
            rf"|\b(?:when|(?:what|which) (?:date|day)) (?:was|were|did)\b.{{0,80}}\b{_PUBLISHED}\b"
            r"|\bdate of (?:publication of )?(?:the|this|that) (?:article|report|story)\b"
            r"|\bpublication date of\b"
        ),
    ),
)
# An English question reaches around the article, `when was … published`: these of its words go.
_ENGLISH_FRAME = re.compile(
    r"\b(?:who|by whom|which|what|when|where|newspaper|magazine|paper|publication|journal|website|date|day|author"
    r"|writer|reporter|wrote|authored|reported|written|published|printed|posted|come|comes|came|taken|out|appear|from|of)\b"
)
_TRIMMED = " \t,.?!;:，。？！；：、的是了"


class MetadataQuestion(NamedTuple):
    """What is asked for, and of which article."""

    field: Field
    subject: str
    """The question without the words that ask; empty when it says nothing of the article."""
    notice: str = ""
    """How the article's headline ends, where it is a notice."""


def metadata_question(question: str) -> MetadataQuestion | None:
    """The metadata that a question asks for; None when it asks about the text."""
    folded = fold(question)
    article, notice = _ARTICLE.search(folded), _NOTICE.search(folded)
    # What is written in a title is no article of the collection.
    if not (article or notice) or "《" in folded:
        return None
    for field, pattern in _ASKED:
        if asked := pattern.search(folded):
            ending = notice[0] if notice and not article else ""
            return MetadataQuestion(field, _subject(question, folded, asked), ending)
    return None


class Statement(NamedTuple):
    """Where an article says what is asked for."""

    passage: Passage
    value: str
    """As it stands there."""
    rank: int
    """Of the passage that brought the article, from 0."""


def stating_passage(
    asked: MetadataQuestion, ranked: Sequence[Passage], passages_of: Callable[[str], Sequence[Passage]]
) -> Statement | None:
    """The passage that states metadata of the article that ranks best, of those about what the question names.

    Args:
        asked: what is asked for, and of which article.
        ranked: passages, best first; the first of them whose article has the value decides.
        passages_of: gives the passages of a document, in order.
    """
    names = names_in(fold(asked.subject))
    for rank, passage in enumerate(ranked[:_DEPTH]):
        if not fold(passage.source.headline or "").endswith(asked.notice):
            continue
        article = [one for one in passages_of(passage.source.document) if _same_article(one, passage)]
        if not all(_is_about(name, article) for name in names):
            continue
        # Some passages are nothing but such lines; without them a report names its author in its first words, or in
        # brackets at its end. Elsewhere the value may be there by chance.
        places = [
            (one.role != "imprint", min(number, len(article) - 1 - number), number, value)
            for number, one in enumerate(article)
            if (value := _stated(one, asked.field))
        ]
        if places:
            *_, number, value = min(places)
            return Statement(article[number], value, rank)
    return None


def _subject(question: str, folded: str, asked: re.Match[str]) -> str:
    """The question without the words that ask. `folded` is as long as `question`."""
    frame = [asked] if asked[0][:1] > "z" else _ENGLISH_FRAME.finditer(folded)
    cut = [match.span() for match in (*frame, *_ARTICLE.finditer(folded))]
    kept = [character for place, character in enumerate(question) if not any(a <= place < b for a, b in cut)]
    return " ".join("".join(kept).split()).strip(_TRIMMED)


def _same_article(one: Passage, other: Passage) -> bool:
    first, second = one.source, other.source
    return (first.headline, first.byline, first.date, first.publication) == (
        second.headline,
        second.byline,
        second.date,
        second.publication,
    )


def _is_about(name: str, article: Sequence[Passage]) -> bool:
    """Whether an article is about what has a name: its headings or its first words have it, or many of its passages.

    Another article may say the name in passing.
    """
    texts = [fold(one.text) for one in article if one.role == "text"] or [fold(one.text) for one in article]
    headings = {heading for one in article for heading in one.source.headings}
    if name in texts[0] or any(name in fold(heading) for heading in headings):
        return True
    return _OFTEN * sum(name in text for text in texts) >= len(texts)


def _stated(passage: Passage, field: Field) -> str | None:
    """An article's value as a passage of it has it; None when it does not, or the value is not known."""
    value: str | None = getattr(passage.source, field)
    if value and field == "date":
        return next((date.written for date in dates(passage.text) if date.iso == value), None)
    return value if value and value in passage.text else None
