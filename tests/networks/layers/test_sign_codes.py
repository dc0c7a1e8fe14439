"""Latent codes of which a generator sees some numbers by their sign only."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.networks.layers.sign_codes import Signs
from ganae_cli.networks.mlp import MLP


def test_the_first_numbers_become_their_signs_and_the_others_stay():
    z = tf.constant([[0.3, -2.0, 0.5], [-0.1, 4.0, -7.0]])
    assert Signs(2)(z).numpy().tolist() == [[1, -1, 0.5], [-1, 1, -7]]


def test_codes_with_the_same_signs_give_the_same_sample():
    network = MLP(width=8, depth=1, signs=2).up(3, (4,))
    z = np.array([[0.3, -2.0, 0.5], [1.3, -0.1, 0.5], [0.3, 2.0, 0.5], [0.3, -2.0, 0.6]], np.float32)
    made = network(z).numpy()
    assert (made[0] == made[1]).all()
    assert not np.isclose(made[0], made[2]).any()
    assert not np.isclose(made[0], made[3]).any()


def test_an_encoder_sees_all_of_its_data():
    network = MLP(width=8, depth=1, signs=2).down((3,), 4)
    assert not np.isclose(*network(np.array([[0.3, 2, 0.5], [1.3, 2, 0.5]], np.float32)).numpy()).any()


def test_more_signs_than_numbers_are_refused():
    with pytest.raises(UserError, match="5 signs of codes of 3 numbers"):
        MLP(signs=5).up(3, (4,))
