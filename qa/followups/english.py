"""Follow-up questions in English: pronouns, and `what about …`."""

import re

# `Which firm says that it …` has its antecedent in itself.
_PRONOUN = re.compile(r"(?<!\bthat )\b(?:it|its|they|their|them|he|she|his|her|him|that one|this one)\b", re.IGNORECASE)
_PERSONAL = frozenset({"he", "she", "his", "her", "him"})
_POSSESSIVE = frozenset({"its", "their", "his"})
_CONTRAST = re.compile(r"^(?P<lead>and what about|what about|how about|and)\b[ ,]*(?P<other>[^?]*)\??$", re.IGNORECASE)
_BARE = re.compile(r"^(?:why|when|where|who|how|since when|how many|how much)\??$", re.IGNORECASE)
_QUESTION = re.compile(r"(?:when|who|how|what|where|which|why)\b", re.IGNORECASE)
_THERE = re.compile(r"\b(?:are|is|were|was) there(?=\s*\??$)", re.IGNORECASE)
_YEAR = re.compile(r"\b\d{4}\b")
# A name: words with capitals, and the small words within it.
_NAME = re.compile(r"\b(?:the )?(?:[A-Z][\w-]*|\([A-Z]\w*\))(?:(?: of| and| for| the)*[ ]\(?[A-Z][\w-]*\)?)*")
_WHO = re.compile(r"^Who (?:is|was|are) (?P<person>.+?)\s*\??$", re.IGNORECASE)
_COUNTED = re.compile(
    r"^How (?:many|much) (?P<counted>.+?) (?:do|does|did|is|are|was|were|has|have|can)\b", re.IGNORECASE
)
# `When did the bank open?`: the subject is what stands between.
_OPENED = re.compile(
    r"^(?:When|Where) (?:did|does|do|was|is|were|are) (?P<subject>(?:the |[A-Z]).+?)"
    r" (?:open|opened|start|begin|close|end|founded|built|located)\b"
)
_HELPED = re.compile(r"\b(?:do|does|did|is|was|are|were|has|have) (?=the\b)")


def leans(question: str) -> bool:
    """Whether an English question leans on the one before: it names nothing before its pronoun."""
    if _CONTRAST.match(question) or _BARE.match(question):
        return True
    pronoun = _PRONOUN.search(question) or _THERE.search(question)
    return pronoun is not None and not _names(question[: pronoun.start()])


def completed(question: str, query: str) -> str | None:
    """An English question with what it takes from the one before; None when that names nothing.

    Args:
        question: one that leans.
        query: the question before it, as searched for.
    """
    names = _names(query)
    if not names or _BARE.match(question):
        return None
    subject = _subject(query, names)
    contrast = _CONTRAST.match(question)
    if contrast and not _QUESTION.match(contrast["other"]):
        return _contrasted(contrast["other"].strip(), contrast["lead"], query, names[-1], subject)
    if contrast:
        question = contrast["other"][0].upper() + contrast["other"][1:] + "?"
    if there := _THERE.search(question):
        return f"{question[: there.end()]} in {names[-1][0]}?"
    who = _WHO.match(query)

    def referent(pronoun: re.Match[str]) -> str:
        word = pronoun[0].lower()
        name = who["person"] if who and word in _PERSONAL else subject
        of_hers = word == "her" and question[pronoun.end() :].strip(" ?") != ""
        return f"{name}'s" if word in _POSSESSIVE or of_hers else name

    return _PRONOUN.sub(referent, question)


def _names(text: str) -> list[re.Match[str]]:
    # The first word has a capital in any case.
    return [name for name in _NAME.finditer(text) if name.start() > 0]


def _subject(query: str, names: list[re.Match[str]]) -> str:
    """What an English question is about: from the helping verb to its last name, or else that name."""
    if opened := _OPENED.match(query):
        return opened["subject"]
    helped = _HELPED.search(query)
    if helped and helped.end() < names[-1].end():
        return query[helped.end() : names[-1].end()]
    return names[-1][0]


def _contrasted(other: str, lead: str, query: str, name: re.Match[str], subject: str) -> str:
    """The question before about something else: another year, another name, another thing that is counted."""
    year = _YEAR.search(query)
    if year and _YEAR.fullmatch(other.removeprefix("in ")):
        return _put(query, year.span(), other.removeprefix("in "))
    if _PRONOUN.search(other):
        return f"{lead} {_PRONOUN.sub(subject, other)}?"
    if other[:1].isupper():
        return _put(query, name.span(), other)
    if counted := _COUNTED.match(query):
        return _put(query, counted.span("counted"), other)
    return f"{lead} {other} of {subject}?"


def _put(text: str, span: tuple[int, int], new: str) -> str:
    return f"{text[: span[0]]}{new}{text[span[1] :]}"
