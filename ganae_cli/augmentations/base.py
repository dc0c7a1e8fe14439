"""Bases of every augmentation: a random change T of images, and one whose strength follows the overfitting."""

import abc

import tensorflow as tf

from ganae_cli.registry import register
from ganae_cli.runtime.rng import Noise


class Augmentation(abc.ABC):
    """`augmentation(images, noise)` -> T(images), of the same shape.

    An augmentation is one class in a file of `augmentations/`, registered under its name, and
    `conf/augmentation/<name>.yaml`. Its constructor's arguments are its options.
    """

    @abc.abstractmethod
    def __call__(self, images: tf.Tensor, noise: Noise) -> tf.Tensor:
        """Return T(x) of each image x, (rows, height, width, channels), float32, mostly in [-1, 1].

        1 channel is grey, 2 are grey and alpha, 3 red, green and blue, 4 those and alpha. noise: all random numbers,
        one row for each image; what comes out for an image depends on its row alone, and is the same in each call with
        the same noise. The result can be differentiated by the images, twice.
        """


class Adaptive(Augmentation):
    """An augmentation that applies its changes with a probability p, which the training moves.

    p: a number, in a game its variable, which is read at each call; at 0, T is the identity. every: steps between two
    moves of p, by the mean overfitting in them, r_t = E[sign(D(x))] of data. moves: False if p stays as it is given.
    """

    p: float | tf.Tensor = 0.0
    every: int = 4
    moves: bool = True

    @abc.abstractmethod
    def moved(self, p: tf.Tensor, overfitting: tf.Tensor, images: int) -> tf.Tensor:
        """Return the next p; images: that the discriminator has seen since the last move."""


@register("augmentation", "none")
def none() -> None:
    """Return no augmentation: discriminators see images as they are."""
