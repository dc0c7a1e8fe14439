"""A trained model, opened from its run folder alone: sample, encode, reconstruct."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from omegaconf import DictConfig

from ganae_cli import assembly, pictures
from ganae_cli.errors import UserError
from ganae_cli.models.base import Game
from ganae_cli.run_folder import Checkpoint, RunFolder, find_run
from ganae_cli.sampling import codes

CHUNK = 500  # codes a pass: bounds memory, and one shape is traced but for the last


class Trained:
    """`networks`: role -> keras.Model, with averaged weights if the run kept an EMA. `config`: the run's config."""

    def __init__(self, game: Game, config: DictConfig, checkpoint: Checkpoint):
        self.game, self.config, self.checkpoint = game, config, checkpoint
        self.networks = {name: getattr(game, name) for owned in game.players.values() for name in owned}

    @classmethod
    def open(cls, run: str | Path, plugins=(), warn=lambda line: None) -> "Trained":
        """run: a folder, a unique beginning of its name, or "latest". UserError if it has no whole checkpoint."""
        folder = RunFolder(find_run(str(run)))
        config = folder.read_config()
        checkpoint = folder.newest_checkpoint(warn)
        if checkpoint is None:
            raise UserError(f"{folder.path} has no checkpoint yet")
        assembly.import_parts(plugins)
        game = assembly.build_game(config, tuple(checkpoint.about["architecture"]["shape"]))
        game.keep_averages(config.train.ema)
        game.load_weights(checkpoint.weights)
        game.take_averages()
        return cls(game, config, checkpoint)

    def generate(self, z: np.ndarray) -> np.ndarray:
        """Codes float (N, z_dim) -> uint8 images (N, H, W, C), or float32 points (N, D)."""
        return _finished([self.game.generate(part) for part in _chunks(z)])

    def sample(self, count: int, seed: int = 0) -> np.ndarray:
        """`count` samples of standard normal codes; the first n are the same whatever the count."""
        return self.generate(codes(count, self.game.z_dim, seed))

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
        return pictures.to_float(data)


def _finished(parts: list) -> np.ndarray:
    made = np.concatenate([part.numpy() for part in parts])
    return pictures.to_uint8(made) if made.ndim == 4 else made


def _chunks(rows: np.ndarray) -> Iterator[np.ndarray]:
    yield from (rows[i : i + CHUNK] for i in range(0, len(rows), CHUNK))
