"""The latent codes from which a game makes samples: a sampler with what was fitted to the codes of training data.

Of a conditional game, it is fitted to the codes of each class: see `of_classes.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ganae_cli import registry
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.rows import Array
from ganae_cli.datasets.scaling import to_float
from ganae_cli.engine.game import Game
from ganae_cli.errors import UserError
from ganae_cli.samplers import of_classes
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

    @property
    def is_of_classes(self) -> bool:
        """True if each class has a density."""
        return of_classes.MOVES in self.arrays

    def draw(self, game: Game, count: int, seed: int, labels: np.ndarray | None = None) -> np.ndarray:
        """Return codes float32 (count, …), joined with noise where the game needs it.

        labels: int (count,), of a conditional model. The first n codes are the same for every count.
        """
        sampler = registry.build("sampler", self.name)
        if self.is_of_classes:
            z = of_classes.draw(sampler, self.arrays, np.asarray(labels), seed, game)
        else:
            z = sampler.draw(self.arrays, count, seed, game)
        return np.asarray(game.join(z, normals(count, game.noise_dim, seed, "noise")), np.float32)

    def draw_each(self, game: Game, count: int, seed: int, labels: Sequence[int]) -> np.ndarray:
        """Return `count` codes of each of the classes, class by class, by the same random numbers in all of them."""
        return np.concatenate([self.draw(game, count, seed, np.full(count, label)) for label in labels])

    def generate(self, game: Game, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Return float data (N, *shape) of drawn codes. labels: (N,), of a conditional model.

        Fitted codes resemble those of the encoder, so they are decoded; for codes of a prior there is `generate`.
        """
        make = game.decode if self.count else game.generate
        return labelled(game, make, z, labels)

    def __str__(self) -> str:
        if not self.count:
            return f"{self.name}, N(0, I)"
        told = f"{self.name}{self._size()}, fitted to {self.count:,} training codes"
        if not self.is_of_classes:
            return told
        few = of_classes.sharing(self.arrays)
        return f"{told}, class by class" + (f"; {few:,} with too few codes share a density" if few else "")

    def _size(self) -> str:
        """Return in words how many Gaussians a mixture has: of a conditional model, in each class."""
        parts = of_classes.parted(self.arrays).values() if self.is_of_classes else [self.arrays]
        sizes = sorted(len(part["weights"]) for part in parts if "weights" in part)
        if not sizes:
            return ""
        range_of = f"{sizes[0]}" if sizes[0] == sizes[-1] else f"{sizes[0]} to {sizes[-1]}"
        return f" of {range_of} Gaussian{'' if sizes[-1] == 1 else 's'}"


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
    if getattr(sampler, "decodes", False) and game.condition.is_on:
        raise UserError(
            f"sampler '{name}' decodes codes on its way, without a label, and the model is conditional "
            f"(model.condition={game.condition.mode}): choose another, such as gmm"
        )
    if fits and not game.encodes:
        raise UserError(f"sampler '{name}' is fitted to codes, and model '{type(game).__name__}' has no encoder")
    return fits


def fit(game: Game, data: Data, name: str, seed: int, most: int = MOST_ROWS) -> CodeSource:
    """Return the sampler, fitted to the codes that the game gives now to at most `most` training rows."""
    if not check(game, name):
        return CodeSource(name)
    rows = random_rows(data.train, most, seed)
    codes, sampler = encode(game, to_float(rows)), registry.build("sampler", name)
    if not game.condition.is_on:
        return CodeSource(name, sampler.fit(codes, rows, game, seed), len(codes))
    if data.train_labels is None:
        raise UserError(
            f"sampler '{name}' is fitted to the codes of each class, and dataset '{data.name}' has no labels"
        )
    labels = random_rows(data.train_labels, most, seed)  # those of the rows
    return CodeSource(name, of_classes.fit(sampler, codes, rows, labels, game, seed), len(codes))


def fault(game: Game, name: str, arrays: dict[str, np.ndarray]) -> str | None:
    """Return why arrays of a file cannot be what a sampler has fitted to codes of this game; None if they can.

    A sampler states their shapes in `shapes(codes, shape)`: a letter stands for any number from 1 up, the same letter
    for the same number. One without that method, of a plugin, is believed. A conditional game may have one density for
    all its classes.
    """
    if not (game.condition.is_on and of_classes.MOVES in arrays):
        return _fault_of_density(game, name, arrays)
    found = (_fault_of_density(game, name, part) for part in of_classes.parted(arrays).values())
    return of_classes.fault(game, arrays) or next(filter(None, found), None)


def _fault_of_density(game: Game, name: str, arrays: dict[str, np.ndarray]) -> str | None:
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
