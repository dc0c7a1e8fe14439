"""Checks before TensorFlow is imported: are the variables and the memory there that a config needs?

Paths in a config are checked by `config.paths`.
"""

from collections.abc import Mapping
from typing import Any

from omegaconf import DictConfig

from ganae_cli.errors import UserError
from ganae_cli.runtime import process
from ganae_cli.runtime.workers import given, slurm, tf_config
from ganae_cli.runtime.workers.cluster import Cluster
from ganae_cli.terminal import tell
from ganae_cli.units import megabytes

JOINING = ("auto", "multi_worker")  # values of hardware.strategy with which a process joins others
BYTES_OF_PIXEL = 2 * 3 * 4  # of a real and of a generated image, in colour, in float32


def check(config: DictConfig) -> None:
    """Raise UserError for a missing variable, or for images that no batch has room for.

    config: composed, and checked by the schema. Raises SystemExit, with code 0, in a process that shall only evaluate.
    """
    if _shall_evaluate(config.hardware):
        tell(
            "this is the evaluator that TF_CONFIG names, and none is needed: the chief evaluates (train.evaluate_every)"
        )
        raise SystemExit(0)
    cluster = joins_workers(config.hardware)
    _check_size(config, len(cluster.addresses) if cluster else 1)


def _check_size(config: DictConfig, parts: int) -> None:
    """Raise UserError if a batch of images alone needs more memory than is free, before any image is read.

    parts: that a batch is cut into, one for each worker.
    """
    size, free = config.dataset.get("image_size"), process.available_memory()
    if size is None or free is None or "train" not in config:
        return
    height, width = (size, size) if isinstance(size, int) else size
    batch = config.train.batch_size
    needed = batch // parts * height * width * BYTES_OF_PIXEL
    if needed > free:
        raise UserError(
            f"dataset.image_size={size}: a batch of {batch:,} images of {height}x{width}, real and generated, takes "
            f"{megabytes(needed)} of memory, and {megabytes(free)} are free"
        )


def joins_workers(hardware: Mapping[str, Any]) -> Cluster | None:
    """Return the cluster of which this process is a worker, as the config's section and the environment say.

    hardware.workers comes first, then TF_CONFIG, then SLURM, which counts with hardware=multi_worker alone: tasks of a
    job may as well train a run each. One worker alone is none of several. Raises UserError for workers that are named
    nowhere, or not soundly.
    """
    strategy = hardware["strategy"]
    if strategy not in JOINING:
        return None
    found = given.cluster(hardware.get("workers"), hardware.get("worker")) or tf_config.cluster()
    if strategy == "multi_worker" and found is None:
        found = slurm.cluster()
        if found is None:
            raise UserError(
                "hardware=multi_worker: nothing names the workers; start with srun or ganae launch, or set TF_CONFIG, "
                "or hardware.workers=[HOST:PORT,…] and hardware.worker in each; on this machine alone: "
                "hardware.strategy=auto"
            )
    return found if found and len(found.addresses) > 1 else None


def _shall_evaluate(hardware: Mapping[str, Any]) -> bool:
    return hardware["strategy"] in JOINING and hardware.get("workers") is None and tf_config.is_evaluator()
