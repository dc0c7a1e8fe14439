"""The gradient of a network's summed outputs with respect to its input, for penalties."""

from typing import NamedTuple

import tensorflow as tf

from ganae_cli.penalties.base import Network


class _Pass(NamedTuple):
    """A forward pass y = network(x), recorded by the tape."""

    x: tf.Tensor
    training: bool
    tape: tf.GradientTape
    y: tf.Tensor


class SharedForward:
    """Caches the forward pass per input so that logits and input gradient share it.

    Called as the network is. A penalty that called the network itself once more would pay for another forward pass
    and, in its own derivative, for another backward pass.
    """

    def __init__(self, network: Network):
        self.network = network
        self.passes: list[_Pass] = []

    def __call__(self, x: tf.Tensor, training: bool = True) -> tf.Tensor:
        """Return the network's outputs."""
        return self._forward(x, training).y

    def input_gradient(self, x: tf.Tensor) -> tf.Tensor:
        """Return d(sum of outputs)/dx, of x's shape; it can be differentiated again by the weights."""
        known = self._forward(x, training=True)
        return known.tape.gradient(known.y, x)

    def _forward(self, x: tf.Tensor, training: bool) -> _Pass:
        known = next((one for one in self.passes if one.x is x and one.training == training), None)
        if known:
            return known
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = self.network(x, training=training)
        self.passes.append(_Pass(x, training, tape, y))
        return self.passes[-1]


def input_gradient(network: Network, x: tf.Tensor) -> tf.Tensor:
    """Return d(sum of outputs)/dx of any network, by the forward pass that it has cached, or by a new one.

    >>> float(input_gradient(lambda x, training: x * x, tf.constant(3.0)))  # d(x^2)/dx
    6.0
    """
    shared = network if isinstance(network, SharedForward) else SharedForward(network)
    return shared.input_gradient(x)
