"""Teach some of the encoder's layers to make the whole encoder's vectors of short questions.

    python -m training.train_questions --data FOLDER --work DIR

What is learned from is made once, in a quarter of an hour, and kept in DIR. The adapter is written as it goes.

The loss is the divergence of the scores that a question's vector gives 3,000 passages and texts, of which those with
the highest count most (Campos et al. 2023, KALE), and ten times its distance from the teacher's vector. The layers
that are kept are those six of twelve whose vectors were nearest to the teacher's before anything was learned.
"""

import argparse
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch.nn import functional

from bench.datasets import DEFAULT_FOLDER, data_folder, load_set
from bench.pool import as_document
from embeddings.bundled import QUERY_PROMPT, model_directory
from embeddings.runtime import open_model
from embeddings.short_questions import ADAPTER
from qa.analysis import fold_script
from qa.chunking import passages
from qa.settings import Settings
from training.models import QuestionModel
from training.own_questions import own_passages
from training.question_texts import question_texts
from training.reading_data import SEED

KEPT = (0, 1, 4, 9, 10, 11)
TOKENS = 48
"""Where a text is cut. What is longer than 32 is asked of the whole encoder."""
ROWS = 128
"""Of a step, all of about one length."""
PAD = 1
ANCHORS = 3000
TEMPERATURE = 0.01
"""Of the scores; the encoder itself was trained with it."""
HELD_BACK = 2000
FloatArray = npt.NDArray[np.float32]


class Learned(NamedTuple):
    """What is learned from."""

    texts: list[str]
    asked: int
    """How many of them, the first, are questions that somebody asked; each counts three times."""
    vectors: FloatArray
    """The teacher's, of the texts as questions, (texts, dimension)."""
    anchors: FloatArray
    """The teacher's, of passages."""


def learned_from(arguments: argparse.Namespace) -> Learned:
    """What is learned from, made once and kept for the next run."""
    work: Path = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    folder, cache = data_folder(arguments), Settings().cache
    if not (work / "learned.json").is_file():
        asked, made = question_texts(folder)
        pool = load_set(folder, "cmrc2018_train").paragraphs
        pool |= {passage.key: passage.text for passage in own_passages() if not passage.held_back}
        windows = [fold_script(one.context) for key in pool for one in passages(as_document(key, pool[key]), 200, 500)]
        teacher = open_model(model_directory(cache), cache)
        np.save(work / "vectors.npy", teacher.encode_queries(asked + made), allow_pickle=False)
        np.save(work / "anchors.npy", teacher.encode_passages(windows), allow_pickle=False)
        kept = json.dumps({"asked": asked, "made": made}, ensure_ascii=False)
        (work / "learned.json").write_text(kept, encoding="utf-8")
    texts = json.loads((work / "learned.json").read_text(encoding="utf-8"))
    vectors, anchors = (np.load(work / f"{name}.npy", allow_pickle=False) for name in ("vectors", "anchors"))
    return Learned(texts["asked"] + texts["made"], len(texts["asked"]), vectors, anchors)


def token_ids(directory: Path, texts: Sequence[str]) -> list[list[int]]:
    """Of each text as a question."""
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(TOKENS)
    return [found.ids for found in tokenizer.encode_batch_fast([QUERY_PROMPT + text for text in texts])]


def steps(ids: Sequence[Sequence[int]], numbers: Sequence[int], draw: random.Random) -> Iterator[list[int]]:
    """`ROWS` of some numbers of texts, of about one length each time, without end."""
    while True:
        some = sorted(draw.sample(numbers, 24 * ROWS), key=lambda number: len(ids[number]))
        together = [some[start : start + ROWS] for start in range(0, len(some), ROWS)]
        draw.shuffle(together)
        yield from together


