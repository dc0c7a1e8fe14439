"""Compare two runs, file by file and bit by bit, in all but clocks."""

import csv
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.storage.history import CLOCK_COLUMNS
from ganae_cli.storage.run_folder import RunFolder

CLOCKS = ("seconds", "images_per_second", "peak_memory_mb", "compile_seconds", "seconds_to_first_step", "pid", "host")


def differences(one: Path, other: Path) -> list[str]:
    """Return in words how the second run, resumed, differs from the first, in all but clocks; [] if they are equal."""
    first, second = RunFolder(one), RunFolder(other)
    found = [] if first.config.read_text() == second.config.read_text() else ["config.yaml"]
    found += _compared("status", _without_clocks(first.status()), _without_clocks(second.status()))
    found += _compared("history", dict(enumerate(history(first))), dict(enumerate(history(second))))
    kept = {c.step: c for c in first.checkpoints.list()}, {c.step: c for c in second.checkpoints.list()}
    found += [] if kept[0].keys() == kept[1].keys() else [f"checkpoints {sorted(kept[0])} {sorted(kept[1])}"]
    for step in kept[0].keys() & kept[1].keys():
        found += [] if kept[1][step].is_whole() else [f"checkpoint {step} is not whole"]
        found += _compared(f"weights {step}", arrays(kept[0][step].weights), arrays(kept[1][step].weights))
        found += _compared(f"json {step}", *(_about(both[step]) for both in kept))
    found += _compared("sampler", *(_sampler(folder) for folder in (first, second)))
    pictures = [{path.name: path.read_bytes() for path in folder.samples.glob("*")} for folder in (first, second)]
    found += _compared("samples", *pictures)
    found += _compared("files", *(dict.fromkeys(_names(path)) for path in (one, other)))
    return found


def _names(run: Path) -> set[str]:
    """Return the names of all files but TensorBoard's, one for each process, and the lock, which may stay."""
    names = {path.relative_to(run) for path in run.rglob("*")}
    return {str(name) for name in names if name.parts[0] not in ("tensorboard", ".lock")}


def _compared(what: str, one: dict, other: dict) -> list[str]:
    if one.keys() != other.keys():
        missing, new = sorted(map(str, one.keys() - other.keys())), sorted(map(str, other.keys() - one.keys()))
        return [f"{what}: {missing} missing, {new} new"]
    differing = [key for key in one if not _same(one[key], other[key])]
    return [f"{what}: {key} is {str(other[key])[:200]}, not {str(one[key])[:200]}" for key in differing]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    return one == other


def history(folder: RunFolder) -> list[dict]:
    """Return the rows of a history without clocks."""
    with folder.history.path.open(newline="") as file:
        return [{key: value for key, value in row.items() if key not in CLOCK_COLUMNS} for row in csv.DictReader(file)]


def arrays(weights: Path) -> dict[str, np.ndarray]:
    """Return every array of a weights file, by its path in it."""
    found: dict[str, np.ndarray] = {}
    with h5py.File(weights) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


def _about(checkpoint: Checkpoint) -> dict:
    return {key: value for key, value in checkpoint.about.items() if key not in ("seconds", "sha256")}


def _sampler(folder: RunFolder) -> dict:
    facts, values = folder.sampler.read()
    return {key: value for key, value in facts.items() if key != "sha256"} | values


def _without_clocks(status: dict) -> dict:
    metrics = {key: value for key, value in status.get("metrics", {}).items() if key not in CLOCKS}
    return {key: value for key, value in status.items() if key not in CLOCKS} | {"metrics": metrics}
