"""Features of real rows: which rows, kept or computed, and what their file's name depends on."""

from dataclasses import replace

import numpy as np
import pytest

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.rows import Rows
from ganae_cli.errors import UserError
from ganae_cli.features import reference
from ganae_cli.features.encoder import EncoderFeatures
from ganae_cli.features.pixels import Pixels
from ganae_cli.features.random_conv import RandomConv
from ganae_cli.features.reference import draw, embed_reference


@pytest.fixture(scope="module")
def data():
    images = np.random.default_rng(0).integers(0, 256, (60, 9, 9, 1), dtype=np.uint8)
    return Data("some", images[:40], images[40:])


def ready(space, data, encode=None):
    space.prepare(data, encode)
    return space


class Counting(Pixels):
    """Pixels, and how often they were computed."""

    calls = 0

    def embed(self, rows, progress=lambda share: None):
        self.calls += 1
        return super().embed(rows, progress)


def same(one, other):
    pairs = list(zip(one, other, strict=True))
    return all(a is b is None or (np.array_equal(a, b) and a.dtype == b.dtype) for a, b in pairs)


def test_rows_are_drawn_without_repetition_in_random_order(data):
    some = draw(data, "train", 30, seed=3)
    assert len(set(some)) == 30
    assert not np.array_equal(draw(data, "train", 30, seed=4), some)
    every = draw(data, "train", 1000, seed=3)
    assert sorted(every) == list(range(40))
    assert list(every) != sorted(every), "files may be sorted"
    assert np.array_equal(every[:30], some), "the first are the same for every count"
    assert len(draw(data, "test", 1000)) == 20
    with pytest.raises(UserError, match=r"dataset 'some' has no validation rows .*it has: train, test"):
        draw(data, "validation", 3)


def test_they_are_computed_once(data, folder):
    space = ready(Counting(), data)
    first, told = embed_reference(space, data, "train", 30, seed=2), []
    again = embed_reference(space, data, "train", 30, seed=2, progress=told.append)
    assert (space.calls, told) == (1, [1.0])
    assert same(first, again)
    np.testing.assert_allclose(first.rows, data.train[draw(data, "train", 30, 2)].reshape(30, 81) / 255, rtol=1e-6)
    assert len(list(folder.iterdir())) == 1


def test_features_that_are_one_array_stay_one(data, folder):
    small = Data("small", data.train[:, :2, :2], data.test[:, :2, :2])
    space = ready(Pixels(), small)
    for _ in range(2):
        found = embed_reference(space, small, "train", 30)
        assert found.frechet is found.rows


def test_all_that_counts_is_in_the_name(data, folder):
    space = ready(Pixels(), data)
    given = [
        (space, data, "train", 20, 0),
        (space, data, "test", 20, 0),
        (space, data, "train", 19, 0),
        (space, data, "train", 20, 1),
        (ready(Pixels(frechet=32), data), data, "train", 20, 0),
        (ready(RandomConv(), data), data, "train", 20, 0),
        (ready(RandomConv(seed=1), data), data, "train", 20, 0),
        (space, replace(data, train=255 - data.train, source=data.fingerprint), "train", 20, 0),
        (space, replace(data, source="another"), "train", 20, 0),
    ]
    for one in given:
        embed_reference(*one)
    assert len(list(folder.iterdir())) == len(given)


def test_codes_of_a_model_are_never_kept(data, folder):
    space = ready(EncoderFeatures(), data, lambda rows: rows.reshape(len(rows), -1)[:, :3])
    assert embed_reference(space, data, "train", 20).rows.shape == (20, 3)
    assert not folder.exists()


@pytest.mark.parametrize(
    "change",
    [
        None,
        lambda arrays: {"rows": arrays["rows"].astype(np.float64)},
        lambda arrays: {name: one[1:] for name, one in arrays.items()},
        lambda arrays: {"rows": arrays["rows"], "more": arrays["rows"]},
    ],
    ids=["torn", "other type", "other count", "other names"],
)
def test_a_file_that_does_not_fit_is_written_anew(data, damage, change):
    space = ready(Counting(), data)
    expected = embed_reference(space, data, "train", 20)
    path, content = damage(change)
    assert same(embed_reference(space, data, "train", 20), expected)
    assert (space.calls, path.read_bytes()) == (2, content)


def test_many_rows_are_read_in_parts(data, folder, monkeypatch):
    """Whatever the size of the parts, and where rows are read when they are needed."""
    expected = embed_reference(ready(RandomConv(), data), data, "train", 33)
    monkeypatch.setenv("GANAE_FEATURE_CACHE", "off")
    monkeypatch.setattr(reference, "PART", 81 * 10)
    lazy, told = replace(data, train=Rows(data.train, lambda block: block)), []
    found = embed_reference(ready(RandomConv(), data), lazy, "train", 33, progress=told.append)
    np.testing.assert_allclose(found.rows, expected.rows, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found.frechet, expected.frechet, rtol=1e-4, atol=1e-5)
    assert told == sorted(told)
    assert (len(told) >= 4, told[-1]) == (True, 1.0)


def test_no_rows_at_all(data, folder):
    assert embed_reference(ready(Pixels(), data), data, "train", 0).rows.shape == (0, 81)
