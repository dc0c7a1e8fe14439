"""What a classifier learns: which rows, how they look, and what its name depends on."""

from dataclasses import replace

import numpy as np
import pytest

from ganae_cli.datasets.base import Data
from ganae_cli.features import learned_rows
from ganae_cli.features.learned_rows import Learned, key, prepared, seen_shape


def data_of(labels=(7, 7, 3, 9) * 5, test_labels=(3, 9, 8), shape=(2, 2, 1), **more):
    train = np.arange(len(labels), dtype=np.uint8)[:, None, None, None] + np.zeros(shape, np.uint8)
    test = train[:3] + 100
    held = None if test_labels is None else np.array(test_labels, np.int64)
    return Data("some", train, test, np.array(labels, np.int64), held, **more)


def test_labels_are_numbered_and_test_images_held_out():
    data = data_of()
    found = Learned.of(data, 0)
    assert found.classes == 3
    numbers = found.images[:, 0, 0, 0]
    assert sorted(numbers) == list(range(20))
    assert np.array_equal(np.array([3, 7, 9])[found.labels], data.train_labels[numbers])
    held = dict(zip(found.held_out[:, 0, 0, 0].tolist(), found.held_out_labels.tolist(), strict=True))
    assert held == {100: 0, 101: 2, 102: -1}, "a class that was not learned is a mistake"


def test_without_labelled_test_images_some_training_images_are_held_out():
    found = Learned.of(data_of(test_labels=None), 0)
    learned, held = set(found.images[:, 0, 0, 0].tolist()), set(found.held_out[:, 0, 0, 0].tolist())
    assert (len(learned), len(held), learned & held) == (18, 2, set())


def test_large_images_are_seen_smaller():
    data = data_of(shape=(128, 64, 3))
    assert seen_shape(data) == (64, 32, 3)
    assert Learned.of(data, 0).images.shape == (20, 64, 32, 3)


def test_channels_are_images_of_their_own():
    data = data_of(
        labels=(0, 1, 2, 3), test_labels=(2, 1, 0), shape=(2, 2, 2), channel_classes=2, classes=tuple("abcd")
    )
    found = Learned.of(data, 0)
    assert (found.images.shape, found.held_out.shape, found.classes) == ((8, 2, 2, 1), (6, 2, 2, 1), 2)
    of_row = found.images[::2, 0, 0, 0]
    assert found.labels.reshape(4, 2).tolist() == [[row // 2, row % 2] for row in of_row]
    images = np.arange(4, dtype=np.uint8).reshape(1, 2, 1, 2)
    assert prepared(images, (2, 1, 1), 2).ravel().tolist() == [0, 2, 1, 3]


def test_many_rows_are_cut(monkeypatch):
    monkeypatch.setattr(learned_rows, "MOST_BYTES", 4 * 6)
    assert len(Learned.of(data_of(), 0).images) == 6


def test_the_name_depends_on_all_that_is_learned():
    data = data_of()
    changed, labels = data.train.copy(), data.train_labels.copy()
    changed[0, 0, 0, 0] ^= 1
    labels[0] = 9
    others = [
        replace(data, train=changed, source=data.fingerprint),  # as where validation rows were set aside
        replace(data, train_labels=labels, source=data.fingerprint),
        replace(data, test=data.test + 1, source=data.fingerprint),
        replace(data, source="another"),
    ]
    names = {key(data, 0), key(data, 1), *(key(other, 0) for other in others)}
    assert len(names) == 6
    assert key(data_of(), 0) == key(data, 0)


def test_without_labels_there_is_nothing_to_learn():
    with pytest.raises(ValueError, match="has no labels"):
        Learned.of(Data("bare", data_of().train, data_of().test), 0)
