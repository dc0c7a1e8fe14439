"""What holds for every network: both directions, any image size, every option that they share; every weight learns."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.errors import UserError
from ganae_cli.models.shared.features import with_features
from ganae_cli.networks.layers.common import NORMS

from_config.import_parts()
SHAPES = [(9, 13, 3), (28, 28, 1)]


def normal(*shape):
    return tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)


def woken(model):
    """The network with no weight at zero, where some begin (R3GAN's last convolution of a block) and hold up others."""
    for variable in model.trainable_variables:
        if not variable.numpy().any():
            variable.assign(0.1 * normal(*variable.shape))
    return model


def assert_every_weight_learns(model, x):
    with tf.GradientTape() as tape:
        y = model(x, training=True)
        loss = tf.reduce_sum(y * normal(*y.shape))
    gradients = tape.gradient(loss, model.trainable_variables)
    assert [v.path for v, g in zip(model.trainable_variables, gradients, strict=True) if g is None] == []
    assert all(np.isfinite(g).all() and np.abs(g).max() > 0 for g in gradients)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", registry.names("network"))
def test_shapes_types_and_gradients(name, shape):
    network = registry.build("network", name)
    for model, x, out in (
        (network.down(shape, 3), normal(2, *shape), (2, 3)),
        (network.up(3, shape), normal(2, 3), (2, *shape)),
    ):
        y = model(x, training=True)
        assert (y.shape, y.dtype) == (out, tf.float32)
        assert_every_weight_learns(woken(model), x)
        assert model.count_params() == sum(int(np.prod(v.shape)) for v in model.variables)


def styles(name):
    """Every value of the options that all networks share, a pair of them, and every choice of a network's own."""
    shared = [*({"norm": norm} for norm in NORMS), {"spectral_norm": True}, {"norm": "batch", "spectral_norm": True}]
    own = {
        "squeeze": [{"pool": "max"}, {"depth": 2}, {"depth": 3, "bypass": False}],
        "r3gan": [{"group_size": None, "tanh": False}],
    }
    return [*shared, *own.get(name, [])]


@pytest.mark.parametrize(
    ("name", "style"), [(name, style) for name in registry.names("network") for style in styles(name)], ids=str
)
def test_every_style_learns_both_ways(name, style):
    network = registry.build("network", name, width=6, **style)
    assert_every_weight_learns(woken(network.down((9, 13, 3), 3)), normal(3, 9, 13, 3))
    assert_every_weight_learns(woken(network.up(3, (9, 13, 3))), normal(3, 3))


@pytest.mark.parametrize("name", registry.names("network"))
def test_minibatch_std_makes_samples_see_each_other(name):
    """One feature more, before the last hidden layer; for any number of samples; for discriminators only."""
    plain, seeing = (registry.build("network", name, width=6, minibatch_std=flag) for flag in (False, True))
    model, x = woken(seeing.down((9, 13, 3), 3)), normal(3, 9, 13, 3)
    assert_every_weight_learns(model, x)
    assert model.count_params() > plain.down((9, 13, 3), 3).count_params()
    alone = np.concatenate([model(x[i : i + 1]) for i in range(3)])
    assert np.abs(model(x).numpy() - alone).max() > 1e-4
    with pytest.raises(UserError, match="minibatch_std compares"):
        seeing.up(3, (9, 13, 3))


@pytest.mark.parametrize("name", registry.names("network"))
def test_a_network_gives_its_features(name):
    """The last layer of down is its only dense one that sees flat features."""
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
@pytest.mark.parametrize("name", registry.names("network"))
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
@pytest.mark.parametrize("name", registry.names("network"))
def test_a_gradient_penalty_reaches_every_kernel(name, style):
    """R1 differentiates twice, eagerly too: no operation is without a second derivative."""
    model, x = woken(registry.build("network", name, width=6, **style).down((9, 13, 3), 1)), normal(3, 9, 13, 3)
    kernels = [v for v in model.trainable_variables if v.name == "kernel"]
    with tf.GradientTape() as tape:
        penalty = registry.build("penalty", "r1")(model, x, x, None)
    gradients = tape.gradient(penalty, kernels)
    assert all(g is not None and np.isfinite(g).all() and np.abs(g).max() > 0 for g in gradients)


@pytest.mark.parametrize("name", registry.names("network"))
def test_images_end_in_the_range_of_the_data(name):
    keras.utils.set_random_seed(0)
    made = registry.build("network", name).up(3, (9, 13, 3))(50 * normal(4, 3)).numpy()
    assert 0.9 < np.abs(made).max() <= 1
