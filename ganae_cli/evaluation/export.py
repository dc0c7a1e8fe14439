"""Writing of samples to files: one image, an archive of arrays, or a folder of images."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ganae_cli.errors import UserError
from ganae_cli.evaluation.classes import Asked
from ganae_cli.evaluation.images import grid, save, scatter, to_image
from ganae_cli.evaluation.trained import Trained
from ganae_cli.storage.atomic import make_folder, replacing


def write_samples(trained: Trained, count: int, seed: int, out: Path, kind: str, labels: Asked | None = None) -> None:
    """Draw `count` samples and write them to `out`, a file or a folder.

    kind "picture": a grid of images, or a scatter plot of points. "arrays": `images` uint8 (N, H, W, C) or `points`
    float32 (N, D), and `z`, the latent codes that they were generated from, float32 (N, z_dim). "folder": one PNG file
    per image, numbered from 0; UserError for points.

    Of a conditional model, labels: the classes to draw, in turn; None: all. The grid has a row of each class, of the
    same codes in all rows, and so at most `count` images. The archive has `labels` int64 (N,) and the names of all
    `classes`, too; the folder has one folder for each class, from which `dataset=image_folder` learns them again.
    """
    if kind == "picture" and trained.classes and len(trained.game.shape) == 3:
        make_folder(out.parent, parents=True)
        images, rows = trained.sample_rows(count, seed, labels)
        save(grid(images, columns=rows.columns), out)
        return
    samples, z = trained.sample_with_codes(count, seed, labels)
    of_rows = trained.labels(count, labels)
    are_points = samples.ndim == 2
    if kind == "folder" and are_points:
        raise UserError("points have no pictures of their own: use --out FILE.png or FILE.npz")
    make_folder(out if kind == "folder" else out.parent, parents=True)
    if kind == "picture":
        save(scatter(samples) if are_points else grid(samples), out)
    elif kind == "arrays":
        of_classes = {} if of_rows is None else {"labels": of_rows, "classes": np.array(trained.classes)}
        save_arrays(out, z=z, **{"points" if are_points else "images": samples}, **of_classes)
    else:
        names = folder_names(trained.classes)
        _write_folder(samples, [out] * count if of_rows is None else [out / names[label] for label in of_rows])


def _write_folder(samples: np.ndarray, folders: Sequence[Path]) -> None:
    """Write each image to its folder, under its number."""
    digits = len(str(len(samples) - 1))
    for folder in set(folders):
        make_folder(folder)
    for i, (image, folder) in enumerate(zip(samples, folders, strict=True)):
        save(to_image(image), folder / f"{i:0{digits}d}.png")


def folder_names(classes: Sequence[str]) -> list[str]:
    """Return a name of a folder for each class: its own where that is a plain name, else its number.

    >>> folder_names(["cat", "../dog", "", "tea cup"])
    ['cat', 'class-1', 'class-2', 'tea cup']
    """
    plain = [name if re.fullmatch(r"(?!class-)\w[\w .-]{0,99}", name) else "" for name in classes]
    return [name if name and plain.count(name) == 1 else f"class-{i}" for i, name in enumerate(plain)]


def save_arrays(path: Path, **arrays: np.ndarray) -> None:
    """Write a compressed .npz file atomically."""
    with replacing(path, sync=False) as temporary, temporary.open("wb") as file:  # to a path NumPy adds a suffix
        np.savez_compressed(file, allow_pickle=False, **arrays)
