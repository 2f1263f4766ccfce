"""Twenty texts in each of ten encodings: decoded exactly, or reported as doubtful."""

import pytest

from qa.datatypes import DOUBTFUL
from qa.files.encodings import decode
from qa.text.sentences import sentences
from tests import samples

JAPANESE = """\
東京の気温は昨日より三度高く、今年いちばんの暑さになりました。
この図書館には約五万冊の本があり、毎週月曜日は休館です。
新しい駅が来年の春に開業する予定だと、市の担当者は説明した。
「私たちの目標は、二年以内に工場を完成させることです」と社長は語った。
大阪から京都までは電車で三十分ほどかかります。
会議は午後二時から始まり、参加者は百二十人だった。
コンピューターの価格が下がり、学校での利用が広がっている。
彼女は子どものころからピアノを習い、十五歳で賞を受けた。
雨が降り続いたため、川の水位が上がり、住民が避難した。
その会社は昨年、売上高が一割増えたと発表した。
""".splitlines()
WESTERN = """\
Le château a été construit au XIIe siècle, près de la rivière.
L'élève a répondu à la première question, mais pas à la deuxième.
Die Straße führt über die Brücke zum Bahnhof, der 1890 eröffnet wurde.
Für die Prüfung müssen alle Schüler pünktlich erscheinen.
El niño comió una manzana y después jugó en el jardín.
La población de la región creció un 12 % en el último año.
A estação de São Paulo foi inaugurada em março, após três anos de construção.
Não há informações sobre o preço das ações na próxima semana.
Äpfel und Öl sind in Österreich günstiger als in Größenordnung erwartet.
Fröken Åsa köpte två böcker på torget i Göteborg.
Det er ikke så mange som bor på øya om vinteren.
Perché la città è così bella? È una domanda che si fanno in molti.
""".splitlines()


@pytest.fixture(scope="module")
def texts(question_set):
    """Twenty texts to each name: sentences of the question sets, one from every paragraph, and our own."""

    def from_set(name: str, encoding: str) -> list[str]:
        found = []
        for paragraph, _ in question_set(name):
            start, end = next(sentences(paragraph))
            text = paragraph[start:end]
            if end - start >= 12 and text.encode(encoding, "ignore").decode(encoding) == text:
                found.append(text)
        return found[:20]

    simplified, traditional = from_set("cmrc2018_trial", "gb18030"), from_set("drcd_dev", "big5hkscs")
    japanese = [f"{one}\n{two}" for one in JAPANESE[:5] for two in JAPANESE[5:]][:20]
    western = (WESTERN + [f"{one}\n{two}" for one, two in zip(WESTERN, WESTERN[3:], strict=False)])[:20]
    mixed = simplified[:5] + traditional[:5] + japanese[:5] + western[:5]
    quoted = [f"“{text}” – 5 €" for text in western]
    return {
        "utf-8": mixed,
        "utf-8-sig": mixed,
        "utf-16": mixed,
        "utf-16-le": mixed,
        "utf-16-be": mixed,
        "gb18030": simplified[:10] + traditional[:10],
        "big5hkscs": traditional,
        "cp932": japanese,
        "latin-1": western,
        "cp1252": quoted,
    }


def test_two_hundred_files(texts) -> None:
    decoded = [
        (*decode(text.encode(encoding))[:3], text, encoding) for encoding, found in texts.items() for text in found
    ]
    assert len(decoded) == 200
    wrong = [(found, sure, encoding) for found, _, sure, text, encoding in decoded if found != text]
    assert len(wrong) <= 2, wrong
    assert all(sure < DOUBTFUL for _, sure, _ in wrong), wrong
    # Nor is everything in doubt that is right.
    assert sum(sure < DOUBTFUL for _, _, sure, _, _ in decoded) <= 2


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("it’s café".encode("cp1252"), "cp1252"),
        ("un café".encode("latin-1"), "iso8859-1"),
        ("科技创新".encode("gb18030"), "gb18030"),
        ("カメラ".encode("cp932"), "cp932"),
    ],
)
def test_names_of_encodings(data: bytes, name: str) -> None:
    assert decode(data)[1] == name


def test_a_truncated_or_damaged_text_is_less_sure() -> None:
    data = samples.FIRST.encode("gb18030")
    assert decode(data[:41])[1] == "gb18030"
    damaged = data[:20] + b"\xff\x20" * 6 + data[20:]
    _, name, confidence, undecodable = decode(damaged)
    assert name == "gb18030"
    assert undecodable > 0
    assert confidence < decode(data)[2]


def test_bytes_of_no_text_are_doubtful() -> None:
    assert decode(bytes(range(128, 256)) * 4)[2] < DOUBTFUL


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "shift_jis", "euc_jp", "euc_kr", "koi8-r", "windows-1251"])
def test_what_a_page_says_of_its_encoding_is_believed_when_it_fits(encoding: str) -> None:
    body = {
        "euc_kr": "서울의 날씨",
        "koi8-r": "Погода",
        "windows-1251": "Погода",
        "shift_jis": "天気",
        "euc_jp": "天気",
    }
    page = f'<html><head><meta charset="{encoding}"></head><p>{body.get(encoding, samples.FIRST)}</p>'
    text, _, confidence, undecodable = decode(page.encode(encoding), declares=True)
    assert (text, confidence, undecodable) == (page, 1.0, 0)


@pytest.mark.parametrize(
    ("said", "encoding"),
    [
        ("gb2312", "gbk"),
        ("big5", "big5hkscs"),
        ("utf-8", "gb18030"),
        ("iso-8859-1", "gb18030"),
        ("klingon", "big5"),
        ("gbk", "utf-8"),
    ],
)
def test_what_a_page_says_wrongly_is_not(said: str, encoding: str) -> None:
    body = "陳先生說：「經濟部的數據已經發布，請大家參考。」" if "big5" in encoding else samples.FIRST + "镕"
    page = f'<?xml version="1.0" encoding="{said}"?><html><body>{body}</body></html>'
    assert decode(page.encode(encoding), declares=True)[0] == page
