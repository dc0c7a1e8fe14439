"""Proof of value for a change of the training step: are the numbers of six models the same, bit for bit?

    python -m tests.benchmarks.same_numbers store before.json      before the change
    python -m tests.benchmarks.same_numbers compare before.json    after it: exit code 1, and every difference

Each model learns the 8x8 digits for 300 steps with one thread. Compared are the final weights, optimizers and state in
them, array by array, and every number of the history except the clock's. It takes about 80 seconds on one core. Numbers
depend on the processor and on the version of TensorFlow, so compare on the machine that stored.
"""

import argparse
import csv
import hashlib
import json
import platform
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import h5py

from ganae_cli.storage.history import CLOCK_COLUMNS
from ganae_cli.storage.run_folder import RunFolder

MODELS = ("gan", "aegan", "vae", "contractive_aegan", "wgan_gp", "squeezegan")
STEPS = 300
WORDS = (f"train.steps={STEPS}", "train.log_every=50", "train.checkpoint_every=100", "hardware.threads=1", "seed=0")


def train(model: str, folder: Path, *words: str) -> dict[str, str]:
    """Train a model in a process of its own; return name -> checksum or number of all that must stay the same."""
    command = [sys.executable, "-m", "ganae_cli", "train", f"model={model}", *WORDS, f"hydra.run.dir={folder}", *words]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"model={model}: {done.stderr.splitlines()[-1]}")
    return numbers(folder)


def numbers(folder: Path) -> dict[str, str]:
    """Return the checksum of each array of the newest checkpoint, and each number of the history, by name."""
    run = RunFolder(folder)
    newest = run.checkpoints.newest()
    found = {f"weights {name}": value for name, value in arrays(newest.weights).items()}
    with run.history.path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found |= {f"step {row['step']} {key}": v for key, v in row.items() if key not in CLOCK_COLUMNS}
    return found


def arrays(weights: Path) -> dict[str, str]:
    """Return the SHA-256 of each array of a weights file, by its path in it."""
    found = {}

    def add(name: str, item) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = hashlib.sha256(item[()].tobytes()).hexdigest()

    with h5py.File(weights) as file:
        file.visititems(add)
    return found


def differences(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """Return the names of all that differs, is gone or is new, sorted."""
    return sorted(name for name in before | now if before.get(name) != now.get(name))


def machine() -> dict[str, str]:
    """Return what numbers depend on besides the code."""
    return {"processor": platform.processor() or platform.machine(), "tensorflow": metadata.version("tensorflow")}


def main() -> int:
    """Store or compare; return the exit code."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("task", choices=("store", "compare"))
    options.add_argument("file", type=Path)
    given = options.parse_args()
    before = json.loads(given.file.read_text()) if given.task == "compare" else {"machine": machine(), "models": {}}
    if before["machine"] != machine():
        print(f"stored on another machine: {before['machine']}, here {machine()}", file=sys.stderr)
    now: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for model in MODELS:
            now[model] = train(model, Path(folder) / model)
            print(f"{model}: {len(now[model])} numbers", file=sys.stderr, flush=True)
    if given.task == "store":
        given.file.write_text(json.dumps({"machine": machine(), "models": now}, indent=1) + "\n")
        return 0
    found = [f"{model}: {name}" for model in MODELS for name in differences(before["models"][model], now[model])]
    print("\n".join(found) or "the same, bit for bit")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
