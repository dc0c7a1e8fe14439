"""What a config needs of the machine: files and variables, looked for before TensorFlow is imported."""

import json
import os
from pathlib import Path

from ganae_cli.errors import UserError

EXAMPLE = '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}'


def check(config) -> None:
    """Raises UserError for what is not there. config: composed and checked by the schema."""
    joins_workers(config.hardware.strategy)
    path = config.dataset.get("path")
    if path is not None:
        _refuse_file(str(path))
    if path is None and config.dataset.name == "arrays":
        raise UserError("dataset 'arrays' needs a file: dataset.path=FILE.npy or dataset.path=FILE.npz")


def _refuse_file(path: str) -> None:
    file = Path(path).expanduser()
    if file.is_dir():
        raise UserError(f"dataset.path={path} is a folder: expected FILE.npy or FILE.npz, one array of all images")
    if not file.is_file():
        raise UserError(f"dataset.path={path}: no such file")


def joins_workers(strategy: str) -> bool:
    """Whether this process is one of several, as hardware.strategy or the variable TF_CONFIG says."""
    if strategy not in ("auto", "multi_worker"):
        return False
    told = _cluster()
    if strategy == "multi_worker" and not told:
        raise UserError(
            f"hardware=multi_worker needs the variable TF_CONFIG in each worker's environment, as in {EXAMPLE}"
        )
    return told


def _cluster() -> bool:
    """Whether TF_CONFIG names workers; UserError if it is not what workers need."""
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
