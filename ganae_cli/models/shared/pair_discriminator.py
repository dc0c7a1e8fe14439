"""A judge of pairs (data, code): one network looks at the data, another at what the first has seen, beside the code."""

import math

from keras import ops


class PairJudge:
    """body: x -> features. head: (features, z) as one vector -> logit. Both are the game's own networks."""

    def __init__(self, body, head, shape: tuple[int, ...]):
        self.body, self.head, self.shape = body, head, shape

    def view(self, x, z):
        """What the head sees of a pair: (batch, features + z_dim)."""
        return ops.concatenate([self.body(x, training=True), z], axis=-1)

    def __call__(self, x, z):
        """Logits (batch, 1)."""
        return self.head(self.view(x, z), training=True)

    def joined(self, x, z):
        """A pair as one vector, (batch, numbers + z_dim), so that penalties take the gradient by both."""
        return ops.concatenate([ops.reshape(x, (-1, math.prod(self.shape))), z], axis=-1)

    def of_joined(self, pairs, training: bool = True):
        """Logits of joined pairs."""
        numbers = math.prod(self.shape)
        return self(ops.reshape(pairs[:, :numbers], (-1, *self.shape)), pairs[:, numbers:])

    def penalties(self, game, real: tuple, fake: tuple) -> dict:
        """The configured penalties on the body, which are on the whole judge of pairs, and on the head alone."""
        joined = self.joined(*real), self.joined(*fake)
        views = self.view(*real), self.view(*fake)
        return game.penalize(self.body.name, *joined, self.of_joined) | game.penalize(self.head.name, *views)
