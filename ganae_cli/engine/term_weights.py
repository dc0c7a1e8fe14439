"""Weights of the loss terms: numbers, or schedules, which change during training."""

from collections.abc import Mapping

import tensorflow as tf

from ganae_cli.engine.overfitting import MEASURED
from ganae_cli.engine.penalize import WeightedPenalty
from ganae_cli.engine.schedule import Schedule, Scheduled
from ganae_cli.errors import UserError


class TermWeights:
    """The weight of every term of every player: as configured, else that of the penalty of its name, else 1.

    Terms that only measure (`overfitting.py`) have 0.

    given: player -> term -> weight, of config `model.weights`. penalties: term -> penalty.

    >>> weights = TermWeights({"generator": {"fool": 2.0}}, {})
    >>> weights.of("generator", "fool"), weights.of("discriminator", "real")
    (2.0, 1.0)
    """

    def __init__(self, given: Mapping[str, Mapping[str, Scheduled]], penalties: Mapping[str, WeightedPenalty]):
        self.given, self.penalties = given, penalties

    def schedule(self, player: str, term: str) -> Schedule:
        """Return the weight of a term over the training.

        A penalty's `final_weight` is the end of half a cosine. Raises UserError for it beside a schedule.
        """
        penalty = self.penalties.get(term)
        weight = self.given.get(player, {}).get(term, penalty.weight if penalty else float(term not in MEASURED))
        if penalty is None or penalty.final_weight is None:
            return Schedule.of(weight)
        if isinstance(weight, Mapping):
            raise UserError(
                f"the weight of {player}.{term} is a schedule: set loss.penalties.{penalty.name}.final_weight=null"
            )
        return Schedule(weight, penalty.final_weight, shape="cosine")

    def of(self, player: str, term: str) -> float:
        """Return the weight of a term in its player's loss when training begins; 0 measures without learning."""
        return self.schedule(player, term).start

    def is_learned(self, player: str, term: str) -> bool:
        """Return True if the player learns from the term: its weight is not 0, or will not stay 0."""
        return not self.schedule(player, term).is_zero

    def changes(self, player: str, term: str) -> bool:
        """Return True if the weight of the term changes during the training."""
        return self.schedule(player, term).changes

    def after(self, player: str, term: str, share: float | tf.Tensor) -> float | tf.Tensor:
        """Return the weight of a term after a share t / T of the training, from 0 to 1."""
        return self.schedule(player, term).at(share)
