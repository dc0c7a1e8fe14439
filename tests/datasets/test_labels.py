"""Labels of every kind: read as classes, or ignored with one warning."""

import numpy as np
import pytest

from ganae_cli.datasets.labels import read

NAMES, CLASSES = ("y", "y_test"), [2, 0, 1, 0]


@pytest.mark.parametrize(
    "labels",
    [
        np.array(CLASSES),
        np.array(CLASSES, np.uint8)[:, None],
        np.array(CLASSES, np.float32),
        np.array(CLASSES, float)[:, None],
        np.eye(3)[CLASSES],
        np.eye(3, dtype=np.uint8)[CLASSES],
        np.eye(3)[CLASSES] == 1,
        np.array(["cat", "ant", "bee", "ant"]),
        np.array([["cat"], ["ant"], ["bee"], ["ant"]]),
        np.array([b"cat", b"ant", b"bee", b"ant"]),
    ],
)
def test_classes(labels):
    train, test, warnings = read(labels, labels[2:], (4, 2), NAMES)
    assert (train.dtype, train.tolist(), warnings) == (np.int64, CLASSES, ())
    assert test.tolist() == CLASSES[2:]


def test_the_words_of_training_and_test_rows_are_numbered_together():
    train, test, _ = read(np.array(["b", "d"]), np.array(["a", "d", "c"]), (2, 3), NAMES)
    assert (train.tolist(), test.tolist()) == ([1, 3], [0, 3, 2])


def test_bool_and_negative_classes():
    train, test, _ = read(np.array([True, False]), np.array([-1, 1]), (2, 2), NAMES)
    assert (train.tolist(), test.tolist()) == ([1, 0], [-1, 1])


@pytest.mark.parametrize(
    "labels",
    [
        np.arange(3),
        np.array(2),
        np.array([0.5, 1, 2, 0]),
        np.array([0, 1, np.nan, 0]),
        np.array([1e300, 1, 2, 0]),
        np.array([[1, 1], [0, 1], [1, 0], [0, 1]]),
        np.array([[0.5, 0.5]] * 4),
        np.zeros((4, 3)),
        np.zeros((4, 1, 1)),
        np.array(CLASSES, complex),
        np.array([{}] * 4),
        np.array([b"\xff", b"a", b"b", b"c"]),
        np.array(["2020-01-01"] * 4, "M8[D]"),
        np.zeros((4, 0)),
    ],
)
def test_what_is_no_class_is_ignored_with_one_warning(labels):
    train, test, warnings = read(labels, None, (4, 0), NAMES)
    assert (train, test) == (None, None)
    expected = f"y is {labels.dtype} {labels.shape}, which cannot be read as one class for each of 4 rows: ignored"
    assert warnings == (expected,)


def test_without_labels():
    assert read(None, None, (4, 0), NAMES) == (None, None, ())
