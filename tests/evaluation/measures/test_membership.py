"""Membership inference: an attack that each model allows, and one that leaks on purpose."""

import numpy as np
import pytest

WAYS = {
    "gan": {"samples", "discriminator"},
    "autoencoder": {"samples", "reconstruction"},
    "vaegan": {"samples", "discriminator", "reconstruction"},
}


def by_pairs(high, low):
    return np.mean((high[:, None] > low[None]) + 0.5 * (high[:, None] == low[None]))


@pytest.mark.parametrize("model", WAYS)
def test_the_ways_that_a_model_allows(model, of_images, of_model, scores):
    found = scores("membership", of_model(model, of_images, sampler="prior"))
    assert {name.removeprefix("membership_auc_") for name in found} == WAYS[model]
    assert all(score.beside == 0.5 for score in found.values())
    assert not any("tpr" in name for name in found), "40 held-out rows have no false positive rate of 1 %"


def test_by_reconstruction(of_images, of_model, scores):
    subject = of_model("autoencoder", of_images)
    found = scores("membership", subject)["membership_auc_reconstruction"]

    def errors(rows, rebuilt):
        return ((rows.astype(float) - rebuilt) ** 2).mean(axis=(1, 2, 3))

    members = errors(subject.rows.train, subject.model.reconstructed("train"))
    others = errors(subject.rows.held_out, subject.model.reconstructed("held_out"))
    assert found.value == pytest.approx(by_pairs(-members, -others))
    assert (found.about["members"], found.about["non_members"]) == (120, 40)


def test_copies_of_training_rows_give_them_away(of_points, given, scores):
    members = given(of_points, of_points.test, samples=40).rows.train
    found = scores("membership", given(of_points, members, samples=40))["membership_auc_samples"]
    assert found.value == 1
    new = scores("membership", given(of_points, of_points.test, samples=40))["membership_auc_samples"]
    assert new.value == 0, "held-out rows as samples are as near as can be to held-out rows"


def test_the_rate_of_few_false_alarms_takes_a_hundred_held_out_rows(given, scores, made_of):
    data = made_of.labelled(made_of.points(100), made_of.points(100, 1))
    found = scores("membership", given(data, data.train))["membership_tpr_samples"]
    assert found.value == 1, "every training row lies on a sample, no held-out row does"
    assert (found.beside, found.about["false_positive_rate"]) == (0.01, 0.01)


def test_with_labels_a_conditional_decoder_rebuilds_its_own_class(of_images, of_model, scores):
    subject = of_model("vae", of_images, {"model.condition": "concat"})
    assert "membership_auc_reconstruction" in scores("membership", subject)
