"""The grids that a network's image goes through, as a dry run says them."""

import pytest

from ganae_cli.costs.grids import grids_of, in_words
from ganae_cli.networks.dcgan import DCGAN
from ganae_cli.networks.mlp import MLP
from ganae_cli.networks.r3gan import R3GAN
from ganae_cli.networks.resnet import ResNet
from ganae_cli.networks.squeeze import Squeeze

FACES = "92x112 → 46x56 → 24x28 → 12x14 → 6x7"


@pytest.mark.parametrize("network", [DCGAN, ResNet, R3GAN, Squeeze])
def test_margins_are_part_of_no_grid(network):
    made = network(width=2, depth=1)
    assert in_words(grids_of(made.down((92, 112, 3), 1))) == FACES
    assert in_words(grids_of(made.up(1, (92, 112, 3)))) == " → ".join(FACES.split(" → ")[::-1])


def test_a_perceptron_has_only_the_image():
    assert grids_of(MLP(width=2).up(1, (8, 8, 1))) == ((8, 8),)
    assert grids_of(MLP(width=2).up(1, (2,))) == ()
