"""Follow-up questions in English: pronouns, and `what about …`."""

import re

_PRONOUN = re.compile(r"\b(?:it|its|they|their|them|he|she|his|her|him|that one|this one)\b", re.IGNORECASE)
_CONTRAST = re.compile(r"^(?:and|what about|how about|and what about)\b[ ,]*(?P<other>[^?]*)\??$", re.IGNORECASE)
_THERE = re.compile(r"\b(?:are|is|were|was) there(?=\s*\??$)", re.IGNORECASE)
# A name: words with capitals, and the small words within it.
_NAME = re.compile(r"\b(?:the )?(?:[A-Z][\w-]*|\([A-Z]\w*\))(?:(?: of| and| for| the)*[ ]\(?[A-Z][\w-]*\)?)*")
_COUNTED = re.compile(r"^(?P<how>How (?:many|much)) (?P<counted>.+?) (?=(?:do|does|did|is|are|was|were|has|have|can)\b)", re.IGNORECASE)
_WHO = re.compile(r"^Who (?:is|was|are) (?P<person>.+?)\s*\??$", re.IGNORECASE)
_POSSESSIVE = frozenset({"its", "their", "his"})


def leans(question: str) -> bool:
    """Whether an English question leans on the one before: what it is about is named in it nowhere."""
    if _CONTRAST.match(question):
        return True
    pronoun = _PRONOUN.search(question) or _THERE.search(question)
    return pronoun is not None and not list(_names(question[: pronoun.start()]))


def completed(question: str, query: str) -> str | None:
    """An English question with what it takes from the one before; None when that names nothing.

    Args:
        question: one that leans.
        query: the question before it, as searched for.
    """
    names = list(_names(query))
    if not names:
        return None
    subject = _subject(query, names)
    if contrast := _CONTRAST.match(question):
        return _contrasted(question, contrast["other"].strip(), query, names, subject)
    if there := _THERE.search(question):
        return f"{question[: there.end()]} in {names[-1][0]}?"
    who = _WHO.match(query)

    def referent(pronoun: re.Match[str]) -> str:
        word = pronoun[0].lower()
        person = word in {"he", "she", "his", "her", "him"}
        name = who["person"] if who and person else subject
        following = question[pronoun.end() :].strip(" ?")
        possessive = word in _POSSESSIVE or (word == "her" and following)
        return f"{name}'s" if possessive else name

    return _PRONOUN.sub(referent, question)


def _names(text: str) -> list[re.Match[str]]:
    # The first word has a capital in any case.
    return [name for name in _NAME.finditer(text) if name.start() > 0]


def _subject(query: str, names: list[re.Match[str]]) -> str:
    """What an English question is about: from the verb's helping word to its last name, or that name."""
    helped = re.search(r"\b(?:do|does|did|is|was|are|were|has|have) (?=the\b)", query)
    if helped and helped.end() < names[-1].end():
        return query[helped.end() : names[-1].end()]
    return names[-1][0]


def _contrasted(question: str, other: str, query: str, names: list[re.Match[str]], subject: str) -> str:
    if other and other[0].isupper() and not re.match(r"(?:when|who|how|what|where|which|why)\b", other, re.IGNORECASE):
        return f"{query[: names[-1].start()]}{other}{query[names[-1].end() :]}"
    if _PRONOUN.search(other):
        return _PRONOUN.sub(subject, question)
    if counted := _COUNTED.match(query):
        return f"{counted['how']} {other}{query[counted.end('counted') :]}"
    return f"{question.rstrip(' ?')} of {subject}?"
