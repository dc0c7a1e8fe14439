"""Probes of codes whose classes are known to lie apart, or not to; neighbours beside scikit-learn's."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from ganae_cli.datasets.digits import digits
from ganae_cli.metrics.codes import probes as module
from ganae_cli.metrics.codes.probes import knn_probe, linear_probe


@pytest.fixture(scope="module")
def data():
    """Return digits as codes of 64 dimensions with labels: 1,498 for training, 299 held out."""
    found = digits()
    flat = [images.reshape(len(images), -1) / 255.0 for images in (found.train, found.test)]
    return flat[0], found.train_labels, flat[1], found.test_labels


def test_the_linear_probe_is_logistic_regression_of_standardised_codes(data):
    train, train_labels, held_out, labels = data
    with threadpool_limits(1, "blas"):
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=200)).fit(train, train_labels)
    found = linear_probe(*data)
    assert found.accuracy == pytest.approx(model.score(held_out, labels), abs=1 / 299)
    assert found.accuracy == pytest.approx(found.hits.mean())
    assert found.accuracy > 0.9
    assert found.baseline < 0.15
    assert found.rows == len(train)


def test_scale_and_place_of_a_dimension_do_not_matter(data):
    train, train_labels, held_out, labels = data
    scale = 10.0 ** np.random.default_rng(0).integers(-4, 4, 64)
    other = linear_probe((train + 3) * scale, train_labels, (held_out + 3) * scale, labels)
    assert np.mean(other.hits == linear_probe(*data).hits) > 0.98


def test_codes_that_are_all_alike_score_the_baseline(data):
    train, train_labels, held_out, labels = data
    random = np.random.default_rng(0)
    flat = [0.3 + 1e-9 * random.normal(size=(len(given), 4)) for given in (train, held_out)]
    found = linear_probe(flat[0], train_labels, flat[1], labels)
    assert found.accuracy == found.baseline == np.mean(labels == np.bincount(train_labels).argmax())
    assert linear_probe(0 * train, train_labels, 0 * held_out, labels).accuracy == found.baseline


def test_one_class_alone_is_always_right():
    codes = np.random.default_rng(0).normal(size=(10, 3))
    assert linear_probe(codes, np.full(10, 4), codes, np.full(10, 4))[:2] == (1, 1)


def test_large_sets_are_learned_in_part(data, monkeypatch):
    monkeypatch.setattr(module, "MOST_NUMBERS", 64 * 200)
    found = linear_probe(*data)
    assert found.rows == 200
    assert 0.7 < found.accuracy < 1


@pytest.mark.parametrize("count", [1, 5])
def test_neighbours_vote_as_in_scikit_learn(data, count):
    """Where no two classes have equal votes: scikit-learn then takes the smaller label."""
    train, train_labels, held_out, labels = data
    model = KNeighborsClassifier(count).fit(train, train_labels)
    votes = np.sort(model.predict_proba(held_out), axis=1)
    is_clear = votes[:, -1] > votes[:, -2] + 1e-9
    found = knn_probe(*data, count=count)
    assert is_clear.mean() > 0.95
    assert (found.hits == (model.predict(held_out) == labels))[is_clear].all()


def test_of_equal_votes_the_nearest_decides():
    """Two votes each for the classes 8 and 3; the nearest of all five is of the class 8, the fifth of the class 5."""
    train = np.array([[1.0], [2.0], [2.5], [3.0], [9.0]])
    votes = np.array([8, 3, 3, 8, 5])
    assert knn_probe(train, votes, np.zeros((1, 1)), np.array([8])).accuracy == 1
    assert knn_probe(train, np.array([8, 3, 3, 3, 8]), np.zeros((1, 1)), np.array([3])).accuracy == 1


def test_neighbours_of_few_codes(data):
    assert knn_probe(np.zeros((2, 1)), np.array([1, 1]), np.zeros((3, 1)), np.array([1, 1, 2])).accuracy == 2 / 3
    assert knn_probe(*data, most=100).rows == 100
