"""Weights of the loss terms: constant, or, for a penalty, falling or rising over the training."""

import math
from dataclasses import dataclass

from keras import ops

from ganae_cli.penalties.base import Penalty


@dataclass(frozen=True)
class WeightedPenalty:
    """A penalty as config `loss.penalties.<name>` has it.

    on: the network that it penalises. final_weight: its weight at the end of training; None: `weight` all the time.
    """

    name: str
    penalty: Penalty
    weight: float
    on: str
    final_weight: float | None = None

    def weight_after(self, share, start: float):
        """w_T + (w_0 - w_T) (1 + cos(pi t / T)) / 2 after a share t / T of the training, as R3GAN's gamma.

        start: w_0.
        """
        left = 0.5 + 0.5 * ops.cos(math.pi * ops.minimum(1.0, share))
        return self.final_weight + (start - self.final_weight) * left


class TermWeights:
    """The weight of every term of every player: as configured, else that of the penalty of its name, else 1.

    given: player -> term -> weight, of config `model.weights`. penalties: term -> penalty.
    """

    def __init__(self, given: dict[str, dict[str, float]], penalties: dict[str, WeightedPenalty]):
        self.given, self.penalties = given, penalties

    def of(self, player: str, term: str) -> float:
        """Return the weight of a term in its player's loss when training begins; 0 measures without learning."""
        default = self.penalties[term].weight if term in self.penalties else 1.0
        return self.given.get(player, {}).get(term, default)

    def is_learned(self, player: str, term: str) -> bool:
        """Say whether the player learns from the term: its weight is not 0, or will not stay 0."""
        penalty = self.penalties.get(term)
        return self.of(player, term) != 0 or bool(penalty and penalty.final_weight)

    def changes(self, term: str) -> bool:
        """Say whether the weight of the term is another one later in the training."""
        return term in self.penalties and self.penalties[term].final_weight is not None

    def after(self, player: str, term: str, share):
        """Return the weight of a term that changes after a share of the training, a tensor from 0 to 1."""
        return self.penalties[term].weight_after(share, self.of(player, term))
