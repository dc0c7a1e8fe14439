"""Checks before TensorFlow is imported: are the files and variables there that a config needs?"""

from pathlib import Path

from omegaconf import DictConfig

from ganae_cli.errors import UserError
from ganae_cli.runtime import workers
from ganae_cli.runtime.workers import Cluster

IMAGES = "image_folder"
FOLDERS = {IMAGES: "pictures", "audio_folder": "recordings"}  # datasets of files of the user's own
MAKES_FOLDER = "tfds"  # whose path is a folder that need not be there yet
FILES = {"arrays": ("FILE.npy", "FILE.npz"), "tabular": ("FILE.csv", "FILE.parquet")}  # what datasets cannot do without


def check(config: DictConfig) -> None:
    """Raise UserError for a missing file or variable. config: composed, and checked by the schema."""
    joins_workers(config.hardware.strategy)
    name, path = config.dataset.name, config.dataset.get("path")
    if path is not None and name != MAKES_FOLDER:
        _check_file(name, str(path))
    if path is None and name in FILES:
        one, other = FILES[name]
        raise UserError(f"dataset '{name}' needs a file: dataset.path={one} or dataset.path={other}")
    if path is None and name in FOLDERS:
        raise UserError(f"dataset '{name}' needs a folder or a .zip of {FOLDERS[name]}: dataset.path=FOLDER")


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
