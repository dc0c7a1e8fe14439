"""Tied weights: a decoder whose kernels are the transposes of its encoder's, in reverse order."""

import keras
from keras import layers, ops

from ganae_cli.errors import UserError


def tied(encoder: keras.Sequential, decoder: keras.Sequential) -> keras.Sequential:
    """Return the decoder with the encoder's transposed kernels in place of its own, and with its own biases.

    Vincent et al. 2010 (stacked denoising autoencoders), JMLR 11, section 2.2; Rifai et al. 2011 (CAE). Raises
    UserError unless both networks consist of dense layers and mirror each other.
    """
    down_layers = [layer for layer in reversed(encoder.layers) if _has_kernel(layer)]
    up_layers = [layer for layer in decoder.layers if _has_kernel(layer)]
    for role, layer in [("encoder", layer) for layer in down_layers] + [("decoder", layer) for layer in up_layers]:
        if type(layer) is not layers.Dense:
            raise UserError(
                f"model.tied ties dense layers, but networks.{role} has a {type(layer).__name__}: "
                f"use network@networks.{role}=mlp"
            )
    transposed, found = [layer.kernel.shape[::-1] for layer in down_layers], [layer.kernel.shape for layer in up_layers]
    if transposed != found:
        raise UserError(
            f"model.tied needs a decoder that mirrors the encoder: its kernels would be {_list(transposed)}, but "
            f"networks.decoder has {_list(found)}; give both one width and depth, and no linear_layers"
        )
    replaced = {id(up): Transposed(down, like=up) for up, down in zip(up_layers, down_layers, strict=True)}
    chain = [replaced.get(id(layer), layer) for layer in decoder.layers]
    return keras.Sequential([keras.Input(decoder.input_shape[1:]), *chain], name=decoder.name)


class Transposed(keras.Layer):
    """Dense layer x -> x W^T + b with the kernel W of another dense layer, which stays the only owner of W.

    dense: owner of W. like: the layer that this one replaces and whose name, type and number of units it takes.
    """

    def __init__(self, dense: layers.Dense, like: layers.Dense):
        super().__init__(name=like.name, dtype=like.dtype_policy)
        self.kernel_of = lambda: dense.kernel  # as an attribute, Keras would list it among this layer's weights too
        self.use_bias, self.units = like.use_bias, like.units

    def build(self, input_shape):
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros") if self.use_bias else 0.0

    def call(self, x):
        kernel = ops.transpose(ops.cast(self.kernel_of(), self.compute_dtype))
        return ops.matmul(x, kernel) + ops.cast(self.bias, self.compute_dtype)


def _has_kernel(layer: keras.Layer) -> bool:
    return any(variable.path.endswith("kernel") for variable in layer.variables)


def _list(shapes: list[tuple[int, ...]]) -> str:
    return ", ".join("x".join(str(side) for side in shape) for shape in shapes)
