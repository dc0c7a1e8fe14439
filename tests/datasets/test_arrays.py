"""The user's own arrays: names, types, scaling, the split, labels, and what is refused."""

import re

import numpy as np
import pytest

from ganae_cli.datasets.arrays import arrays
from ganae_cli.datasets.batches import batches
from ganae_cli.datasets.scaling import to_uint8
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
    assert [int(data.classes[label]) for label in data.train_labels] == data.train[:, 0, 0, 0].tolist()
    assert [int(data.classes[label]) for label in data.test_labels] == data.test[:, 0, 0, 0].tolist()


@pytest.mark.parametrize("key", ["classes", "class_names", "label_names"])
def test_classes_have_the_names_that_the_file_gives(key, save_npz):
    numbers = {"images": GREY, "labels": np.arange(20) % 3}
    data = arrays(path=save_npz(**numbers, **{key: np.array(["owl", "cat", "emu"])}))
    assert (data.classes, data.warnings) == (("owl", "cat", "emu"), ())
    data = arrays(path=save_npz(**numbers, **{key: np.arange(3)}))
    assert data.classes == ("0", "1", "2")
    assert f"'{key}' is int64 (3,), not text (K,): ignored" in data.warnings[0]


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
        ({"x": HOLES}, {}, "has 1 value that is NaN or infinite, the first in row 2"),
        ({"x": np.full((5, 4, 4), [[[np.inf]]])}, {}, "has 80 values that are NaN or infinite, the first in row 0"),
        ({"x": np.array([[1.0], [1e39]])}, {}, "has 1 values beyond float32's 3.4e38, the first in row 1"),
        ({"x": POINTS[:, 0]}, {}, r"float64 \(30,\); expected numbers, images"),
        ({"x": np.zeros((2, 2, 2, 2, 2))}, {}, "expected numbers, images"),
        ({"x": np.array([["a", "b"]])}, {}, "expected numbers, images"),
        ({"x": GREY.astype(complex)}, {}, r"complex128 \(20, 10, 12\); expected numbers, images"),
        ({"x": POINTS.astype("M8[s]")}, {}, r"datetime64\[s\] \(30, 3\); expected numbers, images"),
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


LEVELS = np.arange(256).reshape(1, 16, 16).repeat(4, axis=0)  # every level of uint8, in four images
WIDE = np.zeros((4, 16, 16))
WIDE[:, 0, :2] = 1
FIRST = np.stack([LEVELS, LEVELS.transpose(0, 2, 1), LEVELS[:, ::-1]], axis=1).astype(np.uint8)  # (4, 3, 16, 16)


def level(data, row=0, column=1, channel=0):
    """Return a pixel as the networks see it, in [-1, 1], and as samples show it, in uint8."""
    (batch,) = batches(data, len(data.train), steps=1)
    seen = {float(value) for value in batch.numpy()[:, row, column, channel]}
    (value,) = seen
    return pytest.approx(value, abs=1e-6), int(to_uint8(np.array([value]))[0])


