"""What one search finds, beside plain NumPy; and what each sample changes, beside leaving it out."""

import numpy as np
import pytest

from ganae_cli.metrics.distribution.neighbourhoods import changes, compare
from ganae_cli.metrics.distribution.neighbours import nearest


def squares(a, b):
    return np.square(a[:, None] - b[None]).sum(axis=2)


@pytest.fixture
def rows():
    """Return 60 real rows and 80 samples of two dimensions, in double precision."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(60, 2)), rng.normal(size=(80, 2)) * 0.7 + 0.3


def test_it_is_what_all_distances_say(rows):
    real, samples = rows
    own, other = (np.sort(squares(x, x), axis=1)[:, 4] for x in rows)  # k = 4, after the row itself
    clipped = np.minimum(own, np.median(own**0.5) ** 2)
    across, found = squares(real, samples), compare(real, samples, k=4)
    assert found.k == 4
    assert found.balls_of_sample.tolist() == (across < own[:, None]).sum(axis=0).tolist()
    assert found.samples_in_ball.tolist() == (across < own[:, None]).sum(axis=1).tolist()
    assert found.balls_of_real.tolist() == (across < other[None]).sum(axis=1).tolist()
    assert found.clipped_of_sample.tolist() == (across <= clipped[:, None]).sum(axis=0).tolist()
    expected = (squares(real, real) <= clipped[:, None]).sum(axis=0) - 1
    assert found.clipped_of_real.tolist() == expected.tolist()
    assert found.some_in_ball.tolist() == [
        [*np.flatnonzero(line)[:4].tolist(), -1, -1, -1, -1][:4] for line in across < own[:, None]
    ]


@pytest.mark.parametrize("most", [1, 4])
def test_changes_are_those_of_leaving_out_each_sample(rows, most):
    real, samples = rows
    radii = np.sort(squares(real, real), axis=1)[:, 4]
    inside, found = squares(real, samples) < radii[:, None], compare(real, samples, k=4)
    mean = np.minimum(inside.sum(axis=1) / most, 1).mean()
    expected = [mean - np.minimum(np.delete(inside, j, axis=1).sum(axis=1) / most, 1).mean() for j in range(80)]
    assert max(expected) > 0
    assert changes(found.samples_in_ball, found.some_in_ball, 80, most) == pytest.approx(expected, abs=1e-12)


def test_progress_rises_to_1(rows):
    told: list[float] = []
    compare(*rows, k=3, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)
    assert len(told) >= 3


def test_what_is_known_of_real_rows_need_not_be_computed_again(rows):
    """It is taken as it is: with larger balls, more samples lie in them."""
    (real, samples), shares = rows, []
    expected, again = compare(real, samples, 4), compare(real, samples, 4, shares.append, nearest(real, 4))
    assert all(np.array_equal(one, other) for one, other in zip(expected, again, strict=True))
    larger = compare(real, samples, 4, known=nearest(real * 2, 4))
    assert larger.balls_of_sample.sum() > expected.balls_of_sample.sum()
    assert shares == sorted(shares)
    assert shares[-1] == 1
