"""Sizes and channels of the features in each network."""

import keras
import pytest

from ganae_cli.networks.dcgan import DCGAN
from ganae_cli.networks.layers.image_sizes import feature_sizes, image_sizes
from ganae_cli.networks.r3gan import R3GAN, Bottleneck
from ganae_cli.networks.resnet import ResidualBlock, ResNet
from ganae_cli.networks.squeeze import Fire, Squeeze


@pytest.mark.parametrize(
    ("shape", "width", "max_width", "min_steps", "sizes"),
    [
        ((28, 28, 1), 32, 512, 2, [(28, 28, 1), (14, 14, 32), (7, 7, 64), (4, 4, 128)]),
        ((33, 20, 3), 32, 512, 2, [(33, 20, 3), (17, 10, 32), (9, 5, 64)]),
        ((64, 64, 3), 64, 256, 2, [(64, 64, 3), (32, 32, 64), (16, 16, 128), (8, 8, 256), (4, 4, 256)]),
        ((8, 8, 1), 32, 512, 2, [(8, 8, 1), (4, 4, 32), (4, 4, 64)]),
        ((8, 8, 1), 32, 512, 1, [(8, 8, 1), (4, 4, 32)]),
        ((8, 70, 1), 32, 512, 1, [(8, 70, 1), (4, 35, 32)]),
    ],
)
def test_image_sizes(shape, width, max_width, min_steps, sizes):
    assert image_sizes("any", shape, width, max_width, min_steps) == sizes


def test_feature_sizes():
    assert feature_sizes([(28, 28, 1), (14, 14, 32), (7, 7, 64)]) == [(28, 28, 32), (14, 14, 32), (7, 7, 64)]


def shown(model, kind):
    """Return the output sizes of the layers of a kind."""
    return [layer.output.shape[1:] for layer in model.layers if isinstance(layer, kind)]


def test_dcgan_has_these_sizes():
    sizes = [(14, 14, 32), (7, 7, 64), (4, 4, 128)]
    assert shown(DCGAN().down((28, 28, 1), 1), keras.layers.Conv2D) == sizes
    assert shown(DCGAN().up(1, (28, 28, 1)), keras.layers.LeakyReLU) == sizes[::-1]
    assert shown(DCGAN(depth=1).down((8, 8, 1), 1), keras.layers.Conv2D) == [(4, 4, 32)]


def test_squeeze_has_these_sizes():
    """Two modules at each size; the first convolution makes the largest features."""
    network = Squeeze(depth=2)
    assert shown(network.down((28, 28, 1), 1), Fire) == [(7, 7, 64)] * 2 + [(4, 4, 128)] * 2
    assert shown(network.up(1, (28, 28, 1)), Fire) == [(7, 7, 64)] * 2 + [(14, 14, 32)] * 2 + [(28, 28, 32)] * 2
    assert shown(network.down((8, 8, 1), 1), Fire) == [(4, 4, 64)] * 2


def test_resnet_has_these_sizes():
    network = ResNet(depth=2)
    assert shown(network.down((9, 8, 3), 1), ResidualBlock) == [(5, 4, 32)] * 2
    assert shown(ResNet().up(1, (33, 20, 3)), ResidualBlock) == [(17, 10, 32), (33, 20, 32)]


def test_r3gan_has_these_sizes():
    """R3GAN has features at the image's own size, too."""
    network = R3GAN(depth=1)
    sizes = [(28, 28, 32), (14, 14, 32), (7, 7, 64), (4, 4, 128)]
    assert shown(network.down((28, 28, 1), 1), Bottleneck) == sizes
    assert shown(network.up(1, (28, 28, 1)), Bottleneck) == sizes[::-1]
