"""Class-conditional models: config `model.condition`, one mechanism for all models that generate.

A generator or decoder G gets the label y of the row that it stands for, besides its latent code; a discriminator D of
images (or points) judges a row together with its label. Samples of a training step have the labels of the batch's rows.
K classes, e(y) a learned vector of min(K, 64) numbers, f(x) the input of D's last layer.

    concat       G([z, one-hot y]); D sees y as K more channels that are constant, of points as K more numbers
                 (Mirza and Osindero 2014, arXiv:1411.1784, figure 1)
    embedding    G([z, e(y)]); D sees one more channel, a learned map of the class; of points min(K, 64) more numbers
    projection   G as embedding; D(x, y) = psi(f(x)) + <v_y, f(x)>, psi D's last layer and v_y a learned vector
                 (Miyato and Koyama 2018, arXiv:1802.05637, equation 3)
    auxiliary    G as embedding; D gets no label, but a second head on f(x) that says the class (Odena et al. 2017,
                 AC-GAN, arXiv:1610.09585, section 4, their L_C): terms class_real and class_fake of the player that
                 owns D, class of each player that owns G, all E[-log P(y | x)]. Of several kinds of fakes the mean.

Autoencoders without a discriminator of images have concat and embedding, for their decoder alone: the conditional VAE
of Sohn et al. 2015 also gives the label to the encoder. Here encoders, and discriminators of latent codes, get none: an
encoder sees the image, which determines its class. So the codes are free to leave the class to the label, and
`ganae sample` draws them from one prior for all classes. Where nothing pulls codes to a prior, they keep the class
nevertheless; there `ganae sample` draws from a density fitted to the codes of the class (`samplers/of_classes.py`). Of
the samples of `autoencoder` with `concat` on digits, 99.6 % were of the class that was asked for, where one density of
all codes gave 67 % (9,000 steps, seed 0); of `vae`, with its prior, 100 %.

By its role: every network that a page builds with `Parts.up` gets labels; of those built with `Parts.down`, the
`discriminator`, or, where a `pair_discriminator` joins images and codes, the discriminator sees the label of `concat`
and `embedding`, and the pair discriminator has the last layer of `projection` and `auxiliary`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

from ganae_cli.config.cross_checks import OF_DISCRIMINATORS
from ganae_cli.errors import UserError
from ganae_cli.losses.adversarial import Terms
from ganae_cli.networks.layers.label_layers import (
    ClassHead,
    JoinEmbedding,
    JoinLabel,
    LabelProjection,
    Labels,
    NoteInput,
    Seen,
    embedding_size,
)

if TYPE_CHECKING:
    from ganae_cli.engine.game import Game

NONE = "none"
MODES = (NONE, "concat", "embedding", *OF_DISCRIMINATORS)
DISCRIMINATOR, PAIR_DISCRIMINATOR = "discriminator", "pair_discriminator"
Shape = tuple[int, ...]


class Condition:
    """How the networks of a game get labels, and the labels of the rows in play.

    mode: one of MODES. classes: name of each class; () for none. labels: what the networks' layers read. judge: role of
    the network that ends in the logit. makers, judges: roles of the networks that get labels, once they are built.
    """

    def __init__(self, mode: str = NONE, classes: tuple[str, ...] = (), roles: tuple[str, ...] = ()):
        if mode not in MODES:
            raise UserError(f"model.condition must be one of {', '.join(MODES)}, got '{mode}'")
        if mode != NONE and len(classes) < 2:
            raise UserError(f"model.condition={mode} needs two classes or more, got {len(classes)}")
        self.mode, self.classes, self.labels = mode, tuple(classes), Labels()
        self.judge = PAIR_DISCRIMINATOR if PAIR_DISCRIMINATOR in roles else DISCRIMINATOR
        self.makers: set[str] = set()
        self.judges: set[str] = set()
        self.of_forward: list[tuple[Any, list[Seen]]] = []  # outputs of `forward`, and what was seen to compute them

    @property
    def is_on(self) -> bool:
        """True if the networks get labels."""
        return self.mode != NONE

    def refuse(self, why: str, instead: str = NONE, modes: tuple[str, ...] = MODES) -> None:
        """Raise UserError if the networks would get labels in one of the modes.

        why: a clause on what does not go with it. instead: another mode that does.
        """
        if self.is_on and self.mode in modes:
            raise UserError(f"model.condition={self.mode}: {why}; set model.condition={instead}")

    def refuse_unused(self) -> None:
        """Raise UserError if no network of the game, once it is built, has the label that the mode is about."""
        if not self.judges:
            self.refuse("this model has no discriminator of images", "embedding or concat", OF_DISCRIMINATORS)
        if not self.makers:
            self.refuse("no network of this model turns latent codes into data")

    # Building networks ----------------------------------------------------------------------------------------------

    def up(self, role: str, network: Any, units: int, shape: Shape) -> keras.Sequential:
        """Build a network from latent codes to data, which gets the label joined to the code."""
        if not self.is_on:
            return network.up(units, shape)
        self.makers.add(role)
        count = len(self.classes)
        if self.mode == "concat":
            return self._before((units,), JoinLabel(count), network.up(units + count, shape))
        return self._before((units,), JoinEmbedding(count), network.up(units + embedding_size(count), shape))

    def down(self, role: str, network: Any, shape: Shape, units: int) -> keras.Sequential:
        """Build a network from data to numbers; a discriminator of images gets the label in the way of the mode."""
        is_of_last = self.mode in OF_DISCRIMINATORS
        if not self.is_on or role != (self.judge if is_of_last else DISCRIMINATOR):
            return network.down(shape, units)
        self.judges.add(role)
        if is_of_last:
            return self._over_last(shape, network.down(shape, units))
        count = len(self.classes)
        if self.mode == "concat":
            return self._before(shape, JoinLabel(count), network.down((*shape[:-1], shape[-1] + count), units))
        more = 1 if len(shape) > 1 else embedding_size(count)
        return self._before(shape, JoinEmbedding(count), network.down((*shape[:-1], shape[-1] + more), units))

    def watched(self, role: str, network: keras.Sequential) -> keras.Sequential:
        """Let a network that sees data note its input, for the class head; to be the last change of the network."""
        if self.mode != "auxiliary" or role != DISCRIMINATOR:
            return network
        return self._before(network.input_shape[1:], NoteInput(), network)

    def _before(self, shape: Shape, layer: Any, network: keras.Sequential) -> keras.Sequential:
        layer.labels = self.labels
        return keras.Sequential([keras.Input(shape), layer, *network.layers], name=network.name)

    def _over_last(self, shape: Shape, network: keras.Sequential) -> keras.Sequential:
        *inner, last = network.layers
        features = last.input.shape
        if len(features) != 2:
            raise UserError(f"model.condition={self.mode} needs a network whose last layer is dense, not one of images")
        kind = LabelProjection if self.mode == "projection" else ClassHead
        over = kind(last, len(self.classes), features[1])
        over.labels = self.labels
        return keras.Sequential([keras.Input(shape), *inner, over])

    # Using the networks ---------------------------------------------------------------------------------------------

    @contextmanager
    def given(self, labels: Any) -> Iterator[None]:
        """Give the networks the labels of the rows that they are called with, (batch,), for the time of a block.

        Raises UserError for a model with a condition and no labels, and for labels that the model has no use for.
        """
        if self.is_on and labels is None:
            raise UserError(
                f"this model is conditional (model.condition={self.mode}): give the class of each row, labels=…"
            )
        if not self.is_on and labels is not None:
            raise UserError("this model was trained without labels (model.condition=none): it cannot draw a class")
        with self.labels.given(labels):
            yield

    # While a step is played -----------------------------------------------------------------------------------------

    def begin(self, y: tf.Tensor | None) -> None:
        """Set the labels of the rows in play, and note anew what class heads see."""
        self.labels.now, self.labels.seen = y, [] if self.mode == "auxiliary" else None

    def keep_seen(self, outputs: Any) -> None:
        """Remember what has been seen to compute the outputs of a round."""
        if self.labels.seen:
            self.of_forward.append((outputs, self.labels.seen))

    def end(self) -> None:
        """Forget the labels: a step has been played."""
        self.labels.now = self.labels.x = self.labels.seen = None
        self.of_forward.clear()

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Note nothing for the time of a block: penalties call discriminators with what is no data and no sample."""
        before, self.labels.seen = self.labels.seen, None
        try:
            yield
        finally:
            self.labels.seen = before

    def loss_terms(self, game: Game, player: str, x: tf.Tensor, outputs: Any) -> Terms:
        """Return the terms of a player's page, and those of the class head. x: the rows in play."""
        seen = self.labels.seen = [] if self.mode == "auxiliary" else None
        terms = game.loss_terms(player, outputs)
        if seen is None:
            return terms
        for known, before in self.of_forward:
            seen = [*before, *seen] if known is outputs else seen
        return terms | self._class_terms(game, player, seen, (x, getattr(outputs, "x", x)))

    def _class_terms(self, game: Game, player: str, seen: list[Seen], data: tuple) -> Terms:
        """Return the class terms of a player. data: what the discriminator may have been given as data."""
        owned, once = game.players[player], {id(one.x): one for one in seen}.values()
        real = [_surprise(one) for one in once if any(one.x is known for known in data)]
        fake = [_surprise(one) for one in once if not any(one.x is known for known in data)]
        if self.judge in owned:
            named = {"class_real": real, "class_fake": fake}
        else:
            named = {"class": fake} if self.makers & set(owned) else {}
        return {name: tf.add_n(values) / len(values) for name, values in named.items() if values}


def _surprise(seen: Seen) -> tf.Tensor:
    """Return E[-log P(y | x)], the cross-entropy of the labels, a float32 scalar."""
    logits = tf.cast(seen.logits, tf.float32)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(seen.labels, logits))
