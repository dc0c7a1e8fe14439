"""Arrays as rows: what is refused, what is warned of, and that training and test images have one range."""

import numpy as np
import pytest

from ganae_cli.datasets import array_rows
from ganae_cli.datasets.array_rows import Source
from ganae_cli.errors import UserError

RANDOM = np.random.default_rng(0)
BYTES = RANDOM.integers(0, 256, (30, 6, 5, 3)).astype(np.uint8)
POINTS = RANDOM.normal(size=(30, 3))


def read(*arrays, **options):
    """Return what becomes of an array to train on, and one to test on."""
    sources = [Source(f"'{name}'", array) for name, array in zip(("x", "x_test"), arrays, strict=False)]
    return array_rows.read(sources, options.get("range"), options.get("channels_first"))


def refused(*arrays, **options):
    with pytest.raises(UserError) as error:
        read(*arrays, **options)
    return str(error.value)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.longdouble, ">f4"])
@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1), (0, 255)])
def test_floats_of_each_range_are_the_same_images(kind, low, high):
    given = (BYTES / 255 * (high - low) + low).astype(kind)
    found = np.asarray(read(given).rows[0])
    assert np.abs(found.astype(int) - BYTES).max() <= (1 if kind == np.float16 else 0)


@pytest.mark.parametrize("kind", [np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64, ">u2"])
def test_whole_numbers_of_a_byte_are_the_same_images(kind):
    assert (np.asarray(read(BYTES.astype(kind)).rows[0]) == BYTES).all()


def test_sixteen_bits_and_bool():
    assert (np.asarray(read(BYTES.astype(np.uint16) * 257).rows[0]) == BYTES).all()
    assert (np.asarray(read(BYTES > 127).rows[0]) == np.where(BYTES > 127, 255, 0)).all()


def test_channels_first_are_moved_last():
    assert (np.asarray(read(BYTES.transpose(0, 3, 1, 2)).rows[0]) == BYTES).all()


@pytest.mark.parametrize(
    ("given", "suggested"),
    [
        ((BYTES.astype(int) - 128).astype(np.int8), "[-128,127]"),
        ((BYTES.astype(int) * 257 - 32768).astype(np.int16), "[-32768,32767]"),
        (BYTES.astype(np.uint16) * 4, "[0,1020] or dataset.range=[0,1023] or dataset.range=[0,65535]"),
        (BYTES.astype(np.int32) * 16, "[0,4080] or dataset.range=[0,4095] or dataset.range=[0,65535]"),
        (BYTES // 16, "[0,15] or dataset.range=[0,255]"),
    ],
)
def test_a_range_that_is_not_clear_is_refused_with_what_to_type(given, suggested):
    said = refused(given)
    assert said.endswith(f"which values are black and white? type dataset.range={suggested}")
    first = [float(end) for end in suggested.split("]")[0].strip("[").split(",")]
    assert read(given, range=first).warnings == ()


def test_training_and_test_images_have_one_range():
    """Images of 0 to 1 beside test images of 0 to 255 would be black, all of them."""
    assert refused(BYTES / 255, BYTES[:9].astype(float)) == (
        "'x' from 0 to 1, but 'x_test' from 0 to 255: save both in one range, or type dataset.range=[0,255]"
    )
    assert refused((BYTES > 127).astype(np.uint8), BYTES[:9]).startswith("'x' from 0 to 1, but 'x_test' from ")
    dark = np.asarray(read(BYTES.astype(float), BYTES[:9] / 255).rows[1])  # a few test images may be dark
    assert dark.max() == 1
    beyond = read(BYTES / 255, BYTES[:9] / 255 * 1.0001)
    assert (np.asarray(beyond.rows[0]) == BYTES).all()


def test_images_and_points_do_not_go_together():
    assert refused(BYTES, POINTS) == "'x', but 'x_test': expected images or points in both"
    assert refused(POINTS, BYTES) == "'x', but 'x_test': expected images or points in both"
    grey = read(BYTES[..., 0], BYTES[:9, ..., :1]).rows
    assert grey[0].shape[1:] == grey[1].shape[1:] == (6, 5, 1)


@pytest.mark.parametrize("given", [BYTES / 255, POINTS])
def test_numbers_that_are_not_finite(given):
    hole = given.copy()
    hole[4].flat[0] = np.nan
    assert (
        refused(hole)
        == "'x' and has 1 value that is NaN or infinite, the first in row 4: leave such rows out, or fill them"
    )
    hole[2].flat[1] = -np.inf
    assert refused(given, hole).startswith("'x_test' and has 2 values that are NaN or infinite, the first in row 2")


@pytest.mark.parametrize("kind", [complex, "U3", "M8[s]", "m8[s]", object])
def test_what_is_no_number(kind):
    assert refused(np.zeros((9, 4, 4), kind)).startswith("'x'; expected numbers")
    assert refused(np.zeros((9, 2), kind)).startswith("'x'; expected numbers")


@pytest.mark.parametrize("shape", [(), (9,), (9, 2, 2, 2, 2)])
def test_other_numbers_of_axes(shape):
    assert refused(np.zeros(shape)).endswith("images (N, height, width[, channels]) or points (N, D)")


def test_points_that_float32_hardly_tells_apart_are_warned_of():
    times = np.stack([np.linspace(0, 1, 30), np.linspace(1.7e9, 1.7e9 + 60, 30)], axis=1)
    (line,) = read(times).warnings
    assert line.startswith("'x', whose column 1 goes from 1700000000 to 1700000060: float32 hardly tells its numbers")
    assert read(times.astype(np.int64)).warnings == (line,)
    assert read(times - times[0]).warnings == ()
    assert read(np.full((30, 2), 1.7e9)).warnings == (), "one number"


def test_points_that_may_be_images_are_warned_of():
    for shape, said in (((30, 784), "images are (N, 28, 28), see"), ((30, 3072), "(N, 32, 32, 3) or (N, 3, 32, 32),")):
        rows = np.arange(np.prod(shape)).astype(np.uint8).reshape(shape)
        (line,) = read(rows).warnings
        assert said in line
        assert read(rows.astype(float)).warnings == ()
    assert read(np.zeros((30, 49), np.uint8)).warnings == ()
