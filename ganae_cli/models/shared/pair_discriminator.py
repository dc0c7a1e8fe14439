"""Discriminator of pairs (data, latent code), made of two networks."""

import math

from keras import ops


class PairDiscriminator:
    """body: x -> features. head: (features, z) as one vector -> logit. Both are the game's own networks.

    shape: of one image or point.
    """

    def __init__(self, body, head, shape: tuple[int, ...]):
        self.body, self.head, self.shape = body, head, shape

    def view(self, x, z):
        """Return what the head sees of a pair: (batch, features + z_dim)."""
        return ops.concatenate([self.body(x, training=True), z], axis=-1)

    def __call__(self, x, z):
        """Return the logits of pairs, (batch, 1)."""
        return self.head(self.view(x, z), training=True)

    def joined(self, x, z):
        """Join each pair to one vector, (batch, numbers + z_dim), so that penalties take the gradient by both."""
        return ops.concatenate([ops.reshape(x, (-1, math.prod(self.shape))), z], axis=-1)

    def of_joined(self, pairs, training: bool = True):
        """Return the logits of joined pairs."""
        numbers = math.prod(self.shape)
        return self(ops.reshape(pairs[:, :numbers], (-1, *self.shape)), pairs[:, numbers:])

    def penalties(self, game, real: tuple, fake: tuple) -> dict:
        """Return the configured penalties: on the body, of which the whole pair is penalised, and on the head alone."""
        joined = self.joined(*real), self.joined(*fake)
        views = self.view(*real), self.view(*fake)
        return game.penalize(self.body.name, *joined, self.of_joined) | game.penalize(self.head.name, *views)
