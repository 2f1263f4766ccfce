"""Chuchu as it comes, asked for answers: five passages are read together with the question, and ranked anew."""

from bench.peers.runners.chuchu import paragraphs, prepare
from bench.peers.runners.stage import Search, run
from bench.peers.task import Task


def load(task: Task) -> Search:
    """As `chuchu ask`."""
    from qa.assistant import build_assistant
    from qa.settings import Settings

    assistant = build_assistant(Settings(index=task.index))

    def ask(question: str, results: int) -> list[int]:
        return paragraphs(assistant.ask(question, results).hits)

    return ask


if __name__ == "__main__":
    run(prepare, load)
