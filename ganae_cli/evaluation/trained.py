"""A trained model, opened from its run folder alone: sample, encode, reconstruct."""

import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
from omegaconf import DictConfig

from ganae_cli.builders import from_config
from ganae_cli.datasets.scaling import to_float, to_uint8
from ganae_cli.engine.game import Game
from ganae_cli.errors import UserError
from ganae_cli.samplers import fitted
from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.storage.find_run import find_run
from ganae_cli.storage.run_folder import RunFolder

CHUNK = fitted.CHUNK  # one shape is traced but for the last


def _say(line: str) -> None:
    print(f"ganae: {line}", file=sys.stderr, flush=True)


class Trained:
    """`networks`: role -> keras.Model, with averaged weights if the run kept an EMA. `config`: the run's config.

    sampler: where the codes of samples come from; None: from where the model's do.
    """

    def __init__(self, game: Game, config: DictConfig, checkpoint: Checkpoint, folder: RunFolder, sampler, warn):
        self.game, self.config, self.checkpoint, self.folder, self.warn = game, config, checkpoint, folder, warn
        self.sampler = sampler or game.sampler
        games = [getattr(game, game.frozen), game] if game.frozen else [game]
        self.networks = {role: getattr(each, role) for each in games for role in each.roles}
        fitted.check(game, self.sampler)

    @classmethod
    def open(
        cls,
        run: str | Path,
        plugins=(),
        warn=_say,
        sampler: str | None = None,
        checkpoint: str | int = from_config.NEWEST,
    ) -> "Trained":
        """run: a folder, a unique beginning of its name, or "latest". checkpoint: "newest", "best" or a step.

        Raises UserError if it has no such whole checkpoint.
        """
        folder = RunFolder(find_run(str(run)))
        return cls(*from_config.open_game(folder, plugins, warn, checkpoint), folder, sampler, warn)

    @cached_property
    def source(self) -> fitted.Source:
        """The sampler that the run has kept; where it has none of these weights, one that is fitted now."""
        if not fitted.check(self.game, self.sampler):
            return fitted.Source(self.sampler)
        about, arrays = self.folder.read_sampler()
        if (about.get("sampler"), about.get("sha256")) == (self.sampler, self.checkpoint.about["sha256"]):
            return fitted.Source(self.sampler, arrays, about["count"])
        self.warn(
            f"the run has kept no sampler '{self.sampler}' of step {self.checkpoint.step}: "
            "fitting one to the training data"
        )
        seed = self.config.seed
        return fitted.fit(self.game, from_config.build_data(self.config), self.sampler, seed)

    def generate(self, z: np.ndarray) -> np.ndarray:
        """Codes float (N, z_dim) -> uint8 images (N, H, W, C), or float32 points (N, D)."""
        return _finished([self.game.generate(part) for part in _chunks(z)])

    def sample(self, count: int, seed: int = 0) -> np.ndarray:
        """`count` samples; the first n are the same whatever the count."""
        return self.sample_with_codes(count, seed)[0]

    def sample_with_codes(self, count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """The same, and the codes that they were made of, float32 (count, …)."""
        z = self.source.draw(self.game, count, seed)
        made = self.source.generate(self.game, z)
        return to_uint8(made) if made.ndim == 4 else made, z

    def encode(self, data: np.ndarray) -> np.ndarray:
        """uint8 images (N, H, W, C) or float points (N, D) -> codes float32 (N, z_dim)."""
        return np.concatenate([self.game.encode(self._scaled(part)).numpy() for part in _chunks(np.asarray(data))])

    def reconstruct(self, data: np.ndarray) -> np.ndarray:
        """What the code of each image or point is decoded to, in the data's own type."""
        return _finished([self.game.decode(part) for part in _chunks(self.encode(data))])

    def _scaled(self, data: np.ndarray) -> np.ndarray:
        shape = self.game.shape
        if data.ndim == 3 and shape[-1:] == (1,):
            data = data[..., None]
        if data.shape[1:] != shape:
            raise UserError(f"this model takes data of shape {shape}, got {data.shape[1:]}")
        if len(shape) == 3 and data.dtype != np.uint8:
            raise UserError(f"images are uint8 from 0 to 255, got {data.dtype}")
        return to_float(data)


def _finished(parts: list) -> np.ndarray:
    made = np.concatenate([part.numpy() for part in parts])
    return to_uint8(made) if made.ndim == 4 else made


def _chunks(rows: np.ndarray) -> Iterator[np.ndarray]:
    yield from (rows[i : i + CHUNK] for i in range(0, len(rows), CHUNK))
