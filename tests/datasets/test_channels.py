"""Which axis holds the channels: by the numbers 1 to 4, by square images, or asked for."""

import numpy as np
import pytest

from ganae_cli.datasets.channels import are_first, to_last
from ganae_cli.errors import UserError


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((9, 32, 32, 3), False),
        ((9, 3, 32, 32), True),
        ((9, 1, 28, 20), True),
        ((9, 28, 20, 1), False),
        ((9, 4, 64, 48), True),
        ((9, 1, 1, 1), False),
        ((9, 2, 2, 1), False),  # both axes may be channels: square images decide
        ((9, 3, 2, 2), True),
        ((9, 64, 64, 13), False),
        ((9, 16, 16, 16), False),
        ((9, 5, 32, 32), None),
        ((9, 3, 32, 3), None),
        ((9, 3, 3, 3), None),
        ((9, 1, 8, 1), None),
    ],
)
def test_detected(shape, expected):
    if expected is None:
        with pytest.raises(
            UserError, match=r"x: are the channels first or last\? type dataset\.channels_first=true for"
        ):
            are_first(shape, None, "x")
    else:
        assert are_first(shape, None, "x") is expected
    assert are_first(shape, True, "x") is True
    assert are_first(shape, False, "x") is False


def test_every_pixel_keeps_its_place():
    images = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    moved = to_last(images)
    assert all(moved[n, y, x, c] == images[n, c, y, x] for n, c, y, x in np.ndindex(images.shape))
    assert moved.flags.c_contiguous
