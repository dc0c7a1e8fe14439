"""Sizes and channels of the features in each network."""

from itertools import pairwise

import keras
import pytest

from ganae_cli.networks.dcgan import DCGAN
from ganae_cli.networks.layers.image_sizes import feature_sizes, image_sizes, margins, paddings
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


NAMED = {  # height and width -> the grids worked out by hand, from pixels down
    (92, 112): [(92, 112), (46, 56), (24, 28), (12, 14), (6, 7)],  # 6 x 16 = 96: two pixels above, two below
    (48, 64): [(48, 64), (24, 32), (12, 16), (6, 8)],  # even already
    (256, 192): [(256, 192), (128, 96), (64, 48), (32, 24), (16, 12), (8, 6)],  # even already
    (97, 61): [(97, 61), (49, 31), (25, 16), (13, 8), (7, 4)],  # 7 x 16 = 112 and 4 x 16 = 64
}


@pytest.mark.parametrize("shape", NAMED, ids=str)
def test_grids_of_pictures_that_people_have(shape):
    sizes = image_sizes("any", (*shape, 3), 32, 512)
    assert [size[:2] for size in sizes] == NAMED[shape]
    assert max(size[2] for size in sizes) <= 512


def test_margins_worked_out_by_hand():
    """Of 92 pixels: 4 too many, 2 on each side, cut as a row of 2 pixels each. Of 97: 7 = 1 + 2 + 4 above, 8 below.

    Of 61: 1 above, 2 below.
    """
    sizes = image_sizes("any", (92, 112, 3), 32, 512)
    assert margins(sizes) == [((0, 0), (0, 0)), ((1, 1), (0, 0)), ((0, 0), (0, 0)), ((0, 0), (0, 0))]
    assert margins(sizes, "corner") == [((0, 0), (0, 0)), ((0, 0), (0, 0)), ((0, 1), (0, 0)), ((0, 0), (0, 0))]
    sizes = image_sizes("any", (97, 61, 3), 32, 512)
    assert margins(sizes) == [((1, 0), (1, 0)), ((1, 0), (0, 1)), ((1, 0), (0, 0)), ((0, 1), (0, 0))]
    assert [[layer.padding for layer in added] for added in paddings(sizes, None)] == [[one] for one in margins(sizes)]
    assert paddings(sizes, "corner") == [[], [], [], []]


@pytest.mark.parametrize("grids", ["centre", "corner"])
def test_grids_of_any_side(grids):
    """Twice a grid, less its margin, is the next; margins are a row at most; together they leave the image in place."""
    for side in range(8, 300):
        sizes = image_sizes("any", (side, side + 1, 3), 32, 512, grids=grids)
        beyond = margins(sizes, grids)
        assert 4 <= min(sizes[-1][:2]) <= 7
        for axis in (0, 1):
            for (larger, smaller), margin in zip(pairwise(sizes), beyond, strict=True):
                assert larger[axis] == 2 * smaller[axis] - sum(margin[axis])
                assert set(margin[axis]) <= {0, 1}
            before, behind = (sum(m[axis][end] << level for level, m in enumerate(beyond)) for end in (0, 1))
            assert sizes[0][axis] + before + behind == sizes[-1][axis] << len(beyond)
            assert before == 0 if grids == "corner" else behind - before in (0, 1)


def test_digits_keep_the_grids_that_their_figures_were_measured_with():
    sizes = image_sizes("any", (28, 28, 1), 32, 512)
    assert sizes == image_sizes("any", (28, 28, 1), 32, 512, grids="corner")
    assert sizes[2][:2] == (7, 7) != image_sizes("any", (28, 28, 1), 32, 512, grids="centre")[2][:2]
    assert margins(sizes) == margins(sizes, "corner")


@pytest.mark.parametrize("shape", [(8, 8, 1), (32, 32, 3), (48, 64, 3), (64, 64, 3), (128, 128, 3)], ids=str)
def test_sizes_that_halve_evenly_have_no_margin(shape):
    assert set(margins(image_sizes("any", shape, 32, 512))) == {((0, 0), (0, 0))}


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
