"""`sampler.npz` of a run: the fitted density of the latent codes, for models that sample from one."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganae_cli.storage.atomic import replacing
from ganae_cli.storage.checkpoints import Checkpoint

if TYPE_CHECKING:
    import numpy as np

_ABOUT = "about_"  # prefix of the entries that are facts, not arrays of the sampler


class SamplerFile:
    """The arrays of a fitted sampler, and the checkpoint whose codes it was fitted to."""

    def __init__(self, path: Path):
        self.path = path

    def write(self, name: str, count: int, checkpoint: Checkpoint, arrays: Mapping[str, "np.ndarray"]) -> None:
        """Write the file atomically. name: of the sampler. count: number of codes that it was fitted to."""
        import numpy as np  # here and in `read`: `ganae list runs` starts without NumPy

        about = {"sampler": name, "count": count, "step": checkpoint.step, "sha256": checkpoint.fact("sha256")}
        entries = {f"{_ABOUT}{key}": np.asarray(value) for key, value in about.items()} | dict(arrays)
        with replacing(self.path) as temporary:
            np.savez(temporary, allow_pickle=False, **entries)

    def read(self) -> tuple[dict[str, Any], dict[str, "np.ndarray"]]:
        """Return the facts (`sampler`, `count`, `step`, `sha256`) and the arrays; two empty dicts if there is no whole
        file.
        """
        import numpy as np

        try:
            with np.load(self.path, allow_pickle=False) as file:
                arrays = dict(file)
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            return {}, {}
        about = {key: arrays.pop(key).item() for key in list(arrays) if key.startswith(_ABOUT)}
        return {key.removeprefix(_ABOUT): value for key, value in about.items()}, arrays
