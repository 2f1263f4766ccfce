"""What a question asks for, as far as its words tell."""

import re

_NUMERAL = r"[0-9一二两三四五六七八九十百千万亿几半]"
# What a question asks for by its words, and what an answer to it holds; all over folded text.
_ASKS_FOR_TIME = re.compile(
    r"哪一?[年天日月]|几[年月日号]|何时|何年|时候|时间|年份|日期|世纪|\bwhen\b"
    r"|\b(?:what|which) (?:year|date|day|month)\b"
)
_ASKS_FOR_NUMBER = re.compile(
    r"多少|几[^乎何]|多[大长高远久重深宽快]|百分之|数量|数目|比例|总额|金额|面积|人口"
    r"|\bhow (?:many|much|long|far|old|large|big)\b"
)
_ASKS_FOR_SHARE = re.compile(
    r"(?:增长|上升|下降|下滑)了?(?:多少|几成)\??\s*$|[增降涨跌]幅|增速|增长率|占比|比重|百分之(?:几|多少)"
)
_ASKS_FOR_MONEY = re.compile("多少(?:钱|元)|几(?:元|块钱)")
_MONEY = re.compile(
    rf"{_NUMERAL}\s*[多余来]?\s*(?:[元块角毛镑圆铢贯文两银金枚石]|分钱|[美港日欧韩台][元币金圆]|人民币|新台币|英镑|法郎|卢[布比]|马克"
    r"|先令|便士|克朗|里拉|比索)|[$¥€£]|[万亿]|\b(?:yuan|dollars?|euros?|pounds?|cents?|yen|rmb|usd)\b|免费|不收"
)
_SHARE = re.compile(r"[0-9]\s*%|百分|[0-9一二两三四五六七八九十半][倍成]")
_TIME = re.compile(_NUMERAL + r"+\s*(?:年|月|日|号|世纪|小时|分钟|天|点|:)|[0-9]{3,4}|朝|时期")
# A bare 一 is an article more often than a number.
_NUMBER = re.compile(r"[0-9二两三四五六七八九十百千万亿]")


def asked_kind(question: str) -> re.Pattern[str] | None:
    """What finds, in folded text, what a folded question asks for; None when its words do not tell."""
    if _ASKS_FOR_TIME.search(question):
        return _TIME
    if _ASKS_FOR_MONEY.search(question):
        return _MONEY
    if _ASKS_FOR_SHARE.search(question):
        return _SHARE
    return _NUMBER if _ASKS_FOR_NUMBER.search(question) else None


def wants_yes_or_no(question: str) -> bool:
    """Whether a folded question is one of yes or no: its answer is a statement, and not some words of it."""
    return _YES_OR_NO.search(question) is not None and _QUESTION_WORD.search(question) is None


def asks_for_several(question: str) -> bool:
    """Whether a folded question is about more than one thing: `哪些条件`."""
    return _SEVERAL.search(question) is not None


def asks_about_pictures(question: str) -> bool:
    """Whether a folded question is about a picture: what it shows, or who took it."""
    return _ABOUT_PICTURES.search(question) is not None


_ABOUT_PICTURES = re.compile(
    r"图片|照片|相片|插图|配图|图注|题图|图[为中里上](?!书)|图说|[这那该][张幅]图|摄影|拍摄|[^包统]摄|谁拍|拍的"
    r"|\b(?:photo(?:graph)?s?|pictures?|pictured|images?|captions?|figure|photographer)\b"
)
_SEVERAL = re.compile(r"哪些|哪[几两二三四五六七八九十]|分别|有何(?:条件|要求)|\bwhat are\b|\bwhich \w+s\b")
_YES_OR_NO = re.compile(
    r"[吗么嘛]\s*[?？]?\s*$|是否|是不是|有没有|能不能|可不可以|会不会|对不对|有无"
    r"|^\s*(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should)\b"
)
_QUESTION_WORD = re.compile(r"什么|哪|谁|多少|几[^乎何]|为何|何时|如何|怎")
