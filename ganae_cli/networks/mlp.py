"""Multilayer perceptron: `depth` hidden layers of `width` units, for points and for images of any size (flattened)."""

import keras
from keras import layers

from ganae_cli.networks.layers import (
    ACTIVATIONS,
    NORMS,
    activation,
    check_choice,
    check_count,
    normalization,
    numbers,
    scaled_normal,
    spread_biases,
)
from ganae_cli.registry import register


@register("network", "mlp")
class MLP:
    """width: units of each hidden layer. depth: hidden layers, from 0. norm: none, batch, layer. activation: of all."""

    def __init__(self, width: int = 256, depth: int = 3, norm: str = "none", activation: str = "leaky_relu"):
        check_count("width", width)
        check_count("depth", depth, least=0)
        check_choice("norm", norm, NORMS)
        check_choice("activation", activation, ACTIVATIONS)
        self.width, self.depth, self.norm, self.activation = width, depth, norm, activation

    def down(self, shape: tuple[int, ...], units: int) -> keras.Model:
        """Data (batch, *shape) -> (batch, units), linear."""
        size = numbers(shape)
        return keras.Sequential([keras.Input(shape), layers.Flatten(), *self._hidden(size), self._last(size, units)])

    def up(self, units: int, shape: tuple[int, ...]) -> keras.Model:
        """Codes (batch, units) -> (batch, *shape): tanh for images, linear for points."""
        size = numbers(shape)
        out = [self._last(units, size)]
        if len(shape) == 3:
            out += [layers.Reshape(shape, dtype="float32"), layers.Activation("tanh", dtype="float32")]
        return keras.Sequential([keras.Input((units,)), *self._hidden(units), *out])

    def _last(self, inputs: int, units: int) -> keras.Layer:
        weights = scaled_normal(self.width if self.depth else inputs, nonlinear=False)
        return layers.Dense(units, kernel_initializer=weights, dtype="float32")

    def _hidden(self, inputs: int) -> list[keras.Layer]:
        hidden = []
        for _ in range(self.depth):
            weights = scaled_normal(inputs, nonlinear=self.activation != "tanh")
            # A normalisation has a bias of its own.
            bias = {"use_bias": self.norm == "none", "bias_initializer": spread_biases(inputs)}
            hidden.append(layers.Dense(self.width, kernel_initializer=weights, **bias))
            hidden += [*normalization(self.norm), activation(self.activation)]
            inputs = self.width
        return hidden
