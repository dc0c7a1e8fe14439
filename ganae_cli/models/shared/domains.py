"""A second domain of images, computed from the data, and a discriminator that is applied to one of two domains."""

from collections.abc import Callable

import tensorflow as tf

from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.penalties.base import Network


def _inverted(x: tf.Tensor) -> tf.Tensor:
    """Return the negative: images in [-1, 1] change sign, points are reflected in the origin."""
    return -x


def _edges(x: tf.Tensor) -> tf.Tensor:
    """Return the image widened by one pixel all round, less the image: -1 in flat regions, 1 at the sharpest edge.

    As in the program of Liu and Tuzel 2016, where images are in [0, 1]: dilation by a 3x3 square, minus the image.
    """
    return tf.nn.max_pool2d(x, 3, 1, "SAME") - x - 1.0


DOMAINS = {"inverted": _inverted, "edges": _edges}


def second_domain(name: str, shape: tuple[int, ...]) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return the function from data of the first domain to data of the second, of the same shape.

    shape: of one image or point. Raises UserError for an unknown name, and for `edges` of points.
    """
    if name not in DOMAINS:
        raise UserError(f"domain must be one of {', '.join(DOMAINS)}, got '{name}'{did_you_mean(name, DOMAINS)}")
    if name == "edges" and len(shape) == 1:
        raise UserError("domain=edges is of images, but the data are points; use domain=inverted")
    return DOMAINS[name]


class DomainDiscriminator:
    """A network of the channels of both domains, applied to images of one: the channels of the other are zero.

    network: (batch, …, 2 channels) -> (batch, 1). first: True for the first domain, whose channels come first.
    """

    def __init__(self, network: Network, first: bool):
        self.network, self.first = network, first

    def __call__(self, x: tf.Tensor, training: bool) -> tf.Tensor:
        """Return the logits of images (batch, …, channels), (batch, 1)."""
        other = tf.zeros_like(x)
        return self.network(tf.concat([x, other] if self.first else [other, x], axis=-1), training=training)
