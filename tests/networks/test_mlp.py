"""The multilayer perceptron: its initial weights and biases."""

from itertools import pairwise

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
    """This holds also for a layer of few inputs, which would otherwise get widely spread biases."""
    for gain, is_zero in ((1.4, True), (None, False)):
        network = MLP(width=12, depth=1, orthogonal_gain=gain).down((2,), 1)
        assert np.all(network.layers[1].bias.numpy() == 0) == is_zero


@pytest.mark.parametrize("gain", [0, -1.0, True, "1.4"])
def test_a_gain_that_is_not_a_positive_number_is_refused(gain):
    with pytest.raises(UserError, match="orthogonal_gain must be a number above 0 or null, got"):
        MLP(orthogonal_gain=gain)


def test_layers_of_one_size_do_not_begin_with_the_same_numbers():
    kernels = [layer.kernel for layer in MLP(width=8).up(8, (8,)).layers if hasattr(layer, "kernel")]
    assert all((a != b).numpy().all() for a, b in pairwise(kernels))


def test_kinks_of_few_inputs_lie_all_over_the_data():
    biases = MLP(width=4000, depth=2).up(2, (2,)).layers[0].bias.numpy()
    assert biases.std() == pytest.approx(2**0.5, rel=0.05)
    assert not MLP(width=64, depth=2).up(16, (2,)).layers[0].bias.numpy().any()
