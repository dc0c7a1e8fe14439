"""Datasets that come from files: mnist and fashion_mnist with `path`, and the user's own arrays."""

import functools
import gzip
import urllib.error
import urllib.request
from pathlib import Path

import keras
import numpy as np
import pytest

from ganae_cli.datasets.arrays import arrays
from ganae_cli.datasets.mnist import fashion_mnist, mnist
from ganae_cli.errors import UserError

RANDOM = np.random.default_rng(0)
GREY = RANDOM.integers(0, 256, (20, 10, 12), dtype=np.uint8)
POINTS = RANDOM.normal(size=(30, 3))
KERAS_LAYOUT = {"x_train": GREY, "y_train": np.arange(20, dtype=np.uint8), "x_test": GREY[:5], "y_test": np.arange(5)}


@pytest.fixture
def save(tmp_path):
    def npz(**held):
        np.savez(tmp_path / "x.npz", **held)
        return str(tmp_path / "x.npz")

    return npz


def npy(folder, array):
    np.save(folder / "x.npy", array)
    return str(folder / "x.npy")


# mnist and fashion_mnist


@pytest.mark.parametrize("dataset", [mnist, fashion_mnist])
def test_a_local_copy(dataset, save):
    data = dataset(path=save(**KERAS_LAYOUT))
    assert data.name == dataset.__name__
    assert (data.train[..., 0] == GREY).all()
    assert data.train_labels.tolist() == list(range(20))
    assert (len(data.test), data.test_labels.dtype) == (5, np.int64)
    assert dataset(path=save(**KERAS_LAYOUT), image_size=8).shape == (8, 8, 1)


@pytest.mark.parametrize("dataset", [mnist, fashion_mnist])
def test_without_a_path_keras_loads_it(dataset, monkeypatch):
    layout = ((GREY, np.arange(20)), (GREY[:5], np.arange(5)))
    monkeypatch.setattr(getattr(keras.datasets, dataset.__name__), "load_data", lambda: layout)
    assert (dataset().train[..., 0] == GREY).all()


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (urllib.error.URLError("[Errno -3] Temporary failure in name resolution"), "failure in name resolution"),
        (urllib.error.HTTPError("https://example.org", 403, "Forbidden", None, None), "403 -- Forbidden"),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer"),
    ],
)
def test_a_failed_download_says_what_to_do(failure, reason, monkeypatch, capsys):
    """Keras' own loader runs, for a file that its cache does not have and with a network that is not there."""

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
        ({"y_train": np.arange(4)}, r"y_train is int64 \(4,\); expected whole numbers \(20,\)"),
    ],
)
def test_a_local_copy_of_another_layout_is_refused(changed, message, save):
    layout = {key: value for key, value in (KERAS_LAYOUT | changed).items() if value is not None}
    with pytest.raises(UserError, match=message):
        mnist(path=save(**layout))


# arrays


def test_images_from_npy_are_split_once_and_for_all(tmp_path):
    data = arrays(path=npy(tmp_path, GREY))
    assert (data.train.shape, data.test.shape) == ((18, 10, 12, 1), (2, 10, 12, 1))
    together = {image.tobytes() for image in (*data.train, *data.test)}
    assert together == {image.tobytes() for image in GREY}
    assert (arrays(path=npy(tmp_path, GREY)).test == data.test).all()
    assert len(arrays(path=npy(tmp_path, GREY), test_fraction=0.5).test) == 10


def test_labels_stay_with_their_rows(save):
    data = arrays(path=save(images=GREY, labels=GREY[:, 0, 0].astype(np.int32)))
    assert (data.train_labels == data.train[:, 0, 0, 0]).all()
    assert (data.test_labels == data.test[:, 0, 0, 0]).all()


def test_the_files_own_test_rows_are_used(save):
    data = arrays(path=save(**KERAS_LAYOUT))
    assert (len(data.train), len(data.test)) == (20, 5)
    assert data.test_labels.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("floats", "expected"),
    [([0.0, 0.2, 1.0], [0, 51, 255]), ([-1.0, -0.6, 1.0], [0, 51, 255]), ([0.0, 0.5, 0.25], [0, 128, 64])],
)
def test_floats_become_bytes(floats, expected, save):
    images = np.array(floats)[:, None, None] * np.ones((3, 2, 2))
    data = arrays(path=save(x_train=images, x_test=images[:1]))
    assert data.train[:, 0, 0, 0].tolist() == expected


