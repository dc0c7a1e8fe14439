"""Densities of codes by class, for conditional models: codes that keep their class would contradict another label.

A sampler is fitted to the codes of each class alone. A class with fewer than 2 (z_dim + 1) codes, too few for a
covariance of its own, shares a density with all such classes: that of the codes of all classes, each less the mean of
its class, moved to the mean of the class's own codes, or of all codes if it has none. So it has the spread that codes
have within classes, as in linear discriminant analysis.

Arrays by name, as the run folder keeps them: `class_3.means` is `means` of what was fitted to the codes of class 3,
`class_shared.means` that of the shared density, `class_moves` float64 (classes, z_dim) is added to what is drawn of a
class; 0 where it has a density of its own.
"""

from typing import Any

import numpy as np

from ganae_cli.engine.game import Game

PREFIX, SHARED, MOVES = "class_", "class_shared", "class_moves"
CODES_PER_NUMBER = 2  # codes needed for each of a class's z_dim + 1 numbers, as for a component of `gmm`

Arrays = dict[str, np.ndarray]


def fewest(z_dim: int) -> int:
    """Return how many codes of a class it takes for a density of its own.

    >>> fewest(4)
    10
    """
    return CODES_PER_NUMBER * (z_dim + 1)


def fit(sampler: Any, codes: np.ndarray, rows: np.ndarray, labels: np.ndarray, game: Game, seed: int) -> Arrays:
    """Return what the sampler has fitted to codes (N, z_dim) of the classes labels int (N,); rows: of the codes."""
    counts = np.bincount(labels, minlength=len(game.condition.classes))
    own = counts >= fewest(codes.shape[1])
    means = np.tile(codes.mean(axis=0, dtype=np.float64), (len(counts), 1))
    for label in np.flatnonzero(counts):
        means[label] = codes[labels == label].mean(axis=0, dtype=np.float64)
    parts: dict[str, Arrays] = {}
    for label in np.flatnonzero(own):
        of_class = labels == label
        parts[f"{PREFIX}{label}"] = sampler.fit(codes[of_class], rows[of_class], game, seed)
    if not own.all():
        parts[SHARED] = sampler.fit((codes - means[labels]).astype(codes.dtype), rows, game, seed)
    named = {f"{part}.{key}": array for part, arrays in parts.items() for key, array in arrays.items()}
    return {MOVES: np.where(own[:, None], 0.0, means)} | named


def draw(sampler: Any, arrays: Arrays, labels: np.ndarray, seed: int, game: Game) -> np.ndarray:
    """Return a code of each class of labels int (N,), float32 (N, z_dim).

    The random numbers of row i are the same whatever its class is, and whatever the other rows are.
    """
    parts, moves = parted(arrays), arrays[MOVES]
    z = np.empty((len(labels), moves.shape[1]), np.float32)
    names = np.array([name if (name := f"{PREFIX}{label}") in parts else SHARED for label in range(len(moves))])
    for name in np.unique(names[labels]):
        at = np.flatnonzero(names[labels] == name)
        z[at] = sampler.draw(parts[name], int(at[-1]) + 1, seed, game)[at] + moves[labels[at]]
    return z


def parted(arrays: Arrays) -> dict[str, Arrays]:
    """Return the arrays of each density, by its name.

    >>> parted({"class_moves": np.zeros((1, 2)), "class_0.mean": np.ones(2)})
    {'class_0': {'mean': array([1., 1.])}}
    """
    parts: dict[str, Arrays] = {}
    for name, array in arrays.items():
        part, dot, key = name.partition(".")
        if dot:
            parts.setdefault(part, {})[key] = array
    return parts


def sharing(arrays: Arrays) -> int:
    """Return how many classes have no density of their own."""
    return len(arrays[MOVES]) - len(set(parted(arrays)) - {SHARED})


def fault(game: Game, arrays: Arrays) -> str | None:
    """Return why arrays of a file cannot be the densities of a game's classes, or None; what each holds is not seen."""
    count, moves, parts = len(game.condition.classes), arrays[MOVES], set(parted(arrays))
    if moves.shape != (count, game.z_dim):
        return f"'{MOVES}' has the shape {moves.shape}, expected {(count, game.z_dim)}"
    if moves.dtype.kind != "f" or not np.isfinite(moves).all():
        return f"'{MOVES}' holds {moves.dtype} that are not all finite numbers"
    own = {f"{PREFIX}{label}" for label in range(count)}
    if not parts <= own | {SHARED} or (own <= parts) == (SHARED in parts):
        return f"it holds {', '.join(sorted(parts)) or 'nothing'}, not a density for each of {count} classes"
    return None
