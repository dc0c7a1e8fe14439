"""How a network is built again, layer by layer: by a rule for each layer of ganae, by its config for one of Keras."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

FLOAT = "float32"

Tensor = Any  # a symbolic tensor of Keras
Rule = Callable[["Plain", Any, Tensor, float], Tensor]
RULES: dict[type, Rule] = {}


class Plain:
    """Builds networks again from built-in layers, with the weights that they have now.

    labels: symbolic labels int32 (batch,), of a conditional model. reads_labels: a layer has read them. kept: layers
    that are not built into Keras and have no rule, as "name (Class)". class_logits: of the class head (batch, K), once
    a discriminator that has one is built.
    """

    def __init__(self, labels: Tensor | None = None):
        self.labels, self.class_logits, self.reads_labels = labels, None, False
        self.kept: list[str] = []

    def network(self, network: keras.Model, x: Tensor) -> Tensor:
        """Return the output of a network for a symbolic input."""
        if not isinstance(network, keras.Sequential):
            return self.layer(network, x)
        for layer in network.layers:
            x = self.layer(layer, x)
        return x

    def chain(self, chain: Sequence[keras.Layer], x: Tensor) -> Tensor:
        """Return the output of layers, one after another."""
        for layer in chain:
            x = self.layer(layer, x)
        return x

    def layer(self, layer: keras.Layer, x: Tensor, divided: float = 1.0) -> Tensor:
        """Return the output of a layer. divided: number by which its kernel is divided, see `SpectralNorm`."""
        rule = RULES.get(type(layer))
        if rule:
            return rule(self, layer, x, divided)
        if not is_built_in(layer):
            self.kept.append(f"{layer.name} ({type(layer).__name__})")
            return layer(x / divided if divided != 1.0 else x)
        if isinstance(layer, keras.Model):  # one of its own layers may be anything
            self.kept += [
                f"{one.name} ({type(one).__name__})" for one in layer._flatten_layers() if not is_built_in(one)
            ]
            return layer(x)
        options = {key: value for key, value in layer.get_config().items() if key != "name"}
        return weighted(type(layer).from_config(options | {"dtype": FLOAT}), x, *divided_weights(layer, divided))


def is_built_in(layer: keras.Layer) -> bool:
    """Return True for a layer of Keras itself."""
    return type(layer).__module__.split(".")[0] == "keras"


def weighted(layer: keras.Layer, x: Tensor, *weights: np.ndarray) -> Tensor:
    """Return the output of a new layer, which gets these weights."""
    y = layer(x)
    layer.set_weights([np.asarray(one, np.float32) for one in weights])
    return y


def rule(*kinds: type) -> Callable[[Rule], Rule]:
    """Return the decorator of the function that builds layers of these classes from built-in ones."""

    def declare(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(kinds, function))
        return function

    return declare


def divided_weights(layer: keras.Layer, divided: float) -> list[np.ndarray]:
    """Return the weights of a layer, the first of which, its kernel, is divided."""
    weights = layer.get_weights()
    return [weights[0] / np.float32(divided), *weights[1:]] if weights else []
