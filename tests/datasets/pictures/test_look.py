"""What headers say of all pictures, and what is suggested for pictures of several sizes."""

from collections import Counter

import numpy as np
import pytest

from ganae_cli.datasets.pictures.folder import FolderTree
from ganae_cli.datasets.pictures.look import common_size, look, suggested
from ganae_cli.errors import UserError


def test_all_headers(fill, encode):
    grey, colour, clear = np.zeros((4, 5)), np.zeros((4, 5, 3)), np.zeros((7, 5, 4))
    files = {"b.png": encode(grey), "a.png": encode(colour), "c.png": encode(clear), "z.png": b"", "d.png": b"text"}
    found = look(FolderTree(fill(files)))
    assert found.sizes == Counter({(4, 5): 2, (7, 5): 1})
    assert (found.colour, found.transparent) == (2, 1)
    assert list(found.faults) == ["d.png", "z.png"]
    assert found.faults["z.png"] == "it is empty"


def test_several_sizes_are_refused_with_the_setting_to_type():
    sizes = Counter({(300, 400): 9, (400, 300): 8, (90, 40): 1, (1, 1): 1})
    with pytest.raises(UserError) as error:
        common_size(sizes, "own")
    assert str(error.value) == (
        "dataset.path=own has pictures of 4 sizes (9 of 300x400, 8 of 400x300, 1 of 1x1, …; height x width); type "
        "dataset.image_size=32, or [height,width], and dataset.resize=crop, pad or stretch"
    )
    assert common_size(Counter({(3, 4): 2}), "own") == (3, 4)


@pytest.mark.parametrize(
    ("sizes", "side"),
    [
        ({(28, 28): 9, (30, 30): 1}, "28"),
        ({(28, 20): 9, (30, 30): 1}, "[28,20]"),
        ({(480, 640): 9, (1, 1): 1}, "64"),
        ({(480, 640): 1, (40, 640): 1}, "32"),
        ({(5, 6): 1, (6, 5): 1}, "16"),
    ],
)
def test_a_size_is_suggested(sizes, side):
    assert suggested(Counter(sizes)) == side
