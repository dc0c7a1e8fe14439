"""A file that computes something else is refused, whatever is different; rounding is not."""

from types import SimpleNamespace

import numpy as np
import pytest

from ganae_cli.errors import UserError
from ganae_cli.export import verify


def exported(right, rows=4):
    return SimpleNamespace(
        rows={"z": np.arange(rows, dtype=np.float32)}, expected=lambda given: {"y": right(given["z"])}
    )


def differences(made, right):
    return verify.differences(lambda rows: {"y": made(rows["z"])}, exported(right))


def test_the_largest_difference_over_the_batch_and_over_one_row():
    (one,) = differences(lambda z: z + np.float32(0.5) * (len(z) == 1), lambda z: z)
    assert (one.output, one.largest, one.scale) == ("y", 0.5, 0.0)
    with pytest.raises(
        UserError, match=r"y differ by 0.5 on average and by up to 0.5 \(allowed: 1e-05 and 0.0002\); nothing is kept"
    ):
        verify.refuse([one], "onnx")


def test_rounding_is_allowed_relative_to_the_scale():
    verify.refuse(differences(lambda z: z * np.float32(1.000002), lambda z: z), "onnx")
    with pytest.raises(UserError):
        verify.refuse(differences(lambda z: z * np.float32(1.0001), lambda z: z), "onnx")


def test_one_number_of_many_may_be_rounded_more():
    far = np.zeros(1000, np.float32)
    far[0] = 1e-4
    one = verify.differences(lambda rows: {"y": far}, exported(lambda z: 0 * far))
    verify.refuse(one, "onnx")
    far[0] = 3e-4
    with pytest.raises(UserError):
        verify.refuse(verify.differences(lambda rows: {"y": far}, exported(lambda z: 0 * far)), "onnx")


def test_one_level_of_a_few_pixels_is_allowed():
    right = np.full((1, 100), 7, np.uint8)
    few, many, far = right.copy(), right.copy(), right.copy()
    few[0, :4], many[0, :10], far[0, 0] = 8, 8, 9
    found = {
        id(made): verify.differences(lambda rows, y=made: {"y": y}, exported(lambda z: right))
        for made in (few, many, far)
    }
    verify.refuse(found[id(few)], "onnx")
    for wrong in (many, far):
        with pytest.raises(UserError):
            verify.refuse(found[id(wrong)], "onnx")


@pytest.mark.parametrize("wrong", [lambda z: z * np.nan, lambda z: z[:, None], lambda z: z.astype(np.float64)])
def test_what_is_no_number_of_another_shape_or_type(wrong):
    with pytest.raises(UserError):
        verify.refuse(differences(wrong, lambda z: z), "onnx")


def test_other_outputs():
    with pytest.raises(UserError, match="the file gives x, expected y"):
        verify.differences(lambda rows: {"x": rows["z"]}, exported(lambda z: z))