@pytest.mark.parametrize(
    ("images", "options", "expected", "taken"),
    [  # expected: the pixel of row 0, column 1, which is 1 of 255 in LEVELS and white in WIDE
        (LEVELS.astype(np.uint8), {}, (1 / 127.5 - 1, 1), "[0,255]"),
        (LEVELS.astype(np.uint16), {}, (1 / 127.5 - 1, 1), "[0,255]"),
        (LEVELS.astype(np.int64), {}, (1 / 127.5 - 1, 1), "[0,255]"),
        (LEVELS.astype(np.float32), {}, (1 / 127.5 - 1, 1), "[0,255]"),
        (LEVELS.astype(np.float16), {}, (1 / 127.5 - 1, 1), "[0,255]"),
        ((LEVELS * 257).astype(np.uint16), {}, (1 / 127.5 - 1, 1), "[0,65535]"),
        ((LEVELS / 255).astype(np.float32), {}, (1 / 127.5 - 1, 1), "[0,1]"),
        ((LEVELS / 255).astype(np.float16), {}, (1 / 127.5 - 1, 1), "[0,1]"),
        (LEVELS / 255 - 1e-6, {}, (1 / 127.5 - 1, 1), "[0,1]"),  # one number below 0 made it [-1, 1]
        (LEVELS / 255 + 1e-6, {}, (1 / 127.5 - 1, 1), "[0,1]"),
        (LEVELS / 127.5 - 1, {}, (1 / 127.5 - 1, 1), "[-1,1]"),
        (WIDE == 1, {}, (1.0, 255), "[0,1]"),  # bool
        (WIDE.astype(np.uint8), {}, (1.0, 255), "[0,1]"),
        (WIDE.astype(np.int32), {}, (1.0, 255), "[0,1]"),
        ((2 * WIDE - 1).astype(np.int8), {}, (1.0, 255), "[-1,1]"),
        ((16 * WIDE).astype(np.uint8), {"range": [0, 16]}, (1.0, 255), "[0,16]"),
        ((16 * WIDE).astype(np.uint8), {"range": [0, 255]}, (16 / 127.5 - 1, 16), "[0,255]"),
        (WIDE * 1.2 - 0.2, {"range": [0, 1]}, (1.0, 255), "[0,1]"),
        (WIDE * 4.4 - 2.2, {"range": [-2.2, 2.2]}, (1.0, 255), "[-2.2,2.2]"),
        (np.zeros((4, 16, 16)), {"range": [0, 1]}, (-1.0, 0), "[0,1]"),
    ],
)
def test_a_known_pixel(images, options, expected, taken, save_npy):
    data = arrays(path=save_npy(images), **options)
    assert level(data) == expected
    (note,) = data.notes
    assert note.endswith(f"is {images.dtype} (4, 16, 16), taken as 4 images of 16x16, 1 channel, dataset.range={taken}")


@pytest.mark.parametrize(
    ("images", "typed"),
    [
        ((16 * WIDE).astype(np.uint8), ["dataset.range=[0,16]", "dataset.range=[0,255]"]),
        (16 * WIDE, ["dataset.range=[0,16]", "dataset.range=[0,255]"]),
        ((4095 * WIDE).astype(np.uint16), ["dataset.range=[0,4095]", "dataset.range=[0,65535]"]),
        ((255 * WIDE - 128).astype(np.int8), ["dataset.range=[-128,127]"]),
        (WIDE * 1.2 - 0.2, ["dataset.range=[0,1]", "dataset.range=[-1,1]"]),
        (WIDE * 4.4 - 2.2, ["dataset.range=[-2.2,2.2]"]),
        (WIDE / 10, ["dataset.range=[0,0.1]", "dataset.range=[0,1]"]),
        (np.zeros((4, 16, 16), np.uint8), ["dataset.range=[0,255]"]),
    ],
)
def test_an_unclear_range_is_asked_for(images, typed, save_npy):
    """Each answer that the message offers is then accepted."""
    path = save_npy(images)
    with pytest.raises(UserError) as error:
        arrays(path=path)
    assert f"{images.dtype} (4, 16, 16) from {images.min():g} to {images.max():g}" in str(error.value)
    assert re.findall(r"dataset\.range=\S+", str(error.value)) == typed
    for words in typed:
        low, high = map(float, words.partition("=")[2].strip("[]").split(","))
        assert arrays(path=path, range=[low, high]).warnings == () or words == "dataset.range=[0,1]"


def test_values_outside_of_a_given_range_are_cut_with_a_warning(save_npy):
    """-0.2 of [0, 1] is black; a value far outside says that the range is another one."""
    path = save_npy(WIDE * 1.2 - 0.2)
    data = arrays(path=path, range=[0, 1])
    assert level(data, column=3) == (-1.0, 0)
    (warning,) = data.warnings
    assert warning.endswith("from -0.2 to 1, outside of dataset.range=[0,1]: values outside are cut")
    with pytest.raises(UserError, match=r"outside of dataset\.range=\[0,0\.5\]: type dataset\.range=\[0,1\], or"):
        arrays(path=path, range=[0, 0.5])
    with pytest.raises(UserError, match=r"dataset\.range must be \[black,white\] with the smaller number first, got"):
        arrays(path=path, range=[1, 0])


