"""Fire modules against NumPy; SqueezeNet built of them has as many parameters as the published one."""

import keras
import numpy as np
import pytest
from keras import layers

from ganae_cli.networks.layers.resampling import MaxPool, Nearest
from ganae_cli.networks.squeeze import Fire, Squeeze


def normal(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def built(*given, **options):
    keras.utils.set_random_seed(0)
    fire = Fire(*given, **options)
    fire(normal(1, 5, 4, given[0]))
    return fire


def convolved(x, layer):
    """Convolve with zeros around the image, pixel by pixel."""
    kernel, bias = layer.kernel.numpy(), 0 if layer.bias is None else layer.bias.numpy()
    margin = kernel.shape[0] // 2
    padded = np.pad(x, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    y = np.zeros((*x.shape[:3], kernel.shape[3]))
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            window = padded[:, i : i + kernel.shape[0], j : j + kernel.shape[1]]
            y[:, i, j] = np.tensordot(window, kernel, axes=3)
    return y + bias


def relu(x):
    return np.maximum(x, 0)


@pytest.mark.parametrize("bypass", [False, True])
def test_a_fire_module_by_hand(bypass):
    """relu(squeeze), then relu of both expansions side by side; a bypass adds the input."""
    fire, x = built(6, 2, 3, 3, bypass=bypass), normal(2, 5, 4, 6)
    for layer in (fire.squeeze, fire.expand1, fire.expand3):
        layer.bias.assign(normal(*layer.bias.shape))
    squeezed = relu(convolved(x, fire.squeeze))
    expected = relu(np.concatenate([convolved(squeezed, fire.expand1), convolved(squeezed, fire.expand3)], -1))
    np.testing.assert_allclose(fire(x), expected + (x if bypass else 0), atol=1e-5)
    assert fire.count_params() == (6 * 2 + 2) + (2 * 3 + 3) + (9 * 2 * 3 + 3)


@pytest.mark.parametrize("size", [(10, 8), (9, 7)])
def test_growing_inside_is_the_same_as_growing_before(size):
    grown, x = built(6, 2, 3, 5, grow=size, norm="layer"), normal(2, 5, 4, 6)
    plain = built(6, 2, 3, 5, norm="layer")
    plain.set_weights(grown.get_weights())
    y = grown(x)
    assert y.shape == (2, *size, 8)
    inside = np.s_[:, : size[0] - 1, : size[1] - 1] if size[0] % 2 else np.s_[:]
    np.testing.assert_allclose(y[inside], plain(Nearest(size)(x))[inside], atol=1e-5)


@pytest.mark.parametrize("pool", ["max", "stride"])
def test_a_strided_module_is_as_large_as_a_pooled_one(pool):
    model = Squeeze(width=4, pool=pool, depth=2).down((33, 20, 3), 1)
    assert [layer.output.shape[1:3] for layer in model.layers if isinstance(layer, Fire)] == [(9, 5), (9, 5)]
    assert [type(layer) for layer in model.layers].count(MaxPool) == (pool == "max")


def test_squeezed_channels_are_a_share_of_the_output_channels():
    """An eighth in the paper; one at least. Every second module of a size is bypassed."""
    network = Squeeze(width=32, squeeze_ratio=0.125, depth=2)
    made = [layer for layer in network.down((28, 28, 1), 1).layers if isinstance(layer, Fire)]
    assert [fire.squeeze.filters for fire in made] == [8, 8, 16, 16]
    assert [fire.bypass for fire in made] == [False, True, False, True]
    assert {fire.squeeze.filters for fire in Squeeze(width=2).up(1, (8, 8, 1)).layers if isinstance(fire, Fire)} == {1}


def squeezenet(version: str) -> keras.Model:
    """Build the classifier of 227x227 colour images into 1,000 classes, github.com/forresti/SqueezeNet."""
    first, pools = {"1.0": ((96, 7), (0, 3, 7)), "1.1": ((64, 3), (0, 2, 4))}[version]
    chain = [keras.Input((227, 227, 3)), layers.Conv2D(*first, strides=2, activation="relu")]
    channels, squeezes = first[0], (16, 16, 32, 32, 48, 48, 64, 64)
    for i, squeeze in enumerate(squeezes):
        chain += [layers.MaxPooling2D(3, 2)] if i in pools else []
        chain += [Fire(channels, squeeze, 4 * squeeze, 4 * squeeze)]
        channels = 8 * squeeze
    ending = [layers.Dropout(0.5), layers.Conv2D(1000, 1, activation="relu"), layers.GlobalAveragePooling2D()]
    return keras.Sequential([*chain, *ending])


@pytest.mark.parametrize(("version", "count"), [("1.0", 1_248_424), ("1.1", 1_235_496)])
def test_squeezenet_has_its_published_parameters(version, count):
    assert squeezenet(version).count_params() == count
