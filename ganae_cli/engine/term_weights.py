"""Weights of the loss terms: constant, or, for a penalty, falling or rising over the training."""

import math

import tensorflow as tf
from keras import ops

from ganae_cli.engine.penalize import WeightedPenalty


class TermWeights:
    """The weight of every term of every player: as configured, else that of the penalty of its name, else 1.

    given: player -> term -> weight, of config `model.weights`. penalties: term -> penalty.

    >>> weights = TermWeights({"generator": {"fool": 2.0}}, {})
    >>> weights.of("generator", "fool"), weights.of("discriminator", "real")
    (2.0, 1.0)
    """

    def __init__(self, given: dict[str, dict[str, float]], penalties: dict[str, WeightedPenalty]):
        self.given, self.penalties = given, penalties

    def of(self, player: str, term: str) -> float:
        """Return the weight of a term in its player's loss when training begins; 0 measures without learning."""
        default = self.penalties[term].weight if term in self.penalties else 1.0
        return self.given.get(player, {}).get(term, default)

    def is_learned(self, player: str, term: str) -> bool:
        """Return True if the player learns from the term: its weight is not 0, or will not stay 0."""
        penalty = self.penalties.get(term)
        return self.of(player, term) != 0 or bool(penalty and penalty.final_weight)

    def changes(self, term: str) -> bool:
        """Return True if the weight of the term changes during the training."""
        return term in self.penalties and self.penalties[term].final_weight is not None

    def after(self, player: str, term: str, share: float | tf.Tensor) -> float | tf.Tensor:
        """Return the weight of a term after a share t / T of the training, from 0 to 1."""
        start, penalty = self.of(player, term), self.penalties.get(term)
        if penalty is None or penalty.final_weight is None:
            return start
        return cosine_weight(start, penalty.final_weight, share)


def cosine_weight(start: float, final: float, share: float | tf.Tensor) -> tf.Tensor:
    """Return w_T + (w_0 - w_T) (1 + cos(pi t / T)) / 2 for the share t / T of the training, as R3GAN's gamma.

    start: w_0. final: w_T, also the weight after the end.

    >>> [round(float(cosine_weight(10.0, 1.0, share)), 3) for share in (0.0, 0.25, 0.5, 1.0)]
    [10.0, 8.682, 5.5, 1.0]
    """
    left = 0.5 + 0.5 * ops.cos(math.pi * ops.minimum(1.0, share))
    return final + (start - final) * left
