"""Multilayer perceptron: `depth` hidden layers of `width` units, for points and for images of any size (flattened)."""

import keras
from keras import layers

from ganae_cli.errors import UserError
from ganae_cli.networks.layers.common import (
    ACTIVATIONS,
    DEEPEST,
    NORMS,
    WIDEST,
    activation,
    check_choice,
    check_count,
    check_flags,
    check_gain,
    normalization,
    numbers,
    scaled_normal,
    spread_biases,
)
from ganae_cli.networks.layers.minibatch_std import minibatch_std, refuse_minibatch_std
from ganae_cli.networks.layers.sign_codes import signs
from ganae_cli.networks.layers.spectral_norm import spectral
from ganae_cli.registry import register


@register("network", "mlp")
class MLP:
    """Multilayer perceptron with its options.

    width: units of each hidden layer. depth: number of hidden layers, 0 or more. activation: of all hidden layers.
    signs: of up only: of this many numbers of a latent code the network sees only the sign, so that a generator can
    jump between modes. orthogonal_gain: initial weight matrices are this gain times an orthogonal matrix (Saxe et al.
    2014, arXiv:1312.6120), and all initial biases are zero.
    """

    def __init__(
        self,
        width: int = 256,
        depth: int = 3,
        norm: str = "none",
        activation: str = "leaky_relu",
        orthogonal_gain: float | None = None,
        signs: int = 0,
        spectral_norm: bool = False,
        minibatch_std: bool = False,
    ):
        check_count("width", width, most=WIDEST)
        check_count("depth", depth, least=0, most=DEEPEST)
        check_choice("norm", norm, NORMS)
        check_choice("activation", activation, ACTIVATIONS)
        check_count("signs", signs, least=0, most=WIDEST)
        check_gain(orthogonal_gain)
        check_flags(spectral_norm=spectral_norm, minibatch_std=minibatch_std)
        self.width, self.depth, self.norm, self.activation, self.signs = width, depth, norm, activation, signs
        self.orthogonal_gain, self.spectral_norm, self.minibatch_std = orthogonal_gain, spectral_norm, minibatch_std

    def down(self, shape: tuple[int, ...], units: int) -> keras.Model:
        """Build the network from data (batch, *shape) to (batch, units), linear."""
        size = numbers(shape)
        return keras.Sequential([keras.Input(shape), layers.Flatten(), *self._hidden(size), self._last(size, units)])

    def up(self, units: int, shape: tuple[int, ...]) -> keras.Model:
        """Build the network from latent codes (batch, units) to data (batch, *shape): tanh for images, else linear."""
        refuse_minibatch_std(self.minibatch_std)
        size = numbers(shape)
        out = [self._last(units, size)]
        if len(shape) == 3:
            out += [layers.Reshape(shape, dtype="float32"), layers.Activation("tanh", dtype="float32")]
        if self.signs > units:
            raise UserError(f"there cannot be {self.signs} signs of codes of {units} numbers")
        return keras.Sequential([keras.Input((units,)), *signs(self.signs), *self._hidden(units), *out])

    def _hidden(self, inputs: int) -> list[keras.Layer]:
        hidden: list[keras.Layer] = []
        for i in range(self.depth):
            spread = minibatch_std(self.minibatch_std and i == self.depth - 1)  # before the last hidden layer
            inputs += len(spread)
            weights = self._weights(inputs, nonlinear=self.activation != "tanh")
            biases = self._biases(inputs)
            use_bias = self.norm == "none"  # a normalisation layer has a bias of its own
            dense = layers.Dense(self.width, use_bias=use_bias, kernel_initializer=weights, bias_initializer=biases)
            hidden += [*spread, spectral(dense, self.spectral_norm)]
            hidden += [*normalization(self.norm, self.width), activation(self.activation)]
            inputs = self.width
        return hidden

    def _biases(self, inputs: int) -> keras.initializers.Initializer:
        return spread_biases(inputs) if self.orthogonal_gain is None else keras.initializers.Zeros()

    def _last(self, inputs: int, units: int) -> keras.Layer:
        weights = self._weights(self.width if self.depth else inputs, nonlinear=False)
        return spectral(layers.Dense(units, kernel_initializer=weights, dtype="float32"), self.spectral_norm)

    def _weights(self, inputs: int, nonlinear: bool) -> keras.initializers.Initializer:
        if self.orthogonal_gain is None:
            return scaled_normal(inputs, nonlinear=nonlinear)
        return keras.initializers.Orthogonal(self.orthogonal_gain)
