"""The network against a transcription of its published description in NumPy, with normalisation apart."""

from itertools import pairwise

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.features.lite0_network import blocks, network, shapes
from tests.features.lite0_tensors import random_tensors

STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1)  # of the depthwise convolutions, block by block


def convolved(x: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
    """Return x (N, C, H, W) convolved with PyTorch's kernel (out, in, k, k), or (C, 1, k, k) channel by channel.

    The output has ceil(H / stride) rows; of the zeros that this needs, the smaller half stands before the image.
    """
    side = kernel.shape[2]
    padding = []
    for given in x.shape[2:]:
        wanted = -(-given // stride)
        missing = max((wanted - 1) * stride + side - given, 0)
        padding.append((missing // 2, missing - missing // 2))
    x = np.pad(x, [(0, 0), (0, 0), *padding])
    windows = np.lib.stride_tricks.sliding_window_view(x, (side, side), axis=(2, 3))[:, :, ::stride, ::stride]
    form = "nchwij,cij->nchw" if kernel.shape[1] == 1 and len(kernel) == x.shape[1] else "nchwij,ocij->nohw"
    return np.einsum(form, windows, kernel[:, 0] if form.endswith(",cij->nchw") else kernel, optimize=True)


def by_hand(tensors: dict[str, np.ndarray], pixels: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return pooled features, the pooled 112 channels, and logits, in double precision."""

    def normalised(x: np.ndarray, name: str) -> np.ndarray:
        scale, shift, mean, variance = (
            tensors[f"{name}.{part}"][:, None, None] for part in ("weight", "bias", "running_mean", "running_var")
        )
        return (x - mean) / np.sqrt(variance + 1e-3) * scale + shift

    def relu6(x: np.ndarray) -> np.ndarray:
        return np.minimum(np.maximum(x, 0), 6)

    tensors = {name: tensor.astype(np.float64) for name, tensor in tensors.items()}
    x = (pixels.transpose(0, 3, 1, 2) - 127) / 128
    x = relu6(normalised(convolved(x, tensors["_conv_stem.weight"], 2), "_bn0"))
    for i, stride in enumerate(STRIDES):
        at, given = f"_blocks.{i}.", x
        if i > 0:  # the first block does not widen
            x = relu6(normalised(convolved(x, tensors[f"{at}_expand_conv.weight"], 1), f"{at}_bn0"))
        x = relu6(normalised(convolved(x, tensors[f"{at}_depthwise_conv.weight"], stride), f"{at}_bn1"))
        x = normalised(convolved(x, tensors[f"{at}_project_conv.weight"], 1), f"{at}_bn2")
        x = x + given if x.shape == given.shape else x
        if i == 10:
            tap = x.mean(axis=(2, 3))
    pooled = relu6(normalised(convolved(x, tensors["_conv_head.weight"], 1), "_bn1")).mean(axis=(2, 3))
    return pooled, tap, pooled @ tensors["_fc.weight"].T + tensors["_fc.bias"]


@pytest.mark.parametrize("sides", [(64, 64), (50, 37)])
def test_the_network_is_the_published_one(sides):
    """Odd and even sides: where the zeros of stride 2 stand is seen in both."""
    tensors = random_tensors()
    pixels = np.random.default_rng(1).uniform(0, 255, (2, *sides, 3)).astype(np.float32)
    found = network(tensors)(tf.constant(pixels))
    for one, expected in zip(found, by_hand(tensors, pixels), strict=True):
        assert expected.std(axis=0).max() > 0.1 * np.abs(expected).mean(), "the two images must differ"
        assert one.numpy() == pytest.approx(expected, abs=1e-4 * np.abs(expected).max())


def test_its_size_is_the_published_one():
    """4,652,008 weights, 4.7 million as published: all but the running means and variances of normalisation."""
    learned = [np.prod(shape) for name, shape in shapes().items() if "running" not in name]
    assert sum(learned) == 4_652_008


def test_blocks_follow_one_another():
    assert [block.stride for block in blocks()] == list(STRIDES)
    assert all(before.made == after.given for before, after in pairwise(blocks()))
