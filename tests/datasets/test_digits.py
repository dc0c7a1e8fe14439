"""The digits of scikit-learn: their split, their grey values, their size."""

import numpy as np
from sklearn.datasets import load_digits

from ganae_cli.datasets.digits import digits


def test_digits():
    data = digits()
    assert (data.kind, data.shape) == ("images", (8, 8, 1))
    assert (data.train.shape, data.test.shape) == ((1498, 8, 8, 1), (299, 8, 8, 1))
    assert (data.train.dtype, data.train_labels.dtype) == (np.uint8, np.int64)
    assert np.unique(data.train).tolist() == [round(v * 255 / 16) for v in range(17)]
    bunch = load_digits()
    for i, image in [(5, data.test[0]), (11, data.test[1]), (0, data.train[0]), (6, data.train[5])]:
        assert (image[..., 0] == np.round(bunch.images[i] * 255 / 16)).all()
    assert (data.test_labels == bunch.target[5::6]).all()
    assert np.bincount(data.test_labels).min() >= 25
    assert data.classes == tuple("0123456789")


def test_digits_at_another_size():
    assert digits(image_size=[12, 10]).shape == (12, 10, 1)
