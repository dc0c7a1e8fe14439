"""The gradient of a network's summed outputs with respect to its input, for penalties."""

import tensorflow as tf


class SharedForward:
    """Caches the forward pass per input so that logits and input gradient share it.

    Called as the network is. A penalty that called the network itself once more would pay for another forward pass
    and, in its own derivative, for another backward pass.
    """

    def __init__(self, network):
        self.network = network
        self.passes: list[tuple] = []  # (input, tape, output, training)

    def __call__(self, x, training: bool = True):
        return self._forward(x, training)[2]

    def input_gradient(self, x):
        """Return d(sum of outputs)/dx, of x's shape; it can be differentiated again by the weights."""
        _, tape, y, _ = self._forward(x, training=True)
        return tape.gradient(y, x)

    def _forward(self, x, training: bool) -> tuple:
        known = self._known(x, training)
        if known:
            return known
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = self.network(x, training=training)
        self.passes.append((x, tape, y, training))
        return self.passes[-1]

    def _known(self, x, training: bool) -> tuple | None:
        return next((one for one in self.passes if one[0] is x and one[3] == training), None)


def input_gradient(network, x):
    """Return d(sum of outputs)/dx of any network, by the forward pass that it has cached, or by a new one."""
    shared = network if isinstance(network, SharedForward) else SharedForward(network)
    return shared.input_gradient(x)
