"""Every feature space keeps its contract: shapes, types, the same numbers each time, and refusals in words."""

import importlib
import inspect
import json

import keras
import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.features import convnet, inception_weights
from ganae_cli.features.base import FeatureSpace

registry.import_parts("ganae_cli.features")
NAMES = registry.names("features")
SHAPES = [(8, 8, 1), (28, 28, 1), (13, 7, 3), (32, 20, 4), (9, 9, 2), (1, 1, 1), (3, 50, 3), (2,), (100,)]
COUNT = 11
OF_THE_RUN = {
    "dataset",
    "n",
    "split",
    "seed",
    "sampler",
    "model",
    "step",
    "weights",
    "quick",
    "reference",
}  # in a protocol


@pytest.fixture(autouse=True)
def quick(monkeypatch, tmp_path):
    """A classifier of little training, which is not kept: what it knows does not matter here. Nothing is downloaded."""
    monkeypatch.setattr(inception_weights, "URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(convnet, "LEAST_STEPS", 1)
    monkeypatch.setattr(convnet, "MOST_EPOCHS", 3)
    for cache in ("GANAE_CLASSIFIER_CACHE", "GANAE_FEATURE_CACHE"):
        monkeypatch.setenv(cache, "off")


def data_of(shape, classes=3, channel_classes=0):
    random = np.random.default_rng(0)
    labels = np.arange(40, dtype=np.int64) % classes
    names = tuple(str(k) for k in range(classes))
    if len(shape) == 1:
        rows = random.normal(size=(40, *shape)).astype(np.float32)
        return Data("some_points", rows, rows[:20] + 1, labels, labels[:20], classes=names)
    rows = random.integers(0, 256, (40, *shape), dtype=np.uint8)
    rows[labels == 1] //= 2
    return Data("some", rows, 255 - rows[:20], labels, labels[:20], classes=names, channel_classes=channel_classes)


def encode(rows):
    flat = rows.reshape(len(rows), -1).astype(np.float32)
    return np.stack([flat.mean(1), flat[:, 0], flat[:, -1]], axis=1)


def ready(name, data):
    """Return a prepared space, or skip where it is refused, in words that `prepare` repeats."""
    space = registry.build("features", name)
    fault = space.refusal(data)
    if fault is not None:
        assert len(fault.split()) > 3
        assert "\n" not in fault
        with pytest.raises(UserError) as refused:
            space.prepare(data, encode, lambda line: None)
        assert str(refused.value) == f"features={name}: {fault}"
        pytest.skip(fault)
    space.prepare(data, encode, lambda line: None)
    return space


def alike(found, expected):
    """Equal up to rounding: sums of a block of other size are taken in another order."""
    assert (found.probabilities is None) == (expected.probabilities is None)
    for one, other in zip(found, expected, strict=True):
        if other is not None:
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * np.abs(other).max(initial=1e-9))


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is(name):
    space = registry.find("features", name)
    assert issubclass(space, FeatureSpace)
    assert space.name == name
    assert importlib.import_module(space.__module__).__doc__.strip()
    assert inspect.Parameter.empty not in registry.options("features", name).values()


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_every_shape_is_embedded_or_refused(name, shape):
    data = data_of(shape)
    space = ready(name, data)
    rows, told = np.asarray(data.test[:COUNT]), []
    found = space.embed(rows, told.append)
    facts = space.facts
    assert json.loads(json.dumps(facts)) == facts
    assert (facts["features"], facts["dimensions"]) == (name, found.rows.shape[1])
    assert not set(facts) & OF_THE_RUN  # which a space's own seed or weights would stand in the place of
    for one in found:
        if one is not None:
            assert (one.dtype, one.ndim, len(one)) == (np.float32, 2, COUNT)
            assert np.isfinite(one).all()
    if found.probabilities is not None:
        assert found.probabilities.min() >= 0
        np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, rtol=1e-5)
    assert told == sorted(told)
    assert (told[-1], min(told) >= 0) == (1.0, True)
    assert space.facts == facts


@pytest.mark.parametrize("shape", [(13, 7, 3), (28, 28, 1), (2,), (100,)], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_a_row_has_the_same_features_whatever_stands_beside_it(name, shape):
    data = data_of(shape)
    space = ready(name, data)
    rows = np.asarray(data.test[:COUNT])
    found, again = space.embed(rows), space.embed(rows)
    assert all(np.array_equal(one, other) for one, other in zip(found, again, strict=True) if one is not None)
    order = np.random.default_rng(1).permutation(COUNT)
    alike(space.embed(rows[order]), type(found)(*(None if one is None else one[order] for one in found)))
    for size in (1, 4):
        parts = [space.embed(rows[i : i + size]) for i in range(0, COUNT, size)]
        whole = [None if one[0] is None else np.concatenate(one) for one in zip(*parts, strict=True)]
        alike(type(found)(*whole), found)
    assert np.ptp(found.rows, axis=0).max() > 0, "different rows have different features"
    none = space.embed(rows[:0])
    assert [None if one is None else (0, *one.shape[1:]) for one in found] == [
        None if one is None else one.shape for one in none
    ]


@pytest.mark.parametrize("name", NAMES)
def test_more_rows_than_a_block(name):
    data = data_of((8, 8, 1))
    space = ready(name, data)
    rows = np.concatenate([data.train] * 8)  # 320, of which each stands eight times
    found = space.embed(rows)
    alike(type(found)(*(None if one is None else one[-40:] for one in found)), space.embed(data.train))


@pytest.mark.parametrize("shape", [(8, 8, 1), (3,)], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_rows_of_another_kind_are_refused(name, shape):
    data = data_of(shape)
    space = ready(name, data)
    others = [data_of((8, 9, 1)).train, data.train.astype(np.float64)]
    for rows in others:
        with pytest.raises(UserError, match=f"features={name}"):
            space.embed(rows)


@pytest.mark.parametrize("name", NAMES)
def test_neither_a_dtype_policy_nor_random_state_matters_or_is_changed(name):
    """A run may be measured between two of its steps, in half precision too, and goes on as if it were not."""
    data = data_of((8, 8, 3))
    expected = ready(name, data).embed(data.test)
    keras.config.set_dtype_policy("mixed_bfloat16")
    keras.utils.set_random_seed(3)
    draws = [float(keras.random.normal(())), float(np.random.normal())]
    keras.utils.set_random_seed(3)
    alike(ready(name, data).embed(data.test), expected)
    assert [float(keras.random.normal(())), float(np.random.normal())] == draws
    assert keras.config.dtype_policy().name == "mixed_bfloat16"


@pytest.mark.parametrize("name", NAMES)
def test_data_without_labels_or_with_one_class(name):
    data = data_of((8, 8, 1), classes=1)
    bare = Data("bare", data.train, data.test)
    for given in (data, bare):
        space = registry.build("features", name)
        if space.refusal(given) is None:
            space.prepare(given, encode, lambda line: None)
            assert len(space.embed(given.test).rows) == len(given.test)


@pytest.mark.parametrize("name", NAMES)
def test_channels_that_are_images_of_their_own(name):
    data = data_of((8, 8, 3), classes=8, channel_classes=2)
    found = ready(name, data).embed(data.test)
    if found.probabilities is not None:
        assert found.probabilities.shape == (20, 8)
        np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, rtol=1e-5)
