"""The survey of pictures in files: each is read and decoded once, whatever its size, and none stops the others."""

import io
import time
from collections.abc import Iterator, Mapping
from typing import IO, Any, NamedTuple

import numpy as np
from PIL import Image

from ganae_cli.datasets import image_folder
from ganae_cli.datasets.pictures import look
from ganae_cli.datasets.pictures.cache import Facts
from ganae_cli.datasets.pictures.decode import Header, Wanted, header, pixels
from ganae_cli.datasets.pictures.fit import fitted, sides
from ganae_cli.datasets.pictures.load import Loaded
from ganae_cli.datasets.pictures.parallel import mapped, threads
from ganae_cli.datasets.pictures.tree import Entry, Tree, or_reason
from ganae_cli.datasets.splits import with_validation
from ganae_cli.doctor.survey import MEASURED, SHOWN, SMALL, Seen, Survey, seen, shrunk, spread
from ganae_cli.errors import UserError

SHEET_SIDE = 128  # pixels: larger pictures are shown at this size
NOT_KNOWN = Facts((0, 0), 0, 0, {})  # where only names count


class Read(NamedTuple):
    """One picture: its header, what it is, the seconds that decoding took, and for some its pixels, small."""

    header: Header
    seen: Seen
    seconds: float
    small: np.ndarray | None
    shown: np.ndarray | None


def of_folder(options: Mapping[str, Any]) -> Survey:
    """Return the survey of a folder or .zip. options: of the dataset `image_folder`. Raises UserError for no pictures.

    What would keep a training from beginning is in `refused`, in the words in which the dataset would say it.
    """
    tree = image_folder.opened(options["path"])
    found = Survey(f"dataset.path={options['path']}")
    found.left_out, found.skips, found.resize = +tree.others, bool(options["skip_unreadable"]), options["resize"]
    size = sides(options["image_size"])
    smalls: list[np.ndarray] = []
    shown: list[np.ndarray] = []
    seconds = [0.0]

    def counted() -> Iterator[tuple[str, Seen]]:
        for entry, one in _read(tree, found, size, options["resize"]):
            found.sizes[one.header.size] += 1
            found.bits[one.header.bits] += 1
            found.kinds[_kind(one.header)] += 1
            seconds[0] += one.seconds
            smalls.extend([] if one.small is None else [one.small])
            shown.extend([] if one.shown is None else [one.shown])
            yield entry.name, one.seen

    found.take(counted(), len(tree.entries))
    if found.count:
        found.rate = threads() * found.count / max(1e-9, seconds[0])
        found.rows, found.sheet = np.stack(smalls or [np.zeros(1)]), np.stack(shown) if shown else None
    found.image_size = size or (next(iter(found.sizes)) if len(found.sizes) == 1 else None)
    given = options["channels"]
    found.channels = int(given) if given != "auto" else 3 if any("colour" in kind for kind in found.kinds) else 1
    _refusals(found, options, size)
    found.warned += image_folder.unsupported(tree)
    if given == "auto":
        transparent = sum(count for kind, count in found.kinds.items() if "transparency" in kind)
        found.warned += image_folder.laid_over_white(transparent)
    _split(found, options)
    return found


def _read(tree: Tree, found: Survey, size: tuple[int, int] | None, how: str) -> Iterator[tuple[Entry, Read]]:
    """Yield what can be read, in order; fill in the faults of what cannot."""
    measured = {tree.entries[i].name for i in spread(len(tree.entries), MEASURED)}
    sheet = {tree.entries[i].name for i in spread(len(tree.entries), SHOWN)}
    height, width = size or (SHEET_SIDE // 2, SHEET_SIDE // 2)
    scale = min(1.0, SHEET_SIDE / max(height, width))
    tile = max(1, round(height * scale)), max(1, round(width * scale))

    @or_reason
    def act(entry: Entry) -> Read:
        content = tree.read(entry)
        about = header(_Held(tree, content), entry)
        if about.has_alpha:  # a channel that is there, and says nothing, is no transparency
            opacity = pixels(content, Wanted(None, "crop", 4))[..., 3]
            about = about._replace(has_alpha=bool((opacity < 255).any()))
        began = time.perf_counter()
        made = pixels(content, Wanted(None, "crop", 3))
        seconds = time.perf_counter() - began
        small = shrunk(made, (SMALL, SMALL)) if entry.name in measured else None
        shown = np.asarray(fitted(Image.fromarray(made), tile, how)) if entry.name in sheet else None
        return Read(about, seen(made, content), seconds, small, shown)

    for entry, one in zip(tree.entries, mapped(act, tree.entries, "checking pictures"), strict=True):
        if isinstance(one, str):
            found.faults[entry.name] = one
        else:
            yield entry, one


class _Held:
    """A tree whose file at hand is in memory already."""

    def __init__(self, tree: Tree, content: bytes):
        self.path, self.entries, self.others, self.content = tree.path, tree.entries, tree.others, content

    def open(self, entry: Entry) -> IO[bytes]:
        return io.BytesIO(self.content)

    def read(self, entry: Entry, most: int | None = None) -> bytes:
        return self.content[:most]


def _kind(about: Header) -> str:
    return ("grey" if about.is_grey else "colour") + (" with transparency" if about.has_alpha else "")


def _refusals(found: Survey, options: Mapping[str, Any], size: tuple[int, int] | None) -> None:
    """Fill in what the dataset would refuse."""
    if size is None and len(found.sizes) > 1:
        try:
            look.common_size(found.sizes, str(options["path"]))
        except UserError as error:
            found.refused.append(str(error))


def _split(found: Survey, options: Mapping[str, Any]) -> None:
    """Fill in the splits and the classes, or why there are none."""
    try:
        entries = [Entry(name, 0, 0) for name in found.names]
        numbers = np.arange(found.count).view(np.uint8).reshape(found.count, 1, 1, 8)  # a picture is its own number
        loaded = Loaded(entries, numbers, NOT_KNOWN)
        data = image_folder.divided(loaded, str(options["path"]), options["labels"], options["test_fraction"])
        data = with_validation(data, options["validation_fraction"])
    except UserError as error:
        found.refused.append(str(error))
        return
    found.warned += [line.removeprefix(f"{found.title}: ") for line in data.warnings]
    found.of_split, labels = np.zeros(found.count, int), np.zeros(found.count, np.int64)
    for number, (name, rows, own) in enumerate(data.splits()):
        index = np.asarray(rows).reshape(-1).view(np.int64)
        found.splits[name], found.of_split[index] = len(rows), number
        labels[index] = 0 if own is None else own
    found.labels, found.classes = labels if data.classes else None, data.classes
