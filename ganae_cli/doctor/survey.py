"""What one pass over a dataset finds out: sizes, values, digests, hashes, and a few rows to look at and to measure."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from PIL import Image

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.pictures.look import suggested
from ganae_cli.datasets.pictures.parallel import mapped
from ganae_cli.datasets.rows import blocks, bounds
from ganae_cli.datasets.sounds.sound import Sound
from ganae_cli.doctor import duplicates

MEASURED = 2000  # rows of which the intrinsic dimension is estimated: all distances between them
SHOWN = 64  # on the sheet of samples
SMALL = 32  # side of the pictures that the dimension is estimated from
FLAT = 2.0  # grey levels: a picture whose pixels deviate by less shows nothing


class Seen(NamedTuple):
    """What one picture is; see `Survey`. hash, thumb: see `duplicates`. is_grey: all channels are the same."""

    digest: str
    hash: int
    thumb: np.ndarray
    least: int
    greatest: int
    is_flat: bool
    is_grey: bool


@dataclass
class Survey:
    """What was found. Lists and arrays have an item for each row that can be read, in order.

    sizes: (height, width) -> count. kinds: grey, colour, … -> count. bits: of a channel -> count. faults: file -> why
    it cannot be read; skips: such files are left out. settings: names of the options that the dataset has; resize: the
    option of that name. batch_size: of the training. refused: what keeps a training from beginning, as the dataset says
    it. warned: what it warns of. left_out: kind of file -> count. grey_anyway: colour pictures of which all pixels are
    grey. splits: name -> count. of_split: its number, of each row. labels: class of each row, or None. rows: some of
    them, small, to measure. sheet: some, to look at. rate: pictures that all threads decode in a second; None: nothing
    is decoded. what: images are. told: what is to be said of their files. sound: what their pixels stand for.
    """

    title: str
    kind: str = "images"
    names: list[str] = field(default_factory=list)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    bits: Counter[int] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    least: float = np.inf
    greatest: float = -np.inf
    flat: list[str] = field(default_factory=list)
    grey_anyway: int = 0
    digests: np.ndarray = field(default_factory=lambda: np.zeros(0, "S16"))
    hashes: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint64))
    thumbs: np.ndarray = field(default_factory=lambda: np.zeros((0, 256), np.uint8))
    splits: dict[str, int] = field(default_factory=dict)
    of_split: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    labels: np.ndarray | None = None
    classes: tuple[str, ...] = ()
    rows: np.ndarray = field(default_factory=lambda: np.zeros((0, 1)))
    sheet: np.ndarray | None = None
    rate: float | None = None
    image_size: tuple[int, int] | None = None
    channels: int | None = None
    skips: bool = False
    settings: frozenset[str] = frozenset()
    resize: str = "crop"
    batch_size: int = 0
    what: str = "pictures"
    told: list[str] = field(default_factory=list)
    sound: Sound | None = None

    @property
    def wanted_size(self) -> tuple[int, int]:
        """Return (height, width) of the training: as it is set, or as it is suggested."""
        if self.image_size:
            return self.image_size
        sides = [int(side) for side in suggested(self.sizes).strip("[]").split(",")]
        return sides[0], sides[-1]

    @property
    def count(self) -> int:
        """Return the number of rows that can be read."""
        return len(self.names)

    def take(self, pictures: Iterable[tuple[str, Seen]], most: int) -> None:
        """Take up pictures by name, `most` at most, keeping some hundred bytes of each."""
        digests, hashes = np.zeros(most, "S32"), np.zeros(most, np.uint64)
        thumbs = np.zeros((most, duplicates.SIDE**2), np.uint8)
        for i, (name, one) in enumerate(pictures):
            digests[i], hashes[i], thumbs[i] = one.digest, one.hash, one.thumb
            self.least, self.greatest = min(self.least, one.least), max(self.greatest, one.greatest)
            self.flat += [name] if one.is_flat else []
            self.grey_anyway += one.is_grey
            self.names.append(name)
        self.digests, self.hashes, self.thumbs = digests[: self.count], hashes[: self.count], thumbs[: self.count]


def seen(pixels: np.ndarray, content: bytes | None = None) -> Seen:
    """Return what a picture uint8 (height, width, channels) is. content: of its file; None: its pixels."""
    colours = pixels[..., : min(3, pixels.shape[2])]
    grey = Image.fromarray(colours.mean(axis=2).astype(np.uint8))
    return Seen(
        hashlib.blake2b(pixels.tobytes() if content is None else content, digest_size=16).hexdigest(),
        duplicates.dhash(grey),
        duplicates.thumbnail(grey),
        int(pixels.min()),
        int(pixels.max()),
        bool(colours.std(axis=(0, 1)).max() < FLAT),
        bool((colours == colours[..., :1]).all()),
    )


def shrunk(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return pixels at a size (height, width), each channel for itself, stretched."""
    if pixels.shape[:2] == size:
        return pixels
    planes = [Image.fromarray(np.ascontiguousarray(pixels[..., i])) for i in range(pixels.shape[2])]
    made = [np.asarray(one.resize((size[1], size[0]), Image.Resampling.BICUBIC)) for one in planes]
    return np.stack(made, axis=-1)


