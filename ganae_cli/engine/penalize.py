"""Penalties of the config as loss terms of a game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import tensorflow as tf

from ganae_cli.engine.schedule import Scheduled
from ganae_cli.errors import UserError
from ganae_cli.losses.adversarial import Terms
from ganae_cli.penalties.base import Network, Penalty

if TYPE_CHECKING:
    from ganae_cli.engine.game import Game


Fakes: TypeAlias = tf.Tensor | tuple[tf.Tensor, ...] | None  # a tuple: several kinds; None: the network sees none


@dataclass(frozen=True)
class WeightedPenalty:
    """A penalty as config `loss.penalties.<name>` has it.

    on: the network that it penalises. weight: a number or a schedule. final_weight: its weight at the end of training;
    None: as `weight` says.
    """

    name: str
    penalty: Penalty
    weight: Scheduled
    on: str
    final_weight: float | None = None


def penalty_terms(game: Game, role: str, real: tf.Tensor, fake: Fakes, discriminator: Network | None) -> Terms:
    """Return the unweighted penalties that are configured on a network, by the name of their term; see `Game.penalize`.

    Raises UserError for a penalty that compares real and fake where there is no fake.
    """
    terms = {}
    for term, weighted in game.penalties.items():
        if weighted.on != role:
            continue
        compares = weighted.penalty.compares
        if compares and fake is None:
            raise UserError(
                f"loss.penalties.{weighted.name} is for discriminators: '{role}' sees no samples beside data"
            )
        network = discriminator if compares and discriminator else game.network(role)
        kinds = fake if isinstance(fake, tuple) else (fake,)
        kinds = kinds if compares and weighted.penalty.sees_fakes else kinds[:1]
        with game.condition.unseen():
            values = [weighted.penalty(network, real, kind, game.noise) for kind in kinds]
        terms[term] = tf.add_n(values) / len(values) if len(values) > 1 else values[0]
    return terms
