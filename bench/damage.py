"""Damage done to clean paragraphs, of each kind that `qa/cleaning.py` repairs. Seeded: the same on every run."""

import re
from collections.abc import Callable, Sequence
from random import Random

from pypinyin import Style, pinyin

from qa.analysis import HAN, has_han

# Takes paragraphs, and gives what they should be cleaned to and what is to be cleaned; nothing where it cannot be done.
Damage = Callable[[Sequence[str], Random], tuple[str, str] | None]

# Between names, not between the figures of a date: `八·一三`.
_FIGURES = "一二三四五六七八九十"
_DOT = re.compile(f"(?<=[{HAN}])·(?=[{HAN}])(?<![{_FIGURES}]·(?=[{_FIGURES}]))")
_MARKS = "，、,"
_TERMINATORS = "。！？!?…：:；;”’」』）)】》>|."
_HALF_WIDTH_MARKS: dict[str, str] = dict(zip("，：；？！（）", ",:;?!()", strict=True))
_NARROW = {ord(wide): narrow for wide, narrow in _HALF_WIDTH_MARKS.items()}
_INVISIBLE = "\u200b\u00ad\u200e\u202a\u202c\ufeff\u2060\x07"
_TRIES = 20
_SPACES = "\u00a0\u2009\u202f\u3000"


def readings(paragraphs: Sequence[str], random: Random) -> tuple[str, str]:
    """Pinyin in brackets behind one character in four."""
    text = paragraphs[0]
    return text, "".join(_read(each) if has_han(each) and random.random() < 0.25 else each for each in text)


def misread_marks(paragraphs: Sequence[str], random: Random) -> tuple[str, str] | None:
    """Full-width marks made half-width by a program that sees bytes, and so across two characters too."""
    return _misread(paragraphs[0], paragraphs[0], random)


def misread_marks_with_readings(paragraphs: Sequence[str], random: Random) -> tuple[str, str] | None:
    """The same in a text with pinyin in brackets."""
    clean, read = readings(paragraphs, random)
    return _misread(clean, read, random)


def lost_byte(paragraphs: Sequence[str], random: Random) -> tuple[str, str] | None:
    """One byte of a character in GBK is lost, and what follows is read one byte off.

    Where nothing is read off, only the character itself is gone, and `?` says nothing of which one it was.
    """
    text = paragraphs[0]
    try:
        encoded = [each.encode("gbk") for each in text]
    except UnicodeEncodeError:
        return None
    double = [place for place, each in enumerate(encoded) if len(each) == 2]
    if not double:
        return None
    for place in random.sample(double, min(len(double), _TRIES)):
        half = random.randrange(2)
        left = encoded[place][half : half + 1]
        damaged = _shown(b"".join([*encoded[:place], left, *encoded[place + 1 :]]))
        if len(damaged) != len(text) or damaged[place + 1 :] != text[place + 1 :]:
            return text, damaged
    return None


def lost_dots(paragraphs: Sequence[str], _: Random) -> tuple[str, str] | None:
    """Middle dots between names come out as question marks."""
    text = paragraphs[0]
    return (text, _DOT.sub("?", text)) if _DOT.search(text) else None


def columns(paragraphs: Sequence[str], random: Random) -> tuple[str, str] | None:
    """Lines cut inside sentences, with one or two blank lines between them."""
    text = paragraphs[0]
    if "\n" in text:
        return None
    pieces, start = [], 0
    while len(text) - start > 100:
        cuts = [cut for cut in range(start + 45, start + 70) if has_han(text[cut])]
        cuts = [cut for cut in cuts if text[cut - 1] not in _TERMINATORS and not text[cut - 1].isspace()]
        cut = random.choice(cuts) if cuts else start + 70
        pieces += [text[start:cut], "\n" * random.randrange(1, 4) if cuts else ""]
        start = cut
    return (text, "".join([*pieces, text[start:]])) if pieces else None


def wrapped(paragraphs: Sequence[str], random: Random) -> tuple[str, str] | None:
    """Lines of one width, none of which begins with a mark or within a word of letters."""
    text, width = paragraphs[0], random.randrange(28, 44)
    if "\n" in text:
        return None
    lines, start = [], 0
    while len(text) - start > width + 1:
        full = start + width + (text[start + width] in _TERMINATORS + _MARKS)
        cuts = (cut for cut in range(full, start, -1) if not re.fullmatch("[!-~ ]{2}|. ", text[cut - 1 : cut + 1]))
        cut = next(cuts, full)
        lines.append(text[start:cut])
        start = cut
    return (text, "\n".join([*lines, text[start:]])) if len(lines) > 1 else None


