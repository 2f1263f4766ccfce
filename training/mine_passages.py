"""Passages of other paragraphs that retrieval finds for the training questions: what a reader must refuse.

python -m training.mine_passages --data FOLDER --out FILE
"""

import argparse
import json
from pathlib import Path

from bench.datasets import DEFAULT_FOLDER, data_folder
from bench.pool import build_pool
from embeddings.encoder import load_encoder
from qa.analysis import fold_script
from qa.retriever import Retriever
from qa.settings import Settings
from training.reading_data import pool_sets

DEPTH = 12


def main() -> None:
    """Ask a pool of all paragraphs each question that the file does not know yet, and write what came back."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    folder = data_folder(arguments)
    settings = Settings()
    encoder = load_encoder(settings.model, settings.cache)
    sets = pool_sets(folder)
    retriever = Retriever(build_pool(settings.cache / "bench", encoder, sets), encoder)
    found: dict[str, list[str]] = {}
    if arguments.out.is_file():
        found = json.loads(arguments.out.read_text(encoding="utf-8"))
    for question in (question for pool in sets for question in pool.questions):
        if fold_script(question.text) in found:
            continue
        passages = [hit.passage for hit in retriever.search(question.text, DEPTH).hits]
        others = [passage.text for passage in passages if passage.source.path != question.paragraph]
        found[fold_script(question.text)] = others
    arguments.out.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
