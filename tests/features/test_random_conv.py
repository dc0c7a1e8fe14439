"""Random convolutions: the same for everyone, numbers worked out apart, and samples put in the right order."""

import numpy as np
import pytest
from scipy import linalg, signal

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.digits import digits
from ganae_cli.errors import UserError
from ganae_cli.features.random_conv import RandomConv


def ready(images, **options):
    space = RandomConv(**options)
    space.prepare(Data("some", images, images))
    return space


def by_scipy(image, kernels):
    """Return the features of one image (H, W, C) of even sides, by correlations of SciPy."""
    x, found = image / 127.5 - 1, []
    for kernel, stride, cells in zip(kernels, (1, 2, 2), (2, 2, 1), strict=True):
        size, height, width = len(kernel), *x.shape[:2]
        lost = size // 2 if stride == 1 else (size - 1) // 2 - (1 - size % 2)
        pad = (lost, size - 1 - lost) if stride == 1 else (0, 1)  # TensorFlow's "SAME"
        wide = np.pad(x, (pad, pad, (0, 0)))
        maps = [
            sum(signal.correlate2d(wide[..., i], kernel[..., i, o], "valid") for i in range(x.shape[2]))
            for o in range(kernel.shape[3])
        ]
        x = np.maximum(np.stack(maps, axis=2)[:height:stride, :width:stride], 0)
        half = x.shape[0] // cells, x.shape[1] // cells
        for i in range(cells):
            for j in range(cells):
                found.append(x[i * half[0] : (i + 1) * half[0], j * half[1] : (j + 1) * half[1]].mean(axis=(0, 1)))
    return np.concatenate(found)


def test_the_numbers_are_those_of_another_program():
    images = np.random.default_rng(0).integers(0, 256, (2, 8, 12, 3), dtype=np.uint8)
    space = ready(images, seed=4)
    expected = [by_scipy(image, space.kernels(3)) for image in images]
    np.testing.assert_allclose(space.embed(images).rows, expected, rtol=1e-4, atol=1e-5)


def test_they_are_the_same_for_everyone():
    ramp = np.arange(64, dtype=np.uint8).reshape(1, 8, 8, 1) * 4
    found = ready(ramp).embed(ramp)
    np.testing.assert_allclose(found.rows[0, [0, 1, 100, 255]], [0.419828, 0.563459, 0, 0.18259], rtol=1e-4, atol=2e-6)
    np.testing.assert_allclose(found.frechet[0, [0, 63]], [0.147349, -0.587138], rtol=1e-4, atol=1e-5)
    assert (found.rows.shape, found.frechet.shape, found.probabilities) == ((1, 256), (1, 64), None)


def test_half_of_the_filters_see_differences_only():
    kernels = RandomConv().kernels(3)
    for kernel in kernels:
        sums = np.abs(kernel.sum(axis=(0, 1, 2)))
        assert sums[::2].max() < 1e-12
        assert sums[1::2].mean() > 0.1
        np.testing.assert_allclose((kernel**2).sum(axis=(0, 1, 2)), 2)


def test_another_seed_is_another_network():
    images = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 1), dtype=np.uint8)
    assert not np.allclose(ready(images).embed(images).rows, ready(images, seed=1).embed(images).rows)
    with pytest.raises(UserError, match="seed must be 0 or more"):
        RandomConv(seed=-1)


def frechet(one, other):
    """Return the Fréchet distance of normal distributions: Heusel et al. 2017, arXiv:1706.08500, eq. 6."""
    means, covariances = [x.mean(axis=0) for x in (one, other)], [np.cov(x.T) for x in (one, other)]
    root = linalg.sqrtm(covariances[0] @ covariances[1]).real
    return ((means[0] - means[1]) ** 2).sum() + np.trace(sum(covariances) - 2 * root)


def blurred(images):
    for axis in (1, 2):
        images = (np.roll(images, 1, axis) + 2.0 * images + np.roll(images, -1, axis)) / 4
    return np.rint(images).astype(np.uint8)


def test_distances_put_samples_in_order():
    """Real digits, real ones of half of the classes, blurred ones, noise."""
    data = digits()
    space = ready(data.train)
    real, held_out = data.train[:1000], np.concatenate([data.train[1000:], data.test])
    labels = np.concatenate([data.train_labels[1000:], data.test_labels])
    noise = np.random.default_rng(0).integers(0, 256, held_out.shape, dtype=np.uint8)
    samples = (held_out, held_out[labels < 5], blurred(held_out), noise)
    found = [frechet(space.embed(one).frechet, space.embed(real).frechet) for one in samples]
    assert found == sorted(found), found
    assert min(np.divide(found[1:], found[:-1])) > 1.5, found
