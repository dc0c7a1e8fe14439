"""Walks from one latent code to another: rows of pictures, an animation, or arrays."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ganae_cli.datasets.room import refuse_beyond_memory
from ganae_cli.evaluation import moving, paths, rows_of_run
from ganae_cli.evaluation.classes import Asked
from ganae_cli.evaluation.code_space import CodeSpace
from ganae_cli.evaluation.inputs import Read
from ganae_cli.evaluation.inputs_of_run import Named
from ganae_cli.evaluation.moving import Walks


class Ends(NamedTuple):
    """Where walks begin and end. z: (N, 2, d). labels: (N, 2), of a conditional model. originals: the data, if any."""

    z: np.ndarray
    labels: np.ndarray | None
    originals: np.ndarray | None = None


def drawn(space: CodeSpace, count: int, seed: int, asked: Asked | None) -> Ends:
    """Return `count` pairs of drawn codes; both of a pair are of one class, of those asked for, in turn."""
    labels = space.labels(count, asked)
    pairs = None if labels is None else np.repeat(labels, 2)
    z = space.drawn(2 * count, seed, pairs)
    return Ends(z.reshape(count, 2, -1), None if pairs is None else pairs.reshape(count, 2))


def named(space: CodeSpace, pairs: Sequence[tuple[Named, Named]], asked: Asked | None) -> Ends:
    """Return the codes of pairs of rows that the user names. asked: their classes, in turn; None: as the data say."""
    trained, count = space.trained, len(pairs)
    rows, known = rows_of_run.rows_named(trained, [one for pair in pairs for one in pair], "--between")
    labels = rows_of_run.labels_to_decode(trained, Read(rows, [], known), asked)
    z = trained.encode(rows).reshape(count, 2, -1)
    originals = rows.reshape(count, 2, *rows.shape[1:])
    return Ends(z, None if labels is None else labels.reshape(count, 2), originals)


def walk(space: CodeSpace, ends: Ends, steps: int, path: str | None) -> Walks:
    """Return what lies on the ways. path: one of `paths.PATHS`; None: slerp where codes are normal, else linear.

    Where the ends are of two classes, each half of a way is of the class of its end.
    """
    count = len(ends.z)
    refuse_beyond_memory(f"--steps {steps}", 4 * count * steps * int(np.prod(space.trained.game.shape)))
    way = paths.SLERP if space.is_normal else paths.LINEAR
    z = paths.between(ends.z[:, 0], ends.z[:, 1], steps, path or way)
    shares = np.linspace(0, 1, steps)
    labels = None if ends.labels is None else ends.labels[:, (shares >= 0.5).astype(int)]
    return moving.walks(space, z, labels, shares, ends.originals)


def write(walks: Walks, out: Path, kind: str, scale: int | None) -> None:
    """Write the ways to a file, as `moving.write` does; arrays: see there, with `share` of the way, from 0 to 1."""
    moving.write(walks, out, kind, scale, at="share")
