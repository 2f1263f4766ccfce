"""Where sentences end, in Chinese, in English, and in text that mixes the two; and where a long one may be cut."""

import re
import unicodedata
from collections.abc import Iterator

from qa.analysis import HAN

# Whatever may end a sentence, or opens something that hides such an end: all is decided at one of these.
_MARKS = re.compile("[\n。！？!?｡‼⁇⁈⁉….“「『《〈（(【〔\\[]")
_TERMINATORS = "。！？!?｡‼⁇⁈⁉"
_TERMINATOR_RUN = re.compile(f"[{_TERMINATORS}…]+")
_ENDING = frozenset(_TERMINATORS + "….")
# Quotes and brackets that close go with the sentence; a straight quote does when one is open.
_CLOSING = re.compile(r"[”’」』）)】》〉〕\]']*")
_CLOSING_STRAIGHT = re.compile(r"""[”’」』）)】》〉〕\]'"]*""")
_CLOSING_QUOTES = frozenset("”’」』'\"")
# What begins no sentence: in front of one of these it goes on.
_CONTINUING = frozenset("，,、；;：:）)”’」』】》〉〕]")

# So much in brackets, in a title or in a quotation is passed over; an end within more of it is one like any other.
_BRACKETS = re.compile(
    r"[（(] [^（）()\n]{0,80} (?: [（(][^（）()\n]{0,80}[）)] [^（）()\n]{0,80} )? [）)]"
    r"| 【[^【】\n]{0,80}】 | 〔[^〔〕\n]{0,80}〕 | \[[^\[\]\n]{0,80}\]",
    re.VERBOSE,
)
_TITLE = re.compile("《[^《》\n]{0,80}》|〈[^〈〉\n]{0,80}〉")
_QUOTATION = re.compile("“[^“”\n]{0,40}”|「[^「」\n]{0,40}」|『[^『』\n]{0,40}』")
_INTRODUCING = frozenset("：:，,")
# Who said it, behind a quotation: `“好！”他说。`
_SPEAKER = re.compile(
    "[^。！？!?，,；;：:…\n“”「」『』（）()]{1,24}?"
    "(?:[说說道问問答喊叫]|表示|指出|介[绍紹]|解[释釋]|强调|強調|坦言|感[叹嘆慨]|回[忆憶])(?:。|[，,][“「])"
)
_LOWER_CASE = re.compile("[ \t]{1,8}[a-z]")
# `https://a.cn/?id=3`, `a != b`.
_NO_MARK = re.compile("(?<=[!-~])[!?]+[a-z0-9&/_%+#-]|[!?]+=")

_STOPS = re.compile(r"\.+")
_WORD = re.compile(r"[A-Za-z.]*\Z")
_LONGEST_WORD = 16
_LONGEST_INDENT = 64
_FOLLOWING = re.compile(r"\s{0,8}(\w{0,16})")
_LIST_NUMBER = re.compile(r"\s*(?:\d{1,3}|[A-Za-z]|[IVXivx]{1,4})\Z")
_INITIALS = re.compile(r"[A-Za-z](?:\.[A-Za-z])*|[A-Z][a-z]\.[A-Z]")
_BEFORE_NAMES = re.compile(
    r"Dr|Mrs?|Ms|Prof|Gen|Gov|Sen|Rep|Lt|Col|Capt|Sgt|Rev|Hon|Messrs|Mt|vs|[Cc]f|viz|approx|ca|[Ee]\.g|[Ii]\.e"
)
_BEFORE_NUMBERS = re.compile(
    "nos?|vol|figs?|eq|sec|ch|art|pp?|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec", re.IGNORECASE
)
# These, and initials such as `U.S.`, end a sentence only in front of a word that sentences begin with.
_BEFORE_ANYTHING = re.compile("Inc|Ltd|Co|Corp|Jr|Sr|St|Ave|Blvd|Rd|Univ|Dept|Bros|etc|al|Esq")
_FIRST_WORD = re.compile(
    "The|An?|He|She|It|They|We|I|You|Th(?:is|at|[eo]se)|In|On|At|For|But|And|However|His|Her|Its|Their|Our|My"
    "|There|Then|When|While|After|Before|As|If|So|One|What|Who|Where|Why|How"
)

