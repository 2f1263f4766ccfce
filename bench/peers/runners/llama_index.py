"""LlamaIndex's hybrid retriever: a vector index and BM25, joined by reciprocal rank fusion.

https://developers.llamaindex.ai/python/framework/integrations/retrievers/reciprocal_rerank_fusion: splitter (as
it comes: 1,024 tokens), VectorStoreIndex, BM25Retriever, QueryFusionRetriever; with `num_queries=1`, so that no
language model writes further questions. Both indexes are kept on disk by their own `persist`.

By default, all characters between two marks of punctuation are one word, which is stemmed as if it were English. BM25
takes no tokenizer any more, only a regular expression (`token_pattern`), so no jieba: given words, it gets pairs of
characters, as Lucene makes of Chinese.
"""

from collections.abc import Callable

from bench.peers.runners.stage import Search, run
from bench.peers.task import CHARACTER_PAIRS, PASSAGE_PROMPT, QUERY_PROMPT, RESULTS, Task


def prepare(task: Task) -> Callable[[], None]:
    """Documents to both indexes."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.retrievers.bm25 import BM25Retriever

    embedding = HuggingFaceEmbedding(task.model, query_instruction=QUERY_PROMPT, text_instruction=PASSAGE_PROMPT)
    splitter = SentenceSplitter()
    texts = task.paragraphs()

    def make() -> None:
        documents = [Document(text=text, id_=str(number)) for number, text in enumerate(texts)]
        nodes = splitter.get_nodes_from_documents(documents)
        index = VectorStoreIndex(nodes, embed_model=embedding)
        index.storage_context.persist(str(task.index))
        pairs = {"token_pattern": CHARACTER_PAIRS, "skip_stemming": True} if task.words else {}
        bm25 = BM25Retriever.from_defaults(nodes=nodes, **pairs)
        bm25.persist(str(task.index / "bm25"))

    return make


def load(task: Task) -> Search:
    """The fusion retriever over both saved indexes."""
    from llama_index.core import StorageContext, load_index_from_storage
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.retrievers.bm25 import BM25Retriever

    embedding = HuggingFaceEmbedding(task.model, query_instruction=QUERY_PROMPT, text_instruction=PASSAGE_PROMPT)
    storage = StorageContext.from_defaults(persist_dir=str(task.index))
    index = load_index_from_storage(storage, embed_model=embedding)
    bm25 = BM25Retriever.from_persist_dir(str(task.index / "bm25"))
    bm25.similarity_top_k = RESULTS
    if task.words:
        # What was saved does not say how the text was cut.
        bm25.token_pattern, bm25.skip_stemming = CHARACTER_PAIRS, True
    retriever = QueryFusionRetriever(
        [index.as_retriever(similarity_top_k=RESULTS), bm25],
        llm=MockLLM(),  # never asked: there is one query
        similarity_top_k=RESULTS,
        num_queries=1,
        mode="reciprocal_rerank",
        use_async=False,
    )

    def search(question: str, results: int) -> list[int]:
        found = (int(one.node.ref_doc_id) for one in retriever.retrieve(question))
        return list(dict.fromkeys(found))[:results]

    return search


if __name__ == "__main__":
    run(prepare, load)
