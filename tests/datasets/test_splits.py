"""Held-out rows: a part of all rows, of a size worked out by hand, the same each time, and never read before."""

from dataclasses import replace

import numpy as np
import pytest

from ganae_cli.datasets import rows as rows_module
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.rows import Rows
from ganae_cli.datasets.splits import TEST, VALIDATION, counted, held_out, taken, with_validation
from ganae_cli.errors import UserError

POINTS = np.arange(20, dtype=np.float32)[:, None]
DATA = Data("x", POINTS, POINTS[:3] + 100, np.arange(20), np.arange(3), classes=tuple(map(str, range(20))))


@pytest.mark.parametrize(
    ("count", "fraction", "expected"),
    [(10, 0.2, 2), (10, 0.25, 2), (10, 0.35, 4), (10, 0.001, 1), (10, 0.999, 9), (2, 0.5, 1), (1000, 0.1, 100)],
)
def test_how_many_rows_are_held_out(count, fraction, expected):
    """The nearest whole number (halves to the even one), one at least, and one stays."""
    assert held_out(count, fraction).sum() == held_out(count, fraction, VALIDATION).sum() == expected


def test_the_rows_held_out_are_the_same_each_time_and_spread_over_all():
    mask = held_out(1000, 0.2)
    assert (mask == held_out(1000, 0.2)).all()
    parts = mask.reshape(10, 100).sum(axis=1)  # 20 each, with a standard deviation of about 4
    assert 8 <= parts.min() <= parts.max() <= 32
    assert 20 <= (mask & held_out(1000, 0.2, VALIDATION)).sum() <= 60  # 40 of two independent choices


@pytest.mark.parametrize("stream", [TEST, VALIDATION])
def test_shares_are_exact_and_of_every_class(stream):
    labels = np.repeat([0, 1, 2], [100, 50, 10])
    mask = held_out(160, 0.1, stream, labels)
    assert [mask[labels == k].sum() for k in range(3)] == [10, 5, 1]
    assert (mask == held_out(160, 0.1, stream, labels)).all()
    assert (mask != held_out(160, 0.1, (2,), labels)).any()


def test_of_each_class_a_row_stays_as_long_as_others_can_be_taken():
    """Of 12 rows 5 are taken: of a class of 6 and nothing else, though three classes of two would give one each."""
    pairs = np.array([0] * 6 + [1, 2, 3, 4, 5, 6])
    mask = held_out(12, 5 / 12, labels=pairs)
    assert mask.sum() == mask[:6].sum() == 5
    assert held_out(12, 0.9, labels=pairs).sum() == 11
    for seed in range(20):
        few = held_out(40 + seed, 0.5, labels=np.array([0] * (38 + seed) + [1, 1]))
        assert (~few)[-2:].any(), "a class of two keeps one"


def test_one_row_of_each_class():
    mask = held_out(5, 0.2, labels=np.arange(5))
    assert mask.sum() == 1
    assert held_out(5, 0.99, labels=np.arange(5)).sum() == 4


def test_validation_rows_are_training_rows_with_their_labels():
    data = with_validation(DATA, 0.25)
    assert [len(rows) for _, rows, _ in data.splits()] == [15, 3, 5]
    for rows, labels in ((data.train, data.train_labels), (data.validation, data.validation_labels)):
        assert rows[:, 0].tolist() == labels.tolist() == sorted(labels)
    assert sorted([*data.train_labels, *data.validation_labels]) == list(range(20))
    assert (data.test == DATA.test).all()
    assert (with_validation(DATA, 0.25).validation == data.validation).all()
    assert (data.classes, data.fingerprint) == (DATA.classes, with_validation(DATA, 0.25).fingerprint)


def test_validation_rows_are_of_every_class():
    data = Data("x", np.zeros((40, 1), np.float32), POINTS, np.repeat([0, 1], [30, 10]), np.arange(20))
    assert np.bincount(with_validation(data, 0.2).validation_labels).tolist() == [6, 2]


