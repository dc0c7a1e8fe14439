"""Networks saved as `.keras` are the same when they are loaded, in another process too."""

import importlib
import inspect
import pkgutil
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganae_cli.networks
from ganae_cli import registry

SHAPE = (16, 16, 3)
ALONE = {"Transposed"}  # whose kernel belongs to another network: it cannot be saved by itself


def layer_classes() -> set[type]:
    names = [m.name for m in pkgutil.walk_packages(ganae_cli.networks.__path__, "ganae_cli.networks.")]
    members = [inspect.getmembers(importlib.import_module(name), inspect.isclass) for name in names]
    found = {part for module in members for _, part in module if issubclass(part, keras.Layer)}
    own = {part for part in found if part.__module__.startswith("ganae_cli.")}
    return {part for part in own if part.call is not keras.Layer.call}  # a base of layers computes nothing


def test_every_layer_is_known_by_its_name(parts):
    registered = keras.saving.get_custom_objects()
    found = {part.__name__: part for part in layer_classes()}
    assert {"SpectralNorm", "Fire", "BilinearUp"} <= found.keys()
    assert [name for name in found if name not in ALONE and registered.get(f"ganae>{name}") is not found[name]] == []


@pytest.mark.parametrize("direction", ["down", "up"])
@pytest.mark.parametrize(
    "options",
    [pytest.param({}, id="plain"), pytest.param({"spectral_norm": True}, id="spectral_norm", marks=pytest.mark.slow)],
)
@pytest.mark.parametrize("name", ["mlp", "dcgan", "resnet", "r3gan", "squeeze"])
def test_a_loaded_network_is_the_saved_one(parts, tmp_path, name, options, direction):
    network = registry.build("network", name, **options)
    saved = network.down(SHAPE, 5) if direction == "down" else network.up(5, SHAPE)
    saved.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    x = np.random.default_rng(0).normal(size=(3, *saved.input_shape[1:])).astype(np.float32)
    assert np.array_equal(saved(x).numpy(), loaded(x).numpy())
    before, after = saved.trainable_weights, loaded.trainable_weights
    assert [weight.shape for weight in before] == [weight.shape for weight in after]


def test_a_layers_precision_and_training_are_kept(parts, tmp_path):
    keras.config.set_dtype_policy("mixed_bfloat16")
    saved = registry.build("network", "resnet").up(5, SHAPE)
    keras.config.set_dtype_policy("float32")
    saved.layers[2].trainable = False
    saved.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    assert keras.config.dtype_policy().name == "float32"
    assert [layer.compute_dtype for layer in loaded.layers] == [layer.compute_dtype for layer in saved.layers]
    assert [layer.trainable for layer in loaded.layers] == [layer.trainable for layer in saved.layers]
    z = np.ones((2, 5), np.float32)
    assert np.array_equal(saved(z).numpy(), loaded(z).numpy())


LOAD = """
import sys, numpy, keras
from ganae_cli import registry
registry.import_parts("ganae_cli.networks")
network = keras.models.load_model(sys.argv[1])
numpy.save(sys.argv[2], network(numpy.ones((2, 5), "float32")))
"""


@pytest.mark.slow
def test_another_process_loads_it_and_other_programs_its_export(parts, tmp_path):
    """Exported without a call before."""
    network = registry.build("network", "dcgan", spectral_norm=True).up(5, SHAPE)
    network.export(tmp_path / "exported", verbose=False)
    network.save(tmp_path / "network.keras")
    z = np.ones((2, 5), np.float32)
    files = [str(tmp_path / "network.keras"), str(tmp_path / "made.npy")]
    subprocess.run([sys.executable, "-c", LOAD, *files], check=True)
    assert np.array_equal(np.load(tmp_path / "made.npy"), network(z).numpy())
    served = tf.saved_model.load(str(tmp_path / "exported"))
    np.testing.assert_allclose(served.serve(z).numpy(), network(z).numpy(), atol=1e-6)
