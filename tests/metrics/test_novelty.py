"""Novelty, of samples with known answers; distances beside those of scikit-learn's trees."""

import tracemalloc

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from ganae_cli.datasets.digits import digits
from ganae_cli.metrics import nearest as module
from ganae_cli.metrics.novelty import nearest_distances, novelty


@pytest.fixture(scope="module")
def data():
    return digits()


@pytest.fixture(scope="module")
def clouds():
    """Return 5,000 training images and 1,000 others of one distribution, random numbers of 12 pixels."""
    rows = np.random.default_rng(0).integers(0, 256, (6000, 4, 3, 1)).astype(np.uint8)
    return rows[:5000], rows[5000:]


@pytest.mark.parametrize("size", [2048, 7])
def test_distances_are_those_of_an_exact_search(data, monkeypatch, size):
    """Whatever the blocks: of 2,048 rows, or of 7, which do not divide the 1,498 images."""
    monkeypatch.setattr(module, "BLOCK_ROWS", size)
    rows, among = (images.reshape(len(images), -1) / 255 for images in (data.test, data.train))
    expected, _ = NearestNeighbors(n_neighbors=1).fit(among).kneighbors(rows)
    assert nearest_distances(data.test, data.train) == pytest.approx(expected[:, 0], abs=1e-6)


def test_copies_of_any_training_images_of_a_large_set_score_0(clouds):
    """The last ones too, which a comparison with a random part of the set would miss."""
    train, others = clouds
    assert novelty(train[-500:], train, others[:500]) == 0
    assert novelty(train[:500], train, others[:500]) == 0


def test_other_images_of_the_same_distribution_score_1(clouds, data):
    train, others = clouds
    assert novelty(others[500:], train, others[:500]) == pytest.approx(1, abs=0.03)
    assert novelty(data.test[1::2], data.train, data.test[::2]) == pytest.approx(1, abs=0.06)


def test_noise_is_farther_than_real_images(data):
    noise = np.random.default_rng(0).integers(0, 256, data.test.shape).astype(np.uint8)
    assert novelty(noise, data.train, data.test) > 1.5


def test_held_out_images_that_are_copies_themselves_tell_nothing(data):
    assert novelty(data.test, data.train, data.train[:50]) is None


def test_memory_is_bounded():
    """200 rows of 3,072 numbers and 8,000 training images, which would be 98 MB as float32: far less is taken."""
    train = np.zeros((8000, 32, 32, 3), np.uint8)
    train[5000] = 255
    tracemalloc.start()
    assert nearest_distances(train[5000:5200], train[:5001]).max() == 0
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < 60e6
