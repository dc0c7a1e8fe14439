"""The multilayer perceptron: its initial weights."""

import numpy as np
import pytest

from ganae_cli.errors import UserError
from ganae_cli.networks.mlp import MLP


@pytest.mark.parametrize("gain", [1.4, 0.5])
def test_orthogonal_weights_with_a_gain(gain):
    """W^T W = gain^2 I of a square or tall matrix, W W^T of a wide one; no two layers alike."""
    network = MLP(width=12, depth=2, orthogonal_gain=gain).up(20, (3,))
    kernels = [weight.numpy() for weight in network.trainable_variables if weight.ndim == 2]
    assert [kernel.shape for kernel in kernels] == [(20, 12), (12, 12), (12, 3)]
    for kernel in kernels:
        np.testing.assert_allclose(kernel.T @ kernel, gain**2 * np.eye(kernel.shape[1]), atol=1e-5)
    assert not np.allclose(kernels[0][:12], kernels[1])


def test_orthogonal_weights_come_with_no_biases():
    """Also where few inputs would get wide ones."""
    for gain, is_zero in ((1.4, True), (None, False)):
        network = MLP(width=12, depth=1, orthogonal_gain=gain).down((2,), 1)
        assert np.all(network.layers[1].bias.numpy() == 0) == is_zero


@pytest.mark.parametrize("gain", [0, -1.0, True, "1.4"])
def test_a_gain_that_is_none(gain):
    with pytest.raises(UserError, match="orthogonal_gain must be a number above 0 or null, got"):
        MLP(orthogonal_gain=gain)
