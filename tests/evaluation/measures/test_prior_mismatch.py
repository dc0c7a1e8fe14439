"""Mismatch with the prior: of codes that are drawn from it there is none; only where samples are drawn from it."""

import numpy as np
import pytest

from ganae_cli.metrics.codes.aggregate import mismatch


def test_it_is_that_of_draws_from_the_posterior(of_images, of_model, scores):
    subject = of_model("vae", of_images)
    found = scores("prior_mismatch", subject)
    expected = mismatch(subject.model.codes_of_posterior, seed=1)
    assert found["prior_mmd"].value == pytest.approx(expected.mmd.value)
    assert found["prior_kl"].value == pytest.approx(expected.gaussian_kl.value)
    assert found["prior_wasserstein"].value == pytest.approx(expected.sliced_wasserstein.value)
    assert found["prior_mmd"].beside == pytest.approx(expected.mmd.prior.mean())
    assert found["prior_mmd"].about["beside"] == "draws from N(0, I)"


def test_codes_of_the_prior_match_it_and_others_do_not(of_images, of_model, scores):
    subject = of_model("vae", of_images)
    random = np.random.default_rng(3).normal(size=(40, 3)).astype(np.float32)
    vars(subject.model)["codes_of_posterior"] = random
    near = scores("prior_mismatch", subject)
    vars(subject.model)["codes_of_posterior"] = random + 3
    far = scores("prior_mismatch", subject)
    for name in near:
        assert far[name].value > 5 * max(near[name].value, near[name].beside), name


def test_where_samples_come_from_elsewhere_it_says_nothing(of_images, of_model, refusal):
    assert refusal("prior_mismatch", of_model("gan", of_images)) == "there is no encoder"
    fitted = of_model("autoencoder", of_images, sampler="gaussian")
    assert refusal("prior_mismatch", fitted) == "codes of samples are not drawn from a prior"


@pytest.mark.parametrize("model", ["alae", "latent_gan"])
def test_codes_of_an_encoder_that_are_not_those_of_the_prior(model, of_points, of_model, refusal):
    """ALAE's encoder gives w = F(z), that of a latent GAN what its generator makes of z: neither is like z."""
    subject = of_model(model, of_points, sampler="prior")
    assert refusal("prior_mismatch", subject) == "codes of the encoder are not those that samples are drawn from"
