"""Splits and classes of pictures by their names."""

import pytest

from ganae_cli.datasets.pictures.splits import by_folder, classes
from ganae_cli.errors import UserError


def test_folders_of_splits():
    names = ["Test/a/1.png", "train/b/2.png", "validation/a/3.png"]
    found = by_folder(names, "own")
    assert found.splits == ["test", "train", "validation"]
    assert found.rest == ["a/1.png", "b/2.png", "a/3.png"]


@pytest.mark.parametrize(
    "names", [["test/1.png", "val/2.png"], ["train/1.png", "train/2.png"], ["train.png", "test.png"]]
)
def test_what_is_no_split(names):
    """Without a folder for training, folders named test are folders; a file has no folder."""
    assert by_folder(names, "own") == (None, names)


def test_pictures_beside_the_splits_are_refused():
    with pytest.raises(UserError, match=r"and 1 pictures outside of train, test and validation .the first: x/3\.png"):
        by_folder(["test/1.png", "train/2.png", "x/3.png"], "own")
    with pytest.raises(UserError, match="and 1 recordings outside of train"):
        by_folder(["test/1.wav", "train/2.wav", "x/3.wav"], "own", "recordings")


@pytest.mark.parametrize(
    ("names", "option", "labels", "found"),
    [
        (["b/1", "a/2", "b/x/3"], "auto", [1, 0, 1], ("a", "b")),
        (["b/1", "a/2", "b/3"], "none", None, ()),
        (["b/1", "b/2"], "auto", None, ()),
        (["1", "2"], "auto", None, ()),
        (["10/1", "9/1", "é/1"], "folder", [0, 1, 2], ("10", "9", "é")),
    ],
)
def test_classes_are_the_folders(names, option, labels, found):
    made = classes(names, option)
    assert (None if made.labels is None else made.labels.tolist(), made.names) == (labels, found)


def test_a_picture_beside_the_folders_is_said():
    assert classes(["b/1", "a/2", "3", "4"], "auto") == (None, (), "3")
    assert classes(["b/1", "b/2", "3"], "auto").loose == "", "one folder is no two classes anyway"


def test_classes_that_were_asked_for_are_missing():
    with pytest.raises(UserError, match=r"dataset\.labels=folder, but 3\.png lies in none; expected a folder for each"):
        classes(["a/1.png", "b/2.png", "3.png"], "folder")
    with pytest.raises(UserError, match=r"there is only 'a'"):
        classes(["a/1.png", "a/2.png"], "folder")
