"""The bundled encoder with low-rank adapters (Hu et al. 2021, LoRA) that alone are trained.

A linear layer computes with `W + B A`, put together at every step: one product where an adapter beside its layer
needs three, which on a CPU is the faster way. Everything but the adapters is bfloat16.
"""

import math
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

HEADS = 12
DROPOUT = 0.1
BF16 = torch.bfloat16


class AdaptedLinear(nn.Module):
    """A frozen linear layer, its adapter, and its bias, which is trained too."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor, rank: int) -> None:
        super().__init__()
        self.register_buffer("weight", weight.to(BF16), persistent=False)
        self.bias = nn.Parameter(bias.float().clone())
        self.down = nn.Parameter(torch.randn(rank, weight.shape[1]) / math.sqrt(weight.shape[1]))
        self.up = nn.Parameter(torch.zeros(weight.shape[0], rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(…, inputs) to (…, outputs)."""
        weight = self.get_buffer("weight") + self.up.to(BF16) @ self.down.to(BF16)
        return functional.linear(x, weight, self.bias.to(BF16))


class Norm(nn.Module):
    """A layer normalisation whose weights are trained."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight.float().clone())
        self.bias = nn.Parameter(bias.float().clone())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The same shape."""
        return functional.layer_norm(x, x.shape[-1:], self.weight.to(BF16), self.bias.to(BF16), eps=1e-12)


class Layer(nn.Module):
    """One layer of BERT (Devlin et al. 2019). Attention is written out: its backward pass is faster so on a CPU."""

    def __init__(self, weights: dict[str, torch.Tensor], number: int, rank: int) -> None:
        super().__init__()

        def weight(name: str) -> torch.Tensor:
            return weights[f"encoder.layer.{number}.{name}"]

        def linear(*names: str) -> AdaptedLinear:
            return AdaptedLinear(
                torch.cat([weight(f"{name}.weight") for name in names]),
                torch.cat([weight(f"{name}.bias") for name in names]),
                rank,
            )

        def norm(name: str) -> Norm:
            return Norm(weight(f"{name}.weight"), weight(f"{name}.bias"))

        self.attend = linear("attention.self.query", "attention.self.key", "attention.self.value")
        self.attended = linear("attention.output.dense")
        self.attended_norm = norm("attention.output.LayerNorm")
        self.widen = linear("intermediate.dense")
        self.narrow = linear("output.dense")
        self.narrow_norm = norm("output.LayerNorm")

    def forward(self, x: torch.Tensor, mask: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
        """(rows, tokens, size) to the same; `kept`, (2, rows, 1, size), is multiplied with what is added."""
        rows, tokens, size = x.shape
        query, key, value = self.attend(x).view(rows, tokens, 3, HEADS, size // HEADS).permute(2, 0, 3, 1, 4)
        weights = torch.softmax((query * (size // HEADS) ** -0.5) @ key.transpose(-1, -2) + mask, -1)
        attended = self.attended((weights @ value).transpose(1, 2).reshape(rows, tokens, size))
        x = self.attended_norm(x + attended * kept[0])
        normalized: torch.Tensor = self.narrow_norm(x + self.narrow(functional.gelu(self.widen(x))) * kept[1])
        return normalized


class AdaptedEncoder(nn.Module):
    """Token ids to the states of the tokens: the bundled encoder, or some of its layers, with adapters."""

    def __init__(self, directory: Path, rank: int, kept: Sequence[int] | None = None) -> None:
        """Read the encoder's weights.

        Args:
            directory: of the encoder.
            rank: of the adapters.
            kept: numbers of the layers that are kept, in their order; all unless given.
        """
        super().__init__()
        weights = load_file(directory / "model.safetensors")
        layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
        self.register_buffer("words", weights["embeddings.word_embeddings.weight"].to(BF16), persistent=False)
        places = (
            weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self.register_buffer("places", places.to(BF16), persistent=False)
        self.norm = Norm(weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        self.layers = nn.ModuleList(Layer(weights, number, rank) for number in kept or range(layers))
        self.size = places.shape[1]

    def states(self, ids: torch.Tensor, attended: torch.Tensor, dropout: float) -> torch.Tensor:
        """The last layer's states, float32 (rows, tokens, size).

        Args:
            ids: token ids, (rows, tokens).
            attended: which of them are no padding, bool, (rows, tokens).
            dropout: share of a row's features that a layer adds nothing to, the same for all its tokens (Gal and
                Ghahramani 2016), in training: drawn for each token, it made a step many times slower on a CPU.
        """
        x = functional.embedding(ids, self.get_buffer("words")) + self.get_buffer("places")[: ids.shape[1]]
        x = self.norm(x)
        mask = torch.where(attended, 0.0, -1e4)[:, None, None, :].to(BF16)
        rows, _, size = x.shape
        dropout = dropout if self.training else 0.0
        for layer in self.layers:
            # Some features of a row are left out, and the others make up for them.
            kept = torch.rand(2, rows, 1, size) >= dropout
            x = layer(x, mask, kept.to(BF16) / (1 - dropout))
        last: torch.Tensor = x.float()
        return last


class ReadingModel(AdaptedEncoder):
    """Token ids of question and passage to where an answer starts and ends, and whether there is one."""

    def __init__(self, directory: Path, rank: int) -> None:
        super().__init__(directory, rank)
        self.span = nn.Linear(self.size, 2)
        self.relevance = nn.Linear(self.size, 1)

    def forward(self, ids: torch.Tensor, attended: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of start and end, float32 (rows, tokens, 2), and of there being an answer, (rows,); see `states`."""
        states = self.states(ids, attended, DROPOUT)
        return self.span(states), self.relevance(states[:, 0]).squeeze(-1)


class QuestionModel(AdaptedEncoder):
    """Token ids of a question to its vector."""

    def forward(self, ids: torch.Tensor, attended: torch.Tensor) -> torch.Tensor:
        """The mean of the tokens' states, of length 1, float32 (rows, size); see `states`."""
        states = self.states(ids, attended, 0.0) * attended[:, :, None]
        vectors: torch.Tensor = functional.normalize(states.sum(1) / attended.sum(1, keepdim=True), dim=-1)
        return vectors