@pytest.mark.parametrize(
    ("images", "options", "shape", "expected"),
    [
        (FIRST, {}, (16, 16, 3), (1, 16, 241)),
        (FIRST, {"channels_first": True}, (16, 16, 3), (1, 16, 241)),
        (FIRST, {"channels_first": False}, (3, 16, 16), None),
        (FIRST.transpose(0, 2, 3, 1), {}, (16, 16, 3), (1, 16, 241)),
        (FIRST[:, :1], {}, (16, 16, 1), (1,)),
        (FIRST[:, :2], {}, (16, 16, 2), (1, 16)),
        (FIRST[:, [0, 1, 2, 2]], {}, (16, 16, 4), (1, 16, 241, 241)),
        (FIRST[:, :, :3], {}, (3, 16, 3), (1, 16, 241)),
        (FIRST[:, :2, :2, :1], {"range": [0, 255]}, (2, 2, 1), None),  # 2x2 is square, 2x1 with two channels is not
        (FIRST[:, :, :, :3], {"channels_first": True}, (16, 3, 3), (1, 16, 241)),
        (FIRST.repeat(5, axis=1)[:, :13].transpose(0, 2, 3, 1), {}, (16, 16, 13), None),
        (FIRST[:, :1, :1, -1:], {"range": [0, 255]}, (1, 1, 1), None),
        (FIRST[:, :, :1, -1:], {"range": [0, 255]}, (1, 1, 3), None),
    ],
)
def test_channels_come_last(images, options, shape, expected, save_npy):
    """The pixel of row 0, column 1 is 1, 16 and 241 in the three channels."""
    data = arrays(path=save_npy(images), **options)
    assert data.shape == shape
    if expected:
        assert tuple(data.train[0, 0, 1]) == expected


@pytest.mark.parametrize("shape", [(4, 3, 32, 3), (4, 13, 64, 64), (4, 1, 8, 1), (4, 3, 3, 3)])
def test_unclear_channels_are_asked_for(shape, save_npy):
    images = np.arange(np.prod(shape)).reshape(shape).astype(np.uint8)
    expected = r"type dataset\.channels_first=true for images of .*dataset\.channels_first=false for"
    with pytest.raises(UserError, match=expected):
        arrays(path=save_npy(images), range=[0, 255])
    _, a, b, c = shape
    assert arrays(path=save_npy(images), range=[0, 255], channels_first=True).shape == (b, c, a)
    assert arrays(path=save_npy(images), range=[0, 255], channels_first=False).shape == (a, b, c)


@pytest.mark.parametrize(
    ("held", "options", "message"),
    [
        ({"x": LEVELS}, {"channels_first": False}, "dataset.channels_first=false, but .* without channels"),
        ({"x": POINTS}, {"channels_first": True}, "dataset.channels_first is for images, but .*: points"),
        ({"x": POINTS}, {"range": [0, 1]}, "dataset.range is for images, but .*: points"),
    ],
)
def test_options_of_images_only(held, options, message, save_npz):
    with pytest.raises(UserError, match=message):
        arrays(path=save_npz(**held), **options)


def test_points_of_any_numbers(save_npy):
    """bool too: binarised images, flattened."""
    assert arrays(path=save_npy(WIDE.reshape(4, -1) == 1)).train[0, :3].tolist() == [1.0, 1.0, 0.0]
    assert arrays(path=save_npy(np.full((4, 2), 70000, np.uint32))).train[0].tolist() == [70000.0, 70000.0]


def test_labels_that_are_no_classes_do_not_stop(save_npz):
    """The kinds of labels are those of test_labels.py; here they come with the rows, or leave a warning."""
    data = arrays(path=save_npz(images=GREY, labels=GREY[:, 0, :1]))
    assert [int(data.classes[label]) for label in data.train_labels] == data.train[:, 0, 0, 0].tolist()
    data = arrays(path=save_npz(x_train=GREY, y_train=np.arange(3), x_test=GREY[:5], y_test=list("abcab")))
    assert (data.train_labels, data.test_labels.tolist()) == (None, [0, 1, 2, 0, 1])
    (warning,) = data.warnings
    assert "'y_train' is int64 (3,), which cannot be read as one class for each of 20 rows: ignored" in warning
    data = arrays(path=save_npz(x=GREY, y=np.array([{}] * 20, object)))
    assert data.train_labels is None
    assert len(data.warnings) == 1
