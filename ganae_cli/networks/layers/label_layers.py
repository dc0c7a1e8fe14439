"""Layers that give a network the labels of the rows that it is called with; see `engine/condition.py` for their use.

A network is called with its rows alone, as network(x). Their labels lie beside it, in an object `Labels` that all
networks of a game share.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import keras
import tensorflow as tf
from keras import layers, ops

from ganae_cli.errors import UserError
from ganae_cli.networks.layers.common import numbers, scaled_normal
from ganae_cli.networks.layers.savable import savable
from ganae_cli.networks.layers.spectral_norm import SpectralNorm, spectral

MOST_NUMBERS = 64  # of a learned embedding of a label; of fewer classes, as many as there are


class Seen(NamedTuple):
    """What a `ClassHead` said of a batch: the network's input, logits of the classes (batch, K), labels (batch,)."""

    x: tf.Tensor
    logits: tf.Tensor
    labels: tf.Tensor


class Labels:
    """The labels of the rows that networks are called with now: int32 (batch,), or None while there are none.

    x: the input of the network that is being called, noted by `NoteInput`. seen: noted by each `ClassHead` since the
    list was last replaced; None: nothing is to be noted.
    """

    def __init__(self):
        self.now: tf.Tensor | None = None
        self.x: tf.Tensor | None = None
        self.seen: list[Seen] | None = None

    @contextmanager
    def given(self, labels) -> Iterator[None]:
        """Give networks these labels, (batch,), for the time of a block."""
        before, self.now = self.now, None if labels is None else ops.cast(labels, "int32")
        try:
            yield
        finally:
            self.now = before

    def of(self, x: tf.Tensor) -> tf.Tensor:
        """Return the labels of the rows x. Raises UserError if there are none, or not as many as rows."""
        if self.now is None:
            raise UserError("this network needs the class of each row: use `with game.condition.given(labels): …`")
        if self.now.shape[0] != x.shape[0]:
            raise UserError(
                f"the network is called with {x.shape[0]} rows and {self.now.shape[0]} labels: what it is used for "
                "joins, repeats or leaves out rows, which model.condition does not allow"
            )
        return self.now


class LabelLayer(layers.Layer):
    """Base of layers that know the labels. classes: K. labels: replaced by those that the game's networks share."""

    reads_labels = True  # in every call

    def __init__(self, classes: int, **options):
        super().__init__(**options)
        self.classes, self.labels = classes, Labels()

    def __call__(self, x, *given, **options):
        if self.reads_labels and not keras.backend.is_keras_tensor(x):
            self.labels.of(x)  # here, since Keras writes more into the message of an error within `call`
        return super().__call__(x, *given, **options)

    def one_hot(self, x: tf.Tensor) -> tf.Tensor:
        """Return the labels of the rows x as (batch, K) in the layer's precision: 1 for its class, else 0."""
        return ops.one_hot(self.labels.of(x), self.classes, dtype=self.compute_dtype)


@savable()
class JoinLabel(LabelLayer):
    """Join the label: rows (batch, …, C) -> (batch, …, C + K), as K numbers, or as K channels that are constant."""

    def call(self, x):
        one_hot = ops.reshape(self.one_hot(x), (-1, *[1] * (len(x.shape) - 2), self.classes))
        return ops.concatenate([x, one_hot * ops.ones_like(x[..., :1])], axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + self.classes)


@savable()
class JoinEmbedding(LabelLayer):
    """Join a learned embedding: of vectors (batch, C) -> (batch, C + e), of images one more channel, (H, W) numbers.

    e = min(K, 64). Initially N(0, 1), the scale of latent codes.
    """

    def build(self, input_shape):
        size = numbers(input_shape[1:-1]) if len(input_shape) > 2 else embedding_size(self.classes)
        start = keras.initializers.RandomNormal(stddev=1.0)
        self.table = self.add_weight(name="table", shape=(self.classes, size), initializer=start)

    def call(self, x):
        # A product and no look-up: its gradient is dense, as that of all other weights.
        rows = ops.matmul(self.one_hot(x), ops.cast(self.table, self.compute_dtype))
        shape = (-1, *x.shape[1:-1], 1) if len(x.shape) > 2 else (-1, self.table.shape[1])
        return ops.concatenate([x, ops.reshape(rows, shape)], axis=-1)

    def compute_output_shape(self, input_shape):
        more = 1 if len(input_shape) > 2 else embedding_size(self.classes)
        return (*input_shape[:-1], input_shape[-1] + more)


def embedding_size(classes: int) -> int:
    """Return how many numbers the embedding of a label joins to a vector."""
    return min(classes, MOST_NUMBERS)


class OverLast(LabelLayer):
    """Base of layers that take the place of a network's last layer, and keep it. features: of its input f."""

    def __init__(self, layer: keras.Layer, classes: int, features: int):
        super().__init__(classes, dtype="float32")
        self.layer, self.features = layer, features

    def build(self, input_shape):
        if not self.layer.built:  # one that is read from a file
            self.layer.build(input_shape)

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)

    def get_config(self):
        own = {"layer": keras.saving.serialize_keras_object(self.layer)}
        return super().get_config() | own | {"classes": self.classes, "features": self.features}


@savable()
class LabelProjection(OverLast):
    """Last layer psi of a discriminator, plus <v_y, f>, v_y a learned vector of each class: f (batch, F) -> (batch, 1).

    If psi is spectrally normalised, so is the matrix of all v_y.
    """

    def __init__(self, layer: keras.Layer, classes: int, features: int):
        super().__init__(layer, classes, features)
        start = scaled_normal(features, nonlinear=False)
        vectors = layers.Dense(features, use_bias=False, kernel_initializer=start, dtype="float32")
        self.vectors = spectral(vectors, isinstance(layer, SpectralNorm))

    def build(self, input_shape):
        super().build(input_shape)
        self.vectors.build((None, self.classes))

    def call(self, x):
        return self.layer(x) + ops.sum(self.vectors(self.one_hot(x)) * x, axis=-1, keepdims=True)


@savable()
class ClassHead(OverLast):
    """Last layer of a discriminator; beside it, a second head says the class: its logits (batch, K) are noted.

    If the last layer is spectrally normalised, so is the head.
    """

    reads_labels = False

    def __init__(self, layer: keras.Layer, classes: int, features: int):
        super().__init__(layer, classes, features)
        start = scaled_normal(features, nonlinear=False)
        head = layers.Dense(classes, kernel_initializer=start, dtype="float32")
        self.head = spectral(head, isinstance(layer, SpectralNorm))

    def build(self, input_shape):
        super().build(input_shape)
        self.head.build((None, self.features))

    def call(self, x):
        labels = self.labels
        if labels.seen is not None and labels.x is not None:
            labels.seen.append(Seen(labels.x, self.head(x), labels.of(x)))
        return self.layer(x)


@savable()
class NoteInput(layers.Layer):
    """Note the input of a network, by which a `ClassHead` knows later what it has seen; returned as it is."""

    def __init__(self):
        super().__init__(dtype="float32", autocast=False)
        self.labels = Labels()

    def call(self, x):
        self.labels.x = x
        return x

    def compute_output_shape(self, input_shape):
        return input_shape
