"""Dataset of the user's own pictures: a folder with folders in it, or a .zip."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.pictures import look, splits
from ganae_cli.datasets.pictures.archive import ZipTree
from ganae_cli.datasets.pictures.decode import Wanted
from ganae_cli.datasets.pictures.fit import sides
from ganae_cli.datasets.pictures.folder import FolderTree
from ganae_cli.datasets.pictures.source import Pictures
from ganae_cli.datasets.pictures.tree import Tree
from ganae_cli.datasets.rows import Rows
from ganae_cli.errors import UserError
from ganae_cli.registry import register


@register("dataset", "image_folder")
def image_folder(
    path: str | None = None,
    image_size: int | Sequence[int] | None = None,
    resize: str = "crop",
    channels: str | int = "auto",
    labels: str = "auto",
    test_fraction: float = 0.1,
    validation_fraction: float = 0.0,
) -> Data:
    """Return the pictures of a folder and all folders in it, or of a .zip."""
    tree = opened(path)
    seen = look.look(tree)
    if seen.faults:
        raise UserError(unreadable(tree, seen.faults))
    size = sides(image_size) or look.common_size(seen.sizes, str(path))
    depth = (3 if seen.colour else 1) if channels == "auto" else int(channels)
    source = Pictures(tree, tree.entries, Wanted(size, resize, depth))
    return divided(tree, source, labels, test_fraction, validation_fraction)


def opened(path: str | None) -> Tree:
    """Return the tree of option `dataset.path`. Raises UserError for what is no tree of pictures."""
    if not path:
        raise UserError("dataset 'image_folder' needs a folder or a .zip of pictures: dataset.path=FOLDER")
    place = Path(path).expanduser()
    if place.is_dir():
        tree: Tree = FolderTree(place)
    elif place.is_file() and zipfile.is_zipfile(place) and place.suffix != ".npz":
        tree = ZipTree(place)
    else:
        raise UserError(f"dataset.path={path}: {_no_tree(place)}")
    if not tree.entries:
        found = ", ".join(f"{count:,} {kind}" for kind, count in sorted(tree.others.items()) if count)
        raise UserError(f"dataset.path={path} has no pictures ({'it holds ' + found if found else 'it is empty'})")
    return tree


def _no_tree(place: Path) -> str:
    if place.suffix in (".npz", ".npy"):
        return "this is a file of NumPy arrays: type dataset=arrays"
    if not place.exists():
        return "no such folder or .zip"
    return "expected a folder or a .zip"


def unreadable(tree: Tree, faults: dict[str, str]) -> str:
    """Return the line about files that cannot be read."""
    name, why = next(iter(faults.items()))
    return (
        f"dataset.path={tree.path}: {len(faults):,} of {len(tree.entries):,} files cannot be read, the first is "
        f"{name}: {why}; mend or remove them, or type dataset.skip_unreadable=true"
    )


def divided(tree: Tree, source: Any, labels: str, test_fraction: float, validation_fraction: float) -> Data:
    """Return the dataset: pictures with their splits and labels."""
    names, path = [entry.name for entry in tree.entries], str(tree.path)
    if len(names) < 2:
        raise UserError(f"dataset.path={path} has one picture; expected at least 2, to train and to test on")
    places = splits.by_folder(names, path)
    found = splits.classes(places.rest, labels)
    split = np.array(places.splits or ["train"] * len(names), object)
    for stream, (name, fraction) in enumerate((("test", test_fraction), ("validation", validation_fraction))):
        left = np.flatnonzero(split == "train")
        if fraction > 0 and name not in split and len(left) > 1:
            own = None if found.labels is None else found.labels[left]
            split[left[splits.chosen(len(left), fraction, own, stream)]] = name
    rows: dict[str, Any] = {"validation": None}
    for name in sorted(set(split)):
        index = np.flatnonzero(split == name)
        rows[name] = Rows(cast(np.ndarray, source), index=index)
        rows[f"{name}_labels"] = None if found.labels is None else found.labels[index]
    return Data("image_folder", **rows, classes=found.names)