def spread(count: int, wanted: int) -> np.ndarray:
    """Return at most `wanted` numbers below `count`, evenly spread.

    >>> spread(10, 4).tolist(), spread(2, 4).tolist()
    ([0, 2, 5, 7], [0, 1])
    """
    return np.arange(count) if count <= wanted else np.arange(wanted) * count // wanted


def of_data(data: Data, title: str, names: list[str] | None = None) -> Survey:
    """Return the survey of a dataset that is read: of images in arrays, or of points. names: of all rows."""
    found = Survey(title, data.kind, warned=[line.removeprefix(f"{title}: ") for line in data.warnings])
    found.splits = {split: len(rows) for split, rows, _ in data.splits()}
    found.of_split = np.repeat(np.arange(len(found.splits)), list(found.splits.values()))
    labels = [own for _, _, own in data.splits() if own is not None]
    if len(labels) == len(found.splits):
        found.labels = np.concatenate(labels)
        found.classes = data.classes or tuple(map(str, range(int(found.labels.max()) + 1)))
    found.rows = np.asarray(data.train[spread(len(data.train), MEASURED)])
    names = names or [f"{split} row {i}" for split, rows, _ in data.splits() for i in range(len(rows))]
    if data.kind == "points":
        _take_points(found, data, names)
        return found
    height, width, depth = data.shape
    found.sheet = np.asarray(data.train[spread(len(data.train), SHOWN)])
    found.rows = np.stack([shrunk(row, (min(SMALL, height), min(SMALL, width))) for row in found.rows])
    found.image_size, found.channels = (height, width), depth
    places = [(rows, i) for _, rows, _ in data.splits() for i in range(len(rows))]
    every = mapped(lambda place: seen(place[0][place[1]]), places, "checking pictures", 256)
    found.take(zip(names, every, strict=True), len(names))
    found.sizes[height, width] = found.bits[8] = found.kinds[f"{depth} channel{'s' * (depth > 1)}"] = found.count
    return found


def _take_points(found: Survey, data: Data, names: list[str]) -> None:
    found.names = names
    every = (row for _, rows, _ in data.splits() for block in blocks(rows) for row in block)
    digests = [hashlib.blake2b(row.tobytes(), digest_size=16).hexdigest() for row in every]
    found.digests = np.array(digests, "S32")
    within = [bounds(rows) for _, rows, _ in data.splits()]
    found.least, found.greatest = min(one.least for one in within), max(one.greatest for one in within)
    found.flat = [f"column {i}" for i in np.flatnonzero(np.ptp(found.rows, axis=0) == 0).tolist()]
    found.kinds[f"points of {data.shape[0]} numbers"] = found.count
