"""Who is measured: each peer as its documentation sets hybrid search up, and given Chinese words; and Chuchu twice."""

from dataclasses import dataclass

TORCH = "torch==2.13.0"
JIEBA = "jieba==0.42.1"
CHUCHU = "chuchu, search"


@dataclass(frozen=True, slots=True)
class Contender:
    """One row of the table."""

    name: str
    runner: str
    """The script below `bench/peers/runners/` that does it, without `.py`."""
    requirements: tuple[str, ...] = ()
    """What its environment needs; nothing for what runs in ours."""
    shares: str | None = None
    """The contender whose index it asks, when it makes none of its own."""
    words: bool = False
    """Whether its BM25 is told where Chinese words or pairs of characters are, which no documentation does."""
    peer: bool = True
    """Whether Chuchu is held against it."""
    vectors: bool = True
    """Whether it searches by meaning too. With who does not, only what is found is compared."""

    @property
    def key(self) -> str:
        """What `--only` and its measurements call it."""
        return f"{self.runner}-words" if self.words else self.runner

    @property
    def folder(self) -> str:
        """The key of the contender whose index it asks."""
        return next(c.key for c in CONTENDERS if c.name == self.shares) if self.shares else self.key


_TXTAI = (TORCH, JIEBA, "txtai==9.14.0")
_HAYSTACK = (TORCH, "haystack-ai==3.4.0", "sentence-transformers-haystack==2.0.0")
_LLAMA_INDEX = (
    TORCH,
    "llama-index-core==0.14.25",
    "llama-index-retrievers-bm25==0.8.0",
    "llama-index-embeddings-huggingface==0.8.0",
)

CONTENDERS = (
    Contender("txtai", "txtai", _TXTAI),
    Contender("Haystack", "haystack", _HAYSTACK),
    Contender("LlamaIndex", "llama_index", _LLAMA_INDEX),
    Contender("txtai, given words", "txtai", _TXTAI, words=True),
    Contender("Haystack, given pairs", "haystack", _HAYSTACK, words=True),
    Contender("LlamaIndex, given pairs", "llama_index", _LLAMA_INDEX, words=True),
    Contender("bm25s, given words", "bm25s", (JIEBA, "bm25s==0.3.16"), words=True, vectors=False),
    Contender(CHUCHU, "chuchu", peer=False),
    Contender("chuchu, ask", "chuchu_ask", shares=CHUCHU, peer=False),
)
