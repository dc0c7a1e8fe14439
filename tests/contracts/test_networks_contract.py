"""Contract of every network: both directions, any image size, every shared option; every weight learns."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.errors import UserError
from ganae_cli.models.shared.features import with_features
from ganae_cli.networks.layers.common import NORMS
from ganae_cli.testing import networks as contracts
from ganae_cli.testing.networks import check_every_weight_learns, normal, woken

from_config.import_parts()


DEAR = ("r3gan", "squeeze")  # whose many styles are long tests
NAMES = [pytest.param(name, marks=[pytest.mark.slow] if name in DEAR else []) for name in registry.names("network")]


@pytest.mark.parametrize("shape", contracts.SHAPES, ids=str)
@pytest.mark.parametrize("name", registry.names("network"))
def test_shapes_types_and_gradients(name, shape):
    contracts.check_directions(name, shape)


def styles(name):
    """Return every value of the shared options, a pair of such options, and every choice of a network's own options."""
    shared = [*({"norm": norm} for norm in NORMS), {"spectral_norm": True}, {"norm": "batch", "spectral_norm": True}]
    own = {
        "squeeze": [{"pool": "max"}, {"depth": 2}, {"depth": 3, "bypass": False}],
        "r3gan": [{"group_size": None, "tanh": False}],
    }
    return [*shared, *own.get(name, [])]


@pytest.mark.parametrize(
    ("name", "style"),
    [
        pytest.param(name, style, id=f"{name}-{style}", marks=[pytest.mark.slow] if name in DEAR else [])
        for name in registry.names("network")
        for style in styles(name)
    ],
)
def test_every_style_learns_both_ways(name, style):
    network = registry.build("network", name, width=6, **style)
    check_every_weight_learns(woken(network.down((9, 13, 3), 3)), normal(3, 9, 13, 3))
    check_every_weight_learns(woken(network.up(3, (9, 13, 3))), normal(3, 3))


@pytest.mark.parametrize("name", NAMES)
def test_minibatch_std_makes_samples_see_each_other(name):
    """The layer adds one feature before the last hidden layer, for any number of samples, in discriminators only."""
    plain, seeing = (registry.build("network", name, width=6, minibatch_std=flag) for flag in (False, True))
    model, x = woken(seeing.down((9, 13, 3), 3)), normal(3, 9, 13, 3)
    check_every_weight_learns(model, x)
    assert model.count_params() > plain.down((9, 13, 3), 3).count_params()
    alone = np.concatenate([model(x[i : i + 1]) for i in range(3)])
    assert np.abs(model(x).numpy() - alone).max() > 1e-4
    with pytest.raises(UserError, match="minibatch_std compares"):
        seeing.up(3, (9, 13, 3))


@pytest.mark.parametrize("name", registry.names("network"))
def test_a_network_gives_its_features(name):
    """The last layer of a network of direction `down` is its only dense layer with flat features as input."""
    for style in ({}, {"spectral_norm": True}):
        model = registry.build("network", name, width=6, **style).down((9, 13, 3), 3)
        features, y = with_features(model)(normal(2, 9, 13, 3))
        assert len(features.shape) == 2
        last = model.layers[-1]
        assert isinstance(last.layer if style else last, keras.layers.Dense)
        np.testing.assert_array_equal(y, model(normal(2, 9, 13, 3)))


@pytest.mark.parametrize(
    ("precision", "style"),
    [
        ("mixed_bfloat16", {}),
        ("mixed_float16", {"norm": "group", "spectral_norm": True}),
        ("mixed_float16", {"minibatch_std": True}),
    ],
    ids=str,
)
@pytest.mark.parametrize("name", NAMES)
def test_half_precision_ends_in_float32(name, precision, style):
    keras.config.set_dtype_policy(precision)
    network = registry.build("network", name, width=8, **style)
    models = {network.down((9, 13, 3), 3): normal(2, 9, 13, 3)}
    if "minibatch_std" not in style:
        models[network.up(3, (9, 13, 3))] = normal(2, 3)
    for model, x in models.items():
        assert precision.removeprefix("mixed_") in {layer.compute_dtype for layer in model.layers}
        assert {v.dtype for v in model.variables} == {"float32"}
        y = model(x, training=True)
        assert y.dtype == tf.float32
        assert np.isfinite(y).all()


@pytest.mark.parametrize("style", [{}, {"spectral_norm": True, "minibatch_std": True}], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_a_gradient_penalty_reaches_every_kernel(name, style):
    contracts.check_second_derivative(name, width=6, **style)


@pytest.mark.parametrize("name", registry.names("network"))
def test_images_end_in_the_range_of_the_data(name):
    contracts.check_range(name)
