"""Writing of samples to files: one image, an archive of arrays, a table of points, a folder of images or of sounds."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ganae_cli.errors import UserError
from ganae_cli.evaluation import sounds
from ganae_cli.evaluation.classes import Asked
from ganae_cli.evaluation.images import enlarged, grid, save, to_image
from ganae_cli.evaluation.scatter import Classes, scatter
from ganae_cli.evaluation.trained import Trained
from ganae_cli.storage.atomic import make_folder, replacing


def write_samples(
    trained: Trained,
    count: int,
    seed: int,
    out: Path,
    kind: str,
    labels: Asked | None = None,
    iterations: int | None = None,
    scale: int | None = None,
) -> None:
    """Draw `count` samples and write them to `out`, a file or a folder.

    kind "picture": a grid of images, or a scatter plot of points, coloured by class if the model is conditional.
    "arrays": `images` uint8 (N, H, W, C) or `points` float32 (N, D), and `z`, the latent codes that they were generated
    from, float32 (N, z_dim). "folder": one PNG file per image, numbered from 0, or one WAV file if they are images of
    sound; UserError for points. "table": points as text, under the names of their columns, in the units of the data;
    UserError for images.

    Of a conditional model, labels: the classes to draw, in turn; None: all. The grid has a row of each class, of the
    same codes in all rows, and so at most `count` images. The archive has `labels` int64 (N,) and the names of all
    `classes`, too, and the table a last column with the name of each class; the folder has one folder for each class,
    from which `dataset=image_folder`, or `audio_folder`, learns them again.

    iterations: of Griffin-Lim; None: as many as is usual. UserError where there is no sound to find phases for.
    scale: how many times as large images are drawn; None: a grid by itself, the images of a folder not at all.
    """
    are_points = len(trained.game.shape) == 1
    if iterations is not None and (kind != "folder" or trained.sound is None):
        raise UserError(
            "--iterations is for sound: samples of a run with dataset=audio_folder in a folder, --out FOLDER/"
        )
    if scale and (are_points or (kind == "folder" and trained.sound is not None)):
        raise UserError(f"--scale {scale} enlarges images, and these are {'points' if are_points else 'sounds'}")
    if kind == "picture" and trained.classes and not are_points:
        make_folder(out.parent, parents=True)
        images, rows = trained.sample_rows(count, seed, labels)
        save(grid(images, columns=rows.columns, scale=scale), out)
        return
    samples, z = trained.sample_with_codes(count, seed, labels)
    of_rows = trained.labels(count, labels)
    if kind == "folder" and are_points:
        raise UserError("points have no pictures of their own: use --out FILE.png, FILE.npz or FILE.csv")
    if kind == "table" and not are_points:
        raise UserError("images do not fit into a table: use --out FILE.png, FILE.npz or FOLDER/")
    make_folder(out if kind == "folder" else out.parent, parents=True)
    if kind == "picture":
        coloured = None if of_rows is None else Classes(trained.classes, of_rows)
        save(scatter(samples, classes=coloured) if are_points else grid(samples, scale=scale), out)
    elif kind == "arrays":
        of_classes = {} if of_rows is None else {"labels": of_rows, "classes": np.array(trained.classes)}
        save_arrays(out, z=z, **{"points" if are_points else "images": samples}, **of_classes)
    elif kind == "table":
        names = [] if of_rows is None else [trained.classes[label] for label in of_rows]
        save_table(out, samples, trained.columns, names)
    else:
        names = folder_names(trained.classes)
        folders = [out] * count if of_rows is None else [out / names[label] for label in of_rows]
        paths = numbered(folders, ".png" if trained.sound is None else ".wav")
        if trained.sound is not None:
            sounds.write(trained.sound, samples, paths, seed, iterations)
            return
        for image, path in zip(samples, paths, strict=True):
            save(enlarged(to_image(image), scale or 1), path)


def numbered(folders: Sequence[Path], suffix: str) -> list[Path]:
    """Return the file of each sample in its folder, which is made: its number, with as many digits as the last one."""
    digits = len(str(len(folders) - 1))
    for folder in set(folders):
        make_folder(folder)
    return [folder / f"{i:0{digits}d}{suffix}" for i, folder in enumerate(folders)]


def folder_names(classes: Sequence[str]) -> list[str]:
    """Return a name of a folder for each class: its own where that is a plain name, else its number.

    Some file systems do not tell capital letters from small ones.

    >>> folder_names(["cat", "../dog", "", "tea cup", "Owl", "owl"])
    ['cat', 'class-1', 'class-2', 'tea cup', 'class-4', 'class-5']
    """
    plain = [name if re.fullmatch(r"(?!class-)\w[\w .-]{0,99}", name, re.IGNORECASE) else "" for name in classes]
    folded = Counter(name.casefold() for name in plain)
    return [name if name and folded[name.casefold()] == 1 else f"class-{i}" for i, name in enumerate(plain)]


def save_table(path: Path, points: np.ndarray, columns: Sequence[str], classes: Sequence[str] = ()) -> None:
    """Write points (N, D) as a .csv file atomically: each number in as few digits as tell it from its neighbours.

    classes: of each row, for a last column `label` (`label_` where the table has such a column).
    """
    name = "label" if "label" not in columns else "label_"
    with replacing(path, sync=False) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow([*columns, *([name] if classes else [])])
        for i, row in enumerate(points.astype(np.float32).astype(str).tolist()):
            lines.writerow([*row, *classes[i : i + 1]])


def save_arrays(path: Path, **arrays: np.ndarray) -> None:
    """Write a compressed .npz file atomically."""
    with replacing(path, sync=False) as temporary, temporary.open("wb") as file:  # to a path NumPy adds a suffix
        np.savez_compressed(file, allow_pickle=False, **arrays)
