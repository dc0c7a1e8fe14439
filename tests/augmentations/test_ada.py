"""ADA: p by hand, transforms by their probabilities, and the colours of its formulas."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.augmentations.ada import ADA, GATES, NORMAL, UNIFORM
from ganae_cli.runtime.rng import Noise

ROWS = 2000
OFF = {"flip": False, "rotate90": False, "translation": False, "geometry": False, "color": False}


def noise():
    return Noise(1, 2, ROWS)


def images(*shape):
    return np.random.default_rng(0).uniform(-1, 1, (ROWS, *shape)).astype(np.float32)


def drawn():
    """Return the random numbers of a call by name, (rows,) each."""
    both = noise()
    uniform, normal = both.uniform(len(GATES + UNIFORM)).numpy(), both.normal(len(NORMAL)).numpy()
    return dict(zip(GATES + UNIFORM, uniform.T, strict=True)), dict(zip(NORMAL, normal.T, strict=True))


@pytest.mark.parametrize(
    ("p", "overfitting", "moved"),
    [
        (0.25, 0.7, 0.25 + 128 / 500_000),
        (0.25, 0.5, 0.25 - 128 / 500_000),
        (0.25, 0.6, 0.25),
        (0.0, -1.0, 0.0),
        (1.0, 1.0, 1.0),
    ],
)
def test_p_rises_above_the_target_falls_below_it_and_stays_a_probability(p, overfitting, moved):
    """Steps of 4 batches of 32 images."""
    found = ADA().moved(tf.constant(p), tf.constant(overfitting), 128)
    assert float(found) == pytest.approx(moved, abs=1e-7)


def test_without_a_target_p_stays():
    assert float(ADA(target=None).moved(tf.constant(0.3), tf.constant(1.0), 128)) == pytest.approx(0.3)


def test_with_p_0_nothing_changes_bit_for_bit():
    x = images(4, 6, 3)
    assert np.array_equal(ADA(cutout=True)(x, noise()), x)


@pytest.mark.parametrize("p", [0.3, 1.0])
def test_each_transform_takes_place_with_its_probability(p):
    x = images(8, 8, 1)
    for name, share in (("flip", p / 2), ("rotate90", 3 / 4 * p), ("cutout", p), ("geometry", None)):
        y = ADA(p=p, **OFF | {name: True})(x, noise()).numpy()
        changed = (y != x).any(axis=(1, 2, 3)).mean()
        once = 1 - (1 - p) ** 4  # of scale, rotation, stretch and translation any one takes place
        assert changed == pytest.approx(once if share is None else share, abs=0.03)


def test_a_flip_is_a_flip_and_a_translation_whole():
    x = images(4, 16, 1)
    y = ADA(p=1.0, **OFF | {"flip": True})(x, noise()).numpy()
    u, _ = drawn()
    assert np.array_equal(y, np.where((u["is_flipped"] < 0.5)[:, None, None, None], x[:, :, ::-1], x))
    y = ADA(p=1.0, **OFF | {"translation": True})(x, noise()).numpy()
    right = np.round((2 * u["right"] - 1) * 2).astype(
        int
    )  # an eighth of 16 pixels; and of 4 rows at most 0.5, which is 0
    moved_right = right == 2
    assert moved_right.sum() > 100
    assert np.array_equal(y[moved_right][:, :, 2:], x[moved_right][:, :, :-2])


def test_grey_is_brighter_then_of_more_contrast_then_negative():
    x = images(3, 3, 1)
    u, n = drawn()
    sign = np.where(u["is_negative"] < 0.5, -1, 1)
    y = (x + (0.2 * n["brighter"])[:, None, None, None]) * (sign * 2 ** (0.5 * n["log_contrast"]))[:, None, None, None]
    np.testing.assert_allclose(ADA(p=1.0, **OFF | {"color": True})(x, noise()), y, atol=1e-5)


def test_colours_are_those_of_the_papers_matrices():
    x = images(2, 2, 3)
    u, n = drawn()
    v = np.ones(3) / np.sqrt(3)
    along, across = np.outer(v, v), np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    found = ADA(p=1.0, **OFF | {"color": True})(x, noise()).numpy()
    for i in range(20):
        matrix = np.eye(3) * 2 ** (0.5 * n["log_contrast"][i])
        matrix = (np.eye(3) - 2 * along * (u["is_negative"][i] < 0.5)) @ matrix
        a = (2 * u["hue_angle"][i] - 1) * np.pi
        matrix = (np.eye(3) + np.sin(a) * across + (1 - np.cos(a)) * across @ across) @ matrix
        matrix = (along + (np.eye(3) - along) * 2 ** n["log_saturation"][i]) @ matrix
        np.testing.assert_allclose(found[i], (x[i] + 0.2 * n["brighter"][i]) @ matrix.T, rtol=1e-4, atol=1e-5)
