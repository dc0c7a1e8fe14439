"""Samples to files."""

import os
from pathlib import Path

import numpy as np

from ganae_cli.errors import UserError
from ganae_cli.evaluation.images import grid, save, scatter, to_image
from ganae_cli.evaluation.trained import Trained


def write_samples(trained: Trained, count: int, seed: int, out: Path, kind: str) -> None:
    """kind "png": a grid, or a scatter plot of points. "npz": `images` uint8 (N, H, W, C), or `points` float32 (N, D),
    and `z`, the codes that they were made of, float32 (N, z_dim). "folder": one PNG an image, numbered from 0.
    """
    made, z = trained.sample_with_codes(count, seed)
    points = made.ndim == 2
    if kind == "folder" and points:
        raise UserError("points have no pictures of their own: use --out FILE.png or FILE.npz")
    if kind == "png":
        save(scatter(made) if points else grid(made), out)
    elif kind == "npz":
        save_arrays(out, z=z, **{"points" if points else "images": made})
    else:
        digits = len(str(count - 1))
        for i, image in enumerate(made):
            save(to_image(image), out / f"{i:0{digits}d}.png")


def save_arrays(path: Path, **arrays: np.ndarray) -> None:
    """A compressed .npz, written atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp.npz")
    np.savez_compressed(temporary, allow_pickle=False, **arrays)
    os.replace(temporary, path)
