"""Copies, and pictures that were saved anew: found; pictures that are only alike: not."""

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from ganae_cli.doctor import duplicates


def picture(seed):
    """Return a grey picture with soft patches, as photographs have them."""
    noise = np.random.default_rng(seed).integers(0, 256, (48, 64)).astype(np.uint8)
    return Image.fromarray(noise).filter(ImageFilter.GaussianBlur(5)).point(lambda value: 3 * value - 256)


def saved_anew(grey, quality=75):
    file = io.BytesIO()
    grey.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("L")


def near(pictures, digests=None):
    hashes = np.array([duplicates.dhash(one) for one in pictures], np.uint64)
    thumbs = np.array([duplicates.thumbnail(one) for one in pictures])
    return duplicates.near(hashes, thumbs, np.arange(len(pictures)) if digests is None else np.array(digests))


def test_a_hash_by_hand():
    """Nine columns that grow darker to the right, but for the last, which is lighter: 0b00000001 in each of 8 rows."""
    row = np.array([90, 80, 70, 60, 50, 40, 30, 20, 99], np.uint8)
    assert duplicates.dhash(Image.fromarray(np.tile(row, (8, 1)))) == 0x0101010101010101


@pytest.mark.parametrize(
    "change", [saved_anew, lambda grey: grey.resize((32, 24)), lambda grey: grey.point(lambda value: 0.8 * value + 20)]
)
def test_a_picture_that_was_changed_a_little_is_the_same(change):
    others = [picture(seed) for seed in range(1, 30)]
    assert near([*others, picture(0), change(picture(0))]) == [(29, 30)]


def test_copies_are_no_near_duplicates():
    assert near([picture(0), picture(0)], [7, 7]) == []


def test_plain_pictures_are_not_alike_for_having_the_same_hash():
    """All have the hash 0."""
    assert near([Image.new("L", (20, 20), value) for value in (0, 100, 200)]) == []


def test_three_bits_are_near_and_four_are_not():
    """The bits lie in three of the four bands, so that one band is the same; thumbnails are one."""
    thumb = np.tile(np.arange(256, dtype=np.uint8), (2, 1))
    for bits, expected in ([0, 17, 40], [(0, 1)]), ([0, 17, 40, 60], []):
        hashes = np.array([0, sum(1 << bit for bit in bits)], np.uint64)
        assert duplicates.near(hashes, thumb, np.arange(2)) == expected


def test_groups_of_copies():
    assert duplicates.exact(np.array(list("abcab"), "S1")) == [[0, 3], [1, 4]]
    assert duplicates.exact(np.array([], "S1")) == []
