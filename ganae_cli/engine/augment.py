"""Augmentation in a game: discriminators of images see T(x) in place of x, data and samples alike.

T is drawn once for each part of a step and each row: in one part, row i of the data, of the samples and of the
reconstructions are changed alike, so features and logits that a loss compares differ by the images alone (the papers
draw T for each kind anew, from the same distribution). Gradients flow through T to the generator, and penalties are by
the input of T. After training, and in whatever is no training, T is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

from ganae_cli import registry
from ganae_cli.augmentations.base import Adaptive, Augmentation
from ganae_cli.engine.overfitting import Overfitting
from ganae_cli.errors import UserError
from ganae_cli.networks.layers.savable import savable
from ganae_cli.runtime.rng import Noise

if TYPE_CHECKING:
    from ganae_cli.engine.game import Game

NONE = "none"
STREAM = "augmentation"  # joined to the label of the part of the step: other draws keep their numbers


class Augment:
    """T of a game. augmentation: None for the identity. name: of it, as the config has it.

    shape: of the data. roles: of the discriminators that see T(x), once the game is built. overfitting: of an adaptive
    augmentation, else None.
    """

    def __init__(self, augmentation: Augmentation | None = None, shape: tuple[int, ...] = (), name: str = NONE):
        if augmentation is not None and len(shape) != 3:
            raise UserError(f"augmentation={name} changes images, but the data are points: leave augmentation=none")
        self.augmentation, self.shape, self.name = augmentation, tuple(shape), name
        self.roles: set[str] = set()
        self.part = lambda: Noise(0, step=0, count=0)  # noise of the part of the step that is being played
        self.overfitting = Overfitting(augmentation, self.roles) if isinstance(augmentation, Adaptive) else None

    @classmethod
    def of_config(cls, section: Mapping[str, Any], shape: tuple[int, ...]) -> Augment:
        """Return the augmentation that a config's section describes, for data of a shape."""
        options = dict(section)
        name = options.pop("name", NONE)
        return cls(registry.build("augmentation", name, **options), shape, name)

    @property
    def is_on(self) -> bool:
        """True if discriminators see anything else than their input."""
        return self.augmentation is not None

    def serve(self, game: Game) -> None:
        """Take random numbers from the noise of a game, and keep what the augmentation saves in its state."""
        self.part = lambda: game.noise
        if self.overfitting:
            self.overfitting.keep(game.state)

    # Building a game ------------------------------------------------------------------------------------------------

    def before(self, role: str, network: keras.Sequential) -> keras.Sequential:
        """Return a network that sees T(x) if it is a discriminator of images; any other as it is."""
        shape = tuple(network.input_shape[1:])
        if not self.is_on or len(shape) != 3 or not role.endswith("discriminator"):
            return network
        self.roles.add(role)
        layer = AugmentInput()
        layer.change = self._changed
        return keras.Sequential([keras.Input(shape), layer, *network.layers], name=network.name)

    def of_images(self, role: str) -> Callable[[tf.Tensor], tf.Tensor]:
        """Return x -> T(x) for a page whose discriminator of images is made of several networks.

        role: of the discriminator, as the page's adversarial loss knows it.
        """
        if not self.is_on:
            return lambda images: images
        self.roles.add(role)
        return self._changed

    def refuse_unused(self, model: str) -> None:
        """Raise UserError if nothing in a game that has been built can make use of the augmentation."""
        if self.is_on and not self.roles:
            raise UserError(
                f"model '{model}' has no use for augmentation={self.name}: it has no discriminator of images; "
                "leave augmentation=none"
            )
        if self.overfitting:
            self.overfitting.refuse_unseen(model, self.name)

    # While a step is played -----------------------------------------------------------------------------------------

    def _changed(self, images: tf.Tensor) -> tf.Tensor:
        """Return T(x) of images (rows, height, width, m C), of which m belong together; see `models.shared.packing`.

        Each of the m is changed by itself, as the row of the batch that it comes from. One that is empty (all 0) stays
        so, such as the channels of the other domain in CoGAN.
        """
        x = tf.cast(images, tf.float32)
        rows, height, width, channels = x.shape
        m = channels // self.shape[-1] if channels % self.shape[-1] == 0 else 1
        if m == 1:
            return self._drawn(x)
        apart = tf.reshape(x, (rows, height, width, m, channels // m))
        apart = tf.reshape(tf.transpose(apart, (0, 3, 1, 2, 4)), (rows * m, height, width, channels // m))
        is_empty = tf.reduce_all(apart == 0, axis=(1, 2, 3), keepdims=True)
        changed = self._drawn(apart)
        # Only the value: a generator that begins with empty images learns through T all the same.
        changed -= tf.stop_gradient(tf.where(is_empty, changed, tf.zeros_like(changed)))
        together = tf.transpose(tf.reshape(changed, (rows, m, height, width, channels // m)), (0, 2, 3, 1, 4))
        return tf.reshape(together, (rows, height, width, channels))

    def _drawn(self, x: tf.Tensor) -> tf.Tensor:
        part = self.part()
        noise = Noise(part.seed, part.step, x.shape[0], part.replica, f"{part.label}/{STREAM}", of_rows=True)
        return self.augmentation(x, noise)  # type: ignore[misc]


@savable()
class AugmentInput(keras.layers.Layer):
    """The first layer of a discriminator: x -> T(x) in training, else x. change: T, set by the game's `Augment`."""

    def __init__(self, **options):
        super().__init__(**{"dtype": "float32"} | options)
        self.change: Callable[[tf.Tensor], tf.Tensor] = lambda images: images

    def call(self, x, training=False):
        return self.change(x) if training else x

    def compute_output_shape(self, input_shape):
        return input_shape
