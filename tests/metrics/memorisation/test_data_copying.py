"""C_T: the score beside SciPy's Mann-Whitney test, and samplers that copy, draw anew, spread or collapse."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, norm

from ganae_cli.metrics.memorisation.data_copying import cell_centres, data_copying, mann_whitney_z
from ganae_cli.metrics.nearest import nearest


def clusters(count, seed, spread=1.0, wide=1.0):
    """Return rows of four clusters in 5 dimensions; wide: their standard deviation."""
    random = np.random.default_rng(seed)
    centres = 8 * np.array([[0, 0, 0, 0, 0], [1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0]])
    return centres[random.integers(0, 4, count)] * spread + wide * random.normal(size=(count, 5))


@pytest.fixture(scope="module")
def data():
    """Return 3,000 training rows and 1,000 held-out rows."""
    return clusters(3000, 0), clusters(1000, 1)


def copies(train, count, noise=0.02, seed=2):
    random = np.random.default_rng(seed)
    return train[random.integers(0, len(train), count)] + noise * random.normal(size=(count, train.shape[1]))


def test_the_score_is_that_of_mann_whitney():
    random = np.random.default_rng(0)
    ours, theirs = random.normal(0.4, 1, 80), random.normal(0, 1, 50)
    u = mannwhitneyu(ours, theirs).statistic
    assert mann_whitney_z(ours, theirs) == pytest.approx((u - 2000) / np.sqrt(4000 * 131 / 12))
    tied = mannwhitneyu(ours.round(), theirs.round()).statistic
    assert mann_whitney_z(ours.round(), theirs.round()) == pytest.approx((tied - 2000) / np.sqrt(4000 * 131 / 12))
    p = 2 * norm.sf(abs(mann_whitney_z(ours, theirs)))
    assert p == pytest.approx(mannwhitneyu(ours, theirs, use_continuity=False, method="asymptotic").pvalue, rel=1e-6)


def test_samplers_are_in_order(data):
    """Copies far below 0, new draws near 0, draws three times as wide far above."""
    train, held_out = data
    samplers = {"copier": copies(train, 1000), "iid": clusters(1000, 3), "wide": clusters(1000, 3, wide=3.0)}
    found = {name: data_copying(samples, held_out, train) for name, samples in samplers.items()}
    assert found["copier"].value < -5
    assert abs(found["iid"].value) < 2
    assert found["wide"].value > 4
    assert min(found["copier"].covered, found["iid"].covered) > 0.9


def test_new_draws_score_0_on_average_with_a_deviation_of_1_or_less(data):
    train, _ = data
    values = [data_copying(clusters(400, 10 + i), clusters(400, 50 + i), train).value for i in range(12)]
    assert np.mean(values) == pytest.approx(0, abs=0.5)
    assert np.std(values) < 1


def test_copying_in_one_region_is_seen_there(data):
    """A sampler that copies the first cluster and draws the others anew: as in the paper, the cells tell."""
    train, held_out = data
    is_first = np.abs(train[:, :3]).max(axis=1) < 4
    new = clusters(1000, 3)
    new = new[np.abs(new[:, :3]).max(axis=1) >= 4]
    samples = np.concatenate([copies(train[is_first], 250), new])
    found = data_copying(samples, held_out, train, cells=4)
    assert sorted(found.scores)[0] < -10
    assert sorted(found.scores)[1] > -3
    assert found.value == pytest.approx(np.sum(found.scores * found.weights))
    assert found.value < -2


def test_cells_with_few_rows_are_left_out(data):
    """Samples of one cluster alone: three of four cells have none, and the fourth decides."""
    train, held_out = data
    samples = clusters(2000, 3, spread=0.0)
    found = data_copying(samples, held_out, train, cells=4)
    assert np.count_nonzero(np.isfinite(found.scores)) == 1
    assert found.covered == pytest.approx(0.25, abs=0.05)
    assert found.value == found.scores[np.isfinite(found.scores)][0]
    assert data_copying(samples[:10], held_out, train) is None
    assert data_copying(samples, held_out[:10], train) is None


def test_known_distances_are_taken(data):
    train, held_out = data
    samples = copies(train, 500)
    known = [nearest(rows, train).distances[:, 0] for rows in (samples, held_out)]
    ours, theirs = data_copying(samples, held_out, train, *known), data_copying(samples, held_out, train)
    assert ours.value == theirs.value
    assert data_copying(samples, held_out, train, known[0] + 100, known[1]).value > 5


def test_cells_are_of_the_training_rows(data):
    found = cell_centres(data[0], 4)
    assert nearest(8 * np.eye(5)[:4] * [[0], [1], [1], [1]], found).distances.shape == (4, 1)
    assert (
        nearest(found, np.array([[0, 0, 0, 0, 0], [8, 0, 0, 0, 0], [0, 8, 0, 0, 0], [0, 0, 8, 0, 0]])).distances.max()
        < 0.3
    )
    assert cell_centres(data[0], 4).tolist() == found.tolist()