def pages(paragraphs: Sequence[str], random: Random) -> tuple[str, str] | None:
    """Pages with a head and a number between every two paragraphs."""
    number = random.randrange(1, 90)
    name = random.choice(["高新技术产业年鉴", "地方志研究 2019年第3期", "百科知识选编"])
    style = random.choice(["- {} -", "第{}页", "— {} —", "Page {}"])
    texts = [text.replace("\n", " ") for text in paragraphs]
    between = [f"\n{style.format(number + page)}\n{name}\n" for page in range(len(texts))]
    damaged = "".join(text + gap for text, gap in zip(texts, between, strict=True))
    return "\n".join(texts) + "\n", damaged


def wide_forms(paragraphs: Sequence[str], _: Random) -> tuple[str, str] | None:
    """Letters and digits full-width."""
    text = paragraphs[0]
    wide = {code: code + 0xFEE0 for code in range(0x30, 0x7B) if chr(code).isalnum()}
    return (text, text.translate(wide)) if re.search("[0-9A-Za-z]", text) else None


def invisible(paragraphs: Sequence[str], random: Random) -> tuple[str, str]:
    """Characters that are not seen, one in fifty; and lines that end in CR LF."""
    text = "\n".join(paragraphs)
    seen = [each + random.choice(_INVISIBLE) if random.random() < 0.02 else each for each in text]
    return text, "".join(seen).replace("\n", "\r\n")


def spaces(paragraphs: Sequence[str], random: Random) -> tuple[str, str] | None:
    """Spaces inside a line exotic ones, and exotic ones between Han where there is none."""
    text = paragraphs[0].replace("\u3000", " ").strip()
    damaged = re.sub(r"(?<=\S) (?=\S)", lambda _: random.choice(_SPACES), text)
    between = f"(?<=[{HAN}])(?=[{HAN}])"
    damaged = re.sub(between, lambda _: random.choice("\u00a0\u2009\u200a") if random.random() < 0.02 else "", damaged)
    return (text, damaged) if text != damaged else None


def repetition(paragraphs: Sequence[str], random: Random) -> tuple[str, str] | None:
    """A paragraph once more, right behind itself or further down."""
    texts = [text.replace("\n", " ").strip() for text in paragraphs]
    place = random.randrange(len(texts))
    if len(texts[place]) < 40 or any(text[-1:] not in "。！？”」）" or not text for text in texts):
        return None
    again = random.randrange(place + 1, len(texts) + 1)
    return "\n".join(texts), "\n".join([*texts[:again], texts[place], *texts[again:]])


KINDS: dict[str, Damage] = {
    "readings in brackets": readings,
    "slips: mark misread": misread_marks,
    "slips: the same, readings": misread_marks_with_readings,
    "slips: lost byte": lost_byte,
    "lost middle dots": lost_dots,
    "columns": columns,
    "wrapped lines": wrapped,
    "running heads": pages,
    "full-width forms": wide_forms,
    "invisible, CR LF": invisible,
    "exotic spaces": spaces,
    "repeated paragraphs": repetition,
}


def _read(character: str) -> str:
    reading = pinyin(character, style=Style.TONE)[0][0]
    return f"{character}({reading})" if re.fullmatch("[a-zü\u00e0-\u01dc]{1,6}", reading) else character


def _misread(clean: str, text: str, _: Random) -> tuple[str, str] | None:
    # Only marks of full width are made half-width as they should be; the rest is the damage.
    expected = clean.translate(_NARROW)
    try:
        encoded = text.encode("gbk")
    except UnicodeEncodeError:
        return None
    for wide, narrow in _HALF_WIDTH_MARKS.items():
        encoded = encoded.replace(wide.encode("gbk"), narrow.encode())
    damaged = _shown(encoded)
    return (expected, damaged) if damaged != text.translate(_NARROW) else None


def _shown(encoded: bytes) -> str:
    return encoded.decode("gbk", "replace").replace("\ufffd", "?")
