"""`sampler.npz` of a run: the fitted density of the latent codes, for models that sample from one."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import replacing
from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.storage.npz_file import read_stored
from ganae_cli.storage.plain_file import is_whole

if TYPE_CHECKING:
    import numpy as np

MOST_BYTES = 2**33  # of kernel densities, with 20,000 codes of 65,536 numbers, 5 GB
_FACTS = {"sampler": str, "count": int, "step": int, "sha256": str}
_MOST_OF_FACTS = 2**20
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

    def about(self) -> dict[str, Any]:
        """Return the facts alone, as `read` does."""
        try:
            return self._facts(read_stored(self.path, _MOST_OF_FACTS, prefix=_ABOUT))
        except FileNotFoundError:
            return {}

    def read(self, most: int | None = None) -> tuple[dict[str, Any], dict[str, "np.ndarray"]]:
        """Return the facts (`sampler`, `count`, `step`, `sha256`) and the arrays; two empty dicts if there is no file.

        most: bytes of memory that may be used; None: that is not known. Raises UserError for a file that cannot be
        read, needs more, or lacks a fact. The arrays may be of any shape.
        """
        try:
            arrays = read_stored(self.path, MOST_BYTES if most is None else min(most, MOST_BYTES))
        except FileNotFoundError:
            return {}, {}
        return self._facts(arrays), arrays

    def _facts(self, arrays: dict[str, "np.ndarray"]) -> dict[str, Any]:
        """Take the facts out of the entries of the file, and return them."""
        facts = {key.removeprefix(_ABOUT): arrays.pop(key) for key in list(arrays) if key.startswith(_ABOUT)}
        about = {key: value.item() if value.shape == () else None for key, value in facts.items()}
        for key, kind in _FACTS.items():
            if not isinstance(about.get(key), kind) or (kind is int and not is_whole(about[key])):
                raise UserError(f"cannot read {self.path}: it does not say its '{key}'")
        return about
