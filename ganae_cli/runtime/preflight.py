"""Checks before TensorFlow is imported: are the files and variables there that a config needs?"""

import json
import os
from pathlib import Path

from omegaconf import DictConfig

from ganae_cli.errors import UserError

EXAMPLE = '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}'


def check(config: DictConfig) -> None:
    """Raise UserError for a missing file or variable. config: composed, and checked by the schema."""
    joins_workers(config.hardware.strategy)
    path = config.dataset.get("path")
    if path is not None:
        _check_file(str(path))
    if path is None and config.dataset.name == "arrays":
        raise UserError("dataset 'arrays' needs a file: dataset.path=FILE.npy or dataset.path=FILE.npz")


def _check_file(path: str) -> None:
    file = Path(path).expanduser()
    if file.is_dir():
        raise UserError(f"dataset.path={path} is a folder: expected FILE.npy or FILE.npz, one array of all images")
    if not file.is_file():
        raise UserError(f"dataset.path={path}: no such file")


def joins_workers(strategy: str) -> bool:
    """Return True if this process is one of several workers, as hardware.strategy or the variable TF_CONFIG says.

    Raises UserError for hardware.strategy=multi_worker without TF_CONFIG, and for a TF_CONFIG that is not sound.
    """
    if strategy not in ("auto", "multi_worker"):
        return False
    names_workers = _names_workers()
    if strategy == "multi_worker" and not names_workers:
        raise UserError(
            f"hardware=multi_worker needs the variable TF_CONFIG in each worker's environment, as in {EXAMPLE}"
        )
    return names_workers


def _names_workers() -> bool:
    """Return True if TF_CONFIG names workers; raise UserError if it has a cluster without what workers need."""
    text = os.environ.get("TF_CONFIG", "").strip()
    try:
        given = json.loads(text or "{}")
    except ValueError as error:
        raise UserError(f"the variable TF_CONFIG is not JSON ({error}); expected {EXAMPLE}") from error
    if isinstance(given, dict) and not given.get("cluster"):
        return False
    try:
        workers, task = given["cluster"]["worker"], given["task"]
        is_sound = isinstance(workers, list) and task["type"] == "worker" and task["index"] in range(len(workers))
    except (KeyError, TypeError):
        is_sound = False
    if not is_sound:
        raise UserError(f"the variable TF_CONFIG names no workers and which one this is; expected {EXAMPLE}")
    return True
