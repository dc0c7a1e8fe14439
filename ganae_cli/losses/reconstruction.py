"""Reconstruction losses of data x and its reconstruction x_hat, both (batch, height, width, channels) or (batch, D).

Each loss is a mean over batch, pixels and channels, computed in float32; x and x_hat of different shapes raise
ValueError. In papers that sum over pixels and channels, weights of other terms are larger by height * width * channels:
divide such a weight by it here.
"""

import math
from collections.abc import Callable

import tensorflow as tf
from keras import ops

from ganae_cli.errors import UserError
from ganae_cli.registry import register

SMALLEST_PROBABILITY = 1e-6  # keeps log finite where tanh has saturated; at most 14 nats a pixel
SMALLEST_SCALE = math.exp(-6)  # 0.0025, of a calibrated decoder: keeps log finite where a reconstruction is exact
WINDOW = 11  # side in pixels of the window in which SSIM compares images

Loss = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]  # (x, x_hat) -> scalar


@register("reconstruction", "mse")
def mse() -> Loss:
    """Return the loss: the mean of (x - x_hat)^2, without a factor 1/2.

    Up to constants it is the negative log-likelihood of a Gaussian.

    >>> float(mse()([[0.0, 1.0]], [[3.0, 1.0]]))  # (9 + 0) / 2
    4.5
    """

    def loss(x: tf.Tensor, x_hat: tf.Tensor) -> tf.Tensor:
        x, x_hat = _float32(x, x_hat)
        return ops.mean(ops.square(x - x_hat))

    return loss


@register("reconstruction", "mae")
def mae() -> Loss:
    """Return the loss: the mean of |x - x_hat|.

    Up to constants it is the negative log-likelihood of a Laplace distribution. It blurs edges less than mse.

    >>> float(mae()([[0.0, 1.0]], [[3.0, 1.0]]))  # (3 + 0) / 2
    1.5
    """

    def loss(x: tf.Tensor, x_hat: tf.Tensor) -> tf.Tensor:
        x, x_hat = _float32(x, x_hat)
        return ops.mean(ops.abs(x - x_hat))

    return loss


@register("reconstruction", "calibrated_mse")
def calibrated_mse() -> Loss:
    """Return the loss: 1/2 (log(2 pi s^2) + 1), s^2 the mean of (x - x_hat)^2 over the batch, pixels and channels.

    The negative log-likelihood, per number, of a Gaussian with the variance that makes it smallest, which is this mean:
    no weight between reconstruction and KL is left to choose. Rybkin et al. 2021 (sigma-VAE), arXiv:2006.13202, section
    3.2 ("optimal sigma"). SMALLEST_SCALE^2, where the authors' program bounds s, is added to s^2. May be negative. Each
    device has the variance of its part of the batch.

    >>> f"{float(calibrated_mse()([[0.0, 2.0]], [[1.0, 3.0]])):.3f}"  # s = 1: (log(2 pi) + 1) / 2
    '1.419'
    """

    def loss(x: tf.Tensor, x_hat: tf.Tensor) -> tf.Tensor:
        return (ops.log(2 * math.pi * (mse()(x, x_hat) + SMALLEST_SCALE**2)) + 1.0) / 2

    return loss


@register("reconstruction", "calibrated_mae")
def calibrated_mae() -> Loss:
    """Return the loss: log(2 b) + 1, b the mean of |x - x_hat| over the batch, pixels and channels.

    As calibrated_mse, for a Laplace distribution, whose best scale is this mean; SMALLEST_SCALE is added to b.

    >>> f"{float(calibrated_mae()([[0.0, 2.0]], [[0.5, 2.5]])):.2f}"  # b = 1/2: log(1) + 1, and log(1.005)
    '1.00'
    """

    def loss(x: tf.Tensor, x_hat: tf.Tensor) -> tf.Tensor:
        return ops.log(2.0 * (mae()(x, x_hat) + SMALLEST_SCALE)) + 1.0

    return loss


@register("reconstruction", "bce")
def bce() -> Loss:
    """Return the loss: the mean of -t log p - (1 - t) log(1 - p) with t = (1 + x) / 2 and p = (1 + x_hat) / 2.

    For images in [-1, 1] only; raises UserError for points. It is the negative log-likelihood of a Bernoulli
    distribution (Kingma & Welling 2014, arXiv:1312.6114, appendix C.1). For grey values its smallest value is the
    entropy of t, not 0.
    """

    def loss(x: tf.Tensor, x_hat: tf.Tensor) -> tf.Tensor:
        if len(x.shape) == 2:
            raise UserError("loss.reconstruction=bce is for images in [-1, 1], but the data are points; use mse or mae")
        x, x_hat = _float32(x, x_hat)
        t = (1.0 + x) / 2
        # p is scaled into the interval, not clipped: clipping has gradient zero exactly where the error is largest.
        p = SMALLEST_PROBABILITY + (1 - 2 * SMALLEST_PROBABILITY) * (1.0 + x_hat) / 2
        return -ops.mean(t * ops.log(p) + (1.0 - t) * ops.log(1.0 - p))

    return loss


@register("reconstruction", "ssim")
def ssim() -> Loss:
    """Return the loss: the mean of 1 - SSIM(x, x_hat), from 0 to 2, of images in [-1, 1], mapped to [0, 1] for it.

    Structural similarity: Wang et al. 2004, doi:10.1109/TIP.2003.819861, with its constants (K1 0.01, K2 0.03) and its
    Gaussian window of 11x11 pixels and standard deviation 1.5, or the largest odd window that fits; channels are
    averaged. Raises UserError for points.
    """

    def loss(x: tf.Tensor, x_hat: tf.Tensor) -> tf.Tensor:
        if len(x.shape) == 2:
            raise UserError("loss.reconstruction=ssim is for images, but the data are points; use mse or mae")
        x, x_hat = _float32(x, x_hat)
        side = min(WINDOW, *x.shape[1:3])
        window = side if side % 2 else side - 1
        return 1.0 - ops.mean(tf.image.ssim((1.0 + x) / 2, (1.0 + x_hat) / 2, max_val=1.0, filter_size=window))

    return loss


def _float32(x: tf.Tensor, x_hat: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    x, x_hat = ops.cast(x, "float32"), ops.cast(x_hat, "float32")
    if tuple(x.shape) != tuple(x_hat.shape):  # broadcasting would compare the wrong numbers without an error
        raise ValueError(f"a reconstruction must have the data's shape {tuple(x.shape)}, got {tuple(x_hat.shape)}")
    return x, x_hat