# Where a sentence may be cut that is too long, the best first. A half-width mark between two letters is none.
_INNER_MARKS = (
    *(
        re.compile(rf"(?:[{wide}]|[{narrow}](?=\s|[^\x00-\x7f]))[”’」』）)】》]*")
        for wide, narrow in (("；", ";"), ("，", ",:"), ("、：", ",;:"))
    ),
    re.compile(r"(?=\s)"),
)
# What is never cut: words of letters, numbers with their units, dates.
_LETTER = f"[^\\W{HAN}\u3040-\u30ff]"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_NUMERAL = "[〇零一二两兩三四五六七八九十百千万萬亿億]"
_UNCUT = re.compile(
    rf"""
      (?: \d{{1,4}} | {_NUMERAL}{{2,4}} ) \s? 年 (?: \s? (?: \d{{1,2}} | {_NUMERAL}{{1,3}} ) \s? 月
          (?: \s? (?: \d{{1,2}} | {_NUMERAL}{{1,3}} ) \s? [日号號] )? )?
    | (?: \d{{1,2}} | {_NUMERAL}{{1,3}} ) \s? 月 \s? (?: \d{{1,2}} | {_NUMERAL}{{1,3}} ) \s? [日号號]
    | {_MONTH} \.? \s \d{{1,2}} (?:st|nd|rd|th)? (?: ,? \s \d{{4}} )? (?!{_LETTER})
    | \d{{1,2}} (?:st|nd|rd|th)? \s {_MONTH} \.? (?: ,? \s \d{{4}} )? (?!{_LETTER})
    | (?: {_LETTER} | (?<={_LETTER}) [.,:/@%'’+&=?#~-]+ (?={_LETTER}) )+ (?: [%‰℃] | {_NUMERAL}+ )?
    | {_NUMERAL}{{2,}}
    """,
    re.VERBOSE,
)
_LONGEST_UNCUT = 64
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of a text. A line's end ends a sentence too; white space around one is left out."""
    start = passed = counted = 0
    quoting = False  # whether a straight quote is open
    for match in _MARKS.finditer(text):
        at = match.start()
        if at < passed:
            continue
        if text[at] == "\n":
            passed, ends, quoting, counted = at + 1, True, False, at
        elif text[at] not in _ENDING:
            passed, ends = _behind_aside(text, start, at), False
        else:
            quoting ^= text.count('"', counted, at) % 2 == 1
            counted = at
            closing = _CLOSING_STRAIGHT if quoting else _CLOSING
            passed, ends = _full_stop(text, start, at, closing) if text[at] == "." else _terminator(text, at, closing)
        if ends:
            span = _trimmed(text, start, passed)
            start = passed
            if span[0] < span[1]:
                yield span
    span = _trimmed(text, start, len(text))
    if span[0] < span[1]:
        yield span


def sentence_around(text: str, place: int) -> tuple[int, int]:
    """The sentence that a place lies in."""
    return next(((start, end) for start, end in sentences(text) if place < end), (0, len(text)))


def statement_around(text: str, place: int) -> tuple[int, int]:
    """The sentence that a place lies in, or where that is a question, the first behind it that is none."""
    behind = [(start, end) for start, end in sentences(text) if place < end]
    stated = (one for one in behind if not is_question(text[slice(*one)]))
    return next(stated, behind[0] if behind else (0, len(text)))


def is_question(sentence: str) -> bool:
    """Whether a sentence ends as one, quotation marks apart."""
    return sentence.rstrip().rstrip("”’」』\"'").endswith(("?", "？"))


