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

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from bench.datasets import DEFAULT_FOLDER, data_folder
from embeddings.bundled import model_directory
from qa.settings import Settings
from training.reader_model import ReadingModel
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


Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]


def batches(rows: Sequence[Row], pad: int, draw: random.Random) -> list[Batch]:
    """Rows of about one width, `TOKENS` to a batch, in random order; the last rows of a width are left out."""
    by_width: dict[int, list[Row]] = {}
    for row in rows:
        by_width.setdefault(next(width for width in WIDTHS if len(row.ids) <= width), []).append(row)
    found = []
    for width, members in by_width.items():
        size = TOKENS // width
        found += [batch(members[at : at + size], width, pad) for at in range(0, len(members) - size + 1, size)]
    draw.shuffle(found)
    return found


def batch(rows: Sequence[Row], width: int, pad: int) -> Batch:
    """Ids, what is attended to, what may be answered, starts and ends."""
    ids = torch.full((len(rows), width), pad)
    readable = torch.zeros((len(rows), width), dtype=torch.bool)
    for number, row in enumerate(rows):
        ids[number, : len(row.ids)] = torch.tensor(row.ids)
        readable[number, row.passage : len(row.ids) - 1] = True
    starts, ends = torch.tensor([row.start for row in rows]), torch.tensor([row.end for row in rows])
    return ids, ids != pad, readable, starts, ends


def loss_of(model: ReadingModel, content: Batch) -> tuple[torch.Tensor, float]:
    """Cross-entropy of start and end where there is an answer, and of whether there is one; and the former's value."""
    ids, attended, readable, starts, ends = content
    span, relevance = model(ids, attended)
    span = span.masked_fill(~readable[..., None], -1e4)
    answered = starts >= 0
    place = torch.zeros(())
    if bool(answered.any()):
        place = torch.nn.functional.cross_entropy(span[answered, :, 0], starts[answered])
        place = (place + torch.nn.functional.cross_entropy(span[answered, :, 1], ends[answered])) / 2
    relevant = torch.nn.functional.binary_cross_entropy_with_logits(relevance, answered.float())
    return place + relevant, float(place.detach())


def stream(items: Sequence[Item], rows: Rows, seed: int, skip: int) -> Iterator[Batch]:
    """Batches without end, the first `skip` left out: what a run that is taken up again has seen."""
    seen = 0
    for number in range(1000):
        draw = random.Random(f"{seed}/{number}")
        windows = epoch(items, draw, negatives=0.7, mixed=0.08)
        for content in batches(rows(windows), rows.pad, draw):
            seen += 1
            if seen > skip:
                yield content


def main() -> None:
    """Train until the last step; print the losses as it goes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", default=DEFAULT_FOLDER, help="folder of the question sets")
    parser.add_argument("--work", type=Path, required=True, help="where checkpoints go")
    parser.add_argument("--steps", type=int, default=2400)
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
