"""Dataset of the user's own pictures: a folder with folders in it, or a .zip."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.outline import IMAGES, Outline, left
from ganae_cli.datasets.pictures import cache as kept
from ganae_cli.datasets.pictures import look
from ganae_cli.datasets.pictures import splits as folders
from ganae_cli.datasets.pictures.archive import ZipTree
from ganae_cli.datasets.pictures.fit import sides
from ganae_cli.datasets.pictures.folder import FolderTree
from ganae_cli.datasets.pictures.kinds import PICTURES, Kinds, suffix
from ganae_cli.datasets.pictures.load import Loaded, Options, load
from ganae_cli.datasets.pictures.tree import Tree
from ganae_cli.datasets.rows import Rows
from ganae_cli.datasets.sounds.kinds import SOUNDS
from ganae_cli.datasets.splits import check_fraction, held_out
from ganae_cli.errors import UserError
from ganae_cli.registry import register
from ganae_cli.terminal import one_line


@register("dataset", "image_folder")
def image_folder(
    path: str | None = None,
    image_size: int | Sequence[int] | None = None,
    resize: str = "crop",
    channels: str | int = "auto",
    flip: bool = False,
    labels: str = "auto",
    test_fraction: float = 0.1,
    skip_unreadable: bool = False,
    cache: str = "auto",
) -> Data:
    """Return the pictures of a folder and all folders in it, or of a .zip.

    Which files count: see `pictures.folder`, `pictures.archive`. What becomes of each kind: `pictures.decode`. At which
    size: `pictures.fit`. Which are for testing, and their classes: `pictures.splits`. Where the pixels are kept:
    `pictures.load`. The order is that of the names, so neither the file system nor the number of threads counts.

    Raises UserError in one line, which names a file and what to type, for what cannot be read or does not fit together.
    """
    tree = opened(path)
    depth = None if channels == "auto" else int(channels)
    loaded = load(tree, Options(sides(image_size), resize, depth, skip_unreadable, cache))
    data = divided(loaded, str(path), labels, test_fraction)
    faults = loaded.facts.faults.items()
    return replace(
        data,
        flips=flip,
        notes=(_described(data, loaded, str(path), resize if image_size else ""), *loaded.notes),
        warnings=(*data.warnings, *_warnings(tree, loaded, str(path), depth)),
        skipped=tuple(f"{one_line(name)}\t{one_line(why)}" for name, why in faults),
        source=kept.fingerprint(tree, loaded.entries),
    )


@register("outline", "image_folder")
def outline(options: Mapping[str, Any]) -> Outline:
    """Return what the names of the files say, and the header of the first; all options are those of `image_folder`."""
    tree = opened(options["path"])
    size = sides(options["image_size"])
    first = look.first(tree)
    height, width = size or (first.size if first else (None, None))
    depth = options["channels"]
    channels = (first and (1 if first.is_grey else 3)) if depth == "auto" else int(depth)
    return Outline(IMAGES, learned(tree, options), height, width, channels)


def learned(tree: Tree, options: Mapping[str, Any]) -> int:
    """Return how many files are to learn from, by the folders that are splits, or without the share for testing."""
    names = [entry.name for entry in tree.entries]
    splits = folders.by_folder(names, str(options["path"])).splits
    count = len(names) if splits is None else splits.count("train")
    return count if splits and "test" in splits else left(count, options["test_fraction"])


def opened(path: str | None, wanted: Kinds = PICTURES) -> Tree:
    """Return the tree of option `dataset.path`. Raises UserError for what is no tree of pictures, or what is wanted."""
    if not path:
        raise UserError(f"dataset '{wanted.dataset}' needs a folder or a .zip of {wanted.one}s: dataset.path=FOLDER")
    place = Path(path).expanduser()
    if place.is_dir():
        tree: Tree = FolderTree(place, wanted)
    elif place.is_file() and zipfile.is_zipfile(place) and place.suffix != ".npz":
        tree = ZipTree(place, wanted)
    else:
        raise UserError(f"dataset.path={path}: {_no_tree(place, wanted)}")
    if not tree.entries:
        others = +tree.others
        found = ", ".join(f"{count:,} {kind}" for kind, count in sorted(others.items()))
        hint = "".join(f": type dataset={one.dataset}" for one in (PICTURES, SOUNDS) if one.suffixes & others.keys())
        raise UserError(
            f"dataset.path={path} has no {wanted.one}s ({'it holds ' + found if found else 'it is empty'}){hint}"
        )
    return tree


def _no_tree(place: Path, wanted: Kinds) -> str:
    if place.suffix in (".npz", ".npy"):
        return "this is a file of NumPy arrays: type dataset=arrays"
    if not place.exists():
        return "no such folder or .zip"
    if suffix(place.name) in wanted.suffixes:
        return f"this is one {wanted.one}; expected a folder or a .zip"
    return "expected a folder or a .zip"


def divided(
    loaded: Loaded,
    path: str,
    labels: str,
    test_fraction: float,
    wanted: Kinds = PICTURES,
    counts: Sequence[int] | None = None,
) -> Data:
    """Return the images with their labels and splits: those of folders, and a share for testing if there is none.

    counts: of images of each file, which stay together; None: one each.
    """
    check_fraction(test_fraction)
    names = [entry.name for entry in loaded.entries]
    if len(names) < 2:
        raise UserError(f"dataset.path={path} has one {wanted.one}; expected at least 2, to train and to test on")
    places = folders.by_folder(names, path, f"{wanted.one}s")
    found = folders.classes(places.rest, labels)
    split = np.array(places.splits or ["train"] * len(names))
    left = np.flatnonzero(split == "train")
    if "test" not in split:
        if len(left) < 2:
            raise UserError(
                f"dataset.path={path} has one {wanted.one} for training; expected at least 2, or a folder test"
            )
        own = None if found.labels is None else found.labels[left]
        split[left[held_out(len(left), test_fraction, labels=own)]] = "test"
    rows: dict[str, Any] = {}
    file = np.repeat(np.arange(len(names)), 1 if counts is None else counts)  # of each image
    for name in sorted(set(split.tolist())):
        index = np.flatnonzero(split[file] == name)
        rows[name] = Rows(cast(np.ndarray, loaded.pixels), index=index)
        rows[f"{name}_labels"] = None if found.labels is None else found.labels[file[index]]
    if counts is not None:
        rows["train_groups"] = file[split[file] == "train"]
    loose = (
        f"dataset.path={path}: its folders are not taken for classes, since {found.loose} lies in none: move it into "
        "one, or type dataset.labels=none"
    )
    return Data(wanted.dataset, **rows, classes=found.names, sorted=True, warnings=(loose,) * bool(found.loose))


def _described(data: Data, loaded: Loaded, path: str, how: str) -> str:
    """Return what the pictures are now. how: option `resize`, where the size is not their own."""
    height, width, depth = data.shape
    classes = f", {len(data.classes):,} classes" if data.classes else ""
    plural = "s" if depth > 1 else ""
    resized = f" (dataset.resize={how})" if how else ""
    pictures = f"{len(loaded.entries):,} pictures of {height}x{width}{resized}"
    return f"dataset.path={path}: {pictures}, {depth} channel{plural}{classes}"


def _warnings(tree: Tree, loaded: Loaded, path: str, depth: int | None) -> tuple[str, ...]:
    """Return what a user may not expect of what became of the files."""
    found = left_out(tree, loaded, path)
    over_white = laid_over_white(loaded.facts.transparent) if depth is None else []
    return (*found, *(f"dataset.path={path}: {line}" for line in over_white))


def laid_over_white(count: int) -> list[str]:
    """Return a line on transparency that is lost with `channels=auto`; none if no picture has it."""
    said = f"{count:,} pictures with a channel of transparency are laid over white; dataset.channels=4 keeps it"
    return [said] if count else []


def left_out(tree: Tree, loaded: Loaded, path: str, wanted: Kinds = PICTURES) -> list[str]:
    """Return a warning of files that cannot be read, and one of those of kinds that are not supported."""
    found = []
    count = len(loaded.facts.faults)
    if count:
        found.append(
            f"dataset.path={path}: {count:,} files that cannot be read are left out: see skipped_files.txt of the run"
        )
    return found + [f"dataset.path={path}: {line}" for line in unsupported(tree, wanted)]


def unsupported(tree: Tree, wanted: Kinds = PICTURES) -> list[str]:
    """Return a line on files of kinds that are not supported; none if there are no such files."""
    strange = {kind: number for kind, number in sorted(tree.others.items()) if kind in wanted.unsupported and number}
    listed = ", ".join(f"{number:,} {kind}" for kind, number in strange.items())
    return [f"{listed} are left out: convert them to {wanted.others} to train on them"] if strange else []
