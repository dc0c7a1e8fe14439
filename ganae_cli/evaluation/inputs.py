"""Images of the user's that a trained model is to look at: a folder, a .zip, one picture, or arrays. No TensorFlow."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ganae_cli.datasets import files
from ganae_cli.datasets.pictures import decode, kinds
from ganae_cli.datasets.pictures.archive import ZipTree
from ganae_cli.datasets.pictures.decode import MODES, Wanted
from ganae_cli.datasets.pictures.folder import FolderTree
from ganae_cli.datasets.pictures.parallel import mapped
from ganae_cli.datasets.pictures.source import one
from ganae_cli.datasets.pictures.tree import MOST_BYTES, Tree, Unreadable, or_reason
from ganae_cli.datasets.room import refuse_beyond_memory
from ganae_cli.datasets.rows import Array
from ganae_cli.datasets.sounds.kinds import SUFFIXES as SOUNDS
from ganae_cli.errors import UserError
from ganae_cli.units import megabytes

KEYS = ("images", "x_test", "x_train", "x", "data")  # of an .npz file; the first that it holds counts
LABELS = {"images": ("labels",), "x_test": ("y_test",), "x_train": ("y_train",), "x": ("y", "labels")}
LABELS["data"] = LABELS["x"]
ARRAYS = (".npy", ".npz")
MODEL = "this model takes"  # what takes the images, in messages


class Read(NamedTuple):
    """Images that were read.

    rows: uint8 (N, H, W, C), or points float32 (N, D) in the units of the data. names: of each row, such as its file.
    labels: the class of each row, a name or a number, as far as the input says it; None if it does not.
    """

    rows: Array
    names: list[str]
    labels: list[str | int] | None = None


def read_images(
    path: str | Path,
    shape: tuple[int, ...],
    limit: int | None = None,
    how: str = "crop",
    flag: str = "--input",
    taker: str = MODEL,
) -> tuple[np.ndarray, list[str]]:
    """Return images uint8 (N, *shape), and a name of each.

    path: a folder or .zip of pictures, in the order of their names; one picture; or an .npy or .npz file of images
    uint8 of this very shape. limit: of images; the first ones. how: pictures of another size are fitted: crop, pad or
    stretch, see `datasets.pictures.fit`. flag: by which the user gave the path, and taker: what takes images of this
    shape, for messages.

    Raises UserError in one line for what cannot be read, or does not fit.
    """
    found = read(path, shape, limit, how, flag, taker)
    return np.asarray(found.rows), found.names


def read(
    path: str | Path,
    shape: tuple[int, ...],
    limit: int | None = None,
    how: str = "crop",
    flag: str = "--input",
    taker: str = MODEL,
) -> Read:
    """Return what `read_images` does, and the classes: of arrays their labels, of pictures their folders."""
    place, what = Path(path).expanduser(), f"{flag} {path}"
    if not place.exists():
        raise UserError(f"{what}: no such file or folder")
    if place.suffix.lower() in ARRAYS and place.is_file():
        return _of_arrays(place, shape, limit, what, taker)
    if shape[-1] not in MODES:
        raise UserError(f"{what}: pictures have 1, 3 or 4 channels, and {taker} {words(shape)}: give an .npz")
    wanted = Wanted((shape[0], shape[1]), how, shape[-1])
    if place.is_dir():
        return _of_tree(FolderTree(place), wanted, limit, what)
    if zipfile.is_zipfile(place):
        try:
            return _of_tree(ZipTree(place), wanted, limit, what)
        except UserError as error:
            raise UserError(f"{flag} {str(error).removeprefix('dataset.path=')}") from error
    return Read(_picture(place, wanted, what)[None], [place.name])


def words(shape: tuple[int, ...]) -> str:
    """Return what a model takes, in words.

    >>> words((28, 28, 1)), words((2,))
    ('images of 28x28 with 1 channel', 'points of 2 numbers')
    """
    if len(shape) == 1:
        return f"points of {shape[0]} number{'s' if shape[0] > 1 else ''}"
    height, width, depth = shape
    return f"images of {height}x{width} with {depth} channel{'s' if depth > 1 else ''}"


def _of_tree(tree: Tree, wanted: Wanted, limit: int | None, what: str) -> Read:
    entries = tree.entries[:limit]
    if not entries:
        found = ", ".join(f"{count:,} {kind}" for kind, count in sorted((+tree.others).items()))
        more = "; of a run on recordings, give an .npz of its images" if SOUNDS & set(tree.others) else ""
        raise UserError(f"{what} has no pictures ({'it holds ' + found if found else 'it is empty'}){more}")
    height, width = wanted.size or (0, 0)
    refuse_beyond_memory(what, len(entries) * height * width * wanted.channels)
    made = list(mapped(or_reason(lambda entry: one(tree, entry, wanted)), entries, "reading pictures"))
    faults = [(entry.name, why) for entry, why in zip(entries, made, strict=True) if isinstance(why, str)]
    if faults:
        name, why = faults[0]
        raise UserError(
            f"{what}: {len(faults):,} of {len(entries):,} files cannot be read, the first is {name}: {why}; mend or "
            "remove them"
        )
    names = [entry.name for entry in entries]
    folders: list[str | int] = [name.rpartition("/")[0].rpartition("/")[2] for name in names]
    pixels = np.stack([pixels for pixels in made if not isinstance(pixels, str)])
    return Read(pixels, names, folders if all(folders) else None)


def _picture(place: Path, wanted: Wanted, what: str) -> np.ndarray:
    """Return one picture. Raises UserError for a file that is none."""
    if not place.is_file():
        raise UserError(f"{what}: it is no file")
    if kinds.suffix(place.name) in SOUNDS:
        raise UserError(f"{what} is a recording: expected pictures, or an .npz of images")
    try:
        if place.stat().st_size > MOST_BYTES:
            raise Unreadable(f"it has more than {megabytes(MOST_BYTES)}")
        return decode.pixels(place.read_bytes(), wanted)
    except Unreadable as error:
        raise UserError(f"{what} is no picture that can be read: {error}") from error
    except OSError as error:
        raise UserError(f"{what} cannot be read: {error.strerror or error}") from error


def _of_arrays(place: Path, shape: tuple[int, ...], limit: int | None, what: str, taker: str) -> Read:
    key, held = held_in(place, KEYS, what)
    array = held[key]
    fits = array.shape[1:] == shape or (array.ndim == 3 and (*array.shape[1:], 1) == shape)
    if array.dtype != np.uint8 or not fits or not len(array):
        sides = ", ".join(map(str, shape))
        raise UserError(
            f"{what}: '{key}' is {array.dtype} {array.shape}; {taker} {words(shape)}: expected uint8 "
            f"(N, {sides}), from 0 to 255"
        )
    rows = np.asarray(array[:limit]).reshape(-1, *shape)
    return Read(rows, numbers(len(rows)), labels_in(held, key, len(array), limit))


def held_in(place: Path, keys: tuple[str, ...], what: str) -> tuple[str, Mapping[str, np.ndarray]]:
    """Return the first of the keys that a file of arrays holds, and its arrays. Raises UserError if it has none."""
    try:
        loaded = files.read(place)
    except UserError as error:
        raise UserError(str(error).replace(f"dataset.path={place}", what, 1)) from error
    if isinstance(loaded, np.ndarray):
        return "data", {"data": loaded}
    key = next((key for key in keys if key in loaded), None)
    if key is None:
        found = ", ".join(f"'{name}' {shape}" for name, shape in files.shapes(loaded).items()) or "nothing"
        raise UserError(f"{what} holds {found}; expected one of {', '.join(keys)}")
    return key, loaded


def labels_in(held: Mapping[str, np.ndarray], key: str, count: int, limit: int | None) -> list[str | int] | None:
    """Return the labels that belong to an array of `count` rows: names, where the file has `classes`; else numbers."""
    name = next((name for name in LABELS.get(key, ("labels",)) if name in held), None)
    found = held[name] if name else np.zeros(0)
    if found.shape != (count,) or found.dtype.kind not in "iuU":
        return None
    classes = held["classes"] if "classes" in held else np.zeros(0)
    if classes.dtype.kind == "U" and found.dtype.kind in "iu" and found.min() >= 0 and found.max() < len(classes):
        found = classes[found]
    return found[:limit].tolist()


def numbers(count: int) -> list[str]:
    """Return names of rows that have none: their numbers, from 0."""
    return [str(i) for i in range(count)]
