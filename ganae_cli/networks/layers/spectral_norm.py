"""Spectral normalisation: weights are divided by their largest singular value, so that no vector gets longer.

Miyato et al. 2018, arXiv:1802.05957, equation 8 and Algorithm 1: W / sigma(W), where sigma = u^T W v is estimated by
one power iteration per call; the gradient flows through sigma, with u and v held constant (section 2.3).
keras.layers.SpectralNormalization is not used: it overwrites W with W / sigma in every training call, so that the
gradient does not flow through sigma, and the optimizer moves a different weight after each call.
"""

import keras
from keras import layers, ops

from ganae_cli.networks.layers.savable import savable


@savable()
class SpectralNorm(layers.Wrapper):
    """Wrapper of a linear layer (Dense, Conv2D, Conv2DTranspose) with W / sigma(W) for its weights W; its bias stays.

    As a matrix, a kernel has a row for each output channel and a column for each number that the channel sums, as in
    the paper's experiments; also that of a transposed convolution. This bounds how much longer one patch can get; a
    whole convolution, whose patches overlap, can lengthen more.

    u, (outputs,), is float32 under mixed precision, saved with the weights, and updated only by calls with
    training=True.
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
            aggregation="none",  # all replicas compute the same u, and a compiled step cannot wait for other replicas
        )

    def call(self, x, training=False):
        sigma, u = self.estimate()
        if training:
            self.u.assign(u)
        return self.layer(x / ops.cast(sigma, x.dtype))  # (W / sigma) x = W (x / sigma)

    def estimate(self):
        """Return sigma, float32, and u, (outputs,), after one more power iteration."""
        matrix = self._matrix()
        v = ops.stop_gradient(_normalize(ops.matmul(matrix, self.u[:, None])))  # (summed, 1)
        product = ops.matmul(ops.transpose(matrix), v)[:, 0]  # W v, (outputs,)
        u = ops.stop_gradient(_normalize(product))
        return ops.sum(u * product), u

    def compute_output_shape(self, input_shape):
        return self.layer.compute_output_shape(input_shape)

    def _matrix(self):
        """Return W^T, (summed, outputs), float32."""
        kernel = ops.cast(self.layer.kernel, "float32")
        if isinstance(self.layer, layers.Conv2DTranspose):
            kernel = ops.swapaxes(kernel, -1, -2)  # in Keras it is (height, width, outputs, inputs)
        return ops.reshape(kernel, (-1, kernel.shape[-1]))


def spectral(layer: keras.Layer, wanted: bool) -> keras.Layer:
    """Return the layer, with spectral normalisation if it is wanted."""
    return SpectralNorm(layer) if wanted else layer


def _normalize(vector):
    return vector / (ops.norm(vector) + 1e-12)
