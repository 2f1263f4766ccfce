"""Token ids by part of a vocabulary, held against those by the whole."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from embeddings.tokenization import _CHARACTERS, LazyTokenizer, Tokens, _groups, _taken_apart

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


SPECIAL = ["<mask>", "<s>", "</s>", "<unk>", "<pad>", " ", "科"]


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


@pytest.fixture(scope="module")
def ours(model_directory: Path, kept: Path) -> LazyTokenizer:
    return LazyTokenizer(model_directory / "tokenizer.json", 512, kept)


@pytest.mark.model
@pytest.mark.parametrize("special", [True, False])
@pytest.mark.parametrize("text", TEXTS)
def test_part_of_the_vocabulary_makes_the_same_tokens(
    reference: Tokenizer, ours: LazyTokenizer, text: str, *, special: bool
) -> None:
    assert ours([text], special=special) == expected(reference, [text], special=special)


@pytest.mark.model
def test_many_texts_make_the_same_tokens(
    reference: Tokenizer, ours: LazyTokenizer, question_set: Callable[[str], list[tuple[str, list[str]]]]
) -> None:
    paragraphs = question_set("cmrc2018_trial") + question_set("drcd_dev")[:300]
    texts = [*TEXTS, *(text for paragraph, questions in paragraphs for text in (paragraph, *questions))]
    assert sum(map(len, texts)) > 2 * _CHARACTERS
    assert ours(texts) == expected(reference, texts, special=True)
    assert ours([]) == []
    # However much has been tokenised, the library never gets the whole vocabulary.
    assert ours.frame().get_vocab_size() < 20_000 < reference.get_vocab_size()


@pytest.mark.model
@given(texts=st.lists(st.lists(st.text(max_size=9) | st.sampled_from(SPECIAL), max_size=9).map("".join), max_size=3))
def test_any_text_makes_the_same_tokens(reference: Tokenizer, ours: LazyTokenizer, texts: list[str]) -> None:
    assert ours(texts) == expected(reference, texts, special=True)


@given(st.lists(st.integers(0, 3 * _CHARACTERS), max_size=20))
def test_texts_are_taken_in_groups_of_some_size(lengths: list[int]) -> None:
    texts = ["x" * length for length in lengths]
    groups = list(_groups(texts))
    assert [text for group in groups for text in group] == texts
    assert all(len(group) == 1 or sum(map(len, group)) <= _CHARACTERS for group in groups)


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
    assert json.loads((tmp_path / "tokenizer.json").read_text("utf-8"))["model"]["type"] == "WordLevel"
    for _ in range(2):
        lazy = LazyTokenizer(tmp_path / "tokenizer.json", 2, tmp_path / "kept")
        assert lazy(["科技 创新 科技", "?"]) == [Tokens([1, 2], [(0, 2), (3, 5)]), Tokens([0], [(0, 1)])]


@pytest.mark.parametrize("change", [{"normalized": True}, {"single_word": True}, {"content": "<new>", "id": 7}])
def test_special_tokens_that_are_looked_for_otherwise_need_the_whole_vocabulary(
    tmp_path: Path, change: dict[str, object]
) -> None:
    tokenizer = Tokenizer(
        models.Unigram([("<unk>", 0.0), ("▁", -1.0), ("科", -2.0), ("<x>", 0.0)], 0, byte_fallback=False)
    )
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens(["<unk>", "<x>"])
    path = tmp_path / "tokenizer.json"
    tokenizer.save(str(path))
    assert LazyTokenizer(path, 9, tmp_path)(["<x> 科"]) == expected(tokenizer, ["<x> 科"], special=True)
    content = json.loads(path.read_text(encoding="utf-8"))
    assert _taken_apart(content)[0]["special"] == [0, 3]
    content["added_tokens"][1] |= change
    assert _taken_apart(content) == ({}, [])
