"""Rows of codes that change step by step, and what they make: a sheet, an animation, or arrays."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from ganae_cli.errors import UserError
from ganae_cli.evaluation.animation import refuse_large, save_gif
from ganae_cli.evaluation.code_space import CodeSpace
from ganae_cli.evaluation.export import save_arrays
from ganae_cli.evaluation.images import grid, save, table
from ganae_cli.evaluation.scatter import Classes, scatter
from ganae_cli.storage.atomic import make_folder

BEHIND = 2500  # samples that lie behind the paths of points
DOT = 36  # area of the points that move, in square points
GIF_SIDE = 320  # pixels of the longer side of a frame, at least


class Walks(NamedTuple):
    """N rows of S steps. z: (N, S, d). made: images uint8 (N, S, H, W, C), or points (N, S, D). at: (S,).

    labels: (N, S), of a conditional model. ends: images (N, 2, H, W, C) that stand before and behind a row. behind:
    points (M, D) of the model.
    """

    z: np.ndarray
    made: np.ndarray
    at: np.ndarray
    labels: np.ndarray | None = None
    ends: np.ndarray | None = None
    behind: np.ndarray | None = None


def walks(
    space: CodeSpace, z: np.ndarray, labels: np.ndarray | None, at: np.ndarray, ends: np.ndarray | None = None
) -> Walks:
    """Return codes (N, S, d) with what the model makes of them. at: what a step is called, such as its share."""
    rows, steps = z.shape[:2]
    made = space.data_of(z.reshape(rows * steps, -1), None if labels is None else labels.reshape(-1))
    made = made.reshape(rows, steps, *made.shape[1:])
    if made.ndim == 5:
        return Walks(z, made, at, labels, ends)
    known = space.labels(BEHIND, None if labels is None else labels.reshape(-1))
    return Walks(z, made, at, labels, behind=space.data_of(space.drawn(BEHIND, 0, known), known))


def write(walks: Walks, out: Path, kind: str, scale: int | None, at: str, **more: np.ndarray) -> None:
    """Write rows of steps to a file.

    kind "picture": a row of images for each row, or the paths of points over samples of the model. "moving": a GIF,
    in which all rows move at once. "arrays": `images` uint8 (N S, H, W, C), or `points`, row by row, and their codes
    `z` float32 (N S, d); `row` int64 (N S,), and the name of the step, `at`, float32 (N S,); `labels`; and `more`.
    scale: how many times as large images are drawn. UserError for points, which are not enlarged.
    """
    rows, steps = walks.z.shape[:2]
    are_points = walks.made.ndim == 3
    if scale and are_points:
        raise UserError(f"--scale {scale} enlarges images, and these are points")
    if kind == "picture":
        picture = _paths(walks, steps) if are_points else _sheet(walks, scale)
        make_folder(out.parent, parents=True)
        save(picture, out)
    elif kind == "moving":
        draw = _points_of_step if are_points else _images_of_step
        first = draw(walks, 0, scale)
        refuse_large(steps, first.size, out)  # before the others are drawn
        frames = [first, *(draw(walks, i, scale) for i in range(1, steps))]
        make_folder(out.parent, parents=True)
        save_gif(frames, out)
    else:
        make_folder(out.parent, parents=True)
        arrays = {"points" if are_points else "images": walks.made.reshape(-1, *walks.made.shape[2:])}
        arrays |= {"z": walks.z.reshape(rows * steps, -1), "row": np.repeat(np.arange(rows), steps)}
        arrays |= {} if walks.labels is None else {"labels": walks.labels.reshape(-1)}
        save_arrays(out, **arrays, **{at: np.tile(walks.at, rows).astype(np.float32)}, **more)


def _sheet(walks: Walks, scale: int | None) -> Image.Image:
    if walks.ends is None:
        return table(walks.made, scale=scale)
    return table(walks.ends[:, :1], walks.made, walks.ends[:, 1:], scale=scale)


def _images_of_step(walks: Walks, step: int, scale: int | None) -> Image.Image:
    now = walks.made[:, step : step + 1]
    if walks.ends is None:
        return grid(now[:, 0], scale=scale, at_least=GIF_SIDE)
    return table(walks.ends[:, :1], now, walks.ends[:, 1:], scale=scale, at_least=GIF_SIDE)


def _paths(walks: Walks, steps: int) -> Image.Image:
    """Draw all steps of all rows, each row in a colour of its own."""
    names = [f"row {i + 1}" for i in range(len(walks.made))]
    rows = np.repeat(np.arange(len(walks.made)), steps)
    return scatter(walks.made.reshape(len(rows), -1), walks.behind, classes=Classes(names, rows), dot=DOT)


def _points_of_step(walks: Walks, step: int, scale: int | None) -> Image.Image:
    return scatter(walks.made[:, step], walks.behind, names=("moving", "samples"), dot=DOT)
