"""Token ids by part of a vocabulary, held against those by the whole."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from embeddings.tokenization import LazyTokenizer, Tokens

TEXTS = [
    "query: 南宁·中关村创新示范基地什么时候正式运营？",
    "高新技術企業總量已達４８０家，佔全市39%。 科技創(chuàng)新！",
    "The park  has 399 companies,\tand 12.5% more 😀 are to come.\n\n  ",
    "",
    " ",
    "\u2028\u00a0e\u0301 ﷺ ㍿ 𠀀𠀁 \ue000",
    "<mask> and </s> are words here",
    "科技创新" * 400,
]


@pytest.fixture(scope="module")
def reference(model_directory: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(model_directory / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(512)
    return tokenizer


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


def expected(reference: Tokenizer, texts: list[str], *, special: bool) -> list[Tokens]:
    return [Tokens(one.ids, one.offsets) for one in reference.encode_batch(texts, add_special_tokens=special)]


@pytest.mark.model
@pytest.mark.parametrize("special", [True, False])
@pytest.mark.parametrize("text", TEXTS)
def test_part_of_the_vocabulary_makes_the_same_tokens(
    reference: Tokenizer, model_directory: Path, kept: Path, text: str, *, special: bool
) -> None:
    lazy = LazyTokenizer(model_directory / "tokenizer.json", 512, kept)
    assert lazy([text], special=special) == expected(reference, [text], special=special)


@pytest.mark.model
def test_the_whole_vocabulary_is_loaded_when_there_is_more_to_do(
    reference: Tokenizer, model_directory: Path, kept: Path
) -> None:
    lazy = LazyTokenizer(model_directory / "tokenizer.json", 512, kept)
    for _ in range(2):
        assert lazy(TEXTS[:4]) == expected(reference, TEXTS[:4], special=True)
        assert lazy._whole is None
    assert lazy(TEXTS) == expected(reference, TEXTS, special=True)
    assert lazy._whole is not None
    much = ["科技创新" * 600] * 3
    lazy = LazyTokenizer(model_directory / "tokenizer.json", 512, kept)
    assert lazy(much) == expected(reference, much, special=True)
    assert lazy._whole is not None


@pytest.mark.model
@given(texts=st.lists(st.text(max_size=30), min_size=1, max_size=3))
def test_any_text_makes_the_same_tokens(
    reference: Tokenizer, model_directory: Path, kept: Path, texts: list[str]
) -> None:
    lazy = SHARED.setdefault(kept, LazyTokenizer(model_directory / "tokenizer.json", 512, kept))
    lazy._times = 0
    assert lazy(texts) == expected(reference, texts, special=True)
    assert lazy._whole is None or "<" in "".join(texts)


SHARED: dict[Path, LazyTokenizer] = {}


@pytest.mark.model
def test_what_was_kept_and_is_damaged_is_made_again(model_directory: Path, tmp_path: Path) -> None:
    before = LazyTokenizer(model_directory / "tokenizer.json", 512, tmp_path)(TEXTS[:1])
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"damage")
    assert LazyTokenizer(model_directory / "tokenizer.json", 512, tmp_path)(TEXTS[:1]) == before
    assert path.stat().st_size > 1_000_000


def test_a_tokenizer_of_another_kind_is_loaded_whole(tmp_path: Path) -> None:
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "科技": 1, "创新": 2}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert json.loads((tmp_path / "tokenizer.json").read_text())["model"]["type"] == "WordLevel"
    for _ in range(2):
        lazy = LazyTokenizer(tmp_path / "tokenizer.json", 2, tmp_path / "kept")
        assert lazy(["科技 创新 科技", "?"]) == [Tokens([1, 2], [(0, 2), (3, 5)]), Tokens([0], [(0, 1)])]
