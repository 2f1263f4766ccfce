"""Average adapters that were trained one from the other, with equal shares (Wortsman et al. 2022, model soups).

    python -m training.average_readers --out FILE ADAPTER ADAPTER …

What an adapter adds to a layer, `up · down`, is averaged as a whole, and taken apart again by its singular values.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

_UP, _DOWN = ".up", ".down"


def averaged(adapters: Sequence[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """One adapter of the rank of the first, in float32."""
    found = {}
    for name, value in adapters[0].items():
        if name.endswith(_UP):
            layer = name.removesuffix(_UP)
            update = torch.stack([one[layer + _UP] @ one[layer + _DOWN] for one in adapters]).mean(0)
            rank = value.shape[1]
            left, sizes, right = torch.linalg.svd(update, full_matrices=False)
            roots = sizes[:rank].sqrt()
            found[layer + _UP] = (left[:, :rank] * roots).contiguous()
            found[layer + _DOWN] = (roots[:, None] * right[:rank]).contiguous()
        elif not name.endswith(_DOWN):
            found[name] = torch.stack([one[name] for one in adapters]).mean(0)
    return found


def main() -> None:
    """Read adapters or checkpoints, and write their mean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("adapters", type=Path, nargs="+", help="of `training.ship_reader`, or checkpoints")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    adapters = [
        {name: value.float() for name, value in load_file(path).items() if "@" not in name}
        for path in arguments.adapters
    ]
    save_file(averaged(adapters), arguments.out)


if __name__ == "__main__":
    main()
