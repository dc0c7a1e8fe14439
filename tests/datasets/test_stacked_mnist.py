"""Stacked MNIST: each channel a digit of the class's name, drawn evenly, stacked when read."""

import numpy as np
import pytest

from ganae_cli.datasets.rows import Rows
from ganae_cli.datasets.stacked_mnist import stacked_mnist
from ganae_cli.errors import UserError

DIGITS = np.arange(20) % 10
GREY = (25 * DIGITS[:, None, None] + np.zeros((20, 4, 4))).astype(np.uint8)  # the grey of an image tells its digit
LAYOUT = {"x_train": GREY, "y_train": DIGITS, "x_test": GREY[:10] + np.uint8(1), "y_test": DIGITS[:10]}


def test_the_channels_are_the_digits_of_the_class(save_npz):
    data = stacked_mnist(save_npz(**LAYOUT), count=3000)
    assert (data.shape, len(data.train), len(data.test), len(data.classes)) == ((4, 4, 3), 3000, 26_000, 1000)
    for rows, labels, more in ((data.train, data.train_labels, 0), (data.test, data.test_labels, 1)):
        images = np.asarray(rows[:500])
        for image, label in zip(images, labels[:500], strict=True):
            assert "".join(str((int(grey) - more) // 25) for grey in image[0, 0]) == data.classes[label]
        assert (images == images[:, :1, :1]).all()
    shares = np.stack([data.train_labels // 100, data.train_labels // 10 % 10, data.train_labels % 10])
    for channel in shares:  # 300 of each digit, with a standard deviation of 16
        assert 220 < np.bincount(channel, minlength=10).min() <= np.bincount(channel).max() < 380


def test_nothing_is_stacked_before_it_is_read(save_npz):
    """A million images of 48 bytes would take 48 MB: their numbers take 12."""
    data = stacked_mnist(save_npz(**LAYOUT), count=1_000_000)
    assert isinstance(data.train, Rows)
    assert data.train.source.nbytes == 12_000_000
    assert data.train[[5, 5]].shape == (2, 4, 4, 3)


def test_the_same_each_time_and_other_digits_by_another_seed(save_npz):
    path = save_npz(**LAYOUT)
    first, again, other = (stacked_mnist(path, count=50, seed=seed) for seed in (0, 0, 1))
    assert (first.train_labels == again.train_labels).all()
    assert first.fingerprint == again.fingerprint != other.fingerprint
    assert (first.train_labels != other.train_labels).any()


def test_the_size_of_each_digit_is_changed_before_they_are_stacked(save_npz):
    data = stacked_mnist(save_npz(**LAYOUT), image_size=[2, 6], count=50)
    assert data.shape == (2, 6, 3)
    assert (data.train[7] == data.train[7][:1, :1]).all()


def test_digits_are_needed(save_npz):
    """A file without the digits 0, 1 and 2 still has the right classes; one of other labels has none."""
    few = {"x_train": GREY[3:10], "y_train": DIGITS[3:10], "x_test": GREY[3:10] + np.uint8(1), "y_test": DIGITS[3:10]}
    data = stacked_mnist(save_npz(**few), count=50)
    assert "".join(str(int(grey) // 25) for grey in data.train[0][0, 0]) == data.classes[data.train_labels[0]]
    with pytest.raises(UserError, match=r"y_train and y_test must be digits from 0 to 9, for the modes; got .*, 11$"):
        stacked_mnist(save_npz(**(LAYOUT | {"y_train": np.arange(20)})))
    with pytest.raises(UserError, match="must be digits from 0 to 9, for the modes; got 0, 1"):
        stacked_mnist(save_npz(**(LAYOUT | {"y_train": np.arange(3)})))
    with pytest.raises(UserError, match="count must be 1 or more, got 0"):
        stacked_mnist(save_npz(**LAYOUT), count=0)
