"""Writing of samples to files: one image, an archive of arrays, or a folder of images."""

from pathlib import Path

import numpy as np

from ganae_cli.errors import UserError
from ganae_cli.evaluation.images import grid, save, scatter, to_image
from ganae_cli.evaluation.trained import Trained
from ganae_cli.storage.atomic import make_folder, replacing


def write_samples(trained: Trained, count: int, seed: int, out: Path, kind: str) -> None:
    """Draw `count` samples and write them to `out`, a file or a folder.

    kind "picture": a grid of images, or a scatter plot of points. "arrays": `images` uint8 (N, H, W, C) or `points`
    float32 (N, D), and `z`, the latent codes that they were generated from, float32 (N, z_dim). "folder": one PNG file
    per image, numbered from 0; UserError for points.
    """
    samples, z = trained.sample_with_codes(count, seed)
    are_points = samples.ndim == 2
    if kind == "folder" and are_points:
        raise UserError("points have no pictures of their own: use --out FILE.png or FILE.npz")
    make_folder(out if kind == "folder" else out.parent, parents=True)
    if kind == "picture":
        save(scatter(samples) if are_points else grid(samples), out)
    elif kind == "arrays":
        save_arrays(out, z=z, **{"points" if are_points else "images": samples})
    else:
        digits = len(str(count - 1))
        for i, image in enumerate(samples):
            save(to_image(image), out / f"{i:0{digits}d}.png")


def save_arrays(path: Path, **arrays: np.ndarray) -> None:
    """Write a compressed .npz file atomically."""
    with replacing(path, sync=False) as temporary, temporary.open("wb") as file:  # to a path NumPy adds a suffix
        np.savez_compressed(file, allow_pickle=False, **arrays)
