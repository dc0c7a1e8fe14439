"""The codes that a game's samples start from: a sampler, and what was fitted to the training data's codes."""

from dataclasses import dataclass, field

import numpy as np

from ganae_cli import registry
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.scaling import to_float
from ganae_cli.engine.game import Game
from ganae_cli.errors import UserError
from ganae_cli.samplers.random import normals, random

MOST_ROWS = 20_000  # that a sampler is fitted to, drawn from the training data
QUICK_ROWS = 2_000  # the same for pictures during training
CHUNK = 500  # rows a pass: bounds memory


@dataclass(frozen=True)
class Source:
    """A sampler by name, with the arrays that it keeps and how many codes they were fitted to: 0 for a prior."""

    name: str
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    count: int = 0

    def draw(self, game: Game, count: int, seed: int) -> np.ndarray:
        """Codes float32 (count, …), joined with noise where the game does so: the first n whatever the count."""
        z = registry.build("sampler", self.name).draw(self.arrays, count, seed, game)
        return np.asarray(game.join(z, normals(count, game.noise_dim, seed, "noise")), np.float32)

    def generate(self, game: Game, z: np.ndarray) -> np.ndarray:
        """Float data (N, *shape) of such codes: those fitted are like the encoder's, and decoded."""
        make = game.decode if self.count else game.generate
        return np.concatenate([make(z[i : i + CHUNK]).numpy() for i in range(0, len(z), CHUNK)])

    def __str__(self) -> str:
        return f"{self.name}, fitted to {self.count:,} training codes" if self.count else f"{self.name}, N(0, I)"


def check(game: Game, name: str) -> bool:
    """Whether there is anything to fit. Raises UserError for a sampler that the game's samples cannot come from."""
    fits = registry.find("sampler", name).fits
    if fits and not game.encodes:
        raise UserError(f"sampler '{name}' is fitted to codes, and model '{type(game).__name__}' has no encoder")
    return fits


def fit(game: Game, data: Data, name: str, seed: int, most: int = MOST_ROWS) -> Source:
    """The sampler, fitted to the codes that the game, as it is now, gives to up to so many training rows."""
    if not check(game, name):
        return Source(name)
    rows = some(data.train, most, seed)
    codes = encode(game, to_float(rows))
    return Source(name, registry.build("sampler", name).fit(codes, rows, game, seed), len(codes))


def some(rows: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Up to so many rows, drawn without replacement: files may be sorted."""
    return rows if len(rows) <= most else rows[random(seed, "rows").permutation(len(rows))[:most]]


def encode(game: Game, x: np.ndarray) -> np.ndarray:
    """Codes of float data (N, …), float32 (N, z_dim)."""
    return np.concatenate([game.encode(x[i : i + CHUNK]).numpy() for i in range(0, len(x), CHUNK)])
