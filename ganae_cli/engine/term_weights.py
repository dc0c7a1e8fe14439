"""Weights of the loss terms: numbers, or schedules, which change during training."""

import math
from collections.abc import Mapping

import tensorflow as tf

from ganae_cli.engine.overfitting import MEASURED
from ganae_cli.engine.penalize import WeightedPenalty
from ganae_cli.engine.schedule import Schedule, Scheduled
from ganae_cli.errors import UserError

SMALLEST_SIDE = 8  # of an image: smaller ones, and points, have the weights of 8x8 grey images

Weights = dict[str, dict[str, Scheduled]]  # player -> term -> weight


def by_size(
    given: Mapping[str, Mapping[str, Scheduled | None]], factors: Mapping[str, float], shape: tuple[int, ...]
) -> Weights:
    """Return weights in which those that are null are chosen by the size of the data: factor * sqrt(H W C).

    A mean over the H W C numbers of an image pulls at the image with a gradient whose norm falls with the square root
    of their number, a discriminator's logit does not: with such a weight the one stays as strong beside the other at
    any size. factors: term -> factor, of the model. shape: of the data. Raises UserError for a weight of null that has
    no factor.

    >>> by_size({"autoencoder": {"reconstruction": None, "fool": 1.0}}, {"reconstruction": 1.25}, (28, 28, 1))
    {'autoencoder': {'reconstruction': 35.0, 'fool': 1.0}}
    """
    size = max(SMALLEST_SIDE, math.sqrt(math.prod(shape)) if len(shape) == 3 else 0)
    found: Weights = {}
    for player, terms in given.items():
        found[player] = {}
        for term, weight in terms.items():
            if weight is None and term not in factors:
                raise UserError(f"model.weights.{player}.{term} cannot be null: expected a number, such as 1")
            found[player][term] = round(factors[term] * size, 2) if weight is None else weight
    return found


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
