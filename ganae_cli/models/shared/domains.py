"""A second domain made of the data, and a discriminator of two domains asked about one of them."""

import tensorflow as tf

from ganae_cli.errors import UserError, did_you_mean


def _inverted(x):
    """The negative: images in [-1, 1] change sign, points are reflected in the origin."""
    return -x


def _edges(x):
    """An image widened by one pixel all round, less the image: -1 where nothing changes, 1 at the sharpest edge.

    As in the program of Liu and Tuzel 2016, where images are in [0, 1]: dilation by a 3x3 square, minus the image.
    """
    return tf.nn.max_pool2d(x, 3, 1, "SAME") - x - 1.0


DOMAINS = {"inverted": _inverted, "edges": _edges}


def domain_named(name: str, shape: tuple[int, ...]):
    """Data of the first domain -> of the second. Raises UserError for an unknown one, or one that is not of points."""
    if name not in DOMAINS:
        raise UserError(f"domain must be one of {', '.join(DOMAINS)}, got '{name}'{did_you_mean(name, DOMAINS)}")
    if name == "edges" and len(shape) == 1:
        raise UserError("domain=edges is of images, but the data are points; use domain=inverted")
    return DOMAINS[name]


class OneDomain:
    """A discriminator of the channels of both domains, asked about one: the channels of the other are zero."""

    def __init__(self, network, first: bool):
        self.network, self.first = network, first

    def __call__(self, x, training):
        nothing = tf.zeros_like(x)
        return self.network(tf.concat([x, nothing] if self.first else [nothing, x], axis=-1), training=training)
