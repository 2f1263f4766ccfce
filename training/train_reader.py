"""Train the reader's adapter; goes on from its last checkpoint when it is interrupted.

    python -m training.train_reader --data FOLDER --work DIR

Learns from CMRC-train and DRCD-dev; the learning rate rises for the first twentieth of the steps and falls in a
straight line from there. `DIR/checkpoint.safetensors` and `DIR/progress.json` are written as it goes, the adapter
itself at the end, by `training.ship_reader`.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from bench.datasets import DEFAULT_FOLDER, data_folder
from embeddings.bundled import model_directory
from qa.settings import Settings
from training.models import ReadingModel
from training.reading_data import SEED, Item, Window, epoch, load_items

TOKENS = 6144
"""Of one step, padding included."""
WIDTHS = (96, 128, 160, 192, 224, 256, 320)
"""Rows are padded to the next of these, so that few shapes have to be compiled."""
QUESTION_TOKENS = 64
CHECKPOINT_STEPS = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A window as token ids: `start` and `end` are the answer's first and last token, -1 where there is none."""

    ids: list[int]
    passage: int
    """Where the passage's tokens begin."""
    start: int
    end: int


class Rows:
    """Windows to rows of tokens."""

    def __init__(self, directory: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.begin, self.end, self.pad = (int(self.tokenizer.token_to_id(name)) for name in ("<s>", "</s>", "<pad>"))  # type: ignore[arg-type]

    def __call__(self, windows: Sequence[Window]) -> list[Row]:
        """A row for each window whose answer survives the cut to the widest row."""
        questions = self.tokenizer.encode_batch_fast([window.question for window in windows], add_special_tokens=False)
        texts = [f"{window.title}\n{window.text}" if window.title else window.text for window in windows]
        passages = self.tokenizer.encode_batch(texts, add_special_tokens=False)
        rows = []
        for window, question, passage in zip(windows, questions, passages, strict=True):
            lead = [self.begin, *question.ids[:QUESTION_TOKENS], self.end, self.end]
            ids = [*lead, *passage.ids[: WIDTHS[-1] - len(lead) - 1], self.end]
            start = end = -1
            if window.start >= 0:
                shift = len(window.title) + 1 if window.title else 0
                touched = [
                    number
                    for number, (first, after) in enumerate(passage.offsets)
                    if after > window.start + shift and first < window.end + shift
                ]
                if not touched or len(lead) + touched[-1] >= len(ids) - 1:
                    continue
                start, end = len(lead) + touched[0], len(lead) + touched[-1]
            rows.append(Row(ids, len(lead), start, end))
        return rows


class Batch(NamedTuple):
    """Rows of some questions."""

    ids: torch.Tensor
    """Token ids, (rows, tokens)."""
    attended: torch.Tensor
    """Which of them are no padding, bool."""
    readable: torch.Tensor
    """Which of them may be answered with, bool."""
    starts: torch.Tensor
    """The answer's first token, (rows,); -1 where there is none."""
    ends: torch.Tensor
    """Its last."""
    questions: torch.Tensor
    """Of which of the batch's questions a row is, (rows,)."""


def batches(groups: Sequence[Sequence[Row]], pad: int, draw: random.Random) -> list[Batch]:
    """Questions with rows of about one width, `TOKENS` to a batch, in random order; a width's last are left out."""
    by_width: dict[int, list[Sequence[Row]]] = {}
    for rows in groups:
        longest = max(len(row.ids) for row in rows)
        by_width.setdefault(next(width for width in WIDTHS if longest <= width), []).append(rows)
    found = []
    for width, members in by_width.items():
        together: list[Sequence[Row]] = []
        for rows in members:
            if sum(map(len, together)) + len(rows) > TOKENS // width:
                found.append(batch(together, width, pad, TOKENS // width))
                together = []
            together.append(rows)
    draw.shuffle(found)
    return found


def batch(groups: Sequence[Sequence[Row]], width: int, pad: int, size: int) -> Batch:
    """The rows of some questions, filled up to `size` rows with empty ones: few shapes have to be compiled."""
    rows = [row for group in groups for row in group]
    ids = torch.full((size, width), pad)
    readable = torch.zeros((size, width), dtype=torch.bool)
    starts, ends, questions = (torch.full((size,), -1) for _ in range(3))
    for number, row in enumerate(rows):
        ids[number, : len(row.ids)] = torch.tensor(row.ids)
        readable[number, row.passage : len(row.ids) - 1] = True
        starts[number], ends[number] = row.start, row.end
    questions[: len(rows)] = torch.tensor([number for number, group in enumerate(groups) for _ in group])
    return Batch(ids, ids != pad, readable, starts, ends, questions)


def loss_of(model: ReadingModel, content: Batch) -> tuple[torch.Tensor, float]:
    """Cross-entropy of start and end where there is an answer, of whether there is one, and of in which row.

    Returns:
        Their sum, and the value of the first.
    """
    span, relevance = model(content.ids, content.attended)
    span = span.masked_fill(~content.readable[..., None], -1e4)
    answered = content.starts >= 0
    place = choice = torch.zeros(())
    if bool(answered.any()):
        place = torch.nn.functional.cross_entropy(span[answered, :, 0], content.starts[answered])
        place = (place + torch.nn.functional.cross_entropy(span[answered, :, 1], content.ends[answered])) / 2
        rivals = content.questions[answered][:, None] == content.questions
        choice = torch.nn.functional.cross_entropy(
            torch.where(rivals, relevance, torch.tensor(-1e4)), answered.nonzero().squeeze(1)
        )
    real = content.questions >= 0
    relevant = torch.nn.functional.binary_cross_entropy_with_logits(relevance[real], answered[real].float())
    return place + relevant + choice, float(place.detach())


def stream(items: Sequence[Item], rows: Rows, seed: int, skip: int) -> Iterator[Batch]:
    """Batches without end, the first `skip` left out: what a run that is taken up again has seen."""
    seen = 0
    for number in range(1000):
        draw = random.Random(f"{seed}/{number}")
        windows = epoch(items, draw, mixed=0.08)
        groups = [group for group in map(rows, windows) if group]
        for content in batches(groups, rows.pad, draw):
            seen += 1
            if seen > skip:
                yield content


def main() -> None:
    """Train until the last step; print the losses as it goes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--work", type=Path, required=True, help="where checkpoints go")
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--weights", type=Path, help="a checkpoint to begin from")
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1e-3, help="highest learning rate")
    parser.add_argument("--retrieved", type=Path, required=True, help="written by training.mine_passages")
    arguments = parser.parse_args()
    folder, work = data_folder(arguments), arguments.work
    work.mkdir(parents=True, exist_ok=True)
    directory = model_directory(Settings().cache)
    torch.manual_seed(SEED)
    model = ReadingModel(directory, arguments.rank)
    for layer in model.layers:
        layer.compile(dynamic=False)
    optimizer = torch.optim.AdamW(model.parameters(), lr=arguments.rate, weight_decay=0.0)

    step = 0
    if arguments.weights:
        tensors = load_file(arguments.weights)
        model.load_state_dict({name: value for name, value in tensors.items() if "@" not in name})
    if (work / "progress.json").is_file():
        step = json.loads((work / "progress.json").read_text())["step"]
        restore(work / "checkpoint.safetensors", model, optimizer)
    items, _ = load_items(folder, json.loads(arguments.retrieved.read_text(encoding="utf-8")))
    print(f"{len(items):,} questions, from step {step}", flush=True)
    losses: list[tuple[float, float]] = []
    begun = time.perf_counter()
    for content in stream(items, Rows(directory), SEED, step):
        if step >= arguments.steps:
            break
        for group in optimizer.param_groups:
            group["lr"] = arguments.rate * rate(step, arguments.steps)
        loss, place = loss_of(model, content)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        losses.append((float(loss.detach()), place))
        if step % 20 == 0:
            mean = np.mean(losses[-20:], axis=0)
            pace = (time.perf_counter() - begun) / len(losses)
            print(f"step {step}: loss {mean[0]:.3f}, of places {mean[1]:.3f}; {pace:.2f} s a step", flush=True)
        if step % CHECKPOINT_STEPS == 0 or step == arguments.steps:
            keep(work, model, optimizer, step)


def rate(step: int, steps: int) -> float:
    """Share of the highest learning rate."""
    rising = max(steps // 20, 1)
    return min((step + 1) / rising, max(steps - step, 0) / (steps - rising))


def keep(work: Path, model: ReadingModel, optimizer: torch.optim.AdamW, step: int) -> None:
    """Write weights and the optimizer's state; a run that ends between the two files repeats some steps."""
    tensors = {name: value.detach().contiguous() for name, value in model.named_parameters()}
    for name, value in model.named_parameters():
        state = optimizer.state[value]
        tensors |= {f"{name}@{key}": state[key].contiguous() for key in ("exp_avg", "exp_avg_sq", "step")}
    draft = work / "checkpoint.draft"
    save_file(tensors, draft)
    draft.replace(work / "checkpoint.safetensors")
    (work / "progress.json").write_text(json.dumps({"step": step}))


def restore(path: Path, model: ReadingModel, optimizer: torch.optim.AdamW) -> None:
    """Read what `keep` wrote."""
    tensors = load_file(path)
    with torch.no_grad():
        for name, value in model.named_parameters():
            value.copy_(tensors[name])
            optimizer.state[value] = {key: tensors[f"{name}@{key}"] for key in ("exp_avg", "exp_avg_sq", "step")}


if __name__ == "__main__":
    main()
