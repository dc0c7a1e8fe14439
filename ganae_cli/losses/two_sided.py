"""An adversarial loss whose two sides are those of two losses."""

from typing import Any

import tensorflow as tf

from ganae_cli.losses.adversarial import Terms


class TwoSided:
    """The discriminator's terms of one loss, and those of its opponent, who makes the fakes, of another.

    >>> from ganae_cli.losses.adversarial import DensityRatio, LeastSquares
    >>> both = TwoSided(LeastSquares(), DensityRatio())
    >>> {name: float(term) for name, term in both.discriminator([[0.0]], [[2.0]]).items()}  # (0 - 1)^2 / 2, 2^2 / 2
    {'real': 0.5, 'fake': 2.0}
    >>> {name: float(term) for name, term in both.generator([[2.0]]).items()}
    {'fool': -2.0}
    """

    def __init__(self, of_discriminator: Any, of_opponent: Any):
        self.of_discriminator, self.of_opponent = of_discriminator, of_opponent
        self.pairs = of_opponent.pairs
        self.boundary = getattr(of_discriminator, "boundary", None)

    def discriminator(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Terms:
        """Return the discriminator's terms."""
        return self.of_discriminator.discriminator(real_logits, fake_logits)

    def generator(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> Terms:
        """Return the opponent's terms."""
        return self.of_opponent.generator(fake_logits, real_logits)

    def swapped(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Terms:
        """Return the terms of encoder and generator of pairs."""
        return self.of_opponent.swapped(real_logits, fake_logits)
