"""The type of a dataset: resizing by hand, cutting to the first rows, and what is refused."""

import numpy as np
import pytest

from ganae_cli.datasets import room
from ganae_cli.datasets.base import Data, resize
from ganae_cli.datasets.points import ring
from ganae_cli.datasets.rows import Rows
from ganae_cli.errors import UserError


def test_first_keeps_rows_and_labels_together():
    data, few = ring(count=50), ring(count=50).first(7)
    assert (few.train == data.train[:7]).all()
    assert (few.train_labels == data.train_labels[:7]).all()
    assert (few.test == data.test).all()


def test_resize_by_hand():
    """Two halves, black and white: shrinking averages, and flat areas stay as they are."""
    image = np.zeros((1, 8, 8, 2), np.uint8)
    image[:, :, 4:, 0], image[..., 1] = 200, 77
    small = resize(image, 2)
    assert small.shape == (1, 2, 2, 2)
    assert (small[0, :, 0, 0] < 30).all()
    assert (small[0, :, 1, 0] > 170).all()
    assert (small[..., 1] == 77).all()
    assert resize(image, [3, 5]).shape == (1, 3, 5, 2)
    assert resize(image, None) is image
    rows = resize(Rows(image, index=np.zeros(3, int)), [3, 5])
    assert (np.asarray(rows) == resize(image, [3, 5])[[0, 0, 0]]).all()


def test_only_the_first_rows_are_resized():
    seen = []
    rows = Rows(np.zeros((9, 8, 8, 1), np.uint8), lambda block: seen.append(len(block)) or block)
    data = Data("x", resize(rows, 4), np.zeros((1, 4, 4, 1), np.uint8)).first(3)
    seen.clear()
    ready = data.ready()
    assert isinstance(ready.train, np.ndarray)
    assert (ready.train.shape, sum(seen)) == ((3, 4, 4, 1), 3)


@pytest.mark.parametrize(
    ("train", "labels"),
    [
        (np.zeros((4, 8, 8), np.uint8), None),
        (np.zeros((4, 8, 8, 1), np.float32), None),
        (np.zeros((0, 2), np.float32), None),
        (np.zeros((4, 2), np.float32), np.zeros(3, np.int64)),
        (np.zeros((4, 2), np.float32), np.zeros(4, np.int32)),
    ],
)
def test_data_of_another_kind_is_a_mistake_in_the_dataset(train, labels):
    with pytest.raises(ValueError, match="dataset 'x'"):
        Data("x", train, train, labels)


def test_kind_and_shape_follow_from_the_arrays():
    images, points = np.zeros((4, 8, 6, 3), np.uint8), np.zeros((4, 2), np.float32)
    assert (Data("x", images, images).kind, Data("x", images, images).shape) == ("images", (8, 6, 3))
    assert (Data("x", points, points).kind, Data("x", points, points).shape) == ("points", (2,))


@pytest.mark.parametrize("is_unread", [False, True])
def test_images_beyond_the_memory_are_refused(is_unread):
    images = np.zeros((10, 8, 8, 1), np.uint8)
    with pytest.raises(UserError, match=r"^dataset.image_size asks for .* of memory, and .* free$"):
        resize(Rows(images) if is_unread else images, 10**8)


def test_rows_that_are_few_may_be_of_many(monkeypatch):
    """Ten of a million images fit; all of them do not."""
    monkeypatch.setattr(room, "available_memory", lambda: 10_000)
    every = Rows(resize(Rows(np.zeros((1000, 8, 8, 1), np.uint8)), 16), is_costly=True)
    data = Data("made", every, every.chosen(np.arange(5)))
    assert data.first(10).ready().train.shape == (10, 16, 16, 1)
    with pytest.raises(UserError, match="image_size asks for"):
        data.ready()
