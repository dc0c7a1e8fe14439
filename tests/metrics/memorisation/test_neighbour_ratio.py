"""Ratios of distances and the share of copies: rare copies, chance, ties, and the limit that chance keeps."""

import numpy as np
import pytest

from ganae_cli.metrics.memorisation.neighbour_ratio import copied_share, first_to_second, neighbour_ratios
from ganae_cli.metrics.nearest import nearest

COUNT = 1000


@pytest.fixture(scope="module")
def distances():
    """Return name of a sampler -> distances of its 1,000 samples to 3,000 training rows in 8 dimensions."""
    random = np.random.default_rng(0)
    train, held_out, new = (random.normal(size=(count, 8)) for count in (3000, COUNT, COUNT))
    sets = {
        "held_out": held_out,
        "copier": train[:COUNT] + 0.01 * random.normal(size=(COUNT, 8)),
        "iid": new,
        "wide": 3 * new,
        "rare copier": np.concatenate([train[:30], new[30:]]),
        "collapsed": np.full((COUNT, 8), 0.1) + 0.001 * new,
    }
    return {name: nearest(rows, train).distances[:, 0] for name, rows in sets.items()}


def ratios(distances, name):
    return [found.value for found in neighbour_ratios(distances[name], distances["held_out"])]


def test_ratios_order_the_samplers(distances):
    assert max(ratios(distances, "copier")) < 0.05
    assert ratios(distances, "iid") == pytest.approx([1, 1, 1], abs=0.15)
    assert min(ratios(distances, "wide")) > 2
    low, _, median = ratios(distances, "rare copier")
    assert (low, median) == (0, pytest.approx(1, abs=0.05))


def test_the_share_of_copies_orders_the_samplers(distances):
    found = {name: copied_share(given, distances["held_out"]) for name, given in distances.items()}
    assert found["copier"].value == 1
    assert found["iid"].value <= found["iid"].limit < 0.03
    assert found["wide"].value == 0
    assert found["rare copier"].value > found["rare copier"].limit
    assert found["rare copier"].rows[:30].all()
    assert found["held_out"].value == 10 / COUNT
    assert found["iid"].expected == pytest.approx(10 / (COUNT + 1))


def test_blurred_samples_are_near_to_many_rows_and_copies_to_one():
    """Draws at 0.7 of the width have smaller distances than held-out rows, as copies do; the two nearest tell."""
    random = np.random.default_rng(2)
    train, held_out, new = (random.normal(size=(count, 8)) for count in (3000, COUNT, COUNT))
    sets = {"blurred": 0.7 * new, "rare copier": np.concatenate([train[:50] + 0.05 * new[:50], new[50:]])}
    near = {name: nearest(rows, train, 2).distances for name, rows in {**sets, "held_out": held_out}.items()}
    by_distance = {name: copied_share(near[name][:, 0], near["held_out"][:, 0]) for name in sets}
    ratios = {name: first_to_second(given) for name, given in near.items()}
    by_ratio = {name: copied_share(ratios[name], ratios["held_out"]) for name in sets}
    assert all(found.value > found.limit for found in by_distance.values())
    assert by_ratio["rare copier"].value >= 0.05 > by_ratio["rare copier"].limit
    assert by_ratio["blurred"].value <= by_ratio["blurred"].limit
    assert neighbour_ratios(ratios["blurred"], ratios["held_out"], (0.5,))[0].value == pytest.approx(1, abs=0.02)


def test_chance_keeps_the_limit_and_the_expectation():
    """2,000 i.i.d. samplers of 200 samples and 300 held-out rows: 1 in 40 is beyond the limit, or less."""
    random = np.random.default_rng(1)
    shares = []
    for _ in range(2000):
        found = copied_share(random.exponential(size=200), random.exponential(size=300))
        shares.append((found.value, found.value > found.limit, found.expected))
    value, is_beyond, expected = np.mean(shares, axis=0)
    assert expected == pytest.approx(3 / 301)
    assert value == pytest.approx(expected, rel=0.06)
    assert 0.01 < is_beyond < 0.03


def test_held_out_rows_that_have_copies_in_the_training_set_are_reckoned_with():
    """A tenth of the held-out rows is in the training set: the radius is 0, and a tenth of copies is expected."""
    held_out = np.concatenate([np.zeros(20), np.arange(1.0, 181.0)])
    found = copied_share(np.concatenate([np.zeros(22), np.full(178, 5.0)]), held_out)
    assert (found.radius, found.value) == (0, 0.11)
    assert found.expected == pytest.approx(20 / 201)
    assert found.limit > 0.11
    low, median = neighbour_ratios(np.ones(5), held_out, (0.05, 0.5))
    assert low.value is None
    assert median.value == pytest.approx(1 / 80.5)


def test_few_held_out_rows_have_one_nearest():
    found = copied_share(np.array([1.0, 2.0]), np.array([3.0, 1.5, 9.0]))
    assert (found.value, found.radius, found.expected) == (0.5, 1.5, 0.25)
