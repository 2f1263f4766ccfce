"""No passage is longer than its encoder reads."""

import base64
import random
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.encoder import Encoder
from qa.analysis import fold_script
from qa.chunking import DEFAULT_REACH, passages
from qa.datatypes import LONGEST_HEADING, Document
from qa.text.lengths import read_length, shortened

MakeDocument = Callable[..., Document]


def test_every_character_is_as_long_as_its_form() -> None:
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    lengths = [max(1, len(unicodedata.normalize("NFKC", character))) for character in characters]
    assert [read_length(character) for character in characters] == lengths
    assert max(lengths) == 18
    assert read_length("".join(characters)) == sum(lengths)


@given(st.text(st.one_of(st.sampled_from("ﷺ㍿㎏½科a"), st.characters()), max_size=60), st.integers(0, 80))
def test_a_shortened_text_is_the_longest_beginning_that_fits(text: str, length: int) -> None:
    beginning = shortened(text, length)
    assert text.startswith(beginning)
    assert read_length(beginning) <= length
    assert beginning == text or read_length(text[: len(beginning) + 1]) > length


_LONG = st.lists(
    st.sampled_from(
        [
            "ﷺ" * 9,
            "㍿" * 30,
            "科技" * 60,
            "园区引进了项目，",
            "。",
            "\n",
            " ",
            "a" * 90,
            "## ",
            "题" * 120,
            "👩‍👩‍👧‍👦" * 9,
        ]
    ),
    max_size=30,
).map("".join)


@given(_LONG, st.sampled_from([20, 200, 400]), st.sampled_from([112, 240, 500]))
def test_no_passage_is_longer_than_the_encoder_reads(document: MakeDocument, text: str, limit: int, reach: int) -> None:
    made = document(text)
    found = passages(made, limit, reach)
    for passage in found:
        assert read_length(passage.encoded) <= reach
        assert len(passage.text) <= 2 * limit
        source = passage.source
        assert passage.alignment.apply(text[source.start : source.end]) == passage.text


def test_nothing_is_lost_where_passages_are_made_shorter(document: MakeDocument) -> None:
    text = "".join(f"{number}㍿ﷺ" for number in range(300))
    found = passages(document(text), 200, 120)
    assert len(found) > 30
    assert "".join(passage.text for passage in found) == text


def test_a_headline_is_read_up_to_a_length(document: MakeDocument) -> None:
    (passage,) = passages(document("# 园区引进项目\n园区引进了十个项目。"), 200)
    long = replace(passage, source=replace(passage.source, headline="题" * 200, headings=("题" * 200,)))
    assert long.encoded == f"{'题' * LONGEST_HEADING}\n园区引进了十个项目。"


@pytest.fixture(scope="module")
def tokens(model_directory: Path, model: Encoder) -> Callable[[str], int]:
    """How many tokens the default model would read of a passage, were there room for them."""
    from tokenizers import Tokenizer

    tokenizer: Any = Tokenizer.from_file(str(model_directory / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda text: len(tokenizer.encode("passage: " + text).ids)


_DRAW = random.Random(0)
_RARE = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x20000, 0x2A6E0), *range(0x30000, 0x3134B))]
HARD = {
    "rare Han": "".join(_DRAW.choices(_RARE, k=3000)),
    "emoji": "👩🏽‍🚀🏳️‍🌈🇨🇳👨‍👩‍👧‍👦😀" * 200,
    "base64": base64.b64encode(_DRAW.randbytes(6000)).decode(),
    "one letter": "a" * 10_000,
    "digits": "".join(_DRAW.choices("0123456789", k=5000)),
    "English": "Antidisestablishmentarianism notwithstanding, floccinaucinihilipilification persists. " * 60,
    "symbols": "".join(_DRAW.choices("∮∯∰⨌⟿⧺ↈ⅏◌᭄꧁꧂", k=3000)),
    "long forms": "ﷺ㍿㌖½㎯ﬃ" * 300,
    "marks": "e\u0301\u0327\u0328\u0323" * 800,
    "every other a space": "科 a 1 ？ " * 500,
    "Thai, Tamil, Arabic, Hangul": "สวัสดีชาวโลก வணக்கம் السلام عليكم 안녕하세요 " * 100,
    "unassigned": "\U000e0080\U0002fffe\U000f0000" * 700,
    "full-width": "ＡＢＣ１２３（）！＃" * 300,
}


@pytest.mark.model
@pytest.mark.parametrize("text", HARD.values(), ids=HARD)
@pytest.mark.parametrize("limit", [200, 400])
def test_the_default_model_reads_every_passage_whole(
    document: MakeDocument, tokens: Callable[[str], int], model: Encoder, text: str, limit: int
) -> None:
    assert model.reach == DEFAULT_REACH
    # Under a headline of the same as well; and as paragraphs, sentences and lines of it.
    cut = [text[start : start + 150] for start in range(0, len(text), 150)]
    for made in (text, "\n".join(cut), "。".join(cut), f"## {text[:500]}\n{text}"):
        found = passages(document(made), limit, model.reach)
        assert found
        assert max(tokens(fold_script(passage.encoded)) for passage in found) <= 512


@pytest.mark.model
def test_no_character_takes_more_tokens_than_it_is_long(tokens: Callable[[str], int]) -> None:
    around = tokens("")
    for code in range(0x20, 0x110000):
        character = chr(code)
        if unicodedata.category(character) not in {"Cn", "Co", "Cs"}:
            assert tokens(character * 20) <= around + 1 + 20 * read_length(character), hex(code)


@pytest.mark.model
@given(st.text(max_size=900), st.text(max_size=200))
def test_any_text_is_read_whole(document: MakeDocument, tokens: Callable[[str], int], text: str, headline: str) -> None:
    for passage in passages(document(f"# {headline}\n{text}"), 200):
        assert tokens(fold_script(passage.encoded)) <= 512
