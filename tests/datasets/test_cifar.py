"""cifar10 and cifar100: the names of their classes, and which labels Keras is asked for."""

import keras
import numpy as np
import pytest

from ganae_cli.datasets.cifar import COARSE, FINE, cifar10, cifar100
from ganae_cli.errors import UserError

COLOUR = np.random.default_rng(0).integers(0, 256, (20, 6, 5, 3), dtype=np.uint8)


def keras_layout(labels):
    return (COLOUR, np.array(labels, np.uint8)[:, None]), (COLOUR[:5] ^ 1, np.zeros((5, 1), np.uint8))


def test_ten_classes(monkeypatch):
    monkeypatch.setattr(keras.datasets.cifar10, "load_data", lambda: keras_layout([9] * 20))
    data = cifar10(image_size=4)
    assert (data.shape, data.train_labels[0], len(data.classes)) == ((4, 4, 3), 9, 10)
    assert (data.classes[0], data.classes[3], data.classes[9]) == ("airplane", "cat", "truck")


@pytest.mark.parametrize(
    ("labels", "number", "name"), [("fine", 99, "worm"), ("fine", 53, "orange"), ("coarse", 18, "vehicles_1")]
)
def test_a_hundred_classes_or_their_groups(labels, number, name, monkeypatch):
    """The names are those of the numbers in the original files, where 53 is orange."""
    monkeypatch.setattr(keras.datasets.cifar100, "load_data", lambda label_mode: keras_layout([number] * 20))
    data = cifar100(labels=labels)
    assert data.classes[data.train_labels[0]] == name
    assert len(data.classes) == {"fine": 100, "coarse": 20}[labels]


def test_keras_is_asked_for_the_labels(monkeypatch):
    asked = []
    monkeypatch.setattr(
        keras.datasets.cifar100, "load_data", lambda label_mode: asked.append(label_mode) or keras_layout([0] * 20)
    )
    cifar100(), cifar100(labels="coarse")
    assert asked == ["fine", "coarse"]
    with pytest.raises(UserError, match="labels must be fine or coarse, got 'rough'"):
        cifar100(labels="rough")


def test_the_names_are_sorted_as_the_numbers_are():
    assert list(FINE) == sorted(FINE)
    assert list(COARSE) == sorted(COARSE)
    assert (len(set(FINE)), len(set(COARSE))) == (100, 20)
