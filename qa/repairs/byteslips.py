"""Runs of characters that were read from GBK one byte off, restored: `??萍紕?(chuàng)新` to `。科技創(chuàng)新`.

How they come about. GBK writes a Han character in two bytes, and programs that know nothing of it have searched pages
for `？` (A3 BF) and the like to write `?` in its place. `。科` is A1 A3 BF C6: A3 BF stands there too, across two
characters. What is left is A1, `?`, and `科` without its first byte: from here on every pair of bytes is made of two
characters' halves, until a byte comes that no pair can take in. Lone bytes are shown as `?` or U+FFFD. A byte that was
lost in some other way does the same, without the marks in front.

So of the characters in such a run all bytes are there, and only the first and the last have lost one. The last may be
known from its reading, which some pages put behind it; both from the words that they make with their neighbours.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

from qa.alignment import Repair
from qa.analysis import fold_script
from qa.repairs.halves import completed, decoded, encoded, with_lead, with_trail
from qa.repairs.likelihood import (
    Wording,
    commonness,
    is_written_in,
    likelihood,
    likelihoods,
    suffix_likelihoods,
    wordings,
)
from qa.repairs.middledots import asks, lost_dots
from qa.repairs.readings import READING, all_read

_MARKS = frozenset("!,:;()")
# The lone byte and the bracket behind it may have been taken for one and shown as one mark.
_READING_BEHIND = re.compile(READING.replace("]", "]?", 1))
_READING_BEFORE = re.compile(READING)
_LOST_MARK = "？".encode("gbk")
_LONGEST_RUN = 64
_GLANCE = 8
_CONTEXT = 6
# Latin letters behind Chinese are looked at only where that is unlikely: log probability of the last two characters.
_LIKELY = -12.4
# Of the places where a run may start so many are tried, when they are no less likely than the best by so much.
_STARTS = 4
_WORSE = 12.0
# Log probability of a character of which one byte is known, at first sight; and what no choice of it makes up for.
_HALF_KNOWN = -8.0
_HOPELESS = -10.0
_HOPELESS_LETTER = -8.5
# How much likelier than the damaged run the restored one must be. A mark in front speaks for a slip by itself, and
# words that ask speak for a question mark.
_CERTAIN_RUN = 6.0
_MARKED = 10.0
_QUESTION = 15.0
_DOT = 1.5
_MOST_DOT = 12.0
_CLAUSE = 60
_LONGER = 2
_RARE = -15.5
_RUN_END = re.compile(
    r"""[?\ufffd@-~]
    (?: (?<= [^\x00-\x7f\ufffd] . ) (?<! [\u00b7\u2014-\u201d\u3000-\u3011\uff01-\uff1f] [@-~] )
      | (?<= [?\ufffd] [?!,:;()] . )
    )""",
    re.VERBOSE,
)
_CHANCE = 2


class _Reading(NamedTuple):
    """`text[start:]` read one byte off: gives the characters that may stand first, and has those behind for certain."""

    start: int
    firsts: Callable[[], Sequence[str]]
    inner: str
    gain: float


class _End(NamedTuple):
    """A run ends before `text[run]`; with the marks behind it, before `text[all]`. `suffix` is what these hid.

    Between first and last character it has at least `least_inner`.
    """

    run: int
    all: int
    lasts: Sequence[str]
    suffix: str
    least_inner: int = 0


class _Found(NamedTuple):
    """A repair, and how much likelier the text is with it."""

    repair: Repair
    gain: float


def byte_slips(text: str) -> Iterator[Repair]:
    """Restore runs that were read one byte off. A character that is not certain is left as `?`."""
    wording, dots = wordings(text), lost_dots(text)
    done, held = 0, None
    for at in _run_ends(text, wording(0).charset):
        # What has taken in a letter is of no text: a character that stands here again has not.
        if not text[at].isascii() and wording(at).times(text[at]) > _CHANCE:
            continue
        found = _found(text, done, at, wording, dots.get(at, 0.0))
        if found is None:
            continue
        # Of two that overlap, the likelier one.
        if held is not None and found.repair.start >= held.repair.end:
            yield held.repair
            done = held.repair.end
        if held is None or found.repair.start >= held.repair.end or found.gain > held.gain:
            held = found
    if held is not None:
        yield held.repair


def _found(text: str, floor: int, at: int, wordings: Callable[[int], Wording], dot: float) -> _Found | None:
    """The repair of a run read one byte off that ends around `text[at]`, if there is one.

    `dot` speaks for a lost dot there.
    """
    if text[at].isalpha() and _is_likely(text[max(floor, at - 2) : at]):
        return None
    best, best_gain = None, _CERTAIN_RUN
    hopeless = _HOPELESS if text[at] in "?\ufffd" else _HOPELESS_LETTER
    if text[at] == "?" and asks(fold_script(text[max(floor, at - _CLAUSE) : at]), ""):
        best_gain += _QUESTION
    best_gain += _DOT * min(_MOST_DOT, max(0.0, dot))
    for end in _ends(text, at):
        last = end.lasts[0] if len(end.lasts) == 1 else ""
        # The end of a long run tells whether it is one.
        start = _run_start(text, max(floor, end.run - _GLANCE), end.run)
        if end.run - start == _GLANCE:
            glanced = _readings(text, floor, start, end.run, last)
            if all(reading.gain <= hopeless for reading in glanced):
                continue
            start = _run_start(text, max(floor, end.run - _LONGEST_RUN), start)
        found = list(_readings(text, floor, start, end.run, last))
        least = max([hopeless, *(reading.gain - _WORSE for reading in found)])
        found = [reading for reading in found if reading.gain > least or reading.start < start]
        found = [reading for reading in found if len(reading.inner) >= end.least_inner]
        behind = end.suffix + _READING_BEHIND.sub("", text[end.all : end.all + 3 * _CONTEXT])[:_CONTEXT]
        for reading in sorted(found, key=lambda reading: -reading.gain)[:_STARTS]:
            before = text[max(floor, reading.start - 6 * _CONTEXT) : reading.start]
            before = _READING_BEFORE.sub("", before)[-_CONTEXT:]
            wording = wordings(at)
            restored, likeliest = completed(before, reading.firsts(), reading.inner, end.lasts, behind, wording)
            damaged = text[reading.start : end.all]
            gain = wording.worth(before, likeliest, behind)
            gain -= wording.worth(before, damaged, behind[len(end.suffix) :], stands=True)
            gain += _MARKED if reading.start < start else 0.0
            # Without a mark in front, a run must not become less known than it was.
            unknown = restored.count("?") if reading.start >= start else 0
            if gain > best_gain and unknown <= max(1, len(reading.inner)) and restored != damaged:
                best, best_gain = Repair(reading.start, end.all, restored + end.suffix), gain
    return _Found(best, best_gain) if best else None


def _run_start(text: str, floor: int, start: int) -> int:
    """How far to the left of `start` there are characters of two bytes."""
    while start > floor and _encoded(text[start - 1]):
        start -= 1
    return start


def _run_ends(text: str, written: str) -> list[int]:
    """Where a run may end in a text that is written in a character set, in ascending order.

    At a byte that is shown as a mark; at a second byte that is ASCII by itself; or at a character that has taken in a
    letter from behind the run, and is of no text otherwise.
    """
    ends = [match.start() for match in _RUN_END.finditer(text)]
    if odd := {character for character in set(text) if _has_taken_in(character, written)}:
        inside = (at for at, character in enumerate(text) if at and character in odd)
        ends += (at for at in inside if not text[at - 1].isascii() and text[at - 1] != "\ufffd")
    return sorted(ends)


@lru_cache(1 << 16)
def _has_taken_in(character: str, charset: str) -> bool:
    """Whether the second byte of a character is a letter, and a text in a character set has no such character."""
    return encoded(character)[1:].isalpha() and (not is_written_in(charset, character) or commonness(character) < _RARE)


@lru_cache(1 << 16)
def _is_likely(tail: str) -> bool:
    """Whether what stands in front of a letter is a text like any other."""
    return "?" not in tail and "\ufffd" not in tail and likelihood(tail) >= _LIKELY


def _ends(text: str, at: int) -> Iterator[_End]:
    """How a run may end around `text[at]`: in front of it, or with it when it holds a letter from behind the run."""
    before = _encoded(text[at - 1])
    pair = encoded(text[at])
    if pair:
        # Names hold rare characters too. A run is longer, or a Latin word goes on behind the letter.
        goes_on = text[at + 1 : at + 2].isalnum() and text[at + 1].isascii()
        if before and (last := decoded(before[1:] + pair[:1])):
            yield _End(at, at + 1, [last], chr(pair[1]), 0 if goes_on else _LONGER)
    elif lasts := _lasts(text, at, before or _LOST_MARK):
        reading = _READING_BEHIND.match(text, at + 1)
        yield _End(at, at + 1, lasts, "(" if reading and reading[0][0] not in "(（" else "")


def _readings(text: str, floor: int, start: int, end: int, last: str) -> Iterator[_Reading]:
    """The places where the run `text[start:end]` may have begun to be read one byte off."""
    pairs = [_encoded(character) for character in text[start:end]]
    # What stands across two neighbouring characters of the run, from the last on for as long as it is readable.
    across = [decoded(bytes((a[1], b[0]))) for a, b in pairwise(pairs)]
    readable = len(across)
    while readable > 0 and across[readable - 1]:
        readable -= 1
    kept = likelihoods(text[start:end])
    ends = _HALF_KNOWN * (1 if last else 2)
    if readable == 0 and (marked := _marked_start(text, floor, start)) < start:
        lost = [_LOST_MARK[1:] + pairs[0][:1]] if marked == start - 2 and pairs else []
        inner = "".join([*map(decoded, lost), *across])
        if len(inner) == len(lost) + len(across):
            gain = likelihood(inner + last) + ends - kept[-1] + _MARKED
            yield _Reading(marked, partial(with_trail, _LOST_MARK[0]), inner, gain)
    inner = "".join(across[readable:])
    known = suffix_likelihoods(inner + last)
    for at in range(readable, len(pairs)):
        gain = kept[at] + known[at - readable] + ends - kept[-1]
        yield _Reading(start + at, partial(_halves, pairs[at][0]), inner[at - readable :], gain)


def _marked_start(text: str, floor: int, start: int) -> int:
    """Where a run begins in front of which a mark was written across two characters; `start` if there is none."""
    if start - 2 >= floor and text[start - 1] == "?" and text[start - 2] in "?\ufffd":
        return start - 2
    if start - 1 >= floor and text[start - 1] in "?\ufffd" and text[start : start + 1] in _MARKS:
        return start - 1
    return start


@lru_cache(1 << 16)
def _encoded(character: str) -> bytes:
    """The two bytes of a character, those of the full-width form for a mark; nothing for any other."""
    return encoded(chr(ord(character) + 0xFEE0) if character in _MARKS else character)


@cache
def _halves(byte: int) -> list[str]:
    """The characters that may have lost a byte in front of a run: `byte` is the one's first, or its second."""
    return sorted({*with_trail(byte), *with_lead(byte)}, key=commonness, reverse=True)


def _lasts(text: str, end: int, pair: bytes) -> list[str]:
    """The characters that may have stood at the end of a run: their first byte is the second of `pair`."""
    lead = pair[1]
    mark = text[end]
    if mark not in "?\ufffd":
        known = decoded(bytes((lead, ord(mark))))
        return [known] if known else []
    behind = text[end + 1 : end + 2]
    if match := _READING_BEHIND.match(text, end + 1):
        return all_read(with_lead(lead), match[1])
    # The lone byte and the one behind it make no pair, or it would not have been lone.
    follower = behind.encode("gbk", "replace")[:1] if behind else b""
    return [
        character for character in with_lead(lead) if not (follower and decoded(character.encode("gbk")[1:] + follower))
    ]
