"""A small convolutional network that was trained once on the labels of this dataset; its accuracy is stated.

It knows what tells the classes of this data apart, and sees little else: two images of a class that differ in nothing
that matters for it are near. So do its features measure what a dataset of digits is about, whereas networks that were
trained on photographs do not (Naeem et al. 2020, arXiv:2002.09797, section 4.2).

It is a little surer of images that it has learned than of others, so that perfect samples differ from training images
as much as held-out images do: theirs is the score to compare with.
"""

import hashlib
from typing import Any

import numpy as np
import tensorflow as tf

from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.features import convnet, learned_rows
from ganae_cli.features.base import Embedded, Encode, FeatureSpace, Progress, Say, refuse_others, refuse_unsuited
from ganae_cli.features.blocks import Blocks
from ganae_cli.features.kept_arrays import CLASSIFIERS
from ganae_cli.features.learned_rows import Learned
from ganae_cli.features.random_numbers import projected
from ganae_cli.features.sharpness import sharpness
from ganae_cli.registry import register

MOST_CLASSES = 1000
FRECHET = 64


@register("features", "classifier")
class ClassifierFeatures(FeatureSpace):
    """The 64 rectified units before the softmax, of mean square 1 over training images; and the probabilities.

    Where channels are images of their own, as in Stacked MNIST, one network classifies each channel: the features of
    all channels stand side by side, and the probability of a class is the product over the channels.
    """

    name = "classifier"

    def __init__(self, seed: int = 0):
        if seed < 0:
            raise UserError(f"features=classifier: seed must be 0 or more, got {seed}")
        self.seed = seed
        self._blocks: Blocks | None = None
        self._facts: dict[str, Any] = {}

    def refusal(self, data: Data) -> str | None:
        """Return why not: points, no labels, fewer than two classes or more than 1,000."""
        if data.kind != "images":
            return "the classifier looks at images, and these are points; features=pixels takes their coordinates"
        if data.train_labels is None:
            return f"dataset '{data.name}' has no labels that a classifier could learn; features=random_conv needs none"
        count = data.channel_classes or len(np.unique(data.train_labels))
        if count < 2:
            return "all training images are of one class, and a classifier needs two; features=random_conv needs none"
        if count > MOST_CLASSES:
            return f"{count:,} classes are more than the {MOST_CLASSES:,} that it learns; features=random_conv has none"
        return None

    def prepare(self, data: Data, encode: Encode | None = None, say: Say = lambda line: None) -> None:
        """Take the classifier of these training images from the cache, or train it: up to a minute, once."""
        refuse_unsuited(self, data)
        path = CLASSIFIERS.place(f"cnn-{learned_rows.key(data, self.seed)}", say)
        arrays = CLASSIFIERS.read(path) if path else None
        if arrays is None or not _fits(arrays, learned_rows.seen_shape(data)):
            arrays = _trained(data, self.seed, say)
            if path:
                CLASSIFIERS.write(path, arrays)
        self._use(arrays, data)

    def _use(self, arrays: dict[str, np.ndarray], data: Data) -> None:
        weights = [arrays[f"w{i}"] for i in range(len(arrays) - 3)]
        self.channels = data.shape[2] if data.channel_classes else 1
        self._given, self._shape = data.shape, learned_rows.seen_shape(data)
        self._blocks = blocks_of(weights, float(arrays["scale"]), self._shape)
        digest = hashlib.sha256(b"".join(one.tobytes() for one in weights)).hexdigest()[:8]
        self._facts = {
            "features": self.name,
            "dimensions": convnet.UNITS * self.channels,
            "accuracy": round(float(arrays["accuracy"]), 4),
            "accuracy_rows": int(arrays["accuracy_rows"]),
            "classes": weights[-1].size,
            "features_seed": self.seed,
            "version": convnet.VERSION,
            "features_weights": digest,  # rounding differs from machine to machine while it learns
        }
        if tuple(data.shape[:2]) != self._shape[:2]:
            self._facts["means_of_areas"] = list(self._shape[:2])
        if self.channels > 1:
            self._facts |= {"channels": self.channels, "frechet": f"random orthogonal projection to {FRECHET}"}

    def embed(self, rows: np.ndarray, progress: Progress = lambda share: None) -> Embedded:
        """Return features and probabilities."""
        if self._blocks is None:
            raise ValueError("prepare the feature space first")
        refuse_others(rows, self._given, self.name)
        found, of_channels = learned_rows.in_parts(self._blocks, rows, self._shape, self.channels, progress)
        found = found.reshape(len(rows), convnet.UNITS * self.channels)
        product = None
        if of_channels.shape[2] ** self.channels <= MOST_CLASSES:
            product = of_channels[:, 0]
            for channel in range(1, self.channels):
                pairs = product[:, :, None] * of_channels[:, channel, None]
                product = pairs.reshape(len(rows), pairs.shape[1] * pairs.shape[2])
        return Embedded(found, projected(found, FRECHET), product)

    @property
    def facts(self) -> dict[str, Any]:
        """Return the accuracy on held-out images, and what determines the classifier."""
        return dict(self._facts)


def blocks_of(weights: list[np.ndarray], scale: float, shape: tuple[int, ...]) -> Blocks:
    """Return the program of a classifier: images -> features times `scale`, and probabilities."""
    constants = [tf.constant(one) for one in weights]
    strides = [layer.stride for layer in convnet.layers(shape)]

    def compute(images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        features, logits = convnet.forward(images, constants, strides)
        return features * scale, tf.nn.softmax(logits)

    return Blocks(compute, shape, shape[0] * shape[1] * convnet.CHANNELS[0], ClassifierFeatures.name)


def _trained(data: Data, seed: int, say: Say) -> dict[str, np.ndarray]:
    """Return weights, accuracy and scale as arrays by name."""
    rows = Learned.of(data, seed)
    say(f"training a classifier of {len(rows.images):,} training images, once for this dataset …")
    weights = convnet.train(rows.images, rows.labels, rows.classes, seed, say)
    blocks = blocks_of(weights, 1.0, rows.images.shape[1:])
    features, _ = blocks(rows.images[:2000])
    scale = 1 / max(1e-6, float(np.sqrt(np.mean(np.square(features, dtype=np.float64)))))
    _, probabilities = blocks(rows.held_out)
    weights[-2:] = [one * sharpness(probabilities, rows.held_out_labels) for one in weights[-2:]]
    accuracy = np.mean(probabilities.argmax(axis=1) == rows.held_out_labels)
    facts = {"scale": scale, "accuracy": accuracy, "accuracy_rows": len(rows.held_out)}
    return {f"w{i}": one for i, one in enumerate(weights)} | {name: np.array(one) for name, one in facts.items()}


def _fits(arrays: dict[str, np.ndarray], shape: tuple[int, ...]) -> bool:
    """Return True if arrays of a file are a classifier of images of a shape."""
    count = 2 * len(convnet.layers(shape)) + 4
    if set(arrays) != {f"w{i}" for i in range(count)} | {"scale", "accuracy", "accuracy_rows"}:
        return False
    classes = arrays[f"w{count - 1}"].size
    expected = convnet.initial(shape, classes, 0)
    same = all(
        arrays[f"w{i}"].shape == one.shape and arrays[f"w{i}"].dtype == one.dtype for i, one in enumerate(expected)
    )
    return same and all(arrays[name].ndim == 0 for name in ("scale", "accuracy", "accuracy_rows"))
