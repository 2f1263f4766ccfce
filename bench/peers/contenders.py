"""Who is measured: each peer in the hybrid set-up that its own documentation recommends, and Chuchu twice."""

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
    peer: bool = True
    """Whether Chuchu is held against it."""
    vectors: bool = True
    """Whether it searches by meaning too. With who does not, only what is found is compared."""

    @property
    def folder(self) -> str:
        """Its index's and its environment's name."""
        return next(c.runner for c in CONTENDERS if c.name == self.shares) if self.shares else self.runner


CONTENDERS = (
    Contender("txtai", "txtai", (TORCH, JIEBA, "txtai==9.14.0")),
    Contender("Haystack", "haystack", (TORCH, JIEBA, "haystack-ai==3.4.0", "sentence-transformers-haystack==2.0.0")),
    Contender(
        "LlamaIndex",
        "llama_index",
        (
            TORCH,
            JIEBA,
            "llama-index-core==0.14.25",
            "llama-index-retrievers-bm25==0.8.0",
            "llama-index-embeddings-huggingface==0.8.0",
        ),
    ),
    Contender("BM25 (bm25s)", "bm25s", (JIEBA, "bm25s==0.3.16"), vectors=False),
    Contender(CHUCHU, "chuchu", peer=False),
    Contender("chuchu, ask", "chuchu_ask", shares=CHUCHU, peer=False),
)
