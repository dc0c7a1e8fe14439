"""Networks of built-in layers compute what ganae's own layers compute, in every style, and hold nothing of ganae's."""

import json
import zipfile

import keras
import numpy as np
import pytest
from keras import layers

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.engine.condition import Condition
from ganae_cli.export.plain_layers import RULES, Plain, is_built_in
from ganae_cli.export.verify import AT_MOST, ON_AVERAGE
from ganae_cli.networks.layers.common import normalize_small_features
from ganae_cli.networks.layers.grouped_conv import GroupedConvolution
from ganae_cli.networks.layers.tied_weights import tied
from ganae_cli.testing.networks import normal, woken

from_config.import_parts()

STYLES = {
    "mlp": [{}, {"spectral_norm": True, "norm": "batch"}, {"norm": "group", "signs": 2}, {"minibatch_std": True}],
    "dcgan": [{}, {"spectral_norm": True, "norm": "batch"}, {"norm": "group", "minibatch_std": True}],
    "resnet": [{}, {"spectral_norm": True, "norm": "none", "depth": 2}, {"grids": "centre", "minibatch_std": True}],
    "squeeze": [{}, {"spectral_norm": True, "pool": "max", "depth": 2}, {"bypass": False, "norm": "batch"}],
    "r3gan": [{}, {"spectral_norm": True, "norm": "layer"}, {"group_size": 4, "tanh": False, "minibatch_std": True}],
}


def cases():
    for name, styles in STYLES.items():
        for number, style in enumerate(styles):
            shape = ((28, 28, 1), (9, 13, 3), (21, 18, 2))[number % 3]  # cut in the corner; in the centre
            long = [pytest.mark.slow] if name in ("r3gan", "squeeze") and number != 1 else []
            yield pytest.param(name, "down", style, shape, id=f"{name}-down-{style}", marks=long)
            style = {key: value for key, value in style.items() if key != "minibatch_std"}
            yield pytest.param(name, "up", style, shape, id=f"{name}-up-{style}", marks=long)


def plain_of(network, plain=None, **inputs):
    """Return a network of built-in layers, as a function of arrays."""
    plain = plain or Plain()
    x = keras.Input(network.input_shape[1:], name="x")
    made = plain.network(network, x)
    given = [x, plain.labels] if plain.reads_labels else x
    return keras.Model(given, made)


def trained(network):
    """Return a network whose weights are all different from those that it was built with, also moving moments."""
    woken(network)
    for variable in network.variables:
        if "moving" in variable.path or variable.path.endswith("/u"):
            variable.assign(np.random.default_rng(1).uniform(0.5, 1.5, variable.shape))
    return network


def assert_same(made, right):
    made, right = np.asarray(made), np.asarray(right)
    apart, scale = np.abs(made - right), max(1.0, np.abs(right).max())
    assert made.shape == right.shape
    assert apart.mean() <= ON_AVERAGE * scale
    assert apart.max() <= AT_MOST * scale


@pytest.mark.parametrize(("name", "direction", "style", "shape"), cases())
def test_every_network(name, direction, style, shape):
    keras.utils.set_random_seed(0)
    network = registry.build("network", name, width=6, **style)
    model = trained(network.down(shape, 3) if direction == "down" else network.up(5, shape))
    x = np.asarray(normal(4, *model.input_shape[1:]))
    plain = Plain()
    built = plain_of(model, plain)
    assert plain.kept == []
    assert_same(built(x), model(x, training=False))
    assert_same(built(x[:1]), model(x[:1], training=False))


def test_a_file_names_built_in_layers_only(tmp_path):
    """Keras finds a layer by the module of its class; those of these files are Keras' own."""
    model = registry.build("network", "r3gan", width=6, spectral_norm=True).down((9, 13, 3), 3)
    plain_of(model).save(tmp_path / "x.keras")
    config = json.loads(zipfile.ZipFile(tmp_path / "x.keras").read("config.json"))
    modules = {layer["module"] for layer in config["config"]["layers"]}
    assert {module.split(".")[0] for module in modules} == {"keras"}
    assert "ganae" not in json.dumps(config)