def pieces(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """The sentence `text[start:end]`, cut where it is longer than `longest` characters.

    Each cut stands behind the last semicolon in the second half of what fits, or else comma, or pause, or space; or,
    if there is none, wherever no word, number or date is cut.
    """
    while start < end:
        cut = end if end - start <= longest else _cut(text, start + longest // 2, start + longest)
        span = _trimmed(text, start, cut)
        if span[0] < span[1]:
            yield span
        start = cut


def _cut(text: str, floor: int, ceiling: int) -> int:
    """The best place to cut a sentence between two places, not at the first of them."""
    uncut = [match.span() for match in _UNCUT.finditer(text, floor - _LONGEST_UNCUT, ceiling + _LONGEST_UNCUT)]
    for marks in _INNER_MARKS:
        ends = (match.end() for match in marks.finditer(text, floor, ceiling + 1))
        cuts = [cut for cut in ends if floor < cut <= ceiling and not any(a < cut < b for a, b in uncut)]
        if cuts:
            return cuts[-1]
    cut = next((a for a, b in uncut if floor < a < ceiling < b), ceiling)
    while cut > floor + 1 and _is_joined(text, cut):
        cut -= 1
    return cut


def _is_joined(text: str, at: int) -> bool:
    """Whether two characters are shown as one: a letter and its accent, the parts of an emoji, and the like."""
    before, after = text[at - 1], text[at]
    return (
        before == "\u200d"
        or after in _JOINERS
        or unicodedata.combining(after) != 0
        or "\U0001f3fb" <= after <= "\U0001f3ff"
    )


def _behind_aside(text: str, start: int, at: int) -> int:
    """How far what opens at `at` hides the ends in it, in the sentence from `start`.

    A title hides them all. A bracket or a quotation that stands for a sentence, at the beginning of one or behind a
    colon, hides all but its last.
    """
    if title := _TITLE.match(text, at):
        return title.end()
    quotation = _QUOTATION.match(text, at)
    aside = quotation or _BRACKETS.match(text, at)
    if aside is None:
        return at + 1
    last = aside.end() - 2
    if text[last] not in _ENDING:
        return aside.end()
    alone = at - start < _LONGEST_INDENT and not text[start:at].strip()
    if not alone and not (quotation and (text[at - 1] in _INTRODUCING or text[last] == "。")):
        return aside.end()
    while text[last - 1] in _ENDING:
        last -= 1
    return last


def _terminator(text: str, at: int, closing: re.Pattern[str]) -> tuple[int, bool]:
    """How far the marks at `at` reach with what closes behind them, and whether a sentence ends there."""
    run = _matched(_TERMINATOR_RUN, text, at)
    closed = _matched(closing, text, run.end())
    end = closed.end()
    follows = text[end : end + 1]
    if follows in _CONTINUING or _NO_MARK.match(text, at):
        return end, False
    only_dots = not run[0].strip("…")
    if only_dots and (len(run[0]) == 1 or (follows.isalnum() and _CLOSING_QUOTES.isdisjoint(closed[0]))):
        return end, False
    return end, not _is_said(text, closed)


def _full_stop(text: str, start: int, at: int, closing: re.Pattern[str]) -> tuple[int, bool]:
    """The same for the full stop of Latin text: white space follows it, and no number or abbreviation precedes it."""
    run = _matched(_STOPS, text, at)
    closed = _matched(closing, text, run.end())
    end = closed.end()
    if end < len(text) and not text[end].isspace():
        return run.end(), False
    following = _matched(_FOLLOWING, text, end)[1]
    if len(run[0]) > 1:
        return end, not following[:1].islower()
    numbers_item = at - start < _LONGEST_INDENT and _LIST_NUMBER.match(text[start:at])
    return end, not (
        numbers_item or _abbreviates(text[max(start, at - _LONGEST_WORD) : at], following) or _is_said(text, closed)
    )


def _abbreviates(before: str, following: str) -> bool:
    """Whether a full stop belongs to the word before it, and ends no sentence."""
    word = _WORD.findall(before)[0].strip(".")
    if _BEFORE_NAMES.fullmatch(word):
        return True
    if _BEFORE_NUMBERS.fullmatch(word):
        return following[:1].isdigit()
    if len(word) == 1 and word != "I":
        return True  # J. Smith
    return bool(_BEFORE_ANYTHING.fullmatch(word) or _INITIALS.fullmatch(word)) and not _FIRST_WORD.fullmatch(following)


def _is_said(text: str, closed: re.Match[str]) -> bool:
    """Whether it is a quotation that has closed, and the sentence goes on to say whose."""
    if _CLOSING_QUOTES.isdisjoint(closed[0]):
        return False
    return bool(_SPEAKER.match(text, closed.end()) or _LOWER_CASE.match(text, closed.end()))


def _matched(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str]:
    """The match of a pattern that does match at `at`."""
    match = pattern.match(text, at)
    assert match is not None
    return match


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the white space at its ends; empty when there is nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
