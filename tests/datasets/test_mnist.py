"""mnist and fashion_mnist: from a file with `path`, else from Keras."""

import keras
import numpy as np
import pytest

from ganae_cli.datasets.mnist import fashion_mnist, mnist

GREY = np.random.default_rng(0).integers(0, 256, (20, 10, 12), dtype=np.uint8)
KERAS_LAYOUT = {"x_train": GREY, "y_train": np.arange(20, dtype=np.uint8), "x_test": GREY[:5], "y_test": np.arange(5)}


@pytest.mark.parametrize("dataset", [mnist, fashion_mnist])
def test_a_local_copy(dataset, save_npz):
    data = dataset(path=save_npz(**KERAS_LAYOUT))
    assert data.name == dataset.__name__
    assert (data.train[..., 0] == GREY).all()
    assert data.train_labels.tolist() == list(range(20))
    assert (len(data.test), data.test_labels.dtype) == (5, np.int64)
    assert dataset(path=save_npz(**KERAS_LAYOUT), image_size=8).shape == (8, 8, 1)


@pytest.mark.parametrize("dataset", [mnist, fashion_mnist])
def test_without_a_path_keras_loads_it(dataset, monkeypatch):
    layout = ((GREY, np.arange(20)), (GREY[:5], np.arange(5)))
    monkeypatch.setattr(getattr(keras.datasets, dataset.__name__), "load_data", lambda: layout)
    assert (dataset().train[..., 0] == GREY).all()


def test_clothes_have_names(monkeypatch, save_npz):
    """A file of clothes has ten classes, or the names are not theirs."""
    layout = ((GREY, np.arange(20) % 10), (GREY[:5], np.arange(5)))
    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", lambda: layout)
    data = fashion_mnist()
    assert (data.classes[7], data.classes[9], data.warnings) == ("Sneaker", "Ankle boot", ())
    other = fashion_mnist(path=save_npz(**KERAS_LAYOUT))
    assert (len(other.classes), other.classes[-1], len(other.warnings)) == (20, "19", 1)