def test_test_images_are_scaled_as_training_images_are(save):
    """Of the first array some are negative, so the second lies in [-1, 1] too, though nothing in it says so."""
    data = arrays(path=save(x_train=np.full((2, 2, 2), -1.0), x_test=np.full((2, 2, 2), 0.0)))
    assert data.test.max() == data.test.min() == 128


def test_points_keep_their_units(save):
    data = arrays(path=save(points=1000 * POINTS))
    assert (data.kind, data.shape, data.train.dtype) == ("points", (3,), np.float32)
    assert data.train.max() > 100


def test_a_key_can_be_named(save):
    path = save(images=GREY, mine=GREY[:, :8, :8], x=POINTS)
    assert arrays(path=path).shape == (10, 12, 1)
    assert arrays(path=path, key="mine").shape == (8, 8, 1)
    assert arrays(path=path, key="mine", image_size=[4, 6]).shape == (4, 6, 1)


def test_a_path_may_begin_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    npy(tmp_path, GREY)
    assert arrays(path="~/x.npy").shape == (10, 12, 1)


HOLES = np.where(np.arange(90).reshape(30, 3) == 7, np.nan, POINTS)


@pytest.mark.parametrize(
    ("held", "options", "message"),
    [
        ({"pictures": GREY}, {}, r"holds 'pictures' \(20, 10, 12\); expected one of x_train, images, x, points, data"),
        ({"x": GREY}, {"key": "y"}, r"dataset.key=y is not in .*holds 'x' \(20, 10, 12\)"),
        ({}, {}, "holds nothing"),
        ({"x": np.array([{}, []], object)}, {}, "it holds Python objects"),
        ({"x": np.zeros((0, 8, 8))}, {}, r"float64 \(0, 8, 8\), which is empty"),
        ({"x": HOLES}, {}, "has 1 values that are NaN or infinite"),
        ({"x": np.array([[1.0], [1e39]])}, {}, "has 1 values beyond float32's 3.4e38"),
        ({"x": POINTS[:, 0]}, {}, r"float64 \(30,\); expected numbers, images"),
        ({"x": np.zeros((2, 2, 2, 2, 2))}, {}, "expected numbers, images"),
        ({"x": np.array([["a", "b"]])}, {}, "expected numbers, images"),
        ({"x": GREY.astype(np.float32)}, {}, "from 0 to 255; expected images as uint8 or as floats in"),
        ({"x": POINTS, "y": POINTS}, {}, r"'y' is float64 \(30, 3\); expected whole numbers \(30,\)"),
        ({"x": POINTS, "x_test": POINTS[:, :2]}, {}, "are not alike"),
        ({"x": POINTS}, {"image_size": 8}, "dataset.image_size=8, but .* holds points"),
        ({"x": POINTS}, {"test_fraction": 0.0}, "dataset.test_fraction must lie between 0 and 1, got 0.0"),
        ({"x": POINTS[:1]}, {}, "holds 1 row"),
    ],
)
def test_unfit_arrays_are_refused(held, options, message, save):
    with pytest.raises(UserError, match=message) as error:
        arrays(path=save(**held), **options)
    assert "\n" not in str(error.value)


def test_unreadable_files_are_refused(tmp_path, save):
    whole = Path(save(x=np.zeros((50, 50)))).read_bytes()
    for name, content, message in [
        ("cut.npz", whole[: len(whole) // 2], "cannot be read"),
        ("text.npz", b"hello", "cannot be read"),
        ("empty.npy", b"", "cannot be read"),
        ("x.gz", gzip.compress(b"hello"), "ends in .npy or .npz"),
    ]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UserError, match=message) as error:
            arrays(path=str(tmp_path / name))
        assert name in str(error.value)
        assert "\n" not in str(error.value)
    with pytest.raises(UserError, match=r"nowhere\.npz: no such file"):
        arrays(path=str(tmp_path / "nowhere.npz"))
    with pytest.raises(UserError, match=r"needs a file: dataset\.path=FILE\.npy"):
        arrays()
