"""Reading of NumPy files. They may come from strangers, so pickled objects, which can run code, are never loaded."""

import zipfile
import zlib
from pathlib import Path

import numpy as np

from ganae_cli.errors import UserError


def read(path: Path) -> np.ndarray | dict[str, np.ndarray]:
    """Return the array of an .npy file, or name -> array of an .npz file; raise UserError if it cannot be read."""
    path = path.expanduser()
    if not path.is_file():
        raise UserError(f"dataset.path={path}: no such file")
    if path.suffix not in (".npy", ".npz"):
        raise UserError(f"dataset.path={path}: expected a file that ends in .npy or .npz")
    try:
        loaded = np.load(path, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            return loaded
        with loaded:
            return {key: loaded[key] for key in loaded.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        if "allow_pickle" in str(error):
            reason = "it holds Python objects (or is no NumPy file), which are not loaded because they can run code"
        else:
            reason = " ".join(str(error).split())
        raise UserError(f"dataset.path={path} cannot be read: {reason}; expected arrays of numbers") from error