def test_every_layer_of_ganae_has_a_rule():
    """A new layer must have one, or files of networks that use it need ganae again. Bases are never used themselves."""
    ours = [cls for name, cls in keras.saving.get_custom_objects().items() if name.startswith("ganae>")]
    registered = {cls for cls in ours if issubclass(cls, layers.Layer) and cls.__name__ != "Halved"}
    assert {cls.__name__ for cls in registered - set(RULES)} == set()


def test_small_features_keep_their_epsilon():
    model = trained(registry.build("network", "dcgan", width=6).down((9, 13, 3), 3))
    normalize_small_features(model)
    x = 0.01 * np.asarray(normal(4, 9, 13, 3))
    assert_same(plain_of(model)(x), model(x, training=False))


def test_many_groups_share_convolutions(monkeypatch):
    monkeypatch.setattr("ganae_cli.export.plain_images.MOST_CONVOLUTIONS", 4)
    model = keras.Sequential([keras.Input((5, 4, 24)), GroupedConvolution(24, 12, "glorot_uniform", use_bias=True)])
    x = np.asarray(normal(2, 5, 4, 24))
    built = plain_of(trained(model))
    assert sum(isinstance(layer, layers.Conv2D) for layer in built.layers) == 4
    assert_same(built(x), model(x))


def test_tied_weights():
    mlp = registry.build("network", "mlp", width=7, depth=1)
    encoder, decoder = mlp.down((6,), 3), mlp.up(3, (6,))
    model = trained(tied(encoder, decoder))
    assert_same(plain_of(model)(np.ones((2, 3), np.float32)), model(np.ones((2, 3), np.float32)))


@pytest.mark.parametrize("name", ["mlp", "dcgan"])
@pytest.mark.parametrize("mode", ["concat", "embedding", "projection", "auxiliary"])
def test_labels(name, mode):
    """Labels are a second input, and the class head of an auxiliary classifier a second output."""
    shape, labels = (9, 13, 3), np.array([2, 0, 1, 2], np.int32)
    others = np.array([1, 1, 0, 0], np.int32)
    condition = Condition(mode, ("a", "b", "c"), ("generator", "discriminator"))
    network = registry.build("network", name, width=6, spectral_norm=True)
    up = trained(condition.up("generator", network, 5, shape))
    down = trained(condition.watched("discriminator", condition.down("discriminator", network, shape, 1)))
    for model, x in ((up, np.asarray(normal(4, 5))), (down, np.asarray(normal(4, *shape)))):
        plain = Plain(keras.Input((), dtype="int32", name="labels"))
        built = plain_of(model, plain)
        given = [x, labels] if plain.reads_labels else x
        assert plain.reads_labels == (model is up or mode != "auxiliary")
        with condition.given(labels):
            condition.labels.seen = []
            assert_same(built(given), model(x, training=False))
        if plain.reads_labels:
            assert np.abs(np.asarray(built([x, others])) - np.asarray(built(given))).max() > 1e-3

        if model is down and mode == "auxiliary":
            heads = keras.Model(built.inputs, plain.class_logits)
            assert_same(heads([x]), condition.labels.seen[0].logits)


class Own(layers.Layer):
    def call(self, x):
        return 2 * x


def test_a_layer_of_a_plugin_is_kept_and_named():
    model, plain = keras.Sequential([keras.Input((3,)), Own(name="doubles"), layers.Dense(2)]), Plain()
    built = plain_of(model, plain)
    assert plain.kept == ["doubles (Own)"]
    assert not is_built_in(model.layers[0])
    assert_same(built(np.ones((1, 3), np.float32)), model(np.ones((1, 3), np.float32)))


def test_half_precision_becomes_float32():
    keras.config.set_dtype_policy("mixed_bfloat16")
    model = trained(registry.build("network", "resnet", width=6).up(5, (9, 13, 3)))
    x = np.asarray(normal(4, 5))
    half = np.asarray(model(x))
    keras.config.set_dtype_policy("float32")
    built = plain_of(model)
    assert {layer.compute_dtype for layer in built.layers if isinstance(layer, layers.Layer)} == {"float32"}
    whole = registry.build("network", "resnet", width=6).up(5, (9, 13, 3))
    whole.set_weights(model.get_weights())
    assert_same(built(x), whole(x))
    assert np.abs(np.asarray(built(x)) - half).max() > 1e-4
