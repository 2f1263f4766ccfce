"""What lines say of the article that they belong to: who wrote it, when it appeared, and where it is from.

Everything is told by the form of a line. Traditional and simplified characters are taken alike; values are verbatim,
dates apart, which become year-month-day.
"""

import re
from typing import NamedTuple

from qa.analysis import HAN, fold_script
from qa.text.dates import date_at, dates, without_dates


class Imprint(NamedTuple):
    """None: the lines do not say."""

    byline: str | None = None
    date: str | None = None
    """As year-month-day."""
    publication: str | None = None

    def or_else(self, other: "Imprint") -> "Imprint":
        """This, with what it does not say taken from another."""
        return Imprint(self.byline or other.byline, self.date or other.date, self.publication or other.publication)


_IMPRINT_CHARACTERS = 120
_BYLINE_CHARACTERS = 52
# What each of the lines below has something of: most lines have nothing, and are looked at once.
_MAYBE = re.compile(
    r"[■□►▶◆●《：:/／0-9年者员員稿自原刊文]|\bby\b|\bfrom\b|published|appeared|reprinted|excerpted", re.IGNORECASE
)
_UNKNOWN = {"未知", "不详", "网络", "互联网", "本站", "佚名"}
_BRACKETS = "（(〔【[]】〕)） 　"
_OPEN = r"[（(〔【\[]?\s*"

# Bylines: names with titles, behind a mark, a label, or nothing.
_TITLE = rf"""(?:
    (?: 本[报報刊网網台社站] | [{HAN}]{{2,8}}? [社报報网網台刊] )?
    (?: 特[约約] | 首席 | [实實见見][习習] | [资資]深 | 高[级級] | 特派 | [驻駐][{HAN}]{{1,6}} )*
    (?: [记記]者 | [实實][习習]生 | 通[讯訊][员員] | 撰稿人? | [评評][论論][员員] )
)"""
_ENDING = r"(?: [综綜]合 | 整理 | [采採][写寫] | [摄攝]影(?=[报報]) | 文/图 | 图/文 | [发發]自 | [报報][道導] )"
_PERSON = rf"(?: [{HAN}]{{1,4}} | [{HAN}]{{1,6}}[·•][{HAN}]{{1,8}} | [A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){{0,3}} )"
_PEOPLE = rf"(?: {_PERSON} (?: [\s、,，/／&和及]+ {_PERSON} ){{0,5}} )"
_CREDITED = rf"""(?:
    (?: {_TITLE} \s*[：:/／]?\s* )? {_PEOPLE}? (?: \s* {_TITLE} \s*[：:/／]?\s* {_PEOPLE}? ){{0,3}} \s* {_ENDING}{{0,2}}
)"""
_BYLINE = re.compile(
    rf"""
      [■□►▶◆●] \s* (?P<marked> {_CREDITED} )
    | (?P<plain> (?: {_PEOPLE} \s+ )? {_TITLE} (?: \s*[：:/／]\s* | \s+ ) {_CREDITED}
               | {_TITLE} [{HAN}]{{2,3}} (?: \s* {_ENDING} )? )
    | (?: (?i: by | (?:written|words|story|reported)\ by ) \s+ | (?i:authors?) : \s* )
      (?P<english> [A-Z][\w.'’-]*
          (?: (?: , | \s(?i:and|&|of|the|for|in|de|van|von|da|bin|al) )* \s [A-Z][\w.'’-]* ){{1,10}} )
    """,
    re.VERBOSE,
)

