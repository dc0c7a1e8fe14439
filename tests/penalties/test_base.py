"""The base class of penalties: what a subclass must have, and what it says of itself by default."""

import pytest
import tensorflow as tf

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.penalties.base import Penalty

from_config.import_parts()


def test_a_penalty_without_a_value_cannot_be_built():
    class Unfinished(Penalty):
        pass

    with pytest.raises(TypeError, match="abstract"):
        Unfinished()


def test_by_default_a_penalty_is_of_a_discriminator_and_takes_a_gradient_per_sample():
    class Constant(Penalty):
        def __call__(self, network, real, fake, noise):
            return tf.constant(3.0)

    penalty = Constant()
    assert (penalty.acts_on, penalty.compares, penalty.per_sample) == ("discriminator", True, True)
    assert float(penalty(None, None, None, None)) == 3.0


@pytest.mark.parametrize(
    ("names", "acts_on", "compares", "per_sample"),
    [
        (("dragan", "gradient_penalty", "r1", "r2"), "discriminator", True, True),
        (("contractive",), "encoder", False, True),
        (("decoder_gradient",), "decoder", False, True),
        (("code_l2", "entropy", "mmd", "sparsity", "total_correlation"), "encoder", False, False),
        (("l2",), "discriminator", False, False),
    ],
)
def test_what_each_penalty_acts_on_and_needs(names, acts_on, compares, per_sample):
    for name in names:
        penalty = registry.find("penalty", name)
        assert issubclass(penalty, Penalty), name
        assert (penalty.acts_on, penalty.compares, penalty.per_sample) == (acts_on, compares, per_sample), name
