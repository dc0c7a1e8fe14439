"""How far the discriminators of images overfit the data, seen in their logits, and the probability p that follows it.

Karras et al. 2020, arXiv:2006.06676, equation 1: r_t = E[sign(D(x))] of data x, 0 without overfitting, 1 at its worst.
Logits are compared with the one at which data and samples are equally likely, which `least_squares` has at 1/2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from ganae_cli.augmentations.base import Adaptive
from ganae_cli.engine.state import State
from ganae_cli.errors import UserError
from ganae_cli.losses.adversarial import Terms

if TYPE_CHECKING:
    from ganae_cli.engine.game import Game

OVERFITTING, P = "overfitting", "augmentation_p"  # terms that no player learns from
MEASURED = (OVERFITTING, P)


class Overfitting:
    """Sees the logits of data in a game's adversarial losses and moves the probability of its augmentation.

    roles: of the discriminators of images, filled while the game is built. losses: by discriminator. seen: r of each
    loss that a player has taken since the last `terms`.
    """

    def __init__(self, augmentation: Adaptive, roles: set[str]):
        self.augmentation, self.roles = augmentation, roles
        self.losses: dict[str, Any] = {}
        self.seen: list[tf.Tensor] = []

    def watch(self, discriminator: str, loss: Any) -> None:
        """See the logits of data whenever a discriminator's loss is computed; only those of images count."""
        self.losses[discriminator] = loss
        compute = loss.discriminator

        def watched(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Terms:
            if discriminator in self.roles:
                margin = tf.cast(real_logits, tf.float32) - loss.boundary
                self.seen.append(tf.reduce_mean(tf.sign(tf.stop_gradient(margin))))
            return compute(real_logits, fake_logits)

        loss.discriminator = watched  # of this object: its class stays, by which pages know what a loss can do

    def refuse_unseen(self, model: str, name: str) -> None:
        """Raise UserError if the overfitting cannot be seen in any loss of a game that has been built."""
        losses = [loss for discriminator, loss in self.losses.items() if discriminator in self.roles]
        if not losses:
            why = f"model '{model}' has no logits of data to take it from"
        elif any(getattr(loss, "boundary", None) is None for loss in losses):
            why = "the logits of this loss have no zero between data and samples, only differences"
        else:
            return
        raise UserError(f"augmentation={name} follows the discriminator's overfitting, and {why}; use diffaugment")

    def keep(self, state: State) -> None:
        """Make p, and the sum of r since its last move, part of a game's state; a p that stays is that of the config.

        A file of a run whose p stayed has neither.
        """
        if self.augmentation.moves:
            self.augmentation.p = state.keep(P, self.augmentation.p, is_optional=True)
            state.keep(OVERFITTING, 0.0, is_optional=True)

    def terms(self) -> Terms:
        """Return r and p as terms of the player whose loss was computed last; none if its loss sees no data."""
        if not self.seen:
            return {}
        seen, self.seen = self.seen, []
        return {OVERFITTING: tf.add_n(seen) / len(seen), P: tf.identity(self.augmentation.p)}

    def follow(self, game: Game, values: tf.Tensor) -> None:
        """Count a step, whose terms had these values (terms,); after every few, move p by the mean r in them."""
        if not self.augmentation.moves:
            return
        step, total = game.state.step.value + 1, game.state.variables[OVERFITTING]
        found = [values[i] for i, name in enumerate(game.terms) if name.endswith(f".{OVERFITTING}")]
        summed = total + tf.add_n(found) / len(found)
        every, p = self.augmentation.every, self.augmentation.p
        is_due = tf.equal(step % every, 0)
        moved = self.augmentation.moved(tf.convert_to_tensor(p), summed / every, every * _images_per_step(game))
        p.assign(tf.where(is_due, moved, p))  # type: ignore[union-attr]
        total.assign(tf.where(is_due, tf.zeros_like(summed), summed))


def _images_per_step(game: Game) -> int:
    """Return how many images of the data the discriminator sees in a step: in `model.fresh_batches` not all."""
    sees = [any(f"{player}.{OVERFITTING}" in game.terms for player in movers) for movers in game.rounds]
    seen = {min(i, game.batches_per_step - 1) for i, is_seen in enumerate(sees) if is_seen}
    return game.batch_size // game.batches_per_step * len(seen)
