"""What a dataset holds, as far as it is known before it is read, and without TensorFlow: kind, number and size.

A dataset states it in one of two places. Where it is always the same, its YAML has a line below `# help:`:

    # holds: 60,000 images of 28x28x1        (training rows; height x width x channels)
    # holds: images                          (how many, and of which size, is known once they are read)
    # holds: points

Where it depends on the user's files, its module has a function declared by `@register("outline", NAME)`, which takes
the options of the dataset and returns an `Outline`. It reads names and headers only, and its module imports neither
TensorFlow nor Keras. Of a dataset that does neither, nothing is known.
"""

import contextlib
import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ganae_cli import registry
from ganae_cli.config.declared import module_of
from ganae_cli.errors import UserError

IMAGES, POINTS, SOUNDS = "images", "points", "sounds"
_HOLDS = re.compile(r"points|images|([\d,]+) images of (\d+)x(\d+)x(\d+)")


@dataclass(frozen=True)
class Outline:
    """What a dataset holds. kind: images, points, or sounds, which are images of sound. count: of training rows.

    count, height, width and channels are None where they are not known before the dataset is read.
    """

    kind: str
    count: int | None = None
    height: int | None = None
    width: int | None = None
    channels: int | None = None


def of(options: Mapping[str, Any], stated: str = "", examples: int | None = None) -> Outline | None:
    """Return what a dataset holds for training; None if it does not say. Raises UserError as the dataset would.

    options: of the dataset, with its name. stated: what its YAML says behind `# holds:`. examples: most training rows.

    >>> of({"name": "mnist", "image_size": 32}, "60,000 images of 28x28x1", examples=600)
    Outline(kind='images', count=600, height=32, width=32, channels=1)
    """
    if stated:
        found = _resized(_counted(parsed(stated), options), options.get("image_size"))
    else:
        module = module_of("outline", str(options["name"]))
        if module is None:
            return None
        importlib.import_module(module)
        found = registry.find("outline", str(options["name"]))(options)
    if found.count is None:
        return found
    count = left(found.count, options.get("validation_fraction") or 0.0)
    return replace(found, count=min(count, examples or count))


def parsed(stated: str) -> Outline:
    """Return what a line `# holds:` says. Raises ValueError for one that cannot be read.

    >>> parsed("1,498 images of 8x8x1"), parsed("points").kind
    (Outline(kind='images', count=1498, height=8, width=8, channels=1), 'points')
    """
    match = _HOLDS.fullmatch(stated)
    if not match:
        raise ValueError(f"# holds: {stated}: expected points, images, or N images of HEIGHTxWIDTHxCHANNELS")
    if match[1] is None:
        return Outline(stated)
    return Outline(IMAGES, int(match[1].replace(",", "")), *(int(side) for side in match.groups()[1:]))


def left(count: int, fraction: float) -> int:
    """Return how many rows are left when `splits.held_out` has taken its fraction; 0: all.

    >>> left(100, 0.1), left(2, 0.1), left(100, 0)
    (90, 1, 100)
    """
    return count - min(count - 1, max(1, round(fraction * count))) if fraction else count


def _counted(found: Outline, options: Mapping[str, Any]) -> Outline:
    """Return an outline with the number of rows that option `count`, or a local copy of the dataset, states."""
    if options.get("count"):
        return replace(found, count=int(options["count"]))
    path = Path(str(options.get("path") or "")).expanduser()
    if found.count is None or path.suffix != ".npz":
        return found
    from ganae_cli.datasets import files

    with contextlib.suppress(UserError):  # which the dataset says, when it is read
        shape = files.shapes(held).get("x_train", ()) if isinstance(held := files.read(path), files.Archive) else ()
        return replace(found, count=shape[0]) if shape else found
    return found


def _resized(found: Outline, image_size: Any) -> Outline:
    if image_size is None or found.kind == POINTS:
        return found
    from ganae_cli.datasets.pictures.fit import sides

    height, width = sides(image_size) or (found.height, found.width)
    return replace(found, height=height, width=width)
