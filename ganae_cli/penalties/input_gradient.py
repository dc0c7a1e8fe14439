"""The gradient of a network's summed outputs by its input, sharing the network's pass with who has asked before."""

import tensorflow as tf


class Asked:
    """A network that remembers what it was asked: of one input, logits and slope take one pass forward between them.

    Called as the network is. A penalty that asked the network itself once more would pay for another pass forward and,
    in its own derivative, for another pass back.
    """

    def __init__(self, network):
        self.network, self.answers = network, []

    def __call__(self, x, training: bool = True):
        return self._answer(x, training)[2]

    def slope(self, x):
        """d(sum of outputs)/dx, of x's shape, to be differentiated again with respect to the weights."""
        _, tape, y, _ = self._answer(x, training=True)
        return tape.gradient(y, x)

    def _answer(self, x, training: bool):
        known = self._known(x, training)
        if known:
            return known
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = self.network(x, training=training)
        self.answers.append((x, tape, y, training))
        return self.answers[-1]

    def _known(self, x, training: bool):
        return next((answer for answer in self.answers if answer[0] is x and answer[3] == training), None)


def slope(network, x):
    """The same of any network, asked now if it does not remember."""
    return (network if isinstance(network, Asked) else Asked(network)).slope(x)
