"""Which words of a Chinese text name something: proper names, organisations, places. All over folded text."""

import re
from itertools import pairwise

from qa.analysis import HAN, STOP_CHARACTERS, is_word, words
from qa.text.translation import is_name

# Units and the words one counts with.
MEASURES = "家个所位座条种块只项类名朵间套户处次倍亩回层级支张部台人天年月"
JOINING = frozenset({"和", "与", "跟", "同", "及"})
# What companies and the like are called behind their own name, which no dictionary has.
_CALLED = "药业|光电|重工|股份|集团|控股|证券|传媒|置业|银行|大学|学院|中学|小学|医院|街道"
_NAMED = re.compile(
    rf"[a-z《“「『·\"]|[{HAN}]{{2}}[岛镇村县州寺港]|(?:(?![个家所座的些几多少哪])[{HAN}]){{2}}(?:{_CALLED})"
)
_REGIONS = "省市县区镇州"
# Characters that the segmenter joins to what is no word: `来了`, `几家`.
_PLAIN = (
    "多少几哪什么谁何怎样个家位了过的是有在来出到入成不获签挂卖搞采拿办再还也都又才就只"
    f"{''.join(sorted(STOP_CHARACTERS))}{MEASURES}"
)
_PLAIN_WORD = re.compile(f"[^{HAN}]|[{_PLAIN}]")
_BROKEN = re.compile(f"(?:(?![{_PLAIN}])[{HAN}]){{2}}$")
# An organisation or a place ends in one of these, and what follows it is a thing of its own.
_ENTITY = re.compile(
    r"(?:高新区|开发区|试验区|示范区|公司|集团|大学|学院|学校|研究院|研究所|基地|中心|银行|医院|博物馆"
    r"|(?<![地园城社校])区|(?<![各本])省|(?<!城)市|县|镇|局|厅|(?<![校公])园|(?:科学|大学|职教)城)$"
)


def has_name(text: str) -> bool:
    """Whether a text names something: a proper name, Latin letters, a quotation, a word of no dictionary."""
    if _NAMED.search(text):
        return True
    pieces = words(text)
    # A name that the dictionary lacks falls into its characters.
    broken = (len(one + other) == 2 and _BROKEN.match(one + other) for one, other in pairwise(pieces))
    return any(_names(word) for word in pieces) or any(broken)


def names_in(text: str) -> list[str]:
    """The proper names in a text, each as short as the dictionary has it: `深圳` of `深圳特区`."""
    beginnings = ([word[:end] for end in range(2, len(word) + 1)] for word in words(text))
    return list(filter(None, (next(filter(is_name, some), None) for some in beginnings)))


def names_only(text: str) -> bool:
    """Whether a text is names and nothing else: `南通`, `北京和上海`, but not `南通的企业`."""
    return all(_names(word) or word in JOINING or word == "、" for word in words(text))


def is_entity(phrase: str) -> bool:
    """Whether a phrase is an organisation or a place by its end."""
    return _ENTITY.search(phrase) is not None


def entity_ends(phrase: str) -> list[int]:
    """Where the organisations and places end that a phrase begins with, `清远高新区` and `清远高新区的行政审批局`."""
    found, end = [], 0
    for word, following in pairwise(words(phrase)):
        end += len(word)
        # `景德镇高新区` is one.
        if end > 2 and is_entity(phrase[:end]) and not _ENTITY.fullmatch(following):
            found.append(end)
    return found


def _names(word: str) -> bool:
    if len(word) < 2:
        return False
    if is_name(word) or (word[-1] in _REGIONS and is_name(word[:-1])):
        return True
    return not is_word(word) and _PLAIN_WORD.search(word) is None
