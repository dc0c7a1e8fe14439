"""Colours change as their formulas say; alpha stays."""

import colorsys

import numpy as np
import tensorflow as tf

from ganae_cli.augmentations import colors

X = np.random.default_rng(0).uniform(-1, 1, (2, 3, 4, 3)).astype(np.float32)


def test_alpha_stays():
    images = np.concatenate([X, 0.5 * np.ones((2, 3, 4, 1), np.float32)], axis=-1)
    changed = colors.with_colors(images, tf.zeros_like(X)).numpy()
    assert (changed[..., :3] == 0).all()
    assert (changed[..., 3] == 0.5).all()


def test_stretched_moves_colours_away_from_the_centre():
    found = colors.stretched(tf.constant([[[[1.0]]], [[[1.0]]]]), tf.constant(0.5), tf.constant([2.0, 0.0]))
    assert found.numpy().ravel().tolist() == [1.5, 0.5]


def test_hue_is_a_rotation_about_grey_that_keeps_mean_and_length():
    angle = np.array([0.7, -2.0], np.float32)
    axis = np.ones(3) / np.sqrt(3)
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    found = colors.hue_turned(X, tf.constant(angle)).numpy()
    for i, a in enumerate(angle):
        rotation = np.eye(3) + np.sin(a) * cross + (1 - np.cos(a)) * cross @ cross
        np.testing.assert_allclose(found[i], X[i] @ rotation.T, atol=1e-6)


def test_a_third_of_a_turn_goes_from_red_over_green_to_blue():
    pure = np.array([colorsys.hsv_to_rgb(h, 1, 1) for h in (0, 1 / 3, 2 / 3)], np.float32).reshape(3, 1, 1, 3)
    found = colors.hue_turned(pure, tf.fill([3], 2 * np.pi / 3)).numpy()
    np.testing.assert_allclose(found, pure[[1, 2, 0]], atol=1e-6)
