"""Ranges of pixels by hand: what is clear, what is not, and how each becomes uint8."""

import numpy as np
import pytest

from ganae_cli.datasets.pixel_range import BYTE, SIGNED, UNIT, WORD, Range, detect, given_range, to_bytes
from ganae_cli.errors import UserError


@pytest.mark.parametrize(
    ("dtype", "least", "greatest", "expected"),
    [
        ("float32", 0, 1, UNIT),
        ("float32", -1e-6, 0.99, UNIT),
        ("float32", -9e-4, 1.0009, UNIT),
        ("float32", 0.2, 0.5, UNIT),
        ("float32", -1, 0.9, SIGNED),
        ("float32", -0.6, 0.4, SIGNED),
        ("float32", -0.1, 255.1, BYTE),
        ("float64", 3, 60000, WORD),
        ("uint8", 10, 74, BYTE),
        ("uint16", 0, 20000, WORD),
        ("uint16", 0, 255, BYTE),
        ("int64", 0, 1, UNIT),
        ("bool", 0, 0, UNIT),
        ("float32", -2e-3, 1, None),  # may be [0, 1] with an overshoot, or dull [-1, 1]
        ("float32", -0.4, 1, None),
        ("float32", 0, 0.2, None),
        ("float32", 0, 2, None),
        ("float32", 0, 120, None),  # percent, or dull [0, 255]
        ("uint8", 0, 63, None),
        ("int8", 0, 127, None),
        ("int16", 0, 32767, None),
        ("uint16", 0, 4095, None),
        ("float32", 0.5, 0.5, None),
    ],
)
def test_detected(dtype, least, greatest, expected):
    if expected:
        assert detect(np.dtype(dtype), least, greatest, "x") == expected
        return
    with pytest.raises(UserError, match=r"dataset\.range=\["):
        detect(np.dtype(dtype), least, greatest, "x")


def test_a_given_range_holds_and_warns():
    assert given_range([0, 4095], 0, 4095, "x") == (Range(0, 4095), None)
    chosen, warning = given_range([0, 1], -0.1, 1, "x")
    assert (chosen, warning) == (UNIT, "x from -0.1 to 1, outside of dataset.range=[0,1]: values outside are cut")
    for option in ([0, 1], [2, 1], [1, 1]):
        with pytest.raises(UserError, match=r"dataset\.range"):
            given_range(option, 0, 255, "x")


@pytest.mark.parametrize("dtype", ["uint8", "int16", "int64", "uint64", "float16", "float32", "float64", "longdouble"])
def test_every_level_comes_back(dtype):
    """256 levels of each range that the type can hold, as written by whoever scaled uint8."""
    levels = np.arange(256)
    assert (to_bytes(levels.astype(dtype), BYTE) == levels).all()
    if np.dtype(dtype).kind == "f":
        for scaled, of in ((levels / 255, UNIT), (levels / 127.5 - 1, SIGNED)):
            assert (to_bytes(scaled.astype(dtype), of) == levels).all()


def test_uint8_is_not_copied_and_what_lies_outside_is_cut():
    levels = np.arange(256, dtype=np.uint8)
    assert to_bytes(levels, BYTE) is levels
    assert to_bytes(np.array([-0.3, 0.5, 1.3]), UNIT).tolist() == [0, 128, 255]
    assert to_bytes(np.array([0, 257, 65535], np.uint16), WORD).tolist() == [0, 1, 255]
    assert to_bytes(np.array([-128, 0, 127], np.int8), Range(-128, 127)).tolist() == [0, 128, 255]
