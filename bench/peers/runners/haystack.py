"""Haystack's hybrid pipeline: BM25 and embeddings of the in-memory store, joined by rank.

https://haystack.deepset.ai/tutorials/33_hybrid_retrieval: document store, embedder, both retrievers. The tutorial joins
by concatenation and ranks with a second model from a hub, which the others have not either; here
https://docs.haystack.deepset.ai/docs/documentjoiner joins by reciprocal rank fusion. The embedders are where
https://docs.haystack.deepset.ai/docs/migration says that they are since 3.0. The tutorial's splitter cuts at 512 words,
words being what stands between spaces: it would leave every paragraph whole.

By default, all characters between two marks of punctuation are one word. BM25 takes no tokenizer, only a regular
expression (`bm25_tokenization_regex`), so no jieba: given words, it gets pairs of characters, as Lucene makes of
Chinese.
"""

from collections.abc import Callable

from bench.peers.runners.stage import Search, run
from bench.peers.task import CHARACTER_PAIRS, PASSAGE_PROMPT, QUERY_PROMPT, Task


def prepare(task: Task) -> Callable[[], None]:
    """Documents into the embedder, and from there to the store."""
    from haystack import Document, Pipeline
    from haystack.components.writers import DocumentWriter
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder

    pairs = {"bm25_tokenization_regex": CHARACTER_PAIRS} if task.words else {}
    store = InMemoryDocumentStore(**pairs, embedding_similarity_function="cosine")
    pipeline = Pipeline()
    pipeline.add_component(
        "embedder", SentenceTransformersDocumentEmbedder(model=task.model, prefix=PASSAGE_PROMPT, progress_bar=False)
    )
    pipeline.add_component("writer", DocumentWriter(document_store=store))
    pipeline.connect("embedder", "writer")
    pipeline.warm_up()
    texts = task.paragraphs()

    def make() -> None:
        documents = [Document(content=text, meta={"number": number}) for number, text in enumerate(texts)]
        pipeline.run({"embedder": {"documents": documents}})
        store.save_to_disk(str(task.index / "store.json"))

    return make


def load(task: Task) -> Search:
    """The hybrid pipeline over the saved store."""
    from haystack import Pipeline
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

    store = InMemoryDocumentStore.load_from_disk(str(task.index / "store.json"))
    pipeline = Pipeline()
    pipeline.add_component(
        "embedder", SentenceTransformersTextEmbedder(model=task.model, prefix=QUERY_PROMPT, progress_bar=False)
    )
    pipeline.add_component("embedding", InMemoryEmbeddingRetriever(store))
    pipeline.add_component("bm25", InMemoryBM25Retriever(store))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
    pipeline.connect("embedder", "embedding")
    pipeline.connect("bm25", "joiner")
    pipeline.connect("embedding", "joiner")
    pipeline.warm_up()

    def search(question: str, results: int) -> list[int]:
        asked = {
            "embedder": {"text": question},
            "embedding": {"top_k": results},
            "bm25": {"query": question, "top_k": results},
            "joiner": {"top_k": results},
        }
        return [document.meta["number"] for document in pipeline.run(asked)["joiner"]["documents"]]

    return search


if __name__ == "__main__":
    run(prepare, load)