def rows(ids: Sequence[Sequence[int]], numbers: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids of some texts, and which of them are no padding, both (rows, tokens)."""
    width = max(len(ids[number]) for number in numbers)
    padded = torch.tensor([[*ids[number], *[PAD] * (width - len(ids[number]))] for number in numbers])
    return padded, padded != PAD


def loss_of(vectors: torch.Tensor, wanted: torch.Tensor, anchors: torch.Tensor) -> torch.Tensor:
    """How far the scores of the anchors are from what they should be, and the vectors from the teacher's."""
    scores, right = (functional.log_softmax(these @ anchors.T / TEMPERATURE, -1) for these in (vectors, wanted))
    divergence = functional.kl_div(scores, right, log_target=True, reduction="batchmean")
    return divergence + 10 * (1 - (vectors * wanted).sum(1)).mean()


def nearness(model: QuestionModel, ids: Sequence[Sequence[int]], numbers: Sequence[int], wanted: torch.Tensor) -> float:
    """Mean cosine to the teacher's vectors, with the mean of all taken off, which all are near to."""
    order = sorted(numbers, key=lambda number: len(ids[number]))
    middle, found = wanted.mean(0), []
    with torch.no_grad():
        for start in range(0, len(order), ROWS):
            some = order[start : start + ROWS]
            found.append(functional.cosine_similarity(model(*rows(ids, some)) - middle, wanted[some] - middle))
    return float(torch.cat(found).mean())


def begin_from(model: QuestionModel, weights: dict[str, torch.Tensor]) -> None:
    """Take over the weights of an adapter, which may have a lower rank than the model."""
    with torch.no_grad():
        for name, value in model.named_parameters():
            value[tuple(slice(size) for size in weights[name].shape)] = weights[name].float()


def rate(step: int, last: int) -> float:
    """Share of the highest learning rate: up for a hundred steps, and down as a cosine."""
    return min(1, (step + 1) / 100) * 0.5 * (1 + math.cos(math.pi * step / last))


def main() -> None:
    """Train until the last step; print how near the vectors are as it goes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--work", type=Path, required=True, help="where what is learned from goes")
    parser.add_argument("--weights", type=Path, help="an adapter to begin from")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--rank", type=int, default=64)
    parser.add_argument(
        "--rate", type=float, default=2e-3, help="highest learning rate of the adapters; of the rest half"
    )
    parser.add_argument("--out", type=Path, default=ADAPTER)
    arguments = parser.parse_args()
    learned = learned_from(arguments)
    directory = model_directory(Settings().cache)
    ids = token_ids(directory, learned.texts)
    draw = random.Random(SEED)
    numbers = draw.sample(range(len(ids)), len(ids))
    held_back, numbers = numbers[:HELD_BACK], numbers[HELD_BACK:]
    numbers += 2 * [number for number in numbers if number < learned.asked]
    torch.manual_seed(SEED)
    model = QuestionModel(directory, arguments.rank, KEPT)
    if arguments.weights:
        begin_from(model, load_file(arguments.weights))
    low_rank = [value for name, value in model.named_parameters() if name.endswith((".up", ".down"))]
    rest = [value for name, value in model.named_parameters() if not name.endswith((".up", ".down"))]
    optimizer = torch.optim.AdamW([{"params": low_rank}, {"params": rest}], weight_decay=0.0, betas=(0.9, 0.98))
    teacher = functional.normalize(torch.from_numpy(learned.vectors).float(), dim=-1)
    scored = torch.cat([torch.from_numpy(learned.anchors).float(), teacher[numbers[:ANCHORS]]])
    begun = time.perf_counter()
    for step, some in enumerate(steps(ids, numbers, draw), 1):
        for group, share in zip(optimizer.param_groups, (1.0, 0.5), strict=True):
            group["lr"] = arguments.rate * share * rate(step, arguments.steps)
        anchors = scored[torch.randint(len(scored), (ANCHORS,))]
        loss = loss_of(model(*rows(ids, some)), teacher[some], anchors)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 500 == 0 or step == arguments.steps:
            near = nearness(model, ids, held_back, teacher)
            print(f"step {step}: {near:.4f}; {(time.perf_counter() - begun) / step:.2f} s a step", flush=True)
            weights = {name: value.detach().half().contiguous() for name, value in model.named_parameters()}
            save_file(weights, arguments.out, metadata={"layers": json.dumps(KEPT)})
        if step == arguments.steps:
            break


if __name__ == "__main__":
    main()
