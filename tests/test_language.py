"""What a text is written in, told by its characters."""

from collections.abc import Callable

import pytest
from opencc import OpenCC

from qa.text.language import Writing, writings

SIMPLIFIED = "园区今年引进了三百家企业，其中一半来自国外，总产值比去年增长两成。"
TRADITIONAL = "園區今年引進了三百家企業，其中一半來自國外，總產值比去年增長兩成。"
ENGLISH = "The park has brought in three hundred companies this year, and half of them came from abroad."


def told(text: str) -> Writing:
    return writings([text])[0]


@pytest.mark.parametrize(
    ("text", "writing"),
    [
        (SIMPLIFIED, ("zh", "simplified")),
        (TRADITIONAL, ("zh", "traditional")),
        # Characters that simplified text took over from traditional text say nothing: 台, 里, 后.
        ("台北的皇太后在公里之外的台上，只有天干地支與她相伴。", ("zh", "traditional")),
        ("大的小的上下左右人山人海。", ("zh", None)),
        (ENGLISH, ("en", None)),
        ("園區的 Big Data 項目由 International Business Machines 公司投資，名為 Cloud One。", ("zh", "traditional")),
        ("The zone (高新区) is what they call a park for new companies, and it has grown.", ("en", None)),
        ("この町には新しい工場があり、三百人が働いています。", ("ja", None)),
        ("공원에는 올해 삼백 개의 회사가 들어왔고 그중 절반이 외국에서 왔다.", ("ko", None)),
        ("日本の歌「さくら」在园区的晚会上由三百名企业员工演唱，观众来自国外，掌声经久不息。", ("zh", "simplified")),
        ("Cette année, le parc a accueilli trois cents entreprises, dont la moitié vient de l'étranger.", (None, None)),
        (
            "In diesem Jahr hat der Park dreihundert Unternehmen gewonnen, die Hälfte davon aus dem Ausland.",
            (None, None),
        ),
        ("В этом году парк привлёк триста компаний, половина из них из-за рубежа.", (None, None)),
        ("12 345,6 — 78 %", (None, None)),
        ("", (None, None)),
        ("园区", (None, None)),
        ("Annual Report 2018", (None, None)),
    ],
)
def test_what_a_text_is_written_in(text: str, writing: tuple[str | None, str | None]) -> None:
    assert told(text) == writing


def test_a_passage_that_is_too_short_to_tell_is_written_as_its_document() -> None:
    assert writings(["標題", TRADITIONAL, "大的小的上下左右人山人海。"]) == [("zh", "traditional")] * 3
    assert writings(["Annual Report 2018", ENGLISH]) == [("en", None)] * 2
    assert writings([SIMPLIFIED, TRADITIONAL, ENGLISH]) == [("zh", "simplified"), ("zh", "traditional"), ("en", None)]
    # No script for an English passage of a Chinese document.
    assert writings([SIMPLIFIED, "12 345", ENGLISH])[1:] == [("zh", "simplified"), ("en", None)]
    assert writings([]) == []


def test_paragraphs_in_both_scripts(question_set: Callable[[str], list[tuple[str, list[str]]]]) -> None:
    wrong, count = [], 0
    for name, script, other, into in (
        ("drcd_dev", "traditional", "simplified", "tw2sp"),
        ("cmrc2018_trial", "simplified", "traditional", "s2twp"),
    ):
        convert = OpenCC(into).convert
        for text, _ in question_set(name)[:200]:
            for shown, expected in ((text, script), (convert(text), other)):
                count += 1
                if told(shown) != ("zh", expected):
                    wrong.append((name, expected, told(shown)))
    assert count >= 800
    assert len(wrong) <= 2, wrong