# Fields: `来源：… 日期：… 作者：…`.
_BYLINE_LABEL = r"""(?:
    (?: 作者 | [记記]者 | 撰文 | 撰稿 | [采採][写寫] | 文 | [编編][译譯] | Authors? ) \s* [：:]
    | 文 \s* [/／] (?! \s*[图圖] )
    | (?: [图圖] \s*[/／、]?\s* 文 | 文 \s*[/／、]?\s* [图圖] ) [\s：:/／]
)"""
_SOURCE_LABEL = r"""(?:
    (?<! [图圖片料] )
    (?: (?: 文章 | 信息 | 稿件 | 新[闻聞] | 消息 )? (?: [来來]源 | 出[处處] ) | 稿源 | [转轉][载載]?自
      | Source | Publication )
    \s* [：:]
)"""
_DATE_LABEL = r"""(?:
    (?: (?: [发發](?:布|表|稿) | 更新 | 刊[发發登] | 出版 | [录錄]入 )? (?: 日期 | [时時][间間] ) | [发發]布[于於]?
      | Published | Posted | Updated ) \s* [：:]
)"""
_OTHER_LABEL = r"""(?:
    (?: (?: [责責]任 | [执執]行 )? [编編][辑輯] | [责責][编編] | [审審][核校] | 校[对對] | [点點][击擊][数數]?
      | [浏瀏][览覽][数數次]? | [阅閱][读讀][数數]? | 字[号號体體] | 人[气氣] | 分享 | [关關][键鍵][词詞字]
      | [标標][签籤] | Editors? | Tags? | Views ) \s* [：:]
)"""
_LABEL = rf"(?: {_BYLINE_LABEL} | {_SOURCE_LABEL} | {_DATE_LABEL} | {_OTHER_LABEL} )"
_FIELD = rf"""
    \s* (?P<name> [^\s，。；？?] [^，。；？?]{{0,60}}? )
    (?= \s*(?: [|｜，。；] | \s{{3,}} | $ )
      | \s+[{HAN}A-Za-z]{{1,6}}\s*[：:]
      | \s+(?: 作者 | [记記]者 | [编編][辑輯] )
      | \s*[（(]?(?:19|20)\d\d\s*[-年/.] )
"""
_FLAGS = re.VERBOSE | re.IGNORECASE
_BYLINE_FIELD = re.compile(rf"(?: ^ | (?<= [\s|｜] ) ) {_BYLINE_LABEL} {_FIELD}", _FLAGS)
_SOURCE_FIELD = re.compile(_SOURCE_LABEL + _FIELD, _FLAGS)
_LABELLED = re.compile(rf"{_OPEN} {_LABEL}", _FLAGS)
_DATED_REST = re.compile(rf"(?: [T\s]*\d{{1,2}}:\d\d(?::\d\d)? )? \s*[|｜]?\s* (?: $ | {_LABEL} )", _FLAGS)
_ENGLISH_DATE = re.compile(r"(?:last )?(?:published|posted|updated)(?: on)?\s+(?=\w)", re.IGNORECASE)
_CLOSING_LABEL = re.compile(rf"{_OPEN} {_OTHER_LABEL}", _FLAGS)

# Where an article was taken from: `摘自《…》2014年10月27日`, or the title and the date alone.
_TAKEN = r"(?:(?:摘[编編]?|[选選]|[转轉][载載]?)自(?![己我然行])|原[载載刊][于於]?)"
_TITLED = re.compile(rf"(?:{_TAKEN}|刊[于於]|出自|[据據]|[—–-]*)\s*[：:]?\s*《(?P<name>[^》]+)》")
_BARE = re.compile(
    rf"{_TAKEN}\s*[：:]?\s*(?P<name>[^\s《，,。（()）\d][^，,。]{{1,30}}?)(?=\s*[，,（(）)。]|\s*\d|\s*第|$)"
)
_NOTHING_ELSE = re.compile(
    r"(?:(?:19|20)\d\d年|第?\s*\d{1,4}\s*[期版卷页頁号號]|[A-Z]?\d{1,3}\s*版|[刊讯訊电電报報：:，,、。.|\s（()）—–-])*"
)
_ENGLISH_TAKEN = re.compile(
    r"(?:(?:first|originally) (?:published|appeared) (?:in|by|on)|(?:re)?published (?:in|by|from)"
    r"|reprinted (?:from|with permission of)|excerpted from|from)\s+"
    r"(?P<name>[A-Z][^,()|]*?)(?=\s*[,()|]|\s+on\s|\s+\d|\.?$)",
    re.IGNORECASE,
)

# A paper, its date and page, and who wrote it, in one line: `《江州日报》2020年10月12日 第1版 记者 段晓`.
_TITLE_OF_PAPER, _PLAIN_PAPER = "[^》]{2,20}", rf"[{HAN}]{{2,10}}[报報网網社台刊誌志](?![{HAN}])"
_PAPER = re.compile(rf"《(?P<titled>{_TITLE_OF_PAPER})》|(?P<plain>{_PLAIN_PAPER})")
_MASTHEAD = re.compile(
    rf"(?: [\s|｜,，/·] | 《{_TITLE_OF_PAPER}》 | {_PLAIN_PAPER} | (?:星期|[周週])[一二三四五六日天]"
    rf"  | 第?\s*[A-Z]?\d{{1,4}}\s*[版期页頁] (?: \s*[:：]\s*[{HAN}]{{1,8}} )? | \d{{1,2}}:\d\d(?::\d\d)? )*",
    re.VERBOSE,
)
_CREDIT = re.compile("(?:本[报報刊网網台社站])?(?:[记記]者|通[讯訊][员員]|[实實][习習]生)")

