"""Walks through a latent code: along its dimensions, principal directions, or singular directions of the Jacobian."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from ganae_cli.errors import UserError
from ganae_cli.evaluation import directions as along
from ganae_cli.evaluation import moving, rows_of_run
from ganae_cli.evaluation.classes import Asked
from ganae_cli.evaluation.code_space import CodeSpace, one_label
from ganae_cli.evaluation.directions import Directions
from ganae_cli.evaluation.inputs import Read
from ganae_cli.evaluation.inputs_of_run import Named
from ganae_cli.units import megabytes

DIMENSIONS, PRINCIPAL, JACOBIAN = KINDS = ("dimensions", "principal", "jacobian")
AVERAGED = 32  # codes over which Jacobians are averaged
MOST_NUMBERS = 2**28  # of a Jacobian: 1 GB
MEAN_CHANGE = f"root mean square change of images over {AVERAGED} codes"
SEED = 1  # of the codes that are averaged over, apart from that of the start


class Start(NamedTuple):
    """A code to start from: z float32 (d,); label: its class, of a conditional model."""

    z: np.ndarray
    label: int | None


def drawn(space: CodeSpace, seed: int, asked: Asked | None) -> Start:
    """Return a drawn code, of the class that is asked for, or of the first."""
    label = one_label(space, asked)
    return Start(space.drawn(1, seed, None if label is None else np.array([label]))[0], label)


def named(space: CodeSpace, one: Named, asked: Asked | None) -> Start:
    """Return the code of a row that the user names."""
    rows, known = rows_of_run.rows_named(space.trained, [one], "--from")
    labels = rows_of_run.labels_to_decode(space.trained, Read(rows, [], known), asked)
    return Start(space.trained.encode(rows)[0], None if labels is None else int(labels[0]))


def find(space: CodeSpace, start: Start, kind: str, count: int) -> Directions:
    """Return `count` directions, no more than a code has numbers, with their values.

    "dimensions": the numbers of a code, with the standard deviation of each over codes. "principal": principal
    components of codes, with standard deviations. Codes of N(0, I) that nothing encodes have none; there, directions
    along which images change most on average: eigenvectors of E_z[J^T J], J the Jacobian of the image at z, with the
    roots of the eigenvalues (active subspaces, Constantine et al. 2014, arXiv:1304.2070, equation 2.3). "jacobian":
    right singular vectors of J at the start, with singular values: how much the image, from -1 to 1, changes there.
    """
    size = len(start.z)
    if kind == DIMENSIONS:
        return along.dimensions(spread_along(space, start, np.eye(size)), count)
    if kind == PRINCIPAL and (space.of_encoder or not space.is_normal):
        return along.principal(space.typical(start.label), count)
    numbers = size * int(np.prod(space.trained.game.shape))
    if numbers > MOST_NUMBERS:
        raise UserError(
            f"--directions {kind}: the Jacobian of an image of {numbers // size:,} numbers by a code of {size:,} takes "
            f"{megabytes(4 * numbers)}: too large; take --directions {DIMENSIONS}"
        )
    if kind == JACOBIAN:
        return along.of_gram(along.gram(space.tangents(start.z, start.label)), count)
    label = None if start.label is None else np.full(AVERAGED, start.label)
    grams = [along.gram(space.tangents(z, start.label)) for z in space.drawn(AVERAGED, SEED, label)]
    return along.of_gram(np.mean(grams, axis=0), count, MEAN_CHANGE)


def spread_along(space: CodeSpace, start: Start, vectors: np.ndarray) -> np.ndarray:
    """Return the standard deviation of codes along each direction (K,): 1 where they are N(0, I), else as measured."""
    if space.is_normal:
        return np.ones(len(vectors))
    covariance = along.covariance(space.typical(start.label))
    return np.sqrt(np.einsum("ki,ij,kj->k", vectors, covariance, vectors))


def walk(space: CodeSpace, start: Start, found: Directions, steps: int, reach: float) -> moving.Walks:
    """Return rows of `steps` codes, from -reach to reach standard deviations from the start along each direction."""
    offsets = np.linspace(-reach, reach, steps)
    lengths = offsets[None] * spread_along(space, start, found.vectors)[:, None]
    z = (start.z + lengths[..., None] * found.vectors[:, None]).astype(np.float32)
    labels = None if start.label is None else np.full(z.shape[:2], start.label)
    return moving.walks(space, z, labels, offsets)


def write(walks: moving.Walks, found: Directions, out: Path, kind: str, scale: int | None) -> None:
    """Write the walks to a file: see `moving.write`.

    Arrays have `offset`, in standard deviations, and of each row `directions` float32 (K, d) and `values` (K,), too.
    """
    vectors, values = found.vectors.astype(np.float32), found.values.astype(np.float32)
    moving.write(walks, out, kind, scale, at="offset", directions=vectors, values=values)
