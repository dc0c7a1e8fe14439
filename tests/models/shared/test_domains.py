"""Second domains by hand and against NumPy, and a discriminator of two domains."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.models.shared.domains import DomainDiscriminator, second_domain

IMAGE, POINT = (6, 6, 1), (2,)


def test_inverted_data_change_their_sign():
    assert second_domain("inverted", POINT)(tf.constant([[0.5, -2.0]])).numpy().tolist() == [[-0.5, 2.0]]


def test_edges_of_a_white_square_are_the_ring_around_it():
    """A white square of 2x2 on black gives a ring of twelve white pixels."""
    x = np.full((1, *IMAGE), -1.0, np.float32)
    x[0, 2:4, 2:4] = 1.0
    found = second_domain("edges", IMAGE)(tf.constant(x)).numpy()[0, :, :, 0]
    ring = np.zeros((6, 6))
    ring[1:5, 1:5] = 1
    ring[2:4, 2:4] = 0
    assert np.array_equal(found, 2 * ring - 1)


def test_edges_are_dilation_minus_image_in_the_range_from_0_to_1():
    grey = np.random.default_rng(0).uniform(-1, 1, (1, 5, 7, 3)).astype(np.float32)
    u = np.pad((grey + 1) / 2, ((0, 0), (1, 1), (1, 1), (0, 0)))
    widest = np.max([u[:, i : i + 5, j : j + 7] for i in range(3) for j in range(3)], axis=0)
    expected = 2 * (widest - (grey + 1) / 2) - 1
    np.testing.assert_allclose(second_domain("edges", (5, 7, 3))(tf.constant(grey)), expected, atol=1e-6)


def test_unknown_domains_and_edges_of_points_are_refused():
    with pytest.raises(UserError, match="domain must be one of inverted, edges, got 'edge'; did you mean 'edges'"):
        second_domain("edge", IMAGE)
    with pytest.raises(UserError, match="domain=edges is of images, but the data are points; use domain=inverted"):
        second_domain("edges", POINT)


@pytest.mark.parametrize(("first", "expected"), [(True, [[1.0, 2.0, 0.0, 0.0]]), (False, [[0.0, 0.0, 1.0, 2.0]])])
def test_a_discriminator_of_one_domain_sets_the_channels_of_the_other_to_0(first, expected):
    inputs = []

    def network(x, training):
        inputs.append((x.numpy().tolist(), training))
        return 10.0 * x

    logits = DomainDiscriminator(network, first)(tf.constant([[1.0, 2.0]]), training=False)
    assert inputs == [(expected, False)]
    assert logits.numpy().tolist() == (10 * np.array(expected)).tolist()
