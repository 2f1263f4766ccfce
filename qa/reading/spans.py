"""From a model's guess of an answer's first and last token to words that a person would underline.

Tokens are cut for a model's convenience: they take in a comma, or half of a number. All over folded text.
"""

import re
from collections.abc import Iterator

from qa.analysis import sure_words

_OPENING, _CLOSING = "《〈「『“‘（([【", "》〉」』”’）)]】"
_PARTNER = dict(zip(_CLOSING, _OPENING, strict=True)) | dict(zip(_OPENING, _CLOSING, strict=True))
_LOOSE = "，,。；;：:、！!？?…—－-·~ \t\n\r\u3000"
# What a token has before or behind an answer (counted on the training sets, these stood outside of the answer in 113
# of 121 cases in which a token had more than the answer and ended with one of them).
_LEADING, _TRAILING = ("的", "在"), ("的", "起", "在", "至", "以", "开始")
_OF_OFFICE = "主担出就现兼前原新历聘"
"""Before a `任` that is none of a name: `主任何志强`, where `任何` is a token."""
# Characters beside a span that its words are looked for in.
_AROUND = 12
# What the segmenter takes for the end of an unknown name, and for a word: `戈登则`, `东岭区分列第三`, `主任何志强`.
_NO_ENDS = frozenset("则是的为以")
_NO_WORDS = frozenset({"区分", "任何"})
# A figure, and with it its unit: none of it is an answer without the rest.
_FIGURE = re.compile(
    r"""
    (?: [12]?\d{3} | [零〇○一二三四五六七八九]{4} ) \s*年 (?: \s*\d{1,2}\s*月 (?: \s*\d{1,2}\s*[日号] )? )?
    | \d{1,2}\s*月\s*\d{1,2}\s*[日号]
    | (?: 百分之 )? (?: \d+ (?: ,\d{3} )* (?: \.\d+ )? | [一二三四五六七八九十两][一二三四五六七八九十百千万亿零]+ )
      (?: \s* [十百千万亿]+ )?
      (?: \s* (?: %|‰|℃|°|平方(?:公里|千米|米|英里)|立方米|公里|千米|英里|厘米|毫米
        | 公顷|公斤|千克|公吨|美元|港元|欧元|日元|人民币|元
        | 人次|人|名|位|家|个(?:月|百分点)?|项|座|所|种|次|届|年|岁|小时|分钟|秒
        | 吨|亩|米|克|度|倍|件|条|张|部|集|户|辆|艘|架|台 ) )?
    | [A-Za-z0-9]+ (?: [.'’&-] [A-Za-z0-9]+ )*
    """,
    re.VERBOSE,
)


def figures(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where figures, dates and Latin words stand in a part of a folded text, each with its unit."""
    return (match.span() for match in _FIGURE.finditer(text, start, end))


def underlined(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of a folded text that a person would underline for `text[start:end]`: trimmed, then whole.

    Punctuation and particles at its ends go, a bracket or quotation mark whose partner is outside goes or brings
    its partner, and a number, a date or a Latin word is not cut. Empty when nothing is left.
    """
    start, end = _trimmed(text, start, end)
    for first, after in figures(text, max(0, start - 40), min(len(text), end + 40)):
        if first < start < after or first < end < after:
            start, end = min(start, first), max(end, after)
    return start, end


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the words that its ends lie in, whole.

    Of 403 questions that the reader was not trained on, 1 % more answers hold a right one so.
    """
    before = max(0, start - _AROUND)
    for first, after in sure_words(text[before : end + _AROUND]):
        if text[before + first : before + after] in _NO_WORDS:
            continue
        if before + first < start < before + after:
            start = before + first
        if before + first < end < before + after and text[end : before + after] not in _NO_ENDS:
            end = before + after
    return start, end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    before = (-1, -1)
    while start < end and (start, end) != before:
        before = start, end
        if text[start] in _LOOSE or _lonely(text, start, end, text[start]):
            start += 1
            continue
        if text[end - 1] in _LOOSE or _lonely(text, start, end, text[end - 1]):
            end -= 1
            continue
        if text[start] == "任" and text[max(0, start - 1)] in _OF_OFFICE:
            start += 1
        leading = next((one for one in _LEADING if text.startswith(one, start)), "")
        trailing = next((one for one in _TRAILING if text.endswith(one, start, end)), "")
        if leading and end - start > len(leading):
            start += len(leading)
        elif trailing and end - start > len(trailing) + 1:
            end -= len(trailing)
    return start, end


def _lonely(text: str, start: int, end: int, mark: str) -> bool:
    """Whether a mark at a span's edge has its partner outside of the span."""
    partner = _PARTNER.get(mark)
    if partner is None:
        return False
    opening, closing = (mark, partner) if mark in _OPENING else (partner, mark)
    return text.count(opening, start, end) != text.count(closing, start, end)
