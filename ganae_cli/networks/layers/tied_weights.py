"""Tied weights: a decoder whose kernels are the transposes of its encoder's, in reverse order."""

import keras
from keras import layers, ops

from ganae_cli.errors import UserError


def tied(encoder: keras.Sequential, decoder: keras.Sequential) -> keras.Sequential:
    """The decoder with the encoder's transposed kernels in place of its own; its biases stay its own.

    Vincent et al. 2010 (stacked denoising autoencoders), JMLR 11, section 2.2; Rifai et al. 2011 (CAE). Raises
    UserError for networks that are not each other's mirror image of dense layers.
    """
    kernels = [layer for layer in reversed(encoder.layers) if _has_kernel(layer)]
    own = [layer for layer in decoder.layers if _has_kernel(layer)]
    for role, layer in [("encoder", layer) for layer in kernels] + [("decoder", layer) for layer in own]:
        if type(layer) is not layers.Dense:
            raise UserError(
                f"model.tied ties dense layers, but networks.{role} has a {type(layer).__name__}: "
                f"use network@networks.{role}=mlp"
            )
    down, up = [k.kernel.shape[::-1] for k in kernels], [layer.kernel.shape for layer in own]
    if down != up:
        raise UserError(
            f"model.tied needs a decoder that mirrors the encoder: its kernels would be {_listed(down)}, but "
            f"networks.decoder has {_listed(up)}; give both one width and depth, and no linear_layers"
        )
    twins = {id(mine): Transposed(kernel, mine) for mine, kernel in zip(own, kernels, strict=True)}
    chain = [twins.get(id(layer), layer) for layer in decoder.layers]
    return keras.Sequential([keras.Input(decoder.input_shape[1:]), *chain], name=decoder.name)


class Transposed(keras.Layer):
    """x -> x W^T + b with the kernel W of another dense layer, which goes on owning it. like: the layer replaced."""

    def __init__(self, dense: layers.Dense, like: layers.Dense):
        super().__init__(name=like.name, dtype=like.dtype_policy)
        self.kernel_of = lambda: dense.kernel  # in a function, or keras would list the kernel as this layer's too
        self.use_bias, self.units = like.use_bias, like.units

    def build(self, input_shape):
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros") if self.use_bias else 0.0

    def call(self, x):
        kernel = ops.transpose(ops.cast(self.kernel_of(), self.compute_dtype))
        return ops.matmul(x, kernel) + ops.cast(self.bias, self.compute_dtype)


def _has_kernel(layer: keras.Layer) -> bool:
    return any(variable.path.endswith("kernel") for variable in layer.variables)


def _listed(shapes) -> str:
    return ", ".join("x".join(str(side) for side in shape) for shape in shapes)
