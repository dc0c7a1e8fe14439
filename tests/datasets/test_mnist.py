"""mnist and fashion_mnist: from a file with `path`, else from Keras."""

import functools
import urllib.error
import urllib.request

import keras
import numpy as np
import pytest

from ganae_cli.datasets.mnist import fashion_mnist, mnist
from ganae_cli.errors import UserError

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


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (urllib.error.URLError("[Errno -3] Temporary failure in name resolution"), "failure in name resolution"),
        (urllib.error.HTTPError("https://example.org", 403, "Forbidden", None, None), "403 -- Forbidden"),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer"),
    ],
)
def test_a_failed_download_says_what_to_do(failure, reason, monkeypatch, capsys):
    """Keras' own loader runs, for a file that is not in its cache, and without a network."""

    def no_network(*args, **options):
        raise failure

    load = functools.partial(keras.datasets.mnist.load_data, path="ganae-test-that-is-never-cached.npz")
    monkeypatch.setattr(keras.datasets.mnist, "load_data", load)
    monkeypatch.setattr(urllib.request, "urlopen", no_network)
    expected = rf"'mnist' is not in Keras' cache and cannot be downloaded \(.*{reason}\); .* dataset\.path=FILE\.npz"
    with pytest.raises(UserError, match=expected) as error:
        mnist()
    assert "\n" not in str(error.value)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"y_test": None}, "holds x_train, y_train, x_test; expected an .npz with x_train, y_train, x_test, y_test"),
        ({"x_test": GREY / 255}, r"x_test is float64 \(20, 10, 12\); expected uint8"),
    ],
)
def test_a_local_copy_of_another_layout_is_refused(changed, message, save_npz):
    layout = {key: value for key, value in (KERAS_LAYOUT | changed).items() if value is not None}
    with pytest.raises(UserError, match=message):
        mnist(path=save_npz(**layout))


def test_labels_that_are_no_classes_do_not_stop(save_npz):
    data = mnist(path=save_npz(**(KERAS_LAYOUT | {"y_train": np.arange(4), "y_test": np.arange(5)[:, None]})))
    assert (data.train_labels, data.test_labels.tolist()) == (None, [0, 1, 2, 3, 4])
    (warning,) = data.warnings
    assert "y_train is int64 (4,), which cannot be read as one class for each of 20 rows: ignored" in warning
