"""How many Gaussians a mixture takes, beside scikit-learn's own BIC."""

import numpy as np
import pytest

from ganae_cli.samplers import components


def ring(count):
    """Codes about a circle, which no number of Gaussians is exactly."""
    random = np.random.default_rng(0)
    angles = random.uniform(0, 2 * np.pi, count)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) + random.normal(0, 0.02, (count, 2))


def size(codes):
    return len(components.chosen(codes, 7).weights_)


def test_more_codes_get_more_components():
    assert [size(ring(count)) for count in (120, 600, 1500)] == [3, 14, 20]  # the first: of 40 codes each


def test_codes_of_one_gaussian_get_ten():
    assert size(np.random.default_rng(0).normal(size=(800, 2))) == 10


def test_what_is_chosen_has_the_lowest_bic_of_scikit_learn(monkeypatch):
    """Of all codes; numbers are tried until it has risen twice in a row."""
    codes = ring(800)
    known = {count: components.fitted(codes, count, 7).bic(codes) for count in (10, 14, 20)}
    best = min(known, key=known.get)
    tried, fit = [], components.fitted
    monkeypatch.setattr(components, "fitted", lambda x, count, seed: tried.append(count) or fit(x, count, seed))
    assert size(codes) == best == 14
    assert tried[-2:] == [14, 20]  # 28 would be fewer than 40 codes for each


@pytest.mark.parametrize("count", [1, 5])
def test_the_criterion_of_all_codes_is_scikit_learns(count):
    codes = ring(300)
    mixture = components.fitted(codes, count, 7)
    found = components.criterion(mixture.score(codes), components.parameters(count, 2), 300, 300)
    assert 300 * found == pytest.approx(mixture.bic(codes))


def test_the_criterion_of_some_codes_by_hand():
    """3 + 4 (1/10 - 1/100 + log(100) / 100) = 3.36 + 0.184."""
    assert components.criterion(-1.5, 4, 10, 100) == pytest.approx(3.5442, abs=1e-4)


def test_some_of_many_codes_stand_for_all(monkeypatch):
    """A choice for 1,500 codes by 600 of them is that by all, or next to it."""
    monkeypatch.setattr(components, "TRIED", 600)
    assert size(ring(1500)) in (14, 20)


def test_a_choice_repeats():
    first, second = (components.chosen(ring(600), 4) for _ in range(2))
    assert np.array_equal(first.means_, second.means_)
