"""Names of a tree: the folder around all of them does not count, and the order is that of the names."""

import pytest

from ganae_cli.datasets.pictures.tree import Entry, common_folder, in_order, left_out


@pytest.mark.parametrize(
    ("names", "folder"),
    [
        (["own/pictures/a.png", "own/pictures/b.png"], "own/pictures/"),
        (["own/a.png", "own/inner/b.png"], "own/"),
        (["own/a.png", "ownb/b.png"], ""),
        (["a.png"], ""),
        ([], ""),
    ],
)
def test_the_folder_around_all(names, folder):
    assert common_folder(names) == folder


def test_entries_are_in_the_order_of_their_names():
    found = [Entry(name, 1, 2) for name in ("x/é.png", "x/a/z.png", "x/Z.png", "x/a.png")]
    folder, ordered = in_order(reversed(found))
    assert folder == "x/"
    assert [entry.name for entry in ordered] == ["Z.png", "a.png", "a/z.png", "é.png"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.TIFF", None), ("b.jpeg", None), ("c.tar.gz", ".gz"), ("d", "without suffix"), ("e.AVIF", ".avif")],
)
def test_other_kinds_are_counted_by_their_suffix(name, kind):
    assert left_out(name) == kind
