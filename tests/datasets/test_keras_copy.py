"""Keras' copy of a dataset, or a local one: what is refused, and what to do about it."""

import functools
import re
import urllib.error
import urllib.request
from pathlib import Path

import keras
import numpy as np
import pytest

from ganae_cli.datasets.cifar import cifar10, cifar100
from ganae_cli.datasets.keras_copy import cache
from ganae_cli.datasets.mnist import mnist
from ganae_cli.errors import UserError

GREY = np.random.default_rng(0).integers(0, 256, (20, 10, 12), dtype=np.uint8)
KERAS_LAYOUT = {"x_train": GREY, "y_train": np.arange(20, dtype=np.uint8), "x_test": GREY[:5], "y_test": np.arange(5)}
COLOUR = np.stack([GREY, GREY ^ 1, GREY ^ 2], axis=-1)
IN_COLOUR = KERAS_LAYOUT | {"x_train": COLOUR, "x_test": COLOUR[:5]}


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
    expected = (
        rf"^dataset 'mnist' is not in Keras' cache, {re.escape(str(cache()))}, and cannot be downloaded "
        rf"\(.*{reason}\); name a local copy with dataset\.path=FILE\.npz$"
    )
    with pytest.raises(UserError, match=expected) as error:
        mnist()
    assert "\n" not in str(error.value)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"y_test": None}, "holds x_train, y_train, x_test; expected an .npz with x_train, y_train, x_test, y_test"),
        ({"x_test": GREY / 255}, r"x_test is float64 \(20, 10, 12\); expected uint8"),
        ({"x_train": COLOUR}, r"x_train is uint8 \(20, 10, 12, 3\); expected uint8 \(N, height, width\)$"),
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


def test_a_local_copy_in_colour(save_npz):
    data = cifar10(path=save_npz(**(IN_COLOUR | {"y_train": np.arange(20)[:, None] % 10})))
    assert (data.train == COLOUR).all()
    assert (data.shape, data.classes[data.train_labels[3]], data.warnings) == ((10, 12, 3), "cat", ())
    with pytest.raises(UserError, match=r"x_train is uint8 \(20, 10, 12\); expected uint8 \(N, height, width, 3\)$"):
        cifar10(path=save_npz(**KERAS_LAYOUT))


def test_channels_come_last_whatever_keras_prefers(monkeypatch):
    """Its loader puts them first where keras.json says so."""
    first = np.moveaxis(COLOUR, -1, 1)
    monkeypatch.setattr(
        keras.datasets.cifar10, "load_data", lambda: ((first, np.arange(20) % 10), (first[:5], np.arange(5)))
    )
    assert (cifar10().train == COLOUR).all()


@pytest.mark.parametrize(("dataset", "name"), [(cifar10, "cifar-10"), (cifar100, "cifar-100")])
def test_an_archive_goes_where_keras_looks_for_it(dataset, name, monkeypatch, tmp_path):
    """The file that the message names is the one that Keras opens: a damaged one is found, and fetched again."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("keras.src.backend.config._KERAS_DIR", str(tmp_path))  # which Keras read when it was imported
    assert cache() == tmp_path / "datasets"
    with pytest.raises(UserError, match=rf"Keras reads {name}-python\.tar\.gz itself.*once it is copied to ") as error:
        dataset(path=f"{name}-python.tar.gz")
    place = Path(str(error.value).rpartition("copied to ")[2])
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(b"damaged")
    looked_at = []

    def no_network(origin, target, hook=None):
        looked_at.append(Path(target))
        raise urllib.error.URLError("no network")

    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", no_network)
    with pytest.raises(UserError, match=rf"cannot be downloaded .* or copy {name}-python\.tar\.gz to {place}$"):
        dataset()
    assert looked_at == [place]


def test_the_cache_is_in_the_home_folder_if_it_can_be_written(monkeypatch, tmp_path):
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache() == Path("/tmp/.keras/datasets")
    (tmp_path / ".keras").mkdir()
    assert cache() == tmp_path / ".keras" / "datasets"
