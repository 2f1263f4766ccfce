"""What stands on a terminal below an answer."""

from dataclasses import replace

import pytest

from api.terminal import print_hits
from qa.alignment import Alignment
from qa.datatypes import Hit, Passage, PassageId, Source

SOURCE = Source("d", "0" * 64, "d.txt", None, None, None, None, None, 7, 0, 0, 0, 0)


def shown(source: Source, capsys: pytest.CaptureFixture[str]) -> str:
    print_hits([Hit(Passage(PassageId(1), "正文。", source, Alignment()), 0.5, 0.9, 1.0)])
    return capsys.readouterr().out.splitlines()[0]


def test_a_dated_article_is_cited_with_its_date(capsys: pytest.CaptureFixture[str]) -> None:
    source = replace(SOURCE, headline="园区提速", headings=("园区提速",), date="2024-05-09")
    assert shown(source, capsys).endswith("d.txt · 园区提速 · 2024-05-09 · line 7")


@pytest.mark.parametrize(
    ("headline", "headings", "expected"),
    [
        (None, (), "d.txt · line 7"),
        (None, ("招商",), "d.txt · 招商 · line 7"),
        ("园区提速", ("抓机遇", "园区提速"), "d.txt · 园区提速 · line 7"),
        ("园区提速", ("抓机遇", "园区提速", "招商", "项目"), "d.txt · 园区提速 · 招商 · 项目 · line 7"),
    ],
)
def test_a_passage_is_cited_by_article_and_sub_heads(
    headline: str | None, headings: tuple[str, ...], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(replace(SOURCE, headline=headline, headings=headings), capsys).endswith(expected)
