"""Which pictures are for training, for testing and for validation, and of which class: by their names alone.

Folders `train`, `test` and `val` at the top are the splits; without them, shares of the pictures are: see
`datasets.splits`. Folders below those, or at the top, are the classes.
"""

from typing import NamedTuple

import numpy as np

from ganae_cli.errors import UserError

FOLDERS = {"train": "train", "training": "train", "test": "test", "testing": "test"}
FOLDERS |= dict.fromkeys(("val", "valid", "validation"), "validation")
NO_CLASSES = "dataset.labels=folder, but {}; expected a folder for each class, two at least"


class Places(NamedTuple):
    """The split of each picture, or None where shares make them; and the rest of each name."""

    splits: list[str] | None
    rest: list[str]


def by_folder(names: list[str], path: str, what: str = "pictures") -> Places:
    """Tell the splits from the folders. Raises UserError where some files lie in a split, and others do not.

    what: they are, for the message.

    >>> by_folder(["train/cat/1.png", "Val/cat/2.png"], "own")
    Places(splits=['train', 'validation'], rest=['cat/1.png', 'cat/2.png'])
    >>> by_folder(["cat/1.png", "dog/2.png"], "own")
    Places(splits=None, rest=['cat/1.png', 'dog/2.png'])
    """
    tops = [name.partition("/")[0] if "/" in name else "" for name in names]
    found = [FOLDERS.get(top.lower()) for top in tops]
    if "train" not in found or len(set(found)) == 1:
        return Places(None, names)
    strays = [name for name, split in zip(names, found, strict=True) if split is None]
    if strays:
        raise UserError(
            f"dataset.path={path} has a folder for training, and {len(strays):,} {what} outside of train, test and "
            f"validation (the first: {strays[0]}): move them, or rename the folder"
        )
    return Places([split or "" for split in found], [name.partition("/")[2] for name in names])


class Classes(NamedTuple):
    """Labels int64 (N,), and the name of each class, in sorted order; None and () without classes.

    loose: a picture that lies in no folder, because of which the folders of others are not taken for classes; "".
    """

    labels: np.ndarray | None = None
    names: tuple[str, ...] = ()
    loose: str = ""


def classes(rest: list[str], option: str) -> Classes:
    """Return the classes of pictures: the uppermost folder of each. option: `dataset.labels`.

    "auto": if all pictures lie in folders, and these are two or more. "folder": likewise, and anything else raises
    UserError. "none": none.

    >>> classes(["cat/1.png", "dog/2.png", "cat/3.png"], "auto")
    Classes(labels=array([0, 1, 0]), names=('cat', 'dog'), loose='')
    """
    if option == "none":
        return Classes()
    tops = [name.partition("/")[0] if "/" in name else None for name in rest]
    named = sorted({top for top in tops if top is not None})
    if None not in tops and len(named) >= 2:
        numbers = {name: number for number, name in enumerate(named)}
        return Classes(np.array([numbers[top] for top in tops if top is not None], np.int64), tuple(named))
    loose = next((name for name, top in zip(rest, tops, strict=True) if top is None), "")
    if option == "folder":
        raise UserError(NO_CLASSES.format(f"{loose} lies in none" if loose else f"there is only '{named[0]}'"))
    return Classes(loose=loose if len(named) >= 2 else "")
