"""Rows that samples are compared with: as many as there are samples, with their labels, whatever the order of files."""

import numpy as np
import pytest

from ganae_cli.datasets.base import Data
from ganae_cli.evaluation import compared_rows
from ganae_cli.evaluation.compared_rows import ComparedRows
from ganae_cli.evaluation.protocol import Protocol


def images(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 4, 4, 1), np.uint8)


@pytest.fixture
def data():
    return Data("made", images(90), images(40, 1), np.arange(90) % 3, np.arange(40) % 3, classes=("a", "b", "c"))


def test_as_many_rows_of_each_kind_as_the_fewest(data):
    found = ComparedRows(data, Protocol(samples=30), given=100)
    assert (found.count, found.train_count) == (30, 30)
    assert (len(found.held_out), len(found.train)) == (30, 30)
    assert ComparedRows(data, Protocol(), given=100).count == 40, "never more than there are held-out rows"
    assert ComparedRows(data, Protocol(), given=25).count == 25, "or than were given"
    assert ComparedRows(data, Protocol()).train_count == 90


def test_rows_of_a_large_image_are_few(data, monkeypatch):
    monkeypatch.setattr(compared_rows, "MOST_BYTES", 16 * 30)
    found = ComparedRows(data, Protocol())
    assert (found.count, found.train_count) == (30, 30)
    monkeypatch.setattr(compared_rows, "MOST_BYTES", 16)
    assert ComparedRows(data, Protocol()).count == compared_rows.FEWEST


def test_rows_and_their_labels_stay_together(data):
    found = ComparedRows(data, Protocol(samples=30))
    known = {row.tobytes(): label for row, label in zip(data.train, data.train_labels, strict=True)}
    assert [known[row.tobytes()] for row in found.train] == found.labels_of("train").tolist()
    held_out = {row.tobytes(): label for row, label in zip(data.test, data.test_labels, strict=True)}
    assert [held_out[row.tobytes()] for row in found.held_out] == found.labels_of("held_out").tolist()


def test_the_mean_row(data):
    found = ComparedRows(data, Protocol(samples=90), 30)
    assert np.abs(found.train_mean - np.rint(found.train.mean(axis=0))).max() <= 1


def test_all_rows_stand_in_random_order_as_files_may_be_sorted(data):
    found = ComparedRows(data, Protocol(), 40)
    assert sorted(row.tobytes() for row in found.held_out) == sorted(row.tobytes() for row in data.test)
    assert not np.array_equal(found.held_out, data.test)
