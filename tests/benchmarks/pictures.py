"""How fast pictures come, beside how fast a model takes them: `python -m tests.benchmarks.pictures PATH [ROUNDS]`.

In each round, one after the other, so that a slower minute of the machine meets all: batches of pictures from the
cache, batches of pictures that are decoded as they are needed, and the last hundred steps of `model=dcgan` on them.
"""

import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BATCH, SECONDS, STEPS = 32, 5.0, 200


def streamed(data) -> float:
    """Return the pictures per second of the stream of batches alone."""
    from ganae_cli.datasets.batches import batches

    stream = iter(batches(data, BATCH))
    next(stream)
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        count += len(next(stream))
    return count / (time.perf_counter() - began)


def trained(path: str) -> float:
    """Return the pictures per second of a training of dcgan."""
    with tempfile.TemporaryDirectory() as folder:
        words = [f"dataset.path={path}", f"train.steps={STEPS}", f"train.log_every={STEPS // 2}", "model=dcgan"]
        words += ["dataset=image_folder", f"train.batch_size={BATCH}", f"hydra.run.dir={folder}/run", "hardware=cpu"]
        command = [sys.executable, "-m", "ganae_cli", "train", *words]
        subprocess.run(command, check=True, capture_output=True, env=dict(os.environ))
        with Path(folder, "run", "history.csv").open(newline="") as file:
            return float(list(csv.DictReader(file))[-1]["images_per_second"])


def main() -> None:
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()
    from ganae_cli.datasets import batches, rows
    from ganae_cli.datasets.image_folder import image_folder

    path, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    cached = image_folder(path).ready()
    decoding = image_folder(path, cache="none")
    found: dict[str, list[float]] = {"cached": [], "decoding": [], "dcgan": []}
    for _ in range(rounds):
        found["cached"].append(streamed(cached))
        usual, batches.IN_MEMORY = batches.IN_MEMORY, 0  # or few pictures would be taken into memory
        found["decoding"].append(streamed(decoding))
        batches.IN_MEMORY = usual
        found["dcgan"].append(trained(path))
        print({name: f"{values[-1]:,.0f}/s" for name, values in found.items()}, file=sys.stderr)
    print(f"pictures per second, medians of {rounds} rounds, and how many times those of dcgan (within rounds)")
    for name, values in found.items():
        times = statistics.median(one / taken for one, taken in zip(values, found["dcgan"], strict=True))
        print(f"{name:9} {statistics.median(values):9,.0f}  {times:6.1f}")
    print(f"rows in memory up to {rows.IN_MEMORY:,} bytes; batches of {BATCH}")


if __name__ == "__main__":
    main()
