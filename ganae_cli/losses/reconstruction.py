"""Reconstruction losses of data x and its reconstruction x_hat, both (batch, height, width, channels) or (batch, D).

Each is the mean over everything: batch, pixels and channels. Papers that sum over the pixels have weights larger by
height * width * channels; divide such a weight by it here. Computed in float32.
"""

from collections.abc import Callable

import tensorflow as tf
from keras import ops

from ganae_cli.errors import UserError
from ganae_cli.registry import register

SMALLEST_PROBABILITY = 1e-6  # keeps log finite where tanh has saturated; at most 14 nats a pixel
WINDOW = 11  # pixels a side that SSIM compares


@register("reconstruction", "mse")
def mse() -> Callable:
    """Mean of (x - x_hat)^2, without a factor 1/2: up to constants, the log-likelihood of a Gaussian."""

    def loss(x, x_hat):
        x, x_hat = _float32(x, x_hat)
        return ops.mean(ops.square(x - x_hat))

    return loss


@register("reconstruction", "mae")
def mae() -> Callable:
    """Mean of |x - x_hat|: the log-likelihood of a Laplace distribution; blurs edges less than mse."""

    def loss(x, x_hat):
        x, x_hat = _float32(x, x_hat)
        return ops.mean(ops.abs(x - x_hat))

    return loss


@register("reconstruction", "bce")
def bce() -> Callable:
    """Mean of -t log p - (1 - t) log(1 - p) with t = (1 + x) / 2 and p = (1 + x_hat) / 2: images in [-1, 1] only.

    The log-likelihood of a Bernoulli distribution (Kingma & Welling 2014, arXiv:1312.6114, appendix C.1). For grey
    values its smallest value is the entropy of t, not 0.
    """

    def loss(x, x_hat):
        if len(x.shape) == 2:
            raise UserError("loss.reconstruction=bce is for images in [-1, 1], but the data are points; use mse or mae")
        x, x_hat = _float32(x, x_hat)
        t = (1.0 + x) / 2
        # A squeeze and not a clip, whose gradient would be zero exactly where the error is largest.
        p = SMALLEST_PROBABILITY + (1 - 2 * SMALLEST_PROBABILITY) * (1.0 + x_hat) / 2
        return -ops.mean(t * ops.log(p) + (1.0 - t) * ops.log(1.0 - p))

    return loss


@register("reconstruction", "ssim")
def ssim() -> Callable:
    """Mean of 1 - SSIM(x, x_hat), from 0 to 2, of images in [-1, 1], as they are compared in [0, 1].

    Structural similarity: Wang et al. 2004, doi:10.1109/TIP.2003.819861, with its constants (K1 0.01, K2 0.03) and its
    Gaussian window of 11x11 and standard deviation 1.5, or the largest odd window that fits; channels are averaged.
    """

    def loss(x, x_hat):
        if len(x.shape) == 2:
            raise UserError("loss.reconstruction=ssim is for images, but the data are points; use mse or mae")
        x, x_hat = _float32(x, x_hat)
        side = min(WINDOW, *x.shape[1:3])
        window = side if side % 2 else side - 1
        return 1.0 - ops.mean(tf.image.ssim((1.0 + x) / 2, (1.0 + x_hat) / 2, max_val=1.0, filter_size=window))

    return loss


def _float32(x, x_hat) -> tuple:
    if tuple(x.shape) != tuple(x_hat.shape):  # or broadcasting would compare the wrong numbers without a word
        raise ValueError(f"a reconstruction must have the data's shape {tuple(x.shape)}, got {tuple(x_hat.shape)}")
    return ops.cast(x, "float32"), ops.cast(x_hat, "float32")
