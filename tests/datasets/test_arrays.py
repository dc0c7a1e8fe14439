"""The user's own arrays: names, types, scaling, the split, labels, and what is refused."""

import numpy as np
import pytest

from ganae_cli.datasets.arrays import arrays
from ganae_cli.errors import UserError

RANDOM = np.random.default_rng(0)
GREY = RANDOM.integers(0, 256, (20, 10, 12), dtype=np.uint8)
POINTS = RANDOM.normal(size=(30, 3))
HOLES = np.where(np.arange(90).reshape(30, 3) == 7, np.nan, POINTS)
KERAS_LAYOUT = {"x_train": GREY, "y_train": np.arange(20, dtype=np.uint8), "x_test": GREY[:5], "y_test": np.arange(5)}


def test_images_from_npy_are_split_once_and_for_all(save_npy):
    data = arrays(path=save_npy(GREY))
    assert (data.train.shape, data.test.shape) == ((18, 10, 12, 1), (2, 10, 12, 1))
    together = {image.tobytes() for image in (*data.train, *data.test)}
    assert together == {image.tobytes() for image in GREY}
    assert (arrays(path=save_npy(GREY)).test == data.test).all()
    assert len(arrays(path=save_npy(GREY), test_fraction=0.5).test) == 10


def test_labels_stay_with_their_rows(save_npz):
    data = arrays(path=save_npz(images=GREY, labels=GREY[:, 0, 0].astype(np.int32)))
    assert (data.train_labels == data.train[:, 0, 0, 0]).all()
    assert (data.test_labels == data.test[:, 0, 0, 0]).all()


def test_the_files_own_test_rows_are_used(save_npz):
    data = arrays(path=save_npz(**KERAS_LAYOUT))
    assert (len(data.train), len(data.test)) == (20, 5)
    assert data.test_labels.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("floats", "expected"),
    [([0.0, 0.2, 1.0], [0, 51, 255]), ([-1.0, -0.6, 1.0], [0, 51, 255]), ([0.0, 0.5, 0.25], [0, 128, 64])],
)
def test_floats_become_bytes(floats, expected, save_npz):
    images = np.array(floats)[:, None, None] * np.ones((3, 2, 2))
    data = arrays(path=save_npz(x_train=images, x_test=images[:1]))
    assert data.train[:, 0, 0, 0].tolist() == expected


def test_test_images_are_scaled_as_training_images_are(save_npz):
    """The first array has negative numbers, so the second is taken as [-1, 1] too, though it has none."""
    data = arrays(path=save_npz(x_train=np.full((2, 2, 2), -1.0), x_test=np.full((2, 2, 2), 0.0)))
    assert data.test.max() == data.test.min() == 128


def test_points_keep_their_units(save_npz):
    data = arrays(path=save_npz(points=1000 * POINTS))
    assert (data.kind, data.shape, data.train.dtype) == ("points", (3,), np.float32)
    assert data.train.max() > 100


def test_a_key_can_be_named(save_npz):
    path = save_npz(images=GREY, mine=GREY[:, :8, :8], x=POINTS)
    assert arrays(path=path).shape == (10, 12, 1)
    assert arrays(path=path, key="mine").shape == (8, 8, 1)
    assert arrays(path=path, key="mine", image_size=[4, 6]).shape == (4, 6, 1)


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
def test_unfit_arrays_are_refused(held, options, message, save_npz):
    with pytest.raises(UserError, match=message) as error:
        arrays(path=save_npz(**held), **options)
    assert "\n" not in str(error.value)


def test_a_path_is_needed():
    with pytest.raises(UserError, match=r"needs a file: dataset\.path=FILE\.npy"):
        arrays()
