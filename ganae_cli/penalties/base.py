"""Base of every penalty: a loss term computed from a network, and how it may be used."""

import abc
from collections.abc import Callable

import tensorflow as tf

from ganae_cli.runtime.rng import Noise

Network = Callable[..., tf.Tensor]  # called as network(x, training=True); mostly a keras.Model


class Penalty(abc.ABC):
    """`penalty(network, real, fake, noise)` -> scalar, without its weight.

    acts_on: the network penalised unless `on:` names another.
    compares: True if it needs a network that sees both data and samples, as a discriminator does.
    sees_fakes: False if, comparing or not, it looks at the data alone. Of several kinds of fakes (samples and
    reconstructions) the others take the mean.
    per_sample: True if it takes a gradient for each sample. Batch normalisation mixes samples, so it is refused then.
    of_batch: True if it is no mean over samples: of several devices, each computes that of its part of the batch.

    A penalty is one class in a file of `penalties/`, registered under its name, and `conf/penalty/<name>.yaml`. Its
    constructor's arguments are its options; `weight`, `final_weight` and `on` belong to every penalty and are not
    passed to it.
    """

    acts_on: str = "discriminator"
    compares: bool = True
    sees_fakes: bool = True
    per_sample: bool = True
    of_batch: bool = False

    @abc.abstractmethod
    def __call__(self, network: Network, real: tf.Tensor, fake: tf.Tensor | None, noise: Noise) -> tf.Tensor:
        """Return the penalty of a batch as a float32 scalar that can be differentiated by the network's weights.

        real: the network's input of data, (batch, …). fake: its input of samples, or None if it sees none.
        noise: the random numbers of this step (`runtime.rng.Noise`).
        """
