"""Parameters and FLOPs against counts by hand, and against TensorFlow's own profiler."""

import keras
import pytest
import tensorflow as tf
from keras import layers

from ganae_cli.costs.flops import Cost, cost, graph_flops
from ganae_cli.networks.dcgan import DCGAN
from ganae_cli.networks.layers.grouped_conv import GroupedConvolution
from ganae_cli.networks.mlp import MLP
from ganae_cli.networks.resnet import ResNet
from ganae_cli.networks.squeeze import Squeeze


def test_mlp_by_hand():
    weights = 2 * 8 + 8 * 8 + 8 * 3
    assert cost(MLP(width=8, depth=2).down((2,), 3)) == Cost(weights + 8 + 8 + 3, 2 * weights)


def test_dcgan_by_hand():
    """28x28x1 -> 14x14x32 -> 7x7x64 -> 4x4x128 -> 14 with 4x4 kernels, and back; layer norm: two weights a channel."""
    steps = [(14 * 14, 32, 1), (7 * 7, 64, 32), (4 * 4, 128, 64)]  # pixels and channels of the smaller, channels before
    products = sum(pixels * channels * 16 * before for pixels, channels, before in steps) + 2048 * 14
    kernels = sum(channels * 16 * before for _, channels, before in steps) + 2048 * 14
    assert products == 3_831_808
    down, up = DCGAN().down((28, 28, 1), 14), DCGAN().up(14, (28, 28, 1))
    assert cost(down) == Cost(kernels + 32 + 2 * 64 + 2 * 128 + 14, 2 * products)
    assert cost(up) == Cost(kernels + 2 * 128 + 2 * 64 + 2 * 32 + 1, 2 * products)


def test_squeeze_by_hand():
    """8x8x1 -> 4x4x32 by a 3x3 convolution, two modules of 8 squeezed and 64 channels, a dense layer of 1,024."""
    first, modules = 9 * 32, [32 * 8 + 8 * 32 + 9 * 8 * 32, 64 * 8 + 8 * 32 + 9 * 8 * 32]
    found = cost(Squeeze(depth=2, squeeze_ratio=0.125, norm="none").down((8, 8, 1), 3))
    assert found.flops == 2 * (16 * (first + sum(modules)) + 1024 * 3)
    assert found.parameters == first + sum(modules) + 1024 * 3 + 32 + 2 * (8 + 64) + 3


def test_a_growing_module_sees_each_pixel_once_in_its_1x1_convolutions():
    """4x4x64 -> 4x4x32 (two modules) -> 8x8x32 (two modules) -> 8x8x1; the first of each size at the smaller one."""
    small = [16 * (64 * 4 + 4 * 16 + 9 * 4 * 16), 16 * (32 * 4 + 4 * 16 + 9 * 4 * 16)]
    large = [16 * (32 * 4 + 4 * 16) + 64 * 9 * 4 * 16, 64 * (32 * 4 + 4 * 16 + 9 * 4 * 16)]
    assert cost(Squeeze(depth=2, squeeze_ratio=0.125).up(5, (8, 8, 1))).flops == 2 * (
        5 * 1024 + sum(small) + sum(large) + 64 * 32
    )


def test_what_is_not_learned_is_no_parameter():
    """Not learned: BatchNorm's running statistics; u of spectral normalisation, whose iteration is three products."""
    plain, bounded = (MLP(width=8, depth=1, norm="batch", spectral_norm=flag).down((4,), 2) for flag in (False, True))
    weights = 4 * 8 + 8 * 2
    assert cost(plain) == Cost(weights + 2 * 8 + 2, 2 * weights)
    assert cost(bounded) == Cost(weights + 2 * 8 + 2, 2 * weights * 3)


def test_zeros_between_groups_are_multiplied():
    """Eight groups in four convolutions of two: half of each is zero."""
    layer = GroupedConvolution(16, 8, "ones", use_bias=False)
    found = cost(keras.Sequential([keras.Input((5, 5, 16)), layer]))
    assert found == Cost(9 * 2 * 16, 2 * 25 * 9 * 4 * 16)


