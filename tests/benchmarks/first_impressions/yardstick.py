"""Trains a plain Keras program: `python -m tests.benchmarks.first_impressions.yardstick MODEL FOLDER … -- WORDS`.

It gets the pictures that a run of ganae with these words would be trained on, the same minutes and one thread. Minutes
count from the first step, which is compiled in them. Into the folder go `samples.npz`, as many as there are held-out
pictures, a grid in `samples/`, and what a row of the table needs, in files of the names of a run folder.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np
import tensorflow as tf

from ganae_cli.builders import from_config
from ganae_cli.commands.data import composed
from ganae_cli.datasets.base import Data
from ganae_cli.evaluation.images import grid, save
from ganae_cli.runtime import lifeline
from ganae_cli.storage.atomic import replacing, write_atomically
from tests.benchmarks.first_impressions.keras_models import MODELS

MOST, SHOWN = 10_000, 64  # samples
EVERY = 10.0  # seconds between lines of progress


class Limit:
    """Tells when a training is over: after some steps or minutes from now on. clock: gives seconds."""

    def __init__(self, minutes: float | None, steps: int | None, clock: Callable[[], float] = time.monotonic):
        self.minutes, self.steps, self.clock = minutes, steps, clock
        self.began = self.told = clock()

    @property
    def seconds(self) -> float:
        return self.clock() - self.began

    def is_over(self, steps: int) -> bool:
        """Return True if the training is over after so many steps."""
        if self.clock() - self.told > EVERY:
            self.told = self.clock()
            print(f"step {steps}, {self.seconds:.0f} s", file=sys.stderr, flush=True)
        return steps >= self.steps if self.steps else self.seconds >= 60 * self.minutes


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    limits = parser.add_mutually_exclusive_group(required=True)
    limits.add_argument("--minutes", type=float)
    limits.add_argument("--steps", type=int)
    parser.add_argument("--by-processor", action="store_true", help="minutes are those of the processor's clock")
    parser.add_argument("words", nargs="+", metavar="KEY=VALUE", help="of the dataset, as of `ganae train`")
    given = parser.parse_args(argv)
    lifeline.follow()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    from_config.import_parts()
    data = from_config.build_data(composed(given.words, None, "a Keras program is trained on one set"))
    keras.utils.set_random_seed(given.seed)
    train(given, data)


def train(given: argparse.Namespace, data: Data) -> None:
    """Train, and write all files; the samples last, whose presence says that all is done."""
    model = MODELS[given.model](data.shape)
    limit = Limit(given.minutes, given.steps, time.process_time if given.by_processor else time.monotonic)
    steps = model.fit(np.asarray(data.train), limit.is_over)
    seconds = limit.seconds
    images = model.sample(max(SHOWN, min(MOST, len(data.test))))
    (given.folder / "samples").mkdir(parents=True, exist_ok=True)
    save(grid(images[:SHOWN]), given.folder / "samples" / f"step-{steps:08d}.png")
    measured = {
        "parameters_trained": sum(one.count_params() for one in model.models),
        "images_per_second": round(steps * model.batch / seconds, 1),
    }
    status = {"state": "done", "step": steps, "seconds": round(seconds, 3), "metrics": measured}
    facts = {"shape": list(data.shape), "training_rows": len(data.train), "test_rows": len(data.test)}
    for name, content in (("status", status), ("environment", {"keras": keras.__version__, "data": facts})):
        write_atomically(given.folder / f"{name}.json", json.dumps(content, indent=2) + "\n")
    with replacing(given.folder / "samples.npz") as temporary:
        np.savez_compressed(temporary, images=images)


if __name__ == "__main__":
    main()
