"""Copying: copies of training rows are told from new data, wherever in the training set they stand."""

from dataclasses import replace

import numpy as np
import pytest

from ganae_cli.evaluation.measures import copying
from ganae_cli.metrics.memorisation.data_copying import data_copying


def test_new_rows_of_the_same_distribution_are_no_copies(of_points, given, scores, made_of):
    found = scores("copying", given(of_points, made_of.points(40, 7)))
    assert found["copied_share"].value <= found["copied_share"].about["limit"]
    assert abs(found["authenticity"].value - found["authenticity"].beside) < 0.3
    assert found["distance_ratio"].value == pytest.approx(1, abs=0.6)
    assert found["distance_ratio"].beside == 1


def test_copies_are_found_though_they_are_not_among_the_rows_that_samples_are_compared_with(of_points, given, scores):
    """The protocol takes 40 of 120 training rows; copies of any of them count."""
    subject = given(of_points, of_points.train[80:], samples=40)
    assert len(subject.rows.train) == 40
    found = scores("copying", subject)
    assert found["copied_share"].value == 1
    assert found["authenticity"].value == 0
    assert found["distance_ratio"].value == found["distance_ratio_5"].value == 0
    assert found["copied_share"].about["training_rows"] == 120


def test_the_numbers_are_those_of_distances_written_out(of_images, given, scores, made_of):
    rows = made_of.images(40, 7)
    rows[:8] = of_images.train[100:108]  # a fifth is copied
    found = scores("copying", given(of_images, rows))
    flat = [one.reshape(len(one), -1).astype(np.float64) for one in (rows, of_images.test, of_images.train)]
    ours, theirs = (np.linalg.norm(one[:, None] - flat[2][None], axis=2).min(axis=1) for one in flat[:2])
    assert found["copied_share"].value == np.mean(ours <= theirs.min()) >= 0.2
    assert found["distance_ratio"].value == pytest.approx(np.median(ours) / np.median(theirs))
    assert found["distance_ratio_5"].value == 0
    first, second = np.sort(np.linalg.norm(flat[0][:, None] - flat[2][None], axis=2), axis=1)[:, :2].T
    assert found["copies"].value == np.mean(first < second / 3) == 0.2
    assert found["copies"].beside == 0
    within = np.linalg.norm(flat[2][:, None] - flat[2][None], axis=2)
    np.fill_diagonal(within, np.inf)
    nearest = np.linalg.norm(flat[0][:, None] - flat[2][None], axis=2).argmin(axis=1)
    assert found["authenticity"].value == pytest.approx(np.mean(ours > within[nearest].min(axis=1)))
    assert found["copied_share"].about["compared_by"] == "pixels"


def test_the_data_copying_test_is_that_of_its_paper(of_points, given, scores, made_of):
    rows = of_points.train[:40] + np.float32(1e-3)
    found = scores("copying", given(of_points, rows))["c_t"]
    expected = data_copying(rows, of_points.test, of_points.train, seed=1)
    assert found.value == pytest.approx(expected.value)
    assert found.value < -3
    assert (found.beside, found.about["covered"]) == (0, expected.covered)


def test_of_a_large_training_set_fewer_rows_are_compared(of_points, given, scores, monkeypatch):
    monkeypatch.setattr(copying, "OPERATIONS", 30 * of_points.train.size)
    monkeypatch.setattr(copying, "FEWEST", 25)
    found = scores("copying", given(of_points, of_points.test))
    assert found["copied_share"].about["rows"] == 30
    monkeypatch.setattr(copying, "OPERATIONS", 1)
    found = scores("copying", given(of_points, of_points.test))
    assert found["copied_share"].about["rows"] == 25


def test_copies_of_mirrored_images_count_where_images_are_trained_on_mirrored(of_images, given, scores):
    mirrored = of_images.train[30:70, :, ::-1]
    assert scores("copying", given(of_images, mirrored))["copies"].value == 0
    found = scores("copying", given(replace(of_images, flips=True), mirrored))
    assert found["copies"].value == found["copied_share"].value == 1
    assert found["copies"].beside == found["authenticity"].value == 0
    assert found["copies"].about["mirrored"]


def test_the_nearest_rows_are_those_of_a_training_set_that_has_all_images_both_ways(of_images, made_of):
    symmetrical = np.concatenate([of_images.train, of_images.train[:9, :, ::-1]])
    symmetrical[:40] = symmetrical[:40] // 2 + symmetrical[:40, :, ::-1] // 2  # as far one way as the other
    data = replace(of_images, train=symmetrical, train_labels=None, flips=True)
    rows = made_of.images(30, 7)
    found = copying._nearest(rows, data, print)
    flat = [one.reshape(len(one), -1).astype(np.float64) for one in (rows, symmetrical, symmetrical[:, :, ::-1])]
    ways = [np.linalg.norm(flat[0][:, None] - one[None], axis=2) for one in flat[1:]]
    assert found.distances == pytest.approx(np.sort(np.minimum(*ways), axis=1)[:, :2])
    assert all(one != other for one, other in found.indices)


def test_authenticity_is_that_of_a_training_set_that_has_all_images_both_ways(of_images, given, scores, made_of):
    """Half of the training images are nearly mirrored ones of the others, so that a row's nearest one is mirrored."""
    train = of_images.train.copy()
    train[60:] = train[:60, :, ::-1] // 2 + train[60:] // 2
    share = np.linspace(0.2, 0.9, 40).reshape(-1, 1, 1, 1)  # of noise
    rows = np.rint((1 - share) * train[:40] + share * made_of.images(40, 7)).astype(np.uint8)
    data = replace(of_images, train=train, flips=True)
    found = scores("copying", given(data, rows))["authenticity"]
    ways = np.stack([train, train[:, :, ::-1]]).reshape(2, 120, -1).astype(np.float64)

    def to_train(one):
        flat = one.reshape(len(one), -1).astype(np.float64)
        return np.linalg.norm(flat[None, :, None] - ways[:, None], axis=3).min(axis=0)

    within = to_train(train)
    np.fill_diagonal(within, np.inf)  # the row itself, either way
    for one, value in ((rows, found.value), (data.test, found.beside)):
        distances = to_train(one)
        authentic = distances.min(axis=1) > within[distances.argmin(axis=1)].min(axis=1)
        assert value == pytest.approx(authentic.mean())
    assert 0 < found.value < 1
    assert scores("copying", given(replace(data, flips=False), rows))["authenticity"].value != found.value
