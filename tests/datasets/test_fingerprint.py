"""Fingerprints: of the content alone, and of blocks of what is large."""

import hashlib

import numpy as np
import pytest

from ganae_cli.datasets import fingerprint as module
from ganae_cli.datasets.arrays import arrays
from ganae_cli.datasets.digits import digits
from ganae_cli.datasets.fingerprint import fingerprint
from ganae_cli.datasets.mnist import mnist
from ganae_cli.datasets.points import ring
from ganae_cli.datasets.rows import Rows

IMAGES = np.random.default_rng(0).integers(0, 256, (64, 8, 8), dtype=np.uint8)


def test_it_is_the_sha256_of_type_shape_and_numbers():
    expected = hashlib.sha256(b"|u1 (64, 8, 8)" + IMAGES.tobytes()).hexdigest()[:16]
    assert fingerprint(IMAGES) == expected == fingerprint(Rows(IMAGES)) == fingerprint(np.asfortranarray(IMAGES))
    others = (IMAGES[:63], IMAGES.reshape(64, 64), IMAGES.view(np.int8), np.roll(IMAGES, 1), IMAGES ^ (IMAGES == 255))
    assert expected not in [fingerprint(other) for other in others]
    assert fingerprint(IMAGES, IMAGES[:1]) != fingerprint(IMAGES)


@pytest.mark.parametrize(("row", "is_seen"), [(0, True), (63, True), (21, True), (10, False)])
def test_of_large_arrays_four_blocks_of_two_rows_are_seen(row, is_seen, monkeypatch):
    """Blocks at rows 0, 20, 41 and 62: their first rows are at equal distances from 0 to 62."""
    monkeypatch.setattr(module, "WHOLE", 4 * 2 * 64)
    monkeypatch.setattr(module, "BLOCKS", 4)
    changed = IMAGES.copy()
    changed[row, 3, 3] ^= 1
    assert (fingerprint(changed) != fingerprint(IMAGES)) is is_seen


def test_path_format_and_options_do_not_count_but_every_pixel_does(tmp_path):
    np.save(tmp_path / "x.npy", IMAGES)
    np.savez_compressed(tmp_path / "y.npz", images=IMAGES, labels=np.arange(64))
    first = arrays(path=str(tmp_path / "x.npy")).fingerprint
    for options in ({}, {"test_fraction": 0.5}, {"image_size": 4}, {"range": [0, 300]}):
        assert arrays(path=str(tmp_path / "y.npz"), **options).fingerprint == first
    changed = IMAGES.copy()
    changed[-1, -1, -1] ^= 1
    np.save(tmp_path / "x.npy", changed)
    assert arrays(path=str(tmp_path / "x.npy")).fingerprint != first


def test_every_kind_of_dataset_has_one(save_npz):
    layout = {"x_train": IMAGES, "y_train": np.arange(64), "x_test": IMAGES[:9], "y_test": np.arange(9)}
    small, large = (mnist(path=save_npz(**layout), image_size=size).fingerprint for size in (None, 16))
    assert small == large == fingerprint(IMAGES, IMAGES[:9])
    assert digits().fingerprint == digits(image_size=16).fingerprint
    assert ring(count=50).fingerprint == ring(count=50).fingerprint != ring(count=50, seed=1).fingerprint
