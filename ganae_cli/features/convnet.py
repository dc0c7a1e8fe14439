"""A small convolutional classifier and its training, as pure functions of arrays.

No Keras: neither its dtype policy nor its global random state has a say, and none is changed, so that a classifier can
be trained between two steps of a run, which stays what it would have been. No variables either: a distribution strategy
of the caller would mirror them.
"""

import math
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from ganae_cli.features.random_numbers import normals

CHANNELS, UNITS = (32, 64, 64, 64), 64
SMALL, GRID = 16, 8  # images up to SMALL pixels keep their size in the first layer; layers halve down to GRID pixels
BATCH, RATE, DECAY, SMOOTHING = 128, 2e-3, 1e-3, 0.1
BUDGET = 2.5e12  # multiplications and additions, at most, of the whole training
LEAST_STEPS, MOST_EPOCHS = 300, 40
SAY_EVERY = 10.0  # seconds
SIDE_PER_PIXEL = 32  # of an image, by which it may be moved while the network learns
VERSION = 2  # changes with what a training gives

Weights = list[np.ndarray]  # kernel and bias of each layer, in turn


class Layer(NamedTuple):
    """A convolution: kernel size, inputs, outputs, stride."""

    size: int
    inputs: int
    outputs: int
    stride: int


def layers(shape: tuple[int, ...]) -> list[Layer]:
    """Return the convolutions for images of a shape: they halve the image until its longer side is 8 or less.

    >>> [layer.stride for layer in layers((8, 8, 1))], [layer.stride for layer in layers((28, 28, 1))]
    ([1, 2], [2, 2])
    >>> [layer.outputs for layer in layers((64, 48, 3))]
    [32, 64, 64]
    """
    side, inputs = max(shape[:2]), shape[2]
    first = Layer(3, inputs, CHANNELS[0], 1) if side <= SMALL else Layer(5, inputs, CHANNELS[0], 2)
    found, side = [first], -(-side // first.stride)
    while side > GRID or len(found) < 2:
        found.append(Layer(3, found[-1].outputs, CHANNELS[min(len(found), 3)], 2))
        side = -(-side // 2)
    return found


def initial(shape: tuple[int, ...], classes: int, seed: int) -> Weights:
    """Return weights to begin with: normal, of variance 2 / inputs (He et al. 2015, arXiv:1502.01852), biases 0."""
    found: Weights = []
    for layer in layers(shape):
        inputs = layer.size**2 * layer.inputs
        found += _drawn((layer.size, layer.size, layer.inputs, layer.outputs), inputs, seed + len(found))
    flat = _flat(shape)
    found += _drawn((flat, UNITS), flat, seed + len(found))
    return [*found, np.zeros((UNITS, classes), np.float32), np.zeros(classes, np.float32)]


def _drawn(shape: tuple[int, ...], inputs: int, seed: int) -> Weights:
    kernel = normals(seed, *shape) * math.sqrt(2 / inputs)
    return [kernel.astype(np.float32), np.zeros(shape[-1], np.float32)]


def _flat(shape: tuple[int, ...]) -> int:
    """Return how many numbers the last convolution has for an image."""
    height, width = shape[:2]
    for layer in layers(shape):
        height, width = -(-height // layer.stride), -(-width // layer.stride)
    return height * width * layers(shape)[-1].outputs


def forward(images: tf.Tensor, weights: list[tf.Tensor], strides: list[int]) -> tuple[tf.Tensor, tf.Tensor]:
    """Return (features (rows, 64), logits (rows, classes)) of float32 images in [-1, 1]."""
    for i, stride in enumerate(strides):
        images = tf.nn.relu(tf.nn.conv2d(images, weights[2 * i], stride, "SAME") + weights[2 * i + 1])
    flat = tf.reshape(images, (-1, weights[-4].shape[0]))
    features = tf.nn.relu(flat @ weights[-4] + weights[-3])
    return features, features @ weights[-2] + weights[-1]


def cost(shape: tuple[int, ...]) -> int:
    """Return the multiplications and additions of one training step for one image: three forward passes."""
    height, width = shape[:2]
    total = _flat(shape) * UNITS
    for layer in layers(shape):
        height, width = -(-height // layer.stride), -(-width // layer.stride)
        total += height * width * layer.size**2 * layer.inputs * layer.outputs
    return 6 * total


def steps_for(rows: int, shape: tuple[int, ...]) -> int:
    """Return how many steps a training has: 40 epochs, or as many as the budget allows, but 300 steps at least."""
    per_step = cost(shape) * min(BATCH, rows)
    epochs_end = MOST_EPOCHS * -(-rows // BATCH)
    return max(LEAST_STEPS, min(epochs_end, int(BUDGET // per_step)))


def train(
    images: np.ndarray, labels: np.ndarray, classes: int, seed: int, say: Callable[[str], object] = lambda line: None
) -> Weights:
    """Return weights trained on uint8 images (N, H, W, C) with labels int (N,) from 0 to classes - 1.

    Adam (Kingma & Ba 2014, arXiv:1412.6980) with decoupled weight decay (Loshchilov & Hutter 2017, arXiv:1711.05101),
    batches of 128, a learning rate that rises to 2e-3 in the first tenth of the steps and then falls to 0; goals are
    smoothed by 0.1 (Szegedy et al. 2015, arXiv:1512.00567, section 7). Accuracy on held-out images: 0.99 of the 8x8
    digits, 0.993 of MNIST, 0.637 of CIFAR-10 (22,500 JPEG images to learn from).

    Half of the images are moved, by a pixel at most for every 32 of their longer side, so that the network is little
    surer of images that it has learned than of others: beside as many training digits of 8x8, held-out ones score a
    clipped density of 0.95 and a coverage of 0.94, and 0.91 and 0.91 without these moves (three networks, eight draws).
    """
    shape, steps, batch = images.shape[1:], steps_for(len(images), images.shape[1:]), min(BATCH, len(images))
    strides = [layer.stride for layer in layers(shape)]
    weights = [tf.constant(one) for one in initial(shape, classes, seed)]
    first = second = [tf.zeros_like(one) for one in weights]
    step = _training_step(strides)
    random = np.random.Generator(np.random.Philox(seed))
    order, at, said = random.permutation(len(images)), 0, time.monotonic()
    for number in range(steps):
        if at + batch > len(order):
            order, at = random.permutation(len(images)), 0
        rows, at = order[at : at + batch], at + batch
        seen = moved(images[rows], random)
        given = seen, labels[rows].astype(np.int32), _rate(number, steps), np.float32(number + 1)
        weights, first, second = step(weights, first, second, *given)  # Python's numbers would trace it anew each time
        if time.monotonic() - said > SAY_EVERY:
            said = time.monotonic()
            say(f"  classifier: step {number + 1:,} of {steps:,}")
    return [one.numpy() for one in weights]


def moved(images: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return images (N, H, W, C), half of them moved by up to a pixel for every 32 of the longer side, at least one.

    Pixels of the edge are repeated where a move would leave none.

    >>> image = np.arange(3, dtype=np.uint8).reshape(1, 1, 3, 1)
    >>> sorted({tuple(moved(image, np.random.default_rng(seed)).ravel().tolist()) for seed in range(20)})
    [(0, 0, 1), (0, 1, 2), (1, 2, 2)]
    """
    most = max(1, round(max(images.shape[1:3]) / SIDE_PER_PIXEL))
    wide = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), mode="edge")
    down, right = np.where(random.random(len(images)) < 0.5, most, random.integers(2 * most + 1, size=(2, len(images))))
    windows = np.lib.stride_tricks.sliding_window_view(wide, images.shape[1:3], axis=(1, 2))
    return np.moveaxis(windows[np.arange(len(images)), down, right], 1, 3)


def _rate(number: int, steps: int) -> np.float32:
    rise = max(1, steps // 10)
    return np.float32(RATE * min((number + 1) / rise, (steps - number) / (steps - rise + 1)))


def _training_step(strides: list[int]) -> Callable:
    """Return the function of one step, traced once: (weights, moments, batch) -> (weights, moments)."""

    @tf.function(jit_compile=False, autograph=False)
    def step(weights, first, second, images, labels, rate, number):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            _, logits = forward(tf.cast(images, tf.float32) / 127.5 - 1, weights, strides)
            goal = tf.one_hot(labels, logits.shape[1]) * (1 - SMOOTHING) + SMOOTHING / logits.shape[1]
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(goal, logits))
        slopes = tape.gradient(loss, weights)
        first = [0.9 * m + 0.1 * slope for m, slope in zip(first, slopes, strict=True)]
        second = [0.99 * v + 0.01 * slope * slope for v, slope in zip(second, slopes, strict=True)]
        grown, shown = 1 - 0.9**number, 1 - 0.99**number
        moved = []
        for w, m, v in zip(weights, first, second, strict=True):
            change = (m / grown) / (tf.sqrt(v / shown) + 1e-7)
            moved.append(w - rate * (change + (DECAY / RATE * w if w.shape.rank > 1 else 0)))
        return moved, first, second

    return step
