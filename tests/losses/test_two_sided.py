"""A loss of two sides gives the terms of one loss to the discriminator and those of the other to its opponent."""

import pytest
import tensorflow as tf

from ganae_cli.losses.adversarial import Hinge, LeastSquares, Relativistic
from ganae_cli.losses.two_sided import TwoSided

REAL, FAKE = tf.constant([[0.0], [2.0]]), tf.constant([[0.0], [-3.0]])


def values(terms):
    return {name: float(term) for name, term in terms.items()}


def test_each_side_has_its_own_loss():
    """Least squares 1/2 E (t - 1)^2 and 1/2 E t^2; hinge -E t, and of pairs E t and -E t."""
    both = TwoSided(LeastSquares(), Hinge())
    assert values(both.discriminator(REAL, FAKE)) == {"real": 0.5, "fake": 2.25}
    assert values(both.generator(FAKE)) == {"fool": 1.5}
    assert values(both.swapped(REAL, FAKE)) == {"fool_code": 1.0, "fool_sample": 1.5}


@pytest.mark.parametrize(("opponent", "pairs"), [(Hinge(), False), (Relativistic(), True)])
def test_real_logits_are_needed_where_the_opponent_needs_them(opponent, pairs):
    assert TwoSided(LeastSquares(), opponent).pairs is pairs
