"""The network that `auto` stands for."""

import pytest

from ganae_cli.networks.auto import choose


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        ((2,), "mlp"),
        ((784,), "mlp"),
        ((8, 8, 1), "mlp"),
        ((64, 15, 3), "mlp"),
        ((16, 16, 1), "dcgan"),
        ((28, 28, 1), "dcgan"),
    ],
)
def test_auto_chooses_by_shape(shape, name):
    assert choose(shape) == name
