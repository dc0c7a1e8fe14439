"""The latent codes from which a game makes samples: a sampler with what was fitted to the codes of training data."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ganae_cli import registry
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.rows import Array
from ganae_cli.datasets.scaling import to_float
from ganae_cli.engine.game import Game
from ganae_cli.errors import UserError
from ganae_cli.samplers.random import normals, random_stream

MOST_ROWS = 20_000  # training rows that a sampler is fitted to, at most
QUICK_ROWS = 2_000  # the same for the sample images during training
CHUNK = 500  # rows per forward pass, which bounds memory


@dataclass(frozen=True)
class CodeSource:
    """A sampler with its fitted arrays.

    count: number of training codes that they were fitted to; 0 for a prior.
    """

    name: str
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    count: int = 0

    def draw(self, game: Game, count: int, seed: int) -> np.ndarray:
        """Return codes float32 (count, …), joined with noise where the game needs it.

        The first n codes are the same for every count.
        """
        z = registry.build("sampler", self.name).draw(self.arrays, count, seed, game)
        return np.asarray(game.join(z, normals(count, game.noise_dim, seed, "noise")), np.float32)

    def generate(self, game: Game, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Return float data (N, *shape) of drawn codes. labels: (N,), of a conditional model.

        Fitted codes resemble those of the encoder, so they are decoded; for codes of a prior there is `generate`.
        """
        make = game.decode if self.count else game.generate
        return labelled(game, make, z, labels)

    def __str__(self) -> str:
        return f"{self.name}, fitted to {self.count:,} training codes" if self.count else f"{self.name}, N(0, I)"


def labelled(game: Game, function: Callable, rows: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
    """Return function(rows), chunk by chunk, with the label of each row known to a conditional model."""
    parts = []
    for i in range(0, max(1, len(rows)), CHUNK):  # of no rows, one empty chunk
        with game.condition.given(None if labels is None else labels[i : i + CHUNK]):
            parts.append(function(rows[i : i + CHUNK]).numpy())
    return np.concatenate(parts)


def check(game: Game, name: str) -> bool:
    """Return True if the sampler is one that must be fitted; raise UserError if the game cannot be sampled so.

    That is without an encoder, or where a sampler that decodes codes itself would need labels.
    """
    sampler = registry.build("sampler", name)
    fits = sampler.fits
    if getattr(sampler, "decodes", False):
        game.condition.refuse(f"sampler '{name}' decodes codes without a label: choose another (gmm), or")
    if fits and not game.encodes:
        raise UserError(f"sampler '{name}' is fitted to codes, and model '{type(game).__name__}' has no encoder")
    return fits


def fit(game: Game, data: Data, name: str, seed: int, most: int = MOST_ROWS) -> CodeSource:
    """Return the sampler, fitted to the codes that the game gives now to at most `most` training rows."""
    if not check(game, name):
        return CodeSource(name)
    rows = random_rows(data.train, most, seed)
    codes = encode(game, to_float(rows))
    return CodeSource(name, registry.build("sampler", name).fit(codes, rows, game, seed), len(codes))


def fault(game: Game, name: str, arrays: dict[str, np.ndarray]) -> str | None:
    """Return why arrays of a file cannot be what a sampler has fitted to codes of this game; None if they can.

    A sampler states their shapes in `shapes(codes, shape)`: a letter stands for any number from 1 up, the same letter
    for the same number. One without that method, of a plugin, is believed.
    """
    sampler = registry.build("sampler", name)
    if not hasattr(sampler, "shapes"):
        return None
    expected: dict[str, tuple] = sampler.shapes(game.z_dim, game.shape)
    free: dict[object, int] = {}
    if set(expected) != set(arrays):
        return f"it holds {', '.join(sorted(arrays)) or 'nothing'}, not {', '.join(sorted(expected))}"
    for key, shape in expected.items():
        found = arrays[key]
        letters = (pair for pair in zip(shape, found.shape, strict=False) if isinstance(pair[0], str))
        free = dict(letters) | free
        if 0 in found.shape or found.shape != tuple(free.get(side, side) for side in shape):
            return f"'{key}' has the shape {found.shape}, expected {shape}"
        if found.dtype.kind not in "fiu" or not np.isfinite(found).all():
            return f"'{key}' holds {found.dtype} that are not all finite numbers"
    if "weights" in arrays and not (arrays["weights"].min() >= 0 and 0 < arrays["weights"].sum() < np.inf):
        return "'weights' are no probabilities"
    return None


def random_rows(rows: Array, most: int, seed: int) -> np.ndarray:
    """Return at most `most` of the rows, drawn without replacement, since files may be sorted; all, if they are fewer.

    >>> len(random_rows(np.arange(1000), most=100, seed=0)), random_rows(np.arange(3), most=100, seed=0).tolist()
    (100, [0, 1, 2])
    """
    return np.asarray(rows) if len(rows) <= most else rows[random_stream(seed, "rows").permutation(len(rows))[:most]]


def encode(game: Game, x: np.ndarray) -> np.ndarray:
    """Return the codes of float data (N, …), float32 (N, z_dim)."""
    return np.concatenate([game.encode(x[i : i + CHUNK]).numpy() for i in range(0, len(x), CHUNK)])
