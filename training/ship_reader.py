"""Write a trained adapter, in half precision, to where the program looks for it.

python -m training.ship_reader --work DIR
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file


def main() -> None:
    """Weights without the optimizer's state, as float16."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--work", type=Path, required=True, help="where `training.train_reader` worked")
    parser.add_argument("--out", type=Path, default=Path("embeddings/reader.safetensors"))
    arguments = parser.parse_args()
    tensors = load_file(arguments.work / "checkpoint.safetensors")
    weights = {name: tensor.to(torch.float16).contiguous() for name, tensor in tensors.items() if "@" not in name}
    save_file(weights, arguments.out)
    print(f"{arguments.out}: {arguments.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