# The first words of a report, and the last of an article.
_OPENING = re.compile(
    rf"""
    {_OPEN}
    (?: 本[报報刊网網台社站] [{HAN}]{{0,10}}? (?:\d{{1,2}}月)? (?:\d{{1,2}}日)? [讯訊电電]
      | (?P<agency> (?![本我据據各]) [{HAN}]{{2,6}}? [社报報网網] )
        (?: [讯訊] (?=[\s（(])
          | [记記]者 (?P<reporter> [{HAN}]{{2,3}} ) [{HAN}]{{2,3}} \d{{1,2}}日 [讯訊电電]
          | [^，。,\s]{{0,10}}? \d{{1,2}}日 [讯訊电電] )
      | [记記]者 \s* (?P<local> [{HAN}]{{2,4}} ) \s* [／/] \s* [^\s，。]{{2,8}} [报報][导導道] )
    [）)〕】\]]? \s*
    (?: [（(] \s* (?P<bracket> [^（()）]{{2,40}}? ) \s* [）)]
      | (?P<named> [记記]者 \s? [{HAN}]{{2,3}} (?: [\s、][{HAN}]{{2,3}} )* ) \s* [报報][道導] )?
    """,
    re.VERBOSE,
)
_ENGLISH_OPENING = re.compile(
    r"[A-Z][A-Z .,'-]{2,30}(?:, [A-Z][a-z]+\.? ?\d{0,2})? \((?P<agency>[A-Z][\w .&]{1,20})\) ?[-–—]+ "
)
_CLOSING = re.compile(
    rf"""
    [（(] \s* (?: (?P<name> {_TITLE} [^（()）]{{2,30}} ) | (?P<note> {_TAKEN} [^（()）]+ (?: [（(][^（()）]*[）)] )? ) )
    \s* [）)] 。? \s* $
    """,
    re.VERBOSE,
)


def imprint_of(line: str) -> Imprint | None:
    """What a line says of its article; None when it is no such line, or says anything else too."""
    if len(line) > _IMPRINT_CHARACTERS or not _MAYBE.search(line) or "。" in line.rstrip("。）)"):
        return None
    bare = line.strip(_BRACKETS)
    labelled = _LABELLED.match(line) is not None
    if not labelled:
        if name := _byline(bare):
            return Imprint(byline=name)
        if not (is_dated(bare) or _is_taken(bare)):
            return _masthead(bare)
    byline, first = _BYLINE_FIELD.search(bare), next(dates(bare), None)
    if labelled and not (byline or first or _SOURCE_FIELD.search(bare) or _CLOSING_LABEL.match(line)):
        return None
    return Imprint(byline and byline["name"], first and first.iso, _publication(bare))


def opens_an_article(line: str) -> bool:
    """Whether a line is of those that stand between a headline and its text; one that ends an article is not."""
    return imprint_of(line) is not None and not (_CLOSING_LABEL.match(line) or _is_taken(line.strip(_BRACKETS)))


def is_dated(line: str) -> bool:
    """Whether a line is a date, alone or with labels behind it."""
    if published := _ENGLISH_DATE.match(line):
        line = line[published.end() :]
    date = date_at(line)
    return date is not None and _DATED_REST.match(line, date.end()) is not None


def opening_of(line: str) -> Imprint | None:
    """What the first words of a report say, `本报讯(记者 李明)`; None when it does not begin so."""
    if match := _OPENING.match(line):
        byline = match["bracket"] or match["named"] or match["reporter"] or match["local"]
        return Imprint(byline=byline, publication=match["agency"])
    match = _ENGLISH_OPENING.match(line)
    return Imprint(publication=match["agency"]) if match else None


def closing_of(line: str) -> Imprint:
    """What the brackets at the end of an article say: `（本报记者 李明）`, `（摘自《日报》）`."""
    match = _CLOSING.search(line[-_IMPRINT_CHARACTERS:])
    if match is None:
        return Imprint()
    if match["name"]:
        return Imprint(byline=match["name"].strip())
    first = next(dates(match["note"]), None)
    return Imprint(None, first and first.iso, _publication(match["note"]))


def _byline(line: str) -> str | None:
    match = _BYLINE.fullmatch(line) if len(line) <= _BYLINE_CHARACTERS else None
    name = next(filter(None, match.groups()), "").strip() if match else ""
    # `本报记者 李明 摄` is a picture's.
    return None if not name or name.endswith(("摄", "攝")) else name


def _masthead(line: str) -> Imprint | None:
    """What a line says that has a date, and else nothing but a paper, its page and who wrote it."""
    first = next(dates(line), None)
    if first is None:
        return None
    rest = without_dates(line)
    credit = _CREDIT.search(rest)
    head, tail = (rest[: credit.start()], rest[credit.start() :].strip()) if credit else (rest, "")
    byline = _byline(tail)
    if not _MASTHEAD.fullmatch(head) or (tail and byline is None):
        return None
    paper = _PAPER.search(head)
    return Imprint(byline, first.iso, paper and (paper["titled"] or paper["plain"]))


def _is_taken(line: str) -> bool:
    """Whether a line says where an article was taken from and nothing else."""
    if match := _ENGLISH_TAKEN.match(line):
        return match[0][:4].lower() != "from" or next(dates(line), None) is not None
    match = _TITLED.match(line) or _BARE.match(line)
    if match is None:
        return False
    rest = line[match.end() :]
    # A title alone is a title; what says `摘自` need not say more.
    return _NOTHING_ELSE.fullmatch(without_dates(rest)) is not None and (line[0] not in "《—–-" or bool(rest.strip()))


def _publication(line: str) -> str | None:
    match = _SOURCE_FIELD.search(line) or _TITLED.search(line) or _BARE.search(line) or _ENGLISH_TAKEN.match(line)
    name = match["name"].strip("《》 　") if match else ""
    return None if not name or fold_script(name) in _UNKNOWN else name
