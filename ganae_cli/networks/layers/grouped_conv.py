"""A convolution in groups: each group of channels is convolved on its own.

TensorFlow has no gradient of its grouped convolution on a CPU, and XLA's takes 30 to 100 times as long there as what is
done here: a few convolutions of several groups each, with zeros between the groups. Measured at 64 to 512 channels in
groups of 16, forward, backward and twice backward: one convolution a group runs up to 3 times as fast, but XLA takes a
minute to compile 32 of them; a single one with zeros is up to 5 times slower.
"""

import numpy as np
from keras import layers, ops

CONVOLUTIONS = 4  # at most


class GroupedConvolution(layers.Layer):
    """3x3, "same" padding, as many channels out as in. kernel: (3, 3, channels of a group, channels)."""

    def __init__(self, channels: int, groups: int, kernel_initializer, use_bias: bool):
        super().__init__()
        self.channels, self.groups, self.use_bias = channels, groups, use_bias
        self.kernel_initializer = kernel_initializer

    def build(self, input_shape):
        shape = (3, 3, self.channels // self.groups, self.channels)
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer=self.kernel_initializer)
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.channels,), initializer="zeros")

    def call(self, x):
        parts = max(count for count in range(1, CONVOLUTIONS + 1) if self.groups % count == 0)
        pairs = zip(ops.split(x, parts, axis=-1), ops.split(self.kernel, parts, axis=-1), strict=True)
        y = ops.concatenate([self._convolved(*pair, self.groups // parts) for pair in pairs], axis=-1)
        return y + self.bias if self.use_bias else y

    def _convolved(self, x, kernel, groups: int):
        """One convolution of several groups: zeros where the channels of one group meet those of another."""
        size, channels = kernel.shape[2:]
        own = np.kron(np.eye(groups), np.ones((size, size))).reshape(groups, size, channels)  # 1 within a group
        whole = kernel[:, :, None] * ops.cast(own, kernel.dtype)  # (3, 3, groups, size, channels)
        return ops.conv(x, ops.reshape(whole, (3, 3, channels, channels)), padding="same")

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)