def test_without_a_fraction_nothing_changes():
    assert with_validation(DATA, 0.0) is DATA


def test_rows_of_a_group_stay_together():
    """Of groups 0, 1, 2, 3 with 3, 1, 2 and 2 rows, half are set aside, and one of each class stays: 0, 0, 1, 1."""
    groups, train = np.array([0, 0, 0, 1, 2, 2, 3, 3]), np.arange(16, dtype=np.float32).reshape(8, 2)
    labels = (groups >= 2).astype(np.int64)
    data = Data("x", train, train[:1], labels, np.zeros(1, np.int64), classes=("a", "b"), train_groups=groups)
    made = with_validation(data, 0.5)
    group_of = {float(row[0]): int(group) for row, group in zip(train, groups, strict=True)}
    kept, aside = ({group_of[float(row[0])] for row in np.asarray(rows)} for rows in (made.train, made.validation))
    assert (len(kept), len(aside), kept | aside) == (2, 2, {0, 1, 2, 3})
    assert set(made.train_labels.tolist()) == set(made.validation_labels.tolist()) == {0, 1}
    assert made.train_groups is None
    with pytest.raises(UserError, match="has training rows of one file only"):
        with_validation(replace(data, train_groups=np.zeros(8, int)), 0.5)


def test_without_labels_there_are_none():
    data = with_validation(replace(DATA, train_labels=None), 0.5)
    assert (data.train_labels, data.validation_labels, len(data.validation)) == (None, None, 10)


def test_rows_of_large_arrays_stay_unread(monkeypatch):
    monkeypatch.setattr(rows_module, "IN_MEMORY", 70)
    read = []
    unread = Rows(np.zeros((9, 4, 4, 1), np.uint8), lambda block: read.append(len(block)) or block)
    read.clear()
    data = with_validation(Data("x", unread, np.zeros((1, 4, 4, 1), np.uint8)), 0.5)
    assert (isinstance(data.train, Rows), len(data.train), len(data.validation)) == (True, 5, 4)
    assert isinstance(data.validation, np.ndarray)  # 64 bytes
    assert sum(read) == 1 + 1 + 4  # a row of each, for its shape
    assert isinstance(taken(np.zeros((9, 4, 4, 1), np.uint8), np.ones(9, bool)), Rows)


def test_rows_that_are_costly_stay_so():
    """Chosen rows are converted once, as all would have been."""
    rows = Rows(np.arange(9)[:, None], lambda block: block + 1, np.array([8, 6, 4, 2]), is_costly=True)
    chosen = rows.chosen(np.array([3, 0]))
    assert (chosen[:].tolist(), chosen.is_costly) == ([[3], [9]], True)


@pytest.mark.parametrize("fraction", [-0.1, 1.0, 1.5, float("nan")])
def test_what_is_no_fraction_is_refused(fraction):
    with pytest.raises(UserError, match=r"validation_fraction must be 0 or more and less than 1, got"):
        with_validation(DATA, fraction)


def test_what_cannot_be_parted_is_refused():
    with pytest.raises(
        UserError, match=r"^dataset\.validation_fraction=0\.5, but dataset 'x' has 1 training row only$"
    ):
        with_validation(DATA.first(1), 0.5)
    own = replace(DATA, validation=POINTS[:4])
    with pytest.raises(UserError, match=r"validation_fraction=0\.5, but dataset 'x' has 4 validation rows of its own"):
        with_validation(own, 0.5)


def test_the_rows_are_counted_in_words():
    assert counted(with_validation(DATA, 0.25)) == "15 points of 1 to learn from, 5 for validation, 3 to test on"
    images = np.zeros((1200, 8, 6, 3), np.uint8)
    assert counted(Data("x", images, images[:9])) == "1,200 images of 8x6x3 to learn from, 9 to test on"