def test_convolutions_with_strides_and_transposed_matrices():
    model = keras.Sequential([keras.Input((7, 6, 2)), layers.Conv2D(3, (3, 2), 2, padding="valid", use_bias=False)])
    assert cost(model) == Cost(3 * 2 * 2 * 3, 2 * (3 * 3 * 3) * (3 * 2 * 2))


@pytest.mark.slow
@pytest.mark.parametrize("network", [DCGAN(), ResNet(), Squeeze()])
def test_tensorflows_profiler_counts_little_more(network):
    """The profiler adds biases and normalisation to the same products."""
    model = network.down((28, 28, 1), 14)
    shape = tf.TensorSpec((1, 28, 28, 1), tf.float32)
    graph = tf.function(lambda x: model(x, training=False)).get_concrete_function(shape).graph
    wanted = tf.compat.v1.profiler.ProfileOptionBuilder(tf.compat.v1.profiler.ProfileOptionBuilder.float_operation())
    found = tf.compat.v1.profiler.profile(graph, options=wanted.with_empty_output().build()).total_float_ops
    assert 1 < found / cost(model).flops < 1.1


def flops(function, *shapes) -> int:
    return graph_flops(tf.function(function, autograph=False).get_concrete_function(*map(tf.TensorSpec, shapes)).graph)


def test_gradients_of_convolutions_in_groups():
    """5x4x6 -> 5x4x8 in two groups, 3x3: each of the 160 numbers sums 3 * 3 * 3; so does each gradient."""
    once = 160 * 27

    def gradients(x, kernel):
        with tf.GradientTape() as tape:
            tape.watch([x, kernel])
            y = tf.nn.conv2d(x, kernel, 1, "SAME")
        return tape.gradient(y, [x, kernel])

    assert flops(gradients, (1, 5, 4, 6), (3, 3, 3, 8)) == 2 * 2 * once  # of a sum: what it sums is not asked for
    assert flops(lambda x, kernel: gradients(x, kernel)[0], (1, 5, 4, 6), (3, 3, 3, 8)) == 2 * once


def test_depthwise_convolutions():
    """6x6x3 -> 3x3x6: two outputs a channel, 2x2 kernel, stride 2: 54 numbers of 4 products; and the gradients."""

    def all_three(x, kernel):
        with tf.GradientTape() as tape:
            tape.watch([x, kernel])
            y = tf.nn.depthwise_conv2d(x, kernel, [1, 2, 2, 1], "VALID")
        return y, tape.gradient(y, [x, kernel])

    assert flops(all_three, (1, 6, 6, 3), (2, 2, 3, 2)) == 2 * 3 * 54 * 4


def test_functions_count_as_often_as_they_are_called_and_only_what_is_asked_of_them():
    """2x3 by 3x3: 18 products; 3x3 by 3x3: 27."""

    @tf.function(autograph=False)
    def both(a, b):
        return a @ b, b @ b

    @tf.function(autograph=False)
    def twice(a, b):
        return both(both(a, b)[0], b)[0]

    assert flops(lambda a, b: both(a, b), (2, 3), (3, 3)) == 2 * (18 + 27)
    assert flops(lambda a, b: twice(a, b), (2, 3), (3, 3)) == 2 * (18 + 18)
    assert flops(lambda a, b: both(a, b @ b @ b)[0], (2, 3), (3, 3)) == 2 * (18 + 27 + 27)
    assert flops(lambda a, b: both(a @ b, b)[1], (2, 3), (3, 3)) == 2 * 27


def test_what_a_function_changes_is_counted_though_nothing_is_returned():
    kept = tf.Variable(tf.zeros((2, 3)))

    @tf.function(autograph=False)
    def keep(a, b):
        kept.assign(a @ b)
        return b @ b

    def step(a, b):
        keep(a, b)
        return a

    assert flops(step, (2, 3), (3, 3)) == 2 * 18
