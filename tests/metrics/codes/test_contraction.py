"""The contraction curve of encoders whose stretching is known."""

import numpy as np
import pytest

from ganae_cli.metrics.codes.contraction import contraction_curve, displaced

RADII = (0.01, 0.1, 1.0, 10.0)


@pytest.fixture(scope="module")
def inputs():
    return np.random.default_rng(0).normal(size=(500, 8))


def test_a_linear_encoder_has_its_own_stretching_at_every_radius(inputs):
    """Four of eight directions are kept, so a random one keeps half of its squared length on average."""
    found = contraction_curve(lambda x: 3 * x[:, :4], inputs, RADII)
    assert found.ratios == pytest.approx([3 * 0.5**0.5] * 4, rel=0.05)
    assert np.square(found.rows).mean(axis=1) == pytest.approx([4.5] * 4, rel=0.05)
    assert found.relative == pytest.approx([1] * 4, rel=0.05)


def test_many_inputs_are_looked_at_in_part(inputs):
    shares, seen = [], []
    found = contraction_curve(lambda x: seen.append(len(x)) or x, inputs, RADII, most=50, progress=shares.append)
    assert found.rows.shape == (4, 50)
    assert seen == [50] * 5
    assert shares == [0.25, 0.5, 0.75, 1]


def test_the_scale_of_codes_is_no_contraction(inputs):
    ours = contraction_curve(lambda x: np.tanh(x), inputs, RADII)
    theirs = contraction_curve(lambda x: 1e-3 * np.tanh(x), inputs, RADII)
    assert theirs.ratios == pytest.approx(1e-3 * ours.ratios)
    assert theirs.relative == pytest.approx(ours.relative)


def test_an_encoder_of_steps_is_flat_nearby_and_steep_from_step_to_step():
    inputs = np.zeros((200, 1)) + np.linspace(-0.4, 0.4, 200)[:, None]
    found = contraction_curve(np.rint, np.concatenate([inputs, inputs + 50]), (0.05, 1.0, 10.0))
    assert found.ratios[0] == 0
    assert found.ratios[1:] == pytest.approx([1, 1])


def test_saturated_codes_contract_long_distances(inputs):
    found = contraction_curve(lambda x: np.tanh(2 * x), inputs, RADII)
    assert (np.diff(found.ratios) < 0).all()
    assert found.ratios[-1] < 0.3


def test_displaced_inputs_are_at_the_radius_and_of_all_directions(inputs):
    moved = displaced(np.zeros((2000, 3)), 2.5)
    assert np.linalg.norm(moved, axis=1) == pytest.approx([2.5] * 2000)
    assert moved.mean(axis=0) == pytest.approx([0] * 3, abs=0.1)
    assert displaced(inputs, 1.0, seed=1).tolist() == displaced(inputs, 1.0, seed=1).tolist()
    assert displaced(inputs, 1.0, seed=1).tolist() != displaced(inputs, 1.0, seed=2).tolist()


def test_images_stay_images_and_those_that_do_not_move_are_left_out():
    """Half of the images are of 4 pixels in the middle of the range; a radius of 0.1 levels is less than rounding."""
    images = np.full((40, 2, 2, 1), 100, np.uint8)
    moved = displaced(images, 300.0)
    assert moved.dtype == np.uint8
    assert moved.max() == 255
    assert moved.min() == 0
    found = contraction_curve(lambda x: 2.0 * x.reshape(len(x), -1), images, (0.1, 300.0))
    assert np.isnan(found.ratios[0])
    assert found.ratios[1] == pytest.approx(2)
    assert found.relative.tolist() == [0, 0]  # of images that are all alike
