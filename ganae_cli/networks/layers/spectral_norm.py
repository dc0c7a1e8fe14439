"""Spectral normalisation: a layer that can stretch no vector.

Miyato et al. 2018, arXiv:1802.05957, equation 8 and Algorithm 1: W / sigma(W), where sigma = u^T W v is estimated by
one power iteration a call; the gradient flows through sigma, with u and v held constant (section 2.3). Not
keras.layers.SpectralNormalization, which overwrites W with W / sigma in every training call: there the gradient misses
sigma, and the weight that the optimizer moves is another one after each call.
"""

import keras
from keras import layers, ops


class SpectralNorm(layers.Wrapper):
    """A linear layer (Dense, a convolution, a transposed one) with W / sigma(W) for its weights W; its bias stays.

    As a matrix, a kernel has a row for each output channel and a column for each number that the channel sums, as in
    the paper's experiments; a transposed convolution's, too. That bounds how far one patch is stretched; a whole
    convolution, of overlapping patches, can stretch more.

    u, (outputs,), is float32 under mixed precision, saved with the weights and moved by calls with training=True only.
    """

    def __init__(self, layer: keras.Layer):
        super().__init__(layer, dtype=layer.dtype_policy)

    def build(self, input_shape):
        super().build(input_shape)
        self.u = self.add_weight(
            name="u",
            shape=(self._matrix().shape[1],),
            initializer=keras.initializers.RandomNormal(stddev=1.0),
            dtype="float32",
            autocast=False,
            trainable=False,
            aggregation="none",  # every replica computes the same; inside a compiled step none can wait for others
        )

    def call(self, x, training=False):
        matrix = self._matrix()
        v = ops.stop_gradient(_unit(ops.matmul(matrix, self.u[:, None])))  # (summed, 1)
        image = ops.matmul(ops.transpose(matrix), v)[:, 0]  # (outputs,)
        u = ops.stop_gradient(_unit(image))
        sigma = ops.sum(u * image)
        if training:
            self.u.assign(u)
        return self.layer(x / ops.cast(sigma, x.dtype))  # (W / sigma) x = W (x / sigma)

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)

    def _matrix(self):
        """The kernel, transposed: (summed, outputs), float32."""
        kernel = ops.cast(self.layer.kernel, "float32")
        if isinstance(self.layer, layers.Conv2DTranspose):
            kernel = ops.swapaxes(kernel, -1, -2)  # keras keeps (height, width, outputs, inputs)
        return ops.reshape(kernel, (-1, kernel.shape[-1]))


def spectral(layer: keras.Layer, wanted: bool) -> keras.Layer:
    """The layer, spectrally normalised if that is wanted."""
    return SpectralNorm(layer) if wanted else layer


def _unit(vector):
    return vector / (ops.norm(vector) + 1e-12)
