"""What each repair makes of a damaged line: three lines of every kind of damage, before and after.

    python -m bench.repairs

The table of docs/repairs.md, from paragraphs written for it.
"""

from collections.abc import Iterator, Sequence
from random import Random

from bench.damage import KINDS
from qa.cleaning import clean

PARAGRAPHS = (
    (
        "江边的老船厂去年改成了图书馆。科学馆的讲解员陈小雨说，馆里最受欢迎的是卡尔·林奈写给学生的信，一共 12 封"
        "，都抄在淡黄色的纸上，孩子们排着队来看。每到周末，两层阅览室坐得满满的，有人带着面包从早上待到闭馆，也有人只"
        "为了靠窗的那张长桌，一边看书一边看江上的船慢慢走远。"
    ),
    (
        "茶山小学的操场后面有一片梯田。开春以后，老师带着三年级的学生去量雨水，用的是玛丽·安宁牌的玻璃管，读数写在 "
        "A4 纸上，再由班长抄进大本子里。五年下来，他们记了四百多页，县里的气象员翻过之后吃了一惊，说有几个月的数字"
        "比站里的还要齐全，于是借去复印了一份。"
    ),
    (
        "修表匠老周在桥头摆了三十年摊。可是他最得意的一件活计不是手表，而是教堂里那座亚当·里斯用过的天文钟，拆开来有"
        " 860 个零件，他一个人装了整整一个冬天。钟重新走起来的那天，镇上的人都来听它报时，老周却躲在后院里修一只"
        "孩子的闹钟，说那一只也约好了要在今天修完。"
    ),
)
_AROUND = 9
_LONGEST = 48
_SHOWN = {"\n": "⏎", "\r": "␍", "\u00a0": "␣", "\u3000": "␣", "\u2009": "␣", "\u202f": "␣", "\u200a": "␣"}


def caption(paragraphs: Sequence[str], random: Random) -> tuple[str, str]:
    """A photo credit of the page in the middle of a sentence."""
    text = paragraphs[0]
    cut = random.choice([place for place in range(45, 75) if text[place - 1 : place + 1].isalpha()])
    credit = random.choice(["图片来源：镇文化站", "（陈小雨 摄）", "周大江/摄"])
    return text, f"{text[:cut]}\n{credit}\n{text[cut:]}"


def lines() -> Iterator[tuple[str, str, str]]:
    """The kind of damage, the stretch of a text where it is damaged first, and what cleaning makes of that."""
    for kind, damage in {**KINDS, "captions": caption}.items():
        for turn in range(len(PARAGRAPHS)):
            made, seed = None, turn
            while made is None or made[0] == made[1]:  # some kinds do not always find something to damage
                made = damage([*PARAGRAPHS[turn:], *PARAGRAPHS[:turn]], Random(seed))
                seed += 1
            yield kind, *_stretch(*made)


def _stretch(text: str, damaged: str) -> tuple[str, str]:
    """What stands around the first place where two texts differ: in the damaged one, and there when it is repaired."""
    first = next((place for place, (a, b) in enumerate(zip(text, damaged, strict=False)) if a != b), len(text))
    repaired = clean(damaged)
    place = repaired.alignment.from_original(min(first, len(damaged) - 1))
    start, end = max(0, place - _AROUND), min(len(repaired.text), place + _AROUND)
    original_start, original_end = repaired.alignment.to_original(start, end)
    if end == len(repaired.text):  # what was left out behind it, too
        original_end = len(damaged)
    return _visible(damaged[original_start:original_end]), _visible(repaired.text[start:end])


def _visible(text: str) -> str:
    """A text on one line, with characters that are not seen in their place."""
    shown = (_SHOWN.get(each, each) for each in text)
    line = "".join(each if each.isprintable() else f"⟨{ord(each):04X}⟩" for each in shown)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST // 2]}…{line[-_LONGEST // 3 :]}"


def table() -> str:
    """The lines as a table in Markdown."""
    rows = [f"| {kind} | `{before}` | `{after}` |" for kind, before, after in lines()]
    return "\n".join(["| damage | before | after |", "|---|---|---|", *rows])


def main() -> None:
    """Print the table."""
    print(table())


if __name__ == "__main__":
    main()
