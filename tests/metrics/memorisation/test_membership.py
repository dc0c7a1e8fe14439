"""Attacks beside scikit-learn's ROC curve, with ties; intervals beside their coverage; samples that tell."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from ganae_cli.metrics.memorisation.membership import attack, auc, scores_by_samples, tpr_at_fpr


@pytest.fixture(scope="module", params=[6, 1], ids=["few ties", "many ties"])
def scores(request):
    random = np.random.default_rng(0)
    return random.normal(0.5, 1, 700).round(request.param), random.normal(0, 1, 400).round(request.param)


def curve(members, non_members):
    return np.repeat([1, 0], [len(members), len(non_members)]), np.concatenate([members, non_members])


def test_auc_is_that_of_scikit_learn(scores):
    assert auc(*scores).value == pytest.approx(roc_auc_score(*curve(*scores)), abs=1e-12)


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.1, 0.5, 1.0])
def test_tpr_is_the_highest_point_of_the_curve_that_keeps_the_rate(scores, rate):
    false, true, _ = roc_curve(*curve(*scores), drop_intermediate=False)
    assert tpr_at_fpr(*scores, rate) == pytest.approx(true[false <= rate + 1e-12].max(), abs=1e-12)


def test_equal_scores_tell_nothing():
    found = attack(np.zeros(500), np.zeros(500))
    assert found.auc.value == 0.5
    assert found.tpr[0.01].value == 0
    assert found.tpr[0.001] is None
    assert (found.members, found.non_members) == (500, 500)


def test_delong_by_its_own_sums(scores):
    """The structural components of the paper, one pair at a time."""
    members, non_members = scores[0][:60], scores[1][:45]
    psi = (members[:, None] > non_members) + 0.5 * (members[:, None] == non_members)
    variance = psi.mean(axis=1).var(ddof=1) / 60 + psi.mean(axis=0).var(ddof=1) / 45
    found = auc(members, non_members)
    assert found.high - found.value == pytest.approx(1.959964 * np.sqrt(variance), rel=1e-6)
    assert found.value - found.low == pytest.approx(1.959964 * np.sqrt(variance), rel=1e-6)


def test_the_interval_of_auc_holds_the_truth_19_times_in_20():
    """Normal scores, 1 apart: the truth is Φ(1/√2) = 0.7602."""
    random = np.random.default_rng(1)
    found = [auc(random.normal(1, 1, 80), random.normal(0, 1, 120)) for _ in range(1000)]
    assert np.mean([one.low <= 0.760250 <= one.high for one in found]) == pytest.approx(0.95, abs=0.02)


def test_a_perfect_attack_has_an_interval_too():
    found = attack(np.arange(200.0) + 1000, np.arange(150.0))
    assert found.auc.value == found.auc.high == 1
    assert 0.95 < found.auc.low < 1
    assert found.tpr[0.01][:2] == (1, 1)
    assert auc(np.arange(9.0), np.arange(9.0) + 100)[:2] == pytest.approx((0, 0))


def test_what_leaks_nothing_scores_the_rate_itself():
    random = np.random.default_rng(2)
    found = attack(random.normal(size=5000), random.normal(size=5000))
    assert found.auc.low < 0.5 < found.auc.high
    assert found.tpr[0.01].low < 0.01 < found.tpr[0.01].high
    assert found.tpr[0.001].value < 0.005


def test_a_few_members_that_are_known_for_sure_show_in_the_tpr_alone():
    random = np.random.default_rng(3)
    members = random.normal(size=2000)
    members[:100] = 10
    found = attack(members, random.normal(size=2000))
    assert found.auc.value < 0.54
    assert found.tpr[0.01].low > 0.04
    assert found.tpr[0.001].value > 0.045


def test_samples_of_a_copier_give_its_members_away():
    random = np.random.default_rng(4)
    train, held_out, new = (random.normal(size=(500, 8)) for _ in range(3))
    copier, honest = train + 0.1 * new, new
    found = [
        auc(scores_by_samples(train, samples), scores_by_samples(held_out, samples)) for samples in (copier, honest)
    ]
    assert found[0].value > 0.99
    assert found[1].low < 0.5 < found[1].high
