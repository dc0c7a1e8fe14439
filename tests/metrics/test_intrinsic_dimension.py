"""TwoNN on surfaces whose dimension is known, and against the formula of the paper, a line through all ratios."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from ganae_cli.metrics.intrinsic_dimension import two_nn

COUNT = 1500


def plane(random):
    """Return points of a plane in 20 dimensions."""
    return random.random((COUNT, 2)) @ random.normal(size=(2, 20))


def sphere(random):
    points = random.normal(size=(COUNT, 3))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def swiss_roll(random):
    angle = 1.5 * np.pi * (1 + 2 * random.random(COUNT))
    return np.stack([angle * np.cos(angle), 21 * random.random(COUNT), angle * np.sin(angle)], axis=1)


def ball(random):
    return random.normal(size=(COUNT, 5))


def curve(random):
    along = 2 * np.pi * random.random(COUNT)
    return np.stack([np.cos(along), np.sin(along), np.cos(2 * along)], axis=1)


@pytest.mark.parametrize(("surface", "dimension"), [(curve, 1), (plane, 2), (sphere, 2), (swiss_roll, 2), (ball, 5)])
def test_known_dimensions(surface, dimension):
    """Within four standard errors; of five dimensions 1,500 rows see a little less, as the paper says."""
    found = two_nn(surface(np.random.default_rng(1)))
    assert found.rows == COUNT
    assert found.error == pytest.approx(found.value / np.sqrt(0.9 * COUNT), rel=1e-6)
    assert abs(found.value - dimension) < 4 * found.error
    assert round(found.value) == dimension


def test_the_line_of_the_paper_gives_the_same():
    """-ln(1 - i/N) over ln(mu_i) of the smallest nine tenths, through the origin; neighbours by scikit-learn."""
    rows = ball(np.random.default_rng(2))
    distances, _ = NearestNeighbors(n_neighbors=3).fit(rows).kneighbors(rows)
    logs = np.sort(np.log(distances[:, 2] / distances[:, 1]))
    share = np.arange(COUNT) / COUNT
    x, y = logs[: int(0.9 * COUNT)], -np.log(1 - share[: int(0.9 * COUNT)])
    found = two_nn(rows)
    assert found.value == pytest.approx((x @ y) / (x @ x), abs=2 * found.error)


def test_copies_count_once_and_images_are_rows():
    images = np.random.default_rng(3).integers(0, 256, (40, 4, 4, 1)).astype(np.uint8)
    assert two_nn(np.concatenate([images, images[:20]])) == two_nn(images)


def test_what_has_no_estimate():
    assert two_nn(np.zeros((100, 3))) is None
    assert two_nn(np.random.default_rng(0).random((9, 2))) is None
    grid = np.stack(np.meshgrid(np.arange(10.0), np.arange(10.0)), axis=-1).reshape(-1, 2)
    assert two_nn(grid) is None
