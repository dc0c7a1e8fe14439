"""Minibatch standard deviation: a feature that tells a discriminator how much the samples of a batch differ.

Karras et al. 2018 (ProGAN), arXiv:1710.10196, section 3.
"""

import keras
from keras import layers, ops

from ganae_cli.errors import UserError
from ganae_cli.networks.layers.savable import savable


@savable()
class MinibatchStd(layers.Layer):
    """Append one feature, the same everywhere: (batch, …, C) -> (batch, …, C + 1).

    It is the standard deviation over the batch of each number of a sample, averaged over all of these numbers, computed
    in float32. The group is the whole batch, so that any number of samples works; each replica sees its
    own rows only.
    """

    def call(self, x):
        variance = ops.var(ops.cast(x, "float32"), axis=0)
        spread = ops.mean(ops.sqrt(variance + 1e-8))  # 1e-8 as in the authors' program: keeps the gradient finite
        return ops.concatenate([x, ops.cast(spread, x.dtype) * ops.ones_like(x[..., :1])], axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + 1)


def minibatch_std(wanted: bool) -> list[keras.Layer]:
    """Return a list with the layer if it is wanted, else an empty one."""
    return [MinibatchStd()] if wanted else []


def refuse_minibatch_std(wanted: bool) -> None:
    """Raise UserError if the layer is wanted in `up`, where the output for one code must not depend on other codes."""
    if wanted:
        raise UserError("minibatch_std compares the samples that a discriminator sees; here it must be false")
