"""Pictures that are there twice: the same content, or nearly the same picture, by perceptual hashes of 64 bits."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

SIDE = 16  # of the thumbnails that confirm what hashes say
BANDS = 4  # of 16 bits: hashes that differ in at most 3 bits have one of them in common
FAR = 3  # bits by which the hashes of one picture may differ
ALIKE = 0.998  # correlation of thumbnails: of 30,000 handwritten digits no two reach it, of pictures saved anew most do
WINDOW = 64  # hashes of the same band that each is compared with: bounds the time where very many are alike

Pair = tuple[int, int]


def dhash(grey: Image.Image) -> int:
    """Return the difference hash of a grey picture: of 9x8 pixels, whether each is darker than the next to its right.

    It stays the same, or nearly so, when a picture is saved anew, made smaller or brighter. Krawetz 2013, "Kind of Like
    That".

    >>> dhash(Image.linear_gradient("L").rotate(90)) == 2**64 - 1  # from dark to light
    True
    """
    small = np.asarray(grey.resize((9, 8), Image.Resampling.BILINEAR)).astype(np.int16)
    return int.from_bytes(np.packbits(small[:, :-1] < small[:, 1:]).tobytes(), "big")


def thumbnail(grey: Image.Image) -> np.ndarray:
    """Return a grey picture as uint8 (16 * 16,)."""
    return np.asarray(grey.resize((SIDE, SIDE), Image.Resampling.BILINEAR)).reshape(-1)


def exact(digests: np.ndarray) -> list[list[int]]:
    """Return the groups of numbers of equal digests, two or more each, in order.

    >>> exact(np.array([b"a", b"b", b"a", b"c", b"b"]))
    [[0, 2], [1, 4]]
    """
    _, place, count = np.unique(digests, return_inverse=True, return_counts=True)
    groups: dict[int, list[int]] = {}
    for number in np.flatnonzero(count[place] > 1).tolist():
        groups.setdefault(int(place[number]), []).append(number)
    return list(groups.values())


def near(hashes: np.ndarray, thumbs: np.ndarray, digests: np.ndarray) -> list[Pair]:
    """Return the pairs of numbers of nearly the same pictures with different content, in order.

    hashes: uint64 (N,), by `dhash`. thumbs: uint8 (N, 256), by `thumbnail`. A pair has hashes that differ in at most 3
    bits, and thumbnails whose correlation is 0.998 at least: a hash alone calls many digits alike.
    """
    found: set[Pair] = set()
    for band in range(BANDS):
        keys = (hashes >> np.uint64(16 * band)) & np.uint64(0xFFFF)
        order = np.lexsort((hashes, keys))
        for one, other in _neighbours(keys[order], order):
            bits = np.bitwise_count(hashes[one] ^ hashes[other])
            is_near = (bits <= FAR) & (digests[one] != digests[other])
            one, other = one[is_near], other[is_near]
            are_alike = correlation(thumbs[one], thumbs[other]) >= ALIKE
            pairs = np.sort(np.stack([one, other], axis=1)[are_alike], axis=1)
            found |= set(map(tuple, pairs.tolist()))
    return sorted(found)


def correlation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the correlation (N,) of each row with the same row of another array; 0 for rows of one value.

    >>> correlation(np.array([[1, 2, 3], [5, 5, 5]]), np.array([[2, 4, 6], [1, 2, 3]])).round(6).tolist()
    [1.0, 0.0]
    """
    a, b = (rows - rows.mean(axis=1, keepdims=True, dtype=np.float64) for rows in (one, other))
    size = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    return np.divide((a * b).sum(axis=1), size, out=np.zeros(len(a)), where=size > 0)


def _neighbours(keys: np.ndarray, order: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the numbers of hashes with the same key that stand 1, 2, … places apart in an order by keys."""
    for step in range(1, min(WINDOW, len(keys))):
        same = np.flatnonzero(keys[:-step] == keys[step:])
        if not len(same):
            return
        yield order[same], order[same + step]
