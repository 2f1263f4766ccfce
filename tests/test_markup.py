"""Comments, and headings with a line drawn below them."""

import pytest

from qa.alignment import AlignedText
from qa.cleaning import clean
from qa.repairs.markup import markup_comments, underlined_headings
from qa.sectioning import sections

PROSE = "江边的老船厂去年改成了图书馆，每到周末都坐得满满的。"


def repaired(repair, text: str) -> str:
    return AlignedText(text).repaired(list(repair(text))).text


def test_comments_go_with_the_lines_that_hold_nothing_else() -> None:
    text = f"# 图书馆\n\n<!-- 待补充：\n\n开放时间 -->\n{PROSE}<!-- 核对 -->还有茶室。\n  <!-- x -->"
    assert repaired(markup_comments, text) == f"# 图书馆\n\n{PROSE}还有茶室。\n  "
    unclosed = f"{PROSE}<!-- {PROSE}"
    assert repaired(markup_comments, unclosed) == unclosed


def test_a_line_below_a_heading_is_a_mark_of_it() -> None:
    text = f"图书馆\n======\n\n{PROSE}\n\n开放时间\n--------\n{PROSE}\n\n节假日\n~~~~~~\n{PROSE}\n"
    marked = f"# 图书馆\n\n{PROSE}\n\n## 开放时间\n{PROSE}\n\n### 节假日\n{PROSE}\n"
    assert repaired(underlined_headings, text) == marked
    assert clean(text).text == marked
    assert [section.headings for section in sections(marked)][-1] == ("图书馆", "开放时间", "节假日")
    assert repaired(underlined_headings, f"=======\nLibrary\n=======\n{PROSE}") == f"# Library\n{PROSE}"


@pytest.mark.parametrize(
    "text",
    [
        f"{PROSE}\n-----",
        f"图书馆\n\n------\n{PROSE}",
        f"图书馆\n--\n{PROSE}",
        f"江边的图书馆开放时间和节假日安排\n---\n{PROSE}",
        f"- 图书馆\n-------\n{PROSE}",
        "=====  =====\n名称   时间\n=====  =====\n图书馆  九点",
        f"```\n图书馆\n======\n```\n{PROSE}",
        "------\n======",
    ],
)
def test_other_lines_that_are_drawn_stay(text: str) -> None:
    assert clean(text).text == text
