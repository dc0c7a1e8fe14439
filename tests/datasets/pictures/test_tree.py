"""Names of a tree: the folder around all of them does not count, and the order is that of the names."""

import numpy as np
import pytest

from ganae_cli.datasets.pictures.tree import Entries, Entry, common_folder, in_order, left_out


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
    assert [entry.place for entry in ordered] == [0, 1, 2, 3]


def test_entries_come_back():
    names = ["a.png", "a/é.png", "a/\udce9.png", "a/\U0001f431.png", "b.png"]
    given = [Entry(name, i, 7 * i, "broken" * (i == 2), 9 - i) for i, name in enumerate(names)]
    entries = Entries(given)
    assert list(entries) == [entries[i] for i in range(5)] == given
    assert (entries[1:3], entries[::-2], entries[-1]) == (given[1:3], given[::-2], given[-1])
    assert entries[np.int64(3)] == given[3]
    assert len(Entries([])) == 0
    with pytest.raises(IndexError):
        entries[5]


def test_numbers_that_a_stranger_claims():
    """Sizes of archives, and times of files in other centuries."""
    entries = Entries([Entry("a", 2**64 - 1, 2**64 + 5), Entry("b", 1, -3)])
    assert (entries[0].size, entries[0].stamp, entries[1].stamp) == (2**63 - 1, 5, 2**63 - 3)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.TIFF", None), ("b.jpeg", None), ("c.tar.gz", ".gz"), ("d", "without suffix"), ("e.AVIF", ".avif")],
)
def test_other_kinds_are_counted_by_their_suffix(name, kind):
    assert left_out(name) == kind
