"""What holds for every dataset, without a download: those that read a file are given one."""

import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.batches import batches

from_config.import_parts()
DATASETS = registry.names("dataset")


@pytest.fixture
def load(tmp_path):
    """A dataset by name, small where it can be."""
    random = np.random.default_rng(0)
    arrays = {f"x_{split}": random.integers(0, 256, (20, 9, 13)).astype(np.uint8) for split in ("train", "test")}
    labels = {f"y_{split}": random.integers(0, 10, 20) for split in ("train", "test")}
    np.savez(tmp_path / "own.npz", **arrays, **labels)
    small = {"path": str(tmp_path / "own.npz"), "count": 50}

    def loaded(name, **options):
        known = registry.options("dataset", name)
        return registry.build("dataset", name, **{k: v for k, v in small.items() if k in known}, **options)

    return loaded


@pytest.mark.parametrize("name", DATASETS)
def test_arrays_labels_and_modes(load, name):
    data = load(name)
    assert isinstance(data, Data)
    assert data.name == name
    for rows, labels in ((data.train, data.train_labels), (data.test, data.test_labels)):
        assert rows.dtype == (np.uint8 if data.kind == "images" else np.float32)
        assert rows.shape == (len(rows), *data.shape)
        assert len(rows) >= 2
        assert labels is None or (labels.dtype == np.int64 and len(labels) == len(rows) and labels.min() >= 0)
    assert (data.modes is None) == (data.mode_std is None)
    if data.modes is not None:
        assert data.modes.shape[1:] == data.shape
        assert len(np.unique(data.modes, axis=0)) == len(data.modes)
        nearest = np.linalg.norm(data.test[:, None] - data.modes[None], axis=-1).argmin(axis=1)
        assert (nearest == data.test_labels).mean() > 0.99


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_is_always_the_same(load, name):
    first, again = load(name), load(name)
    for field in ("train", "test", "train_labels", "test_labels"):
        assert np.array_equal(getattr(first, field), getattr(again, field))


@pytest.mark.parametrize("name", DATASETS)
def test_training_and_test_rows_are_apart(load, name):
    data = load(name)
    train = {row.tobytes() for row in data.train}
    assert not any(row.tobytes() in train for row in data.test)


@pytest.mark.parametrize("name", DATASETS)
def test_batches_are_what_networks_take(load, name):
    data = load(name)
    (batch,) = batches(data, 5, seed=0, steps=1)
    assert (batch.shape, batch.dtype) == ((5, *data.shape), "float32")
    if data.kind == "images":
        assert -1 <= batch.numpy().min() < -0.5
        assert 0.5 < batch.numpy().max() <= 1


@pytest.mark.parametrize("name", [n for n in DATASETS if "image_size" in registry.options("dataset", n)])
def test_images_come_in_the_size_asked_for(load, name):
    assert load(name, image_size=[10, 16]).shape == (10, 16, 1)
    assert load(name, image_size=12).test.shape[1:] == (12, 12, 1)
