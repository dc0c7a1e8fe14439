"""Checks before TensorFlow is imported: are the files, the variables and the memory there that a config needs?"""

from pathlib import Path

from omegaconf import DictConfig

from ganae_cli.errors import UserError
from ganae_cli.runtime import process, workers
from ganae_cli.runtime.workers import Cluster
from ganae_cli.units import megabytes

IMAGES = "image_folder"
MAKES_FOLDER = "tfds"  # whose path is a folder that need not be there yet
FILES = {"arrays": ("FILE.npy", "FILE.npz"), "tabular": ("FILE.csv", "FILE.parquet")}  # what datasets cannot do without
BYTES_OF_PIXEL = 2 * 3 * 4  # of a real and of a generated image, in colour, in float32


def check(config: DictConfig) -> None:
    """Raise UserError for a missing file or variable, or for images that no batch has room for.

    config: composed, and checked by the schema.
    """
    cluster = joins_workers(config.hardware.strategy)
    _check_size(config, len(cluster.addresses) if cluster else 1)
    name, path = config.dataset.name, config.dataset.get("path")
    if path is not None and name != MAKES_FOLDER:
        try:
            _check_file(name, str(path))
        except OSError as error:  # a name that is too long, a folder that may not be looked into
            raise UserError(f"dataset.path={path}: {error.strerror or error}") from error
    if path is None and name in FILES:
        one, other = FILES[name]
        raise UserError(f"dataset '{name}' needs a file: dataset.path={one} or dataset.path={other}")
    if path is None and name == IMAGES:
        raise UserError(f"dataset '{IMAGES}' needs a folder or a .zip of pictures: dataset.path=FOLDER")


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


def _check_file(name: str, path: str) -> None:
    file = Path(path).expanduser()
    takes_folder = name.endswith("_folder")
    if file.is_dir() and name == "tabular":
        raise UserError(f"dataset.path={path} is a folder: expected {' or '.join(FILES[name])}")
    if file.is_dir() and not takes_folder:
        raise UserError(
            f"dataset.path={path} is a folder: expected FILE.npy or FILE.npz, one array of all images; for a folder of "
            f"pictures, type dataset={IMAGES}"
        )
    if file.suffix in (".npy", ".npz") and file.is_file() and name == IMAGES:
        raise UserError(f"dataset.path={path} is a file of arrays: type dataset=arrays")
    if not file.is_file() and not (takes_folder and file.is_dir()):
        raise UserError(f"dataset.path={path}: no such {'folder or .zip' if takes_folder else 'file'}")


def joins_workers(strategy: str) -> Cluster | None:
    """Return the cluster of which this process is a worker, as hardware.strategy and the variable TF_CONFIG say.

    One worker alone is none of several. Raises UserError for hardware.strategy=multi_worker without TF_CONFIG, and for
    a TF_CONFIG that is not sound.
    """
    if strategy not in ("auto", "multi_worker"):
        return None
    found = workers.cluster()
    if strategy == "multi_worker" and found is None:
        raise UserError(
            f"hardware=multi_worker needs the variable TF_CONFIG in each worker's environment, as in {workers.EXAMPLE}"
        )
    return found if found and len(found.addresses) > 1 else None
