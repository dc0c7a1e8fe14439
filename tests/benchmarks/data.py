"""Files of data that all contenders train on: 10,000 random images, or what ganae's own dataset holds."""

from pathlib import Path

import numpy as np

from ganae_cli.datasets.digits import digits
from ganae_cli.datasets.points import ring
from tests.benchmarks.workloads import Workload

IMAGES = 10_000
DATASETS = {"digits": digits, "ring": ring}


def write(workload: Workload, path: Path) -> None:
    """An .npz with `x`: images uint8 (N, height, width, channels) or points float32 (N, 2)."""
    if workload.data:
        x = DATASETS[workload.data]().train
    else:
        x = np.random.default_rng(0).integers(256, size=(IMAGES, *workload.shape), dtype=np.uint8)
    np.savez(path, x=x)


def read(path: Path) -> np.ndarray:
    with np.load(path) as held:
        return held["x"]
