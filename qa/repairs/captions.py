"""What a page says of its pictures: captions and photo credits, which stand in a text and are no part of it.

A newspaper's columns leave them wherever the picture was, in the middle of a sentence too.
"""

import re
from collections.abc import Iterator, Sequence

from qa.alignment import Repair
from qa.analysis import HAN
from qa.layout.imprint import imprint_of, opening_of
from qa.layout.lines import MARKED_LINE, Line, goes_on, has_whole_lines, text_lines

_CAPTION_CHARACTERS = 160
_CREDIT_CHARACTERS = 50
_TITLE_CHARACTERS = 60
_INTRUDER_CHARACTERS = 40
_MOST_INTRUDERS = 3

_OPEN, _CLOSE = r"[（(〔【\[]", r"[）)〕】\]]"
_WHO = r"[^\s，。；！？,;!?：:][^，。；！？,;!?：:]{0,28}"
# A line that is nothing but a credit: `图片来源：新华社`, `李明/摄`, `（李明 摄）`, `Photo: Jane Doe`.
_CREDIT = re.compile(
    rf"""
    {_OPEN}? \s*
    (?: (?: [图圖](?:片|像)?[来來]源 | [图圖]源 | [图圖照]片(?:提供|[摄攝]影|版[权權]|作者)?
          | [摄攝]影 | 供[图圖] | [图圖] | [摄攝] ) \s* [：:/／] \s* {_WHO}
      | {_WHO}? (?: (?<![拍\s]) [摄攝] | [\s/／][摄攝]影? | 供[图圖]
             | [\s/／] (?: [制製][图圖] | [绘繪][图圖]? | 漫[画畫] ) )
      | {_WHO} [发發]? \s* [（(] {_WHO} [摄攝] [）)]
      | [{HAN}]{{0,10}}? (?: [资資]料[图圖](?:片)? | 效果[图圖] | 示意[图圖] | 新[华華]社[发發] | [视視][觉覺]中[国國] )
      | (?i: (?:photo|photograph|picture|image|illustration|graphic)s? (?:\ credits?)?
             (?: \s*:\s* | \ by\  | \ courtesy\ of\  | \ from\  ) {_WHO}
          | courtesy\ of\ {_WHO} | (?:file|stock)\ photo | credits? \s* : \s* {_WHO} )
      | [A-Z][\w\ .'-]{{1,40}} / (?i:reuters|ap|afp|getty\ images|xinhua|epa)
      | (?i:ap|afp|reuters|xinhua|getty\ images|epa) \ ?(?:Photo|Images)?\ ? / \ ?[A-Z][\w\ .'-]{{1,40}}
    ) \s* {_CLOSE}? [。.]?
    """,
    re.VERBOSE,
)
# A line that says by its first words that it is about a picture.
_OPENING = re.compile(
    rf"""
    {_OPEN}? \s*
    (?: [图圖][为為](?![什何了]) | [上下左右中题題首][图圖] [：:为為] | [图圖]片?(?:[说說]明?|注|[释釋]) \s* [：:]
      | [图圖] \s* (?:[0-9]{{1,3}}|[一二三四五六七八九十]{{1,3}}) (?:[-—.．][0-9]+)* (?: \s*[：:．.、（(] | \s )
      | [资資]料[图圖]片? \s* [：:] | [▲△] \s* \S
      | (?:Figure|Fig\.|FIGURE|Pictured|Above|Caption|Photo|Picture|Image) (?:\s?\d+(?:[.-]\d+)*)? \s* [:.] \s )
    """,
    re.VERBOSE,
)
# A line that ends with its credit: `…工人在赶制订单。李明 摄`.
_CREDITED = re.compile(
    rf"(?:[。！”）)\s]|{_OPEN})(?:{_WHO})?(?<!拍)(?:[摄攝]|供[图圖]|新[华華]社[发發])\s*{_CLOSE}?。?$"
)
_MARKDOWN_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_TRIGGER = re.compile(
    r"[摄攝图圖▲△照绘繪漫]|新[华華]社[发發]|[视視][觉覺]中|!\["
    r"|(?i:photo|image|picture|figure|fig\.|illustration|graphic|caption|credit|courtesy|above|reuters|ap|afp|getty|xinhua|epa)"
)
_NUMBERED = re.compile(
    r"[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十\d]+[）)]|\d|第[一二三四五六七八九十百\d]+[章节節编編部篇]"
)
_MARKS = re.compile(r"[，。；！？：,;!?:]")
_SENTENCE_ENDS = "。！？!?…”’」』）)：:.；;"


