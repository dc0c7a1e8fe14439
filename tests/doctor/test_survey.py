"""What a pass over arrays finds out."""

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.doctor import survey


def images(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 9, 12, 3)).astype(np.uint8)


def test_images():
    train, test = images(20), images(4, seed=1)
    train[3], test[1] = 7, train[0]
    labels = np.arange(20) % 2
    found = survey.of_data(Data("own", train, test, labels, labels[:4], classes=("cat", "dog")), "dataset=own")
    assert (found.count, found.splits, found.classes) == (24, {"train": 20, "test": 4}, ("cat", "dog"))
    assert (found.names[0], found.names[21]) == ("train row 0", "test row 1")
    assert found.digests[0] == found.digests[21] != found.digests[1]
    assert found.flat == ["train row 3"]
    assert (found.least, found.greatest) == (min(train.min(), test.min()), max(train.max(), test.max()))
    assert dict(found.sizes) == {(9, 12): 24}
    assert found.channels == 3
    assert found.grey_anyway == 1, "the flat one"
    assert found.rows.shape == (20, 9, 12, 3)
    assert found.sheet.shape == (20, 9, 12, 3)
    assert found.labels.tolist() == [*labels, *labels[:4]]
    assert found.of_split.tolist() == [0] * 20 + [1] * 4


def test_points():
    train = np.random.default_rng(0).normal(size=(30, 3)).astype(np.float32)
    train[:, 1] = 5
    found = survey.of_data(Data("own", train, train[:2]), "dataset=own")
    assert (found.count, found.flat, found.sheet) == (32, ["column 1"], None)
    assert found.digests[0] == found.digests[30]
    assert found.greatest == train.max()


def test_classes_without_names_are_numbers():
    labels = np.array([0, 2, 2])
    found = survey.of_data(Data("own", images(3), images(3), labels, labels), "dataset=own")
    assert found.classes == ("0", "1", "2")


def test_large_sets_are_measured_by_an_even_part(monkeypatch):
    monkeypatch.setattr(survey, "MEASURED", 5)
    train = images(20)
    found = survey.of_data(Data("own", train, train[:1]), "dataset=own")
    np.testing.assert_array_equal(found.rows, train[[0, 4, 8, 12, 16]])


def test_the_size_that_is_wanted():
    found = survey.Survey("own", image_size=(20, 30))
    assert found.wanted_size == (20, 30)
    found = survey.Survey("own")
    found.sizes.update({(300, 400): 9, (90, 40): 1})
    assert found.wanted_size == (64, 64)
