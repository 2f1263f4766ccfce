"""What several rooms' tests share: encoders, a folder of documents, an index of it, and the question sets."""

import json
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from embeddings import bundled
from embeddings.encoder import Encoder, FloatArray, PreparedQuery, load_encoder
from embeddings.runtime import open_model
from qa.datatypes import Document
from qa.indexing import index_files
from qa.passage_index import PassageIndex
from qa.settings import Settings

# Real documents and question sets. They are no part of the project: tests that need them skip where they are absent.
SHARED = Path(__file__).parents[2] / "shared"

# The same examples on every run; `--hypothesis-profile thorough` looks further.
_CALM = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("repeatable", deadline=None, database=None, derandomize=True, suppress_health_check=_CALM)
settings.register_profile("thorough", deadline=None, database=None, max_examples=3000, suppress_health_check=_CALM)
settings.load_profile("repeatable")


class BigramEncoder:
    """A small deterministic encoder: counts of hashed character bigrams. Texts that share wording are near."""

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self.fingerprint = f"bigrams:{dimension}"
        self.reach = 1000
        self.encoded: list[str] = []
        """Every passage that was ever encoded: what an index did not have to encode again is not in it."""

    def prepare_query(self, text: str) -> PreparedQuery:
        return PreparedQuery(lambda: self.encode_queries([text])[0])

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        self.encoded += texts
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> FloatArray:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            padded = f"\x02{text}\x03"
            for position in range(len(padded) - 1):
                vector[zlib.crc32(padded[position : position + 2].encode()) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def encoder() -> BigramEncoder:
    return BigramEncoder()


@pytest.fixture(scope="session")
def model_directory() -> Path:
    """The default model, rebuilt once and kept in the user's cache."""
    return bundled.model_directory(Settings().cache)


@pytest.fixture(scope="session")
def model(model_directory: Path) -> Encoder:
    """The real encoder: the default model in OpenVINO."""
    return load_encoder(Settings().model, Settings().cache)


@pytest.fixture(scope="session")
def whole(model_directory: Path) -> Encoder:
    """The same without its adapter: all of its layers make the vectors of questions, too."""
    return open_model(model_directory, Settings().cache)


@pytest.fixture(scope="session")
def sentence_transformer(model_directory: Path) -> Any:
    """The default model as sentence-transformers runs it."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(model_directory), device="cpu", local_files_only=True)


GUIYANG = """\
贵阳高新区加快发展大数据产业

■ 本报记者 李明

去年以来，贵阳高新区新引进了45个大数据项目，总投资达到128亿元。戴尔、华为等11家企业组建了技术联盟。

园区还建成了3.5万平方米的孵化器。“我们的目标是成为国家级示范区。”管委会负责人说。
"""

ZONES = """\
## 南通高新区

► 张悦

今年上半年，南通高新区8个主要经济指标中有7项保持20%以上的增长，项目比原计划提前一个月封顶。

## 永川高新区

本报讯 永川大数据产业园累计入驻399家企业，实现地区生产总值521.3亿元。
"""

DALIAN = """\
大連高新區的高新技術企業總量已達480家，占全市39%。科技創(chuàng)新步伐加快，提前一年完成了目標。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three files: two articles in Markdown, one in simplified, one in traditional script and with pinyin in it."""
    folder = tmp_path / "papers"
    (folder / "2019").mkdir(parents=True)
    (folder / "guiyang.txt").write_text(GUIYANG, encoding="utf-8")
    (folder / "zones.md").write_text(ZONES, encoding="utf-8")
    (folder / "2019" / "dalian.txt").write_text(DALIAN, encoding="big5hkscs", errors="ignore")
    return folder


@pytest.fixture
def index(folder: Path, tmp_path: Path, encoder: BigramEncoder) -> PassageIndex:
    """An index of `folder`, made with `encoder`."""
    index = PassageIndex.open(tmp_path / "index", encoder, create=True)
    index_files([folder], index, encoder, passage_characters=100)
    return index


@pytest.fixture
def document() -> Callable[..., Document]:
    """Makes a document of a text, as `load` would."""

    def make(text: str, name: str = "a.txt") -> Document:
        digest = f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"
        return Document(name, name, digest, "text", "utf-8", 1.0, 0, text)

    return make


@pytest.fixture(scope="session")
def real_files() -> list[Path]:
    """The five real documents, in order."""
    files = sorted((SHARED / "seeds").glob("*.txt"))
    if not files:
        pytest.skip(f"no real documents at {SHARED / 'seeds'}")
    return files


@pytest.fixture(scope="session")
def question_set() -> Callable[[str], list[tuple[str, list[str]]]]:
    """Reads a question set: its paragraphs, each with its questions."""

    def read(name: str) -> list[tuple[str, list[str]]]:
        path = SHARED / "data" / f"{name}.json"
        if not path.is_file():
            pytest.skip(f"no question set at {path}")
        return [
            (paragraph["context"], [entry["question"] for entry in paragraph["qas"]])
            for article in json.loads(path.read_text(encoding="utf-8"))["data"]
            for paragraph in article["paragraphs"]
        ]

    return read
