"""Rows of the arrays that a file holds: images become uint8, points float32, when they are read."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ganae_cli.datasets import channels, pixel_range
from ganae_cli.datasets.pixel_range import Range, to_bytes
from ganae_cli.datasets.rows import Bounds, Convert, Rows, blocks, bounds, count_bad
from ganae_cli.datasets.standard import hardly_told_apart
from ganae_cli.errors import UserError

ENOUGH = 64  # uint8 values that span as much are of the range [0, 255], whatever the others are
LARGEST = float(np.finfo(np.float32).max)
SHOWN = 3  # columns that are warned of
SMALLEST = 8  # side of images that points may have been


class Source(NamedTuple):
    """An array as the file holds it, and what it is, in words."""

    found: str
    array: np.ndarray


class Read(NamedTuple):
    """Rows of each source, and what to tell the user."""

    rows: list[Rows]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read(sources: list[Source], range: Sequence[float] | None, channels_first: bool | None) -> Read:
    """Return the rows of the array to train on and, if there is one, of that to test on.

    range, channels_first: options of `arrays`, for images. Raises UserError for arrays that are neither images nor
    points, or not alike.
    """
    first, *others = sources
    for other in others:
        if (other.array.ndim == 2) != (first.array.ndim == 2):
            raise UserError(f"{first.found}, but {other.found}: expected images or points in both")
    return _images(sources, range, channels_first) if first.array.ndim > 2 else _points(sources, range, channels_first)


def _check_kind(source: Source) -> None:
    """Raise UserError for an array that holds no numbers, or none of images or points."""
    found, array = source
    if array.dtype.kind not in "uifb" or array.ndim not in (2, 3, 4):
        raise UserError(f"{found}; expected numbers, images (N, height, width[, channels]) or points (N, D)")
    if array.size == 0:
        raise UserError(f"{found}, which is empty")


def _check_finite(source: Source, *within: float | np.ndarray) -> None:
    """Raise UserError for an array whose bounds are not finite, so that not all of its numbers are."""
    if not all(np.isfinite(bound).all() for bound in within):
        count, first = count_bad(source.array, lambda block: ~np.isfinite(block))
        plural = "value that is" if count == 1 else "values that are"
        raise UserError(
            f"{source.found} and has {count:,} {plural} NaN or infinite, the first in row {first}: leave such "
            "rows out, or fill them"
        )


def _points(sources: list[Source], range: Sequence[float] | None, channels_first: bool | None) -> Read:
    """Return rows float32 (N, D)."""
    for option, value in (("range", range), ("channels_first", channels_first)):
        if value is not None:
            raise UserError(f"dataset.{option} is for images, but {sources[0].found}: points")
    warnings: list[str] = []
    for source in sources:
        _check_kind(source)
        least, greatest = _column_bounds(source.array)
        _check_finite(source, least, greatest)
        if max(-least.min(), greatest.max()) > LARGEST:
            count, first = count_bad(source.array, lambda block: np.abs(block) > LARGEST)
            raise UserError(f"{source.found} and has {count} values beyond float32's 3.4e38, the first in row {first}")
        names = [f"{source.found}, whose column {number}" for number in np.arange(len(least)).tolist()]
        warnings += hardly_told_apart(names, least, greatest)[:SHOWN] + _flattened(source)
    return Read([Rows(a, lambda block: block.astype(np.float32, copy=False)) for _, a in sources], (), tuple(warnings))


def _column_bounds(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and greatest number of each column, float64 (D,); NaN, or infinity, if it has such a number."""
    least, greatest = np.full(points.shape[1], np.inf), np.full(points.shape[1], -np.inf)
    for block in blocks(points):
        least, greatest = np.minimum(least, block.min(axis=0)), np.maximum(greatest, block.max(axis=0))
    return least.astype(np.float64), greatest.astype(np.float64)


def _flattened(source: Source) -> list[str]:
    """Return a warning for points of bytes that may be square images, grey or in colour, in one row each."""
    count = source.array.shape[1]
    for depth in (1, 3):
        side = math.isqrt(count // depth)
        if source.array.dtype == np.uint8 and side * side * depth == count and side >= SMALLEST:
            shape = f"(N, {side}, {side})" if depth == 1 else f"(N, {side}, {side}, 3) or (N, 3, {side}, {side})"
            return [f"{source.found}, taken as points of {count:,} numbers: images are {shape}, see numpy.reshape"]
    return []


def _images(sources: list[Source], option: Sequence[float] | None, channels_first: bool | None) -> Read:
    """Return rows uint8 (N, height, width, channels).

    Arrays of one kind of numbers have the same range: that of test images is not detected apart.
    """
    rows: list[Rows] = []
    notes, warnings = [], []
    within = [_bounds(source) for source in sources]
    for found, array in sources:
        alike = [own for own, (_, other) in zip(within, sources, strict=True) if other.dtype.kind == array.dtype.kind]
        least, greatest = min(one.least for one in alike), max(one.greatest for one in alike)
        warning = None
        if option is None:
            pixels = pixel_range.detect(array.dtype, least, greatest, found)
            if not rows:
                _check_alike(sources, within, pixels)
        else:
            pixels, warning = pixel_range.given_range(option, least, greatest, found)
        if array.ndim == 3 and channels_first is not None:
            raise UserError(f"dataset.channels_first={str(channels_first).lower()}, but {found}: without channels")
        is_first = array.ndim == 4 and channels.are_first(array.shape, channels_first, found)
        made = Rows(array, _conversion(pixels, array.ndim, is_first))
        rows.append(made)
        if len(rows) == 1:
            notes.append(f"{found}, taken as {_described(made, is_first)}, dataset.range={pixels}")
        warnings += [warning] if warning else []
    return Read(rows, tuple(notes), tuple(warnings))


def _bounds(source: Source) -> Bounds:
    """Return the bounds of an array of images. Raises UserError for one that holds no finite numbers."""
    _check_kind(source)
    within = bounds(source.array, ENOUGH if source.array.dtype == np.uint8 else np.inf)
    _check_finite(source, *within)
    return within


def _check_alike(sources: list[Source], within: list[Bounds], pixels: Range) -> None:
    """Raise UserError if the training images alone are clearly of another range than together with the test images.

    Those of 0 to 1 beside test images of 0 to 255 would be black.
    """
    first, own = sources[0], within[0]
    alone = pixel_range.clear(first.array.dtype, *own)
    if alone not in (None, pixels):
        others = zip(sources[1:], within[1:], strict=True)
        listed = ", ".join(f"{one.found} from {at.least:g} to {at.greatest:g}" for one, at in others)
        raise UserError(
            f"{first.found} from {own.least:g} to {own.greatest:g}, but {listed}: save both in one range, or type "
            f"dataset.range={pixels}"
        )


def _conversion(pixels: Range, ndim: int, is_first: bool) -> Convert:
    """Return the function from a block of the file's images to uint8 (N, height, width, channels)."""

    def convert(block: np.ndarray) -> np.ndarray:
        images = to_bytes(channels.to_last(block) if is_first else block, pixels)
        return images[..., None] if ndim == 3 else images

    return convert


def _described(images: Rows, is_first: bool) -> str:
    count, height, width, depth = images.shape
    order = ", channels first" if is_first else ""
    return f"{count:,} images of {height}x{width}, {depth} channel{'s' if depth > 1 else ''}{order}"
