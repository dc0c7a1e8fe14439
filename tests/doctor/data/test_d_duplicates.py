"""Copies are named, above all those between the splits."""

import numpy as np

from ganae_cli.doctor.data import d_duplicates
from ganae_cli.doctor.survey import Survey


def survey(digests, of_split):
    thumbs, hashes = np.zeros((len(digests), 256), np.uint8), np.zeros(len(digests), np.uint64)
    found = Survey("own", names=[f"{i}.png" for i in range(len(digests))], hashes=hashes, thumbs=thumbs)
    found.digests, found.of_split = np.array(list(digests), "S1"), np.array(of_split)
    return found


def test_copies():
    said = list(d_duplicates.check(survey("abcaa", [0, 0, 0, 0, 1])))
    assert [one.what for one in said] == [
        "copies of others: 2 (0.png = 3.png; 0.png = 4.png)",
        "pairs of which one is in another split: 1 (0.png = 4.png)",
    ]


def test_pictures_saved_anew():
    found = survey("ab", [0, 0])
    found.thumbs[:] = np.arange(256)
    assert list(d_duplicates.check(found))[1].what == "pairs that are nearly the same: 1 (0.png = 1.png)"


def test_none():
    assert [one.level for one in d_duplicates.check(survey("abc", [0, 0, 1]))] == ["ok"]
