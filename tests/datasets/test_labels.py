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
    train, test, warnings, classes = read(labels, labels[2:], (4, 2), NAMES)
    assert (train.dtype, train.tolist(), warnings) == (np.int64, CLASSES, ())
    assert test.tolist() == CLASSES[2:]
    assert classes == (("ant", "bee", "cat") if labels.dtype.kind in "US" else ("0", "1", "2"))


def test_the_words_of_training_and_test_rows_are_numbered_together():
    train, test, _, classes = read(np.array(["b", "d"]), np.array(["a", "d", "c"]), (2, 3), NAMES)
    assert (train.tolist(), test.tolist(), classes) == ([1, 3], [0, 3, 2], ("a", "b", "c", "d"))


@pytest.mark.parametrize(
    ("train", "test", "numbers", "classes"),
    [
        ([True, False], [-1, 1], ([2, 1], [0, 2]), ("-1", "0", "1")),
        ([10, 2], [2, 7], ([2, 0], [0, 1]), ("2", "7", "10")),  # by number, not by text
        ([0, 3], [3, 1], ([0, 2], [2, 1]), ("0", "1", "3")),  # class 2 is nowhere
        ([2.0, 0.0], [1.0, 1.0], ([2, 0], [1, 1]), ("0", "1", "2")),
        ([[0, 1, 0], [1, 0, 0]], [1, 0], ([1, 0], [1, 0]), ("0", "1", "2")),  # the third column has no row
        (["10", "9"], [9, 10], ([0, 1], [1, 0]), ("10", "9")),
    ],
)
def test_numbers_are_counted_from_0_and_keep_their_names(train, test, numbers, classes):
    found = read(np.array(train), np.array(test), (2, 2), NAMES)
    assert ((found.train.tolist(), found.test.tolist()), found.classes, found.warnings) == (numbers, classes, ())


@pytest.mark.parametrize(
    ("labels", "given", "numbers", "classes"),
    [
        ([2, 0], ("owl", "cat", "emu"), [2, 0], ("owl", "cat", "emu")),
        (["emu", "owl"], ("owl", "cat", "emu"), [2, 0], ("owl", "cat", "emu")),
        ([3, 0], ("owl", "cat", "emu"), [1, 0], ("0", "3")),
        ([-1, 0], ("owl", "cat", "emu"), [0, 1], ("-1", "0")),
        (["eel", "owl"], ("owl", "cat", "emu"), [0, 1], ("eel", "owl")),
        ([1, 0], ("owl", "owl"), [1, 0], ("0", "1")),
    ],
)
def test_classes_may_have_names(labels, given, numbers, classes):
    """Names that do not fit are said, and are not used."""
    found = read(np.array(labels), None, (2, 0), NAMES, given)
    assert (found.train.tolist(), found.classes) == (numbers, classes)
    fault = f"y has labels such as {', '.join(classes[:3])}: the {len(given)} names of classes do not fit, not used"
    assert found.warnings == (() if classes == given else (fault,))


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
    train, test, warnings, classes = read(labels, None, (4, 0), NAMES, ["a"])
    assert (train, test, classes) == (None, None, ())
    expected = f"y is {labels.dtype} {labels.shape}, which cannot be read as one class for each of 4 rows: ignored"
    assert warnings == (expected,)


def test_without_labels():
    assert read(None, None, (4, 0), NAMES) == (None, None, (), ())
