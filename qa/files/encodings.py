"""Bytes to text: which encoding they are in, and how sure that is."""

import codecs
import re
from collections.abc import Sequence
from functools import cache

from qa.datatypes import DOUBTFUL
from qa.errors import InputError

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# A detector's sample: enough for it to be sure, little enough to be quick on a file of 100 MB.
_SAMPLE_BYTES = 64 * 1024
# What each name stands for in practice: real files stray from the narrow one into the wider, which contains it.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "shift_jis": "cp932",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
}
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]{1,40})""", re.IGNORECASE
)
_DECLARED_WITHIN = 4096

# The 500 most frequent characters of simplified and of traditional newspaper and encyclopedia text (CMRC 2018, DRCD):
# three quarters of what is written. Bytes read in a wrong encoding seldom hit on them.
_FREQUENT = (
    "一万三上下不与专且世业东两並个中为主举义之乐九也书了事二于五亚些亞交亦产京亲人今仍从他代令以们件任份伊会传但位体佛作使來例供侧俄保信修個們倫傳元先光克入內全兩八公六兰共关兴兵其具内再军冠决准出分列则创"
    "初別利别到制則前剧劃劉力办功加务动助動務勢包化北区區十半华协協单南占卡印即历原去县参參又及反发取受变口古另只可台史叶号司各合同名后向员周命和品員商問單器四回因团园国國圍圖團土在地场型城域基堂報場塞境增"
    "士处复外多大天太夫央失头奥奧女她如始委威子字存季学學它安宋完宗官定实客宣室家實对导将將專對導小少尔就尼尾局层居展属屬山岛島州工已巴市布师帝带帶常干平年并广应底府度座廣建开式引张張強当形影往很律後得從復"
    "德心志性总情意應成或战戰所手打技投拉括持指据接推提播擊據支收改攻放政故敗教数數文斯新方於族无日早时明易星是時普曲更書曾最會月有服朝期木未本术机权李村条来東构林枚果标校根格條業極構樂標模機權次歐正此武歷"
    "死段殺每比氏民气氣水汉江決沒没河治法波洲活派流济海深清港游湖湾源溫演漢濟灣点為無然營爭爾片版牠物特状獨獲率王环现班現球理環生產用由甲电画界當發白百的皇盟目直相省知石研示社神福离种科称程種稱積究空立站第"
    "等管築米类系紀約納級組結給統經維網線縣總織繼續红约级纪纳线组经结统维罗置羅美群義者而职联聯聲職育背能自至致臺與興舉色节花英获華萬著蒙藝蘇蘭處號蛇行術街衛表被製西要規視觀见观视角解言計記設許該認語說論議"
    "護變计认议记论设该语说資質賽质资赛起超足路身車軍較轉车转较辦農达过运近还这进连选這通速造連進運過道達選還邊那邦郡部都里重量金鐵铁银镇長长門開間關门间队防阳阿际陆院除陸隊随際隨集離電青非面革韓音響領題類"
    "领風风食首香馬马骨體高鱼鳍黄黑點黨齿龍龙"
)
_PUNCTUATION = "、。〈〉《》「」『』【】〔〕“”‘’…—·！（），：；？　％～－／０１２３４５６７８９"
_WESTERN = "ÀÁÂÃÄÅÆÇÈÉÊËÍÎÑÓÔÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿœŒ"
_WESTERN_MARKS = "«»“”‘’„–—…€£§°·¿¡©®²³½ª º\xa0"


def decode(data: bytes, encoding: str | None = None, *, declares: bool = False) -> tuple[str, str, float, int]:
    """Decode bytes: (text, encoding, confidence in [0, 1], bytes that could not be decoded).

    In their place the text has U+FFFD, so that nothing is lost in silence. The byte order mark is not part of the
    text.

    Args:
        data: the bytes.
        encoding: detected unless given.
        declares: whether a text of this format names its encoding, as HTML does: believed when it fits.

    Raises:
        InputError: there is no such encoding.
    """
    if encoding is None:
        encoding, confidence = detect_encoding(data, declares=declares)
    else:
        confidence = 1.0
    try:
        name = codecs.lookup(encoding).name
        # NUL is no character of a text either, and SQLite ends strings at it.
        text = data.decode(name, "replace").removeprefix("\ufeff").replace("\0", "\ufffd")
    except (LookupError, ValueError) as error:
        # Not known, or a codec of another kind: `hex` decodes no text, and `idna` cannot replace what is damaged.
        raise InputError(f"unknown encoding: {encoding}") from error
    return text, name, confidence, _undecodable(data, name) if "\ufffd" in text else 0


def _undecodable(data: bytes, encoding: str) -> int:
    """How many bytes stand for no character, or for NUL."""
    known = data.decode(encoding, "ignore")
    return data.decode(encoding, _EACH_BYTE).count("\ufffd") - known.count("\ufffd") + known.count("\0")


def _for_each_byte(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "\ufffd" * (error.end - error.start), error.end


_EACH_BYTE = "chuchu.each_byte"
codecs.register_error(_EACH_BYTE, _for_each_byte)


def detect_encoding(data: bytes, *, declares: bool = False) -> tuple[str, float]:
    """The most likely encoding of a text, and how likely: (name, confidence in [0, 1])."""
    for mark, name in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return name, 1.0
    if b"\0" not in data[:_SAMPLE_BYTES]:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            # UTF-8 checks itself: a text of another encoding practically never passes as it.
            return "utf-8", 1.0
    declared = _declared(data) if declares else None
    return (declared, 1.0) if declared else _detect_legacy(data[:_SAMPLE_BYTES])


def _declared(data: bytes) -> str | None:
    """The encoding that a page names, when the page can be decoded in it to the last byte."""
    match = _DECLARED.search(data[:_DECLARED_WITHIN])
    if match is None:
        return None
    try:
        name = codecs.lookup(match[1].decode("ascii")).name
        name = _WIDER.get(name, name)
        data.decode(name)
    except (LookupError, ValueError):
        return None
    # Any bytes at all are Latin: of a page that says so only for want of a better word, the text has to agree.
    return name if name != "cp1252" or _likeness(data[:_SAMPLE_BYTES], name) > DOUBTFUL else None


def _detect_legacy(sample: bytes) -> tuple[str, float]:
    """The decoding that reads most like text, of a detector's guess and the encodings that are common.

    chardet alone finds no UTF-16 without a byte order mark, and is unsure of short texts.
    """
    import chardet

    candidates = ["gb18030", "big5hkscs", "cp932", "utf-16-le", "utf-16-be", "utf-8", "cp1252"]
    likeness = {name: _likeness(sample, name) for name in candidates}
    best = max(candidates, key=lambda name: likeness[name])
    rival = max(likeness[name] for name in candidates if name != best)
    # A rival that reads nearly as well makes the choice doubtful, however well the best one reads.
    confidence = min(1.0, likeness[best]) * min(1.0, 0.5 + 5 * (likeness[best] - rival))
    if confidence < DOUBTFUL:
        guess = chardet.detect(sample)
        name, sure = guess["encoding"], guess["confidence"] or 0.0
        if name and _WIDER.get(name.lower(), name.lower()) not in candidates and sure > max(likeness[best], 0.9):
            return name.lower(), sure * DOUBTFUL  # Korean or Cyrillic perhaps: nothing here can tell, so it is in doubt
    if best == "cp1252" and not any(0x80 <= byte < 0xA0 for byte in sample):
        best = "iso8859-1"
    return best, round(max(confidence, 0.0), 4)


def _likeness(sample: bytes, encoding: str) -> float:
    """How much a decoded sample looks like text: 1 all of it, 0 like chance, less when there are errors.

    ASCII is the same in all of these but UTF-16, and so says nothing. A character cut at the end does not count.
    """
    text = sample.decode(encoding, "replace")
    if len(sample) == _SAMPLE_BYTES:
        text = text.rstrip("\ufffd")
    if encoding == "cp1252":
        marks = _western_marks(text)
    else:
        wide = encoding.startswith("utf-16")
        weights = _weights(encoding)
        marks = [weights.get(character, _other(character)) for character in text if wide or not _is_ascii(character)]
    return sum(marks) / len(marks) if marks else 1.0


def _western_marks(text: str) -> list[float]:
    """Latin text has letters with accents one by one, among ASCII; other text read as Latin has them in rows."""
    marks = []
    for index, character in enumerate(text):
        if _is_ascii(character):
            continue
        before, after = text[max(index - 1, 0) : index] or " ", text[index + 1 : index + 2] or " "
        crowd = (not _is_ascii(before)) + (not _is_ascii(after))
        if character in _WESTERN:
            # An accent in the middle of a capital or behind one, `aÖb`, belongs to another encoding.
            odd = character.isupper() and before.islower()
            marks.append((1.0, 0.7, -0.5)[crowd] - 0.7 * odd)
        elif character in _WESTERN_MARKS:
            marks.append((0.9, 0.7, -0.5)[crowd])
        else:
            marks.append(-1.0)
    return marks


def _is_ascii(character: str) -> bool:
    return " " <= character <= "~" or character in "\t\n\r\f"


def _other(character: str) -> float:
    """The weight of a character that is not known to be common."""
    if character == "\ufffd" or "\ue000" <= character <= "\uf8ff" or character < " " or "\x7f" <= character < "\xa0":
        return -2.0
    if "\u3400" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7a3" or character.isalpha():
        return -0.5 if "\uff61" <= character <= "\uff9f" else 0.0
    return 0.2


@cache
def _weights(encoding: str) -> dict[str, float]:
    """How much each character speaks for an encoding, by how common it is in what is written in that encoding."""
    weights = dict.fromkeys(map(chr, range(0xE0, 0x17F)), 0.4)  # pinyin
    common = {
        "gb18030": _simplified() + _traditional(),
        "big5hkscs": _traditional(),
        "cp932": _japanese(),
    }.get(encoding, _simplified() + _traditional() + _japanese())
    weights |= dict.fromkeys(common, 0.85)
    weights |= dict.fromkeys(_FREQUENT, 1.0)
    kana = 0.6 if encoding in {"gb18030", "big5hkscs"} else 1.0  # two bytes of Big5 often read as kana in GB 18030
    weights |= dict.fromkeys(map(chr, [*range(0x3041, 0x3094), *range(0x30A1, 0x30F7), 0x30FC]), kana)
    weights |= dict.fromkeys(_PUNCTUATION, 1.0)
    if encoding.startswith(("utf-16", "utf-8")):
        weights |= dict.fromkeys(_WESTERN + _WESTERN_MARKS, 0.9)
    if encoding.startswith("utf-16"):
        weights |= dict.fromkeys(["\t", "\n", "\r", *map(chr, range(0x20, 0x7F))], 1.0)
    return weights


def _simplified() -> str:
    """The first plane of GB 2312: 3,755 characters, sorted by use from the rest."""
    return _plane(range(0xB0, 0xD8), range(0xA1, 0xFF), "gb2312")


def _traditional() -> str:
    """The first plane of Big5: 5,401 characters."""
    return _plane(range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF)), "big5")


def _japanese() -> str:
    """The first level of JIS X 0208: 2,965 characters."""
    return _plane(range(0xB0, 0xD0), range(0xA1, 0xFF), "euc_jp")


def _plane(rows: range, cells: Sequence[int], encoding: str) -> str:
    return bytes(byte for row in rows for cell in cells for byte in (row, cell)).decode(encoding, "ignore")
