"""Discriminator of pairs (data, latent code), made of two networks."""

import math

import keras
import tensorflow as tf
from keras import ops

from ganae_cli.engine import Game, Terms


class PairDiscriminator:
    """body: x -> features. head: (features, z) as one vector -> logit. Both are the game's own networks.

    shape: of one image or point.
    """

    def __init__(self, body: keras.Model, head: keras.Model, shape: tuple[int, ...]):
        self.body, self.head, self.shape = body, head, shape

    def head_input(self, x: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
        """Return the input of the head for each pair: (batch, features + z_dim)."""
        return ops.concatenate([self.body(x, training=True), z], axis=-1)

    def __call__(self, x: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
        """Return the logits of pairs, (batch, 1)."""
        return self.head(self.head_input(x, z), training=True)

    def joined(self, x: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
        """Join each pair to one vector, (batch, numbers + z_dim), so that penalties take the gradient by both."""
        return ops.concatenate([ops.reshape(x, (-1, math.prod(self.shape))), z], axis=-1)

    def of_joined(self, pairs: tf.Tensor, training: bool = True) -> tf.Tensor:
        """Return the logits of joined pairs, (batch, 1)."""
        numbers = math.prod(self.shape)
        return self(ops.reshape(pairs[:, :numbers], (-1, *self.shape)), pairs[:, numbers:])

    def penalties(self, game: Game, real: tuple, fake: tuple) -> Terms:
        """Return the configured penalties: those on the body take the whole pair, those on the head its input.

        real, fake: pairs (x, z).
        """
        joined = self.joined(*real), self.joined(*fake)
        head_inputs = self.head_input(*real), self.head_input(*fake)
        return game.penalize(self.body.name, *joined, self.of_joined) | game.penalize(self.head.name, *head_inputs)
