"""The discriminator's AUC: of its logits of held-out rows and of samples; only where it sees single rows."""

import numpy as np
import pytest

from ganae_cli.engine.condition import MODES
from ganae_cli.evaluation.protocol import Protocol
from ganae_cli.evaluation.subject import Subject


def by_pairs(high, low):
    """Return the share of pairs whose first is higher, those that are equal counting one half."""
    return np.mean((high[:, None] > low[None]) + 0.5 * (high[:, None] == low[None]))


@pytest.mark.parametrize("data", ["of_images", "of_points"])
def test_it_is_the_share_of_pairs_that_are_in_order(data, of_model, scores, request):
    data = request.getfixturevalue(data)
    subject = of_model("gan", data)
    found = scores("discriminator", subject)["discriminator_auc"]
    made, held_out, train = (subject.model.logits(split) for split in ("samples", "held_out", "train"))
    assert found.value == pytest.approx(by_pairs(held_out, made))
    assert found.beside == pytest.approx(by_pairs(train, made))
    assert found.about["beside"] == "training rows instead of held-out rows"
    assert found.low <= found.value <= found.high


@pytest.mark.parametrize("mode", MODES[1:])
def test_a_conditional_discriminator_sees_the_label(mode, of_images, of_model, scores):
    subject = of_model("gan", of_images, {"model.condition": mode})
    found = scores("discriminator", subject)["discriminator_auc"]
    assert 0 <= found.value <= 1
    others = Subject(of_images, subject.settings, subject.game, subject.source)
    vars(others.model)["labels"] = (subject.model.labels + 1) % 3
    vars(others.model)["samples"] = subject.samples
    is_told = mode != "auxiliary"  # whose discriminator gets no label
    assert np.allclose(others.model.logits("samples"), subject.model.logits("samples")) is not is_told


@pytest.mark.parametrize("model", ["pacgan", "began", "autoencoder", "bigan", "alae", "latent_gan"])
def test_what_sees_no_single_row_is_refused(model, of_points, of_model, refusal):
    """ALAE's discriminator sees codes, which may have as many numbers as points have."""
    subject = of_model(model, of_points, {"model.z_dim": 2}, sampler="prior")
    assert refusal("discriminator", subject) == "there is no discriminator that sees single rows"


def test_samples_of_another_program_have_none(of_images, refusal):
    subject = Subject(of_images, Protocol(features="pixels"), given=of_images.test)
    assert refusal("discriminator", subject) == "there is no discriminator that sees single rows"
