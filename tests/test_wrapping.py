"""Lines of a fixed width become paragraphs again, and lines that are as long as they are do not."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.alignment import AlignedText
from qa.cleaning import clean
from qa.repairs.wrapping import wrapped_lines

ENGLISH = (
    "The harbour was dug in 1874 by a company that had made its money with ice, and for forty years nothing but ice was "
    "shipped from there; then the last winter came that was cold enough. What is left are the sheds, which a cooperative "
    "of boat builders rents for next to nothing, and a crane (a gift of the town's) that nobody dares to use."
)
OTHER = "Boats are still built there, two or three a year, and most of them are sold before they have seen any water at all."
CHINESE = (
    "江边的老船厂去年改成了图书馆，两层阅览室每到周末都坐得满满的，有人带着面包从早上待到闭馆，也有人只为了靠窗的那张长桌"
    "一边看书一边看江上的船慢慢走远，讲解员说最受欢迎的是林奈写给学生的信，一共有十二封都抄在淡黄色的纸上。"
)


def repaired(text: str) -> str:
    return AlignedText(text).repaired(list(wrapped_lines(text))).text


def chinese(width: int) -> str:
    return "\n".join(CHINESE[start : start + width] for start in range(0, len(CHINESE), width))


@pytest.mark.parametrize("width", [58, 66, 72, 80, 100])
def test_a_paragraph_is_one_line_again(width: int) -> None:
    assert repaired(textwrap.fill(ENGLISH, width)) == ENGLISH
    assert repaired(textwrap.indent(textwrap.fill(ENGLISH, width), "    ")) == f"    {ENGLISH}"


@pytest.mark.parametrize("width", [26, 30, 35])
def test_so_is_a_chinese_one(width: int) -> None:
    assert repaired(chinese(width)) == CHINESE


def test_items_of_a_list_are_one_line_each() -> None:
    items = [textwrap.fill(f"{mark} {ENGLISH}", 72, subsequent_indent="  ") for mark in "*-1"]
    assert repaired("\n".join(items[:2])) == f"* {ENGLISH}\n- {ENGLISH}"


def test_paragraphs_without_a_line_between_them_stay_apart() -> None:
    indented = [textwrap.fill(text, 66, initial_indent="   ") for text in (ENGLISH, OTHER, ENGLISH)]
    assert repaired("\n".join(indented)) == f"   {ENGLISH}\n   {OTHER}\n   {ENGLISH}"


def test_of_two_lines_the_others_say_whether_they_are_wrapped() -> None:
    short = textwrap.fill(OTHER, 72)
    assert short.count("\n") == 1
    assert repaired(short) == short
    assert repaired(f"{textwrap.fill(ENGLISH, 72)}\n\n{short}") == f"{ENGLISH}\n\n{OTHER}"


def test_a_width_that_was_not_kept_everywhere_is_the_usual_one() -> None:
    wrapped = [textwrap.fill(ENGLISH, width) for width in (66, 66, 76)]
    two = textwrap.fill(OTHER, 66)
    assert repaired("\n\n".join([*wrapped, two])) == f"{ENGLISH}\n\n{ENGLISH}\n\n{ENGLISH}\n\n{OTHER}"


def test_a_line_break_leads_back_to_its_place() -> None:
    wrapped = textwrap.fill(ENGLISH, 60)
    aligned = clean(wrapped)
    assert aligned.text == ENGLISH
    start = ENGLISH.index("nothing but ice was shipped")
    begin, end = aligned.alignment.to_original(start, start + 27)
    assert wrapped[begin:end].split() == ["nothing", "but", "ice", "was", "shipped"]
    assert clean(aligned.text).text == aligned.text


@pytest.mark.parametrize(
    "text",
    [
        # Of a program, a session, a log.
        (
            "const harbour = await dug.in(year, company, ice, winters);\nconst boats = await built.by(cooperative, sheds, tools);\n"
            "const cranes = await given.by(town, harbour, nobody, x);"
        ),
        "for (const boat of harbour.boats.filter((one) => one.sold)) {\n  console.log(boat.name, boat.length, boat.owner.name);\n}",
        (
            "2024-03-01 10:00:00 INFO harbour opened for the day ok\n2024-03-01 10:00:05 INFO crane is not used by anyone at\n"
            "2024-03-01 10:00:09 INFO boat number four has left port"
        ),
        # Columns, addresses, verses, one name to a line.
        (
            "Harbour        dug in 1874 by a company that sold much ice\nSheds          rented by a cooperative of boat builders\n"
            "Crane          given by the town, and nobody dares use it"
        ),
        (
            "https://example.org/harbour/history/of/the/ice/company/a\nhttps://example.org/harbour/sheds/and/their/builders/b\n"
            "https://example.org/harbour/crane/that/nobody/ever/uses"
        ),
        (
            "Tyger Tyger, burning bright, in the forests of the night\nWhat immortal hand or eye, could frame thy fearful symmet\n"
            "In what distant deeps or skies burnt the fire of thine ey"
        ),
        "江边老船厂图书馆\n茶山小学\n修表匠老周",
        # Paragraphs of one line each.
        f"{ENGLISH}\n{OTHER}\n{ENGLISH}",
        f"{CHINESE}\n{CHINESE}\n{CHINESE}",
        (
            "> quoted by somebody in a letter which was wrapped at that\n> width, and whose lines therefore go on one from another\n"
            "> without any of them being the end of a sentence at all."
        ),
        (
            "[`fs.exists(path, callback)`]: fs.md#fsexistspath-callback\n[`fs.lchmod(path, mode, cb)`]: fs.md#fslchmodpath-modecbs\n"
            "[`fs.lchown(path, uid, gid)`]: fs.md#fslchownpath-uid-gid"
        ),
    ],
)
def test_lines_that_are_as_long_as_they_are_stay(text: str) -> None:
    assert repaired(text) == text


_WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12), min_size=40, max_size=120)


@given(_WORDS, st.integers(55, 110))
def test_any_words_that_a_program_has_wrapped_are_one_line_again(words: list[str], width: int) -> None:
    text = " ".join(words)
    wrapped = textwrap.fill(text, width)
    if wrapped.count("\n") >= 2 and max(map(len, wrapped.split("\n"))) >= 50:
        assert repaired(wrapped) == text