def captions(text: str) -> Iterator[Repair]:
    """Cut captions and credits out of a text, each with its line break, a caption together with its credit.

    A line is one by what it says of itself, by the credit below it, or because the sentence above it goes on below
    it and blank lines are around it. A text of nothing else keeps them.
    """
    lines = text_lines(text)
    apart = _own_forms(lines)
    apart |= _titles(lines, apart)
    apart |= _intruders(text, lines, apart)
    if len(apart) == len(lines):
        return
    for first, last in _blocks(lines, sorted(apart)):
        yield Repair(lines[first].start, min(lines[last].end + 1, len(text)), "")


def _own_forms(lines: Sequence[Line]) -> set[int]:
    """The lines that are a caption or a credit by their own words. Three that are marked alike are a list."""
    found = {index for index, line in enumerate(lines) if _is_caption(line.text)}
    marked = {index for index in found if lines[index].text.startswith(("▲", "△"))}
    return found - {index + step for index in marked if {index, index + 1, index + 2} <= marked for step in range(3)}


def _is_caption(line: str) -> bool:
    if len(line) > _CAPTION_CHARACTERS or not _TRIGGER.search(line) or imprint_of(line) is not None:
        return False
    if _is_credit(line) or _MARKDOWN_IMAGE.fullmatch(line):
        return True
    return _OPENING.match(line) is not None or _CREDITED.search(line) is not None


def _is_credit(line: str) -> bool:
    return len(line) <= _CREDIT_CHARACTERS and _CREDIT.fullmatch(line) is not None


def _titles(lines: Sequence[Line], apart: set[int]) -> set[int]:
    """The short lines right above a credit, unless they could be the headline of what follows."""
    found = set()
    for index in apart:
        if index == 0 or index - 1 in apart or not _is_credit(lines[index].text):
            continue
        title = lines[index - 1].text
        if len(title) > _TITLE_CHARACTERS or title.endswith(tuple(_SENTENCE_ENDS)) or _is_structure(title):
            continue
        above = lines[index - 2].text if index > 1 else ""
        after = next(other for other in range(index, len(lines) + 1) if other not in apart)
        below = lines[after].text if after < len(lines) else ""
        alone = index == 1 and len(apart) == len(lines) - 1
        ended = above.endswith(tuple(_SENTENCE_ENDS)) or index - 2 in apart or _is_structure(above)
        if alone or (above and ended and not (opening_of(below) or imprint_of(below))):
            found.add(index - 1)
    return found


def _intruders(text: str, lines: Sequence[Line], apart: set[int]) -> set[int]:
    """Up to three short lines without a mark, between two parts of a sentence."""
    candidates = {index for index, line in enumerate(lines) if index not in apart and _may_intrude(line.text)}
    short = candidates | apart
    found: set[int] = set()
    for first in candidates:
        if first == 0 or first - 1 in short:
            continue
        after = first
        while after in short:
            after += 1
        if after == len(lines) or after - first > _MOST_INTRUDERS:
            continue
        before, behind = lines[first - 1], lines[after]
        gaps = (text[before.end : lines[first].start], text[lines[after - 1].end : behind.start])
        blank = all(gap.count("\n") > 1 for gap in gaps)
        if blank and goes_on(before.text, behind.text) and _is_cut(before.text, behind.text):
            found |= set(range(first, after)) - apart
    # Where lines are cut everywhere, a short one is a part of a sentence.
    rest = [line for index, line in enumerate(lines) if index + 1 not in found]
    return found if found and has_whole_lines(rest) else set()


def _may_intrude(line: str) -> bool:
    return (
        2 <= len(line) <= _INTRUDER_CHARACTERS
        and not _MARKS.search(line)
        and not line.endswith(tuple(_SENTENCE_ENDS[:5]))
        and not _NUMBERED.match(line)
        and not _is_structure(line)
    )


def _is_structure(line: str) -> bool:
    """Whether a line is a heading, a list item, a byline or the like."""
    return MARKED_LINE.match(line) is not None or imprint_of(line) is not None


def _is_cut(before: str, behind: str) -> bool:
    """Whether a sentence could go on here: Latin text shows it by a small letter."""
    return not before[-1].isascii() or before[-1] in ",0123456789" or behind[0].islower()


def _blocks(lines: Sequence[Line], apart: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs of neighbouring lines, first and last: one to a picture, so none goes on behind a credit."""
    first = last = -2
    for index in apart:
        if index != last + 1 or _is_credit(lines[last].text) or not _is_credit(lines[index].text):
            if last >= 0:
                yield first, last
            first = index
        last = index
    if last >= 0:
        yield first, last
