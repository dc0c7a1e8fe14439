"""EfficientNet-Lite0 in plain TensorFlow, for inference.

EfficientNet (Tan & Le 2019, arXiv:1905.11946, table 1) without squeeze-and-excitation and with ReLU6, as its authors
published it for small devices. A block widens its input (1x1), convolves each channel for itself, and narrows (1x1);
each of these is followed by batch normalisation, which is a part of the convolution here.

No Keras layer, so its global dtype policy is without effect. Never compile it with XLA, which computes convolutions of
single channels ten times more slowly on a CPU.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import tensorflow as tf

EPSILON = 1e-3  # of batch normalisation
MEAN, DEVIATION = 127.0, 128.0  # of pixels
STAGES = (  # number of blocks, side of the kernel, stride of the first block, widening, channels
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
TAPPED = 4  # the stage whose channels, pooled, are `tap`
CHANNELS_OF_TAP, FEATURES, CLASSES = 112, 1280, 1000

Named = Mapping[str, np.ndarray]
Network = Callable[[tf.Tensor], "Outputs"]
Layer = Callable[[tf.Tensor], tf.Tensor]


class Outputs(NamedTuple):
    """pooled: float32 (N, 1280), what the classifier sees. tap: (N, 112), of the fifth stage. logits: (N, 1000)."""

    pooled: tf.Tensor
    tap: tf.Tensor
    logits: tf.Tensor


class Block(NamedTuple):
    """One block: side of the kernel, stride, channels before, between and behind; `stage` that it belongs to."""

    kernel: int
    stride: int
    given: int
    wide: int
    made: int
    stage: int


def blocks() -> Iterator[Block]:
    """Yield the sixteen blocks in order."""
    given = 32
    for stage, (count, kernel, stride, widening, made) in enumerate(STAGES):
        for i in range(count):
            yield Block(kernel, stride if i == 0 else 1, given, given * widening, made, stage)
            given = made


def shapes() -> dict[str, tuple[int, ...]]:
    """Return name -> shape of all tensors of the network, as PyTorch names and orders them."""
    found: dict[str, tuple[int, ...]] = {}

    def add(convolution: str, norm: str, *shape: int) -> None:
        found[f"{convolution}.weight"] = shape
        found.update({f"{norm}.{part}": shape[:1] for part in ("weight", "bias", "running_mean", "running_var")})

    add("_conv_stem", "_bn0", 32, 3, 3, 3)
    for i, block in enumerate(blocks()):
        at = f"_blocks.{i}."
        if block.wide != block.given:
            add(f"{at}_expand_conv", f"{at}_bn0", block.wide, block.given, 1, 1)
        add(f"{at}_depthwise_conv", f"{at}_bn1", block.wide, 1, block.kernel, block.kernel)
        add(f"{at}_project_conv", f"{at}_bn2", block.made, block.wide, 1, 1)
    add("_conv_head", "_bn1", FEATURES, STAGES[-1][-1], 1, 1)
    return found | {"_fc.weight": (CLASSES, FEATURES), "_fc.bias": (CLASSES,)}


def network(tensors: Named) -> Network:
    """Return the network of these tensors, named and shaped as `shapes` says; others are not looked at.

    It takes float32 (N, H, W, 3) from 0 to 255, of any size.
    """
    stem = _convolution(tensors, "_conv_stem", "_bn0", stride=2)
    layers = [_block(tensors, f"_blocks.{i}.", block) for i, block in enumerate(blocks())]
    ends = [block.stage for block in blocks()]
    head = _convolution(tensors, "_conv_head", "_bn1")
    matrix, bias = np.ascontiguousarray(tensors["_fc.weight"].T), tensors["_fc.bias"]

    def forward(pixels: tf.Tensor) -> Outputs:
        x = tf.nn.relu6(stem((pixels - MEAN) / DEVIATION))
        for layer, stage in zip(layers, ends, strict=True):
            x = layer(x)
            if stage == TAPPED:
                tapped = x  # the last block of the stage stays
        pooled = tf.reduce_mean(tf.nn.relu6(head(x)), axis=(1, 2))
        return Outputs(pooled, tf.reduce_mean(tapped, axis=(1, 2)), tf.matmul(pooled, matrix) + bias)

    return forward


def _block(tensors: Named, at: str, block: Block) -> Layer:
    widens = block.wide != block.given
    widen = _convolution(tensors, f"{at}_expand_conv", f"{at}_bn0") if widens else None
    between = _convolution(tensors, f"{at}_depthwise_conv", f"{at}_bn1", block.stride, is_depthwise=True)
    narrow = _convolution(tensors, f"{at}_project_conv", f"{at}_bn2")
    adds = block.stride == 1 and block.given == block.made

    def apply(given: tf.Tensor) -> tf.Tensor:
        x = tf.nn.relu6(widen(given)) if widen else given
        x = narrow(tf.nn.relu6(between(x)))
        return x + given if adds else x

    return apply


def _convolution(tensors: Named, name: str, norm: str, stride: int = 1, is_depthwise: bool = False) -> Layer:
    """Return a convolution and the normalisation behind it as one convolution.

    PyTorch's kernels are (out, in, height, width). The padding of stride 2 is TensorFlow's, more at the end, as the
    weights were trained with.
    """
    scale, shift, mean, variance = (
        tensors[f"{norm}.{part}"].astype(np.float64) for part in ("weight", "bias", "running_mean", "running_var")
    )
    scale /= np.sqrt(variance + EPSILON)
    kernel = tensors[f"{name}.weight"] * scale[:, None, None, None]
    kernel = kernel.transpose((2, 3, 0, 1) if is_depthwise else (2, 3, 1, 0)).astype(np.float32)
    bias = (shift - mean * scale).astype(np.float32)
    convolve = tf.nn.depthwise_conv2d if is_depthwise else tf.nn.conv2d

    def apply(x: tf.Tensor) -> tf.Tensor:
        return tf.nn.bias_add(convolve(x, kernel, strides=[1, stride, stride, 1], padding="SAME"), bias)

    return apply
