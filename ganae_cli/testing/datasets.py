"""Contracts of every dataset: arrays of the promised kinds, the same each time, training and test rows apart."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.batches import batches
from ganae_cli.testing.demand import demand


def check_dataset(name: str, plugins: Iterable[str] = (), **options: Any) -> None:
    """Check a dataset by its name, with options such as `path` or a small `count`.

    Raises AssertionError, saying what does not hold.
    """
    from_config.import_parts(plugins)
    data = registry.build("dataset", name, **options)
    check_arrays(name, data)
    check_apart(data)
    check_batches(data)
    again = registry.build("dataset", name, **options)
    for field in ("train", "test", "train_labels", "test_labels"):
        same = np.array_equal(getattr(data, field), getattr(again, field))
        demand(same, f"dataset '{name}': {field} is another one each time")


def check_arrays(name: str, data: Data) -> None:
    """Rows, labels and modes have the types and shapes that `Data` promises."""
    demand(isinstance(data, Data), f"dataset '{name}' is no ganae_cli.datasets.base.Data")
    demand(data.name == name, f"dataset '{name}' calls itself '{data.name}'")
    for rows, labels in ((data.train, data.train_labels), (data.test, data.test_labels)):
        kind = np.uint8 if data.kind == "images" else np.float32
        demand((rows.dtype, rows.shape) == (kind, (len(rows), *data.shape)), f"rows are {rows.dtype} {rows.shape}")
        demand(len(rows) >= 2, f"there are {len(rows)} rows")
        if labels is not None:
            sound = labels.dtype == np.int64 and len(labels) == len(rows) and labels.min() >= 0
            demand(sound, f"labels are {labels.dtype} {labels.shape} from {labels.min()}")
            demand(labels.max() < len(data.classes), f"labels go to {labels.max()}, but classes={data.classes}")
    demand(len(set(data.classes)) == len(data.classes) and all(data.classes), f"classes={data.classes}: no names")
    demand((data.modes is None) == (data.mode_std is None), "modes and mode_std belong together")
    if data.modes is not None:
        demand(data.modes.shape[1:] == data.shape, f"modes are of shape {data.modes.shape}")
        demand(len(np.unique(data.modes, axis=0)) == len(data.modes), "two modes are the same")
        nearest = np.linalg.norm(data.test[:, None] - data.modes[None], axis=-1).argmin(axis=1)
        demand((nearest == data.test_labels).mean() > 0.99, "labels are not the numbers of the nearest modes")


def check_apart(data: Data) -> None:
    """No test row is a training row."""
    train = {row.tobytes() for row in data.train}
    copies = sum(row.tobytes() in train for row in data.test)
    demand(not copies, f"{copies} test rows are training rows, too")


def check_batches(data: Data) -> None:
    """Batches are float32, images within [-1, 1] and using the range."""
    (batch,) = batches(data, 5, seed=0, steps=1)
    found, wanted = (tuple(batch.shape), batch.dtype), ((5, *data.shape), "float32")
    demand(found == wanted, f"a batch of 5 is {batch.dtype} {batch.shape}")
    if data.kind == "images":
        low, high = batch.numpy().min(), batch.numpy().max()
        demand(-1 <= low < -0.5 and 0.5 < high <= 1, f"images lie in [{low}, {high}], expected [-1, 1]")
