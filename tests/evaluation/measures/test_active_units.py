"""Active units and posterior collapse: of a Gaussian encoder by its posterior, of any other by its codes."""

import numpy as np
import pytest


def test_of_a_gaussian_encoder(of_images, of_model, scores):
    subject = of_model("vae", of_images)
    found = scores("active_units", subject)
    mean, log_variance = (one.astype(np.float64) for one in subject.model.posterior)
    kl = (mean**2 + np.exp(log_variance) - log_variance - 1) / 2
    assert found["kl"].value == pytest.approx(kl.sum(axis=1).mean())
    assert found["kl"].about["by_dimension"] == pytest.approx(kl.mean(axis=0).tolist(), abs=1e-4)
    assert found["collapsed_units"].value == np.mean(np.mean(kl < 0.01, axis=0) >= 0.99)
    assert found["active_units"].value == np.sum(mean.var(axis=0, ddof=1) > 0.01)
    assert (found["active_units"].beside, found["active_units"].about["beside"]) == (3, "z_dim")
    assert found["active_units"].about["is_relative"] is False


def test_an_encoder_that_ignores_its_input_has_collapsed(of_images, fresh, scores):
    """With weights of 0, mean and log-variance are 0: the posterior is the prior, whatever the input."""
    subject = fresh("vae", of_images)
    for variable in subject.game.network("encoder").trainable_variables:
        variable.assign(np.zeros(variable.shape))
    found = scores("active_units", subject)
    assert {name: found[name].value for name in found} == {"active_units": 0, "kl": 0, "collapsed_units": 1}


def test_without_a_posterior_the_threshold_is_of_the_codes_own_scale(of_images, fresh, scores):
    subject = fresh("autoencoder", of_images)
    found = scores("active_units", subject)
    variances = subject.model.codes_of_held_out.astype(np.float64).var(axis=0, ddof=1)
    assert set(found) == {"active_units"}
    assert found["active_units"].value == np.sum(variances > 0.01 * variances.max()) > 0
    assert found["active_units"].about["is_relative"] is True
    last = subject.game.network("encoder").trainable_variables
    for variable in last[-2:]:
        variable.assign(variable * 1e-3)  # codes of a thousandth of the scale tell as much
    again = fresh("autoencoder", of_images)
    again.game = subject.game
    assert scores("active_units", again)["active_units"].value == found["active_units"].value


def test_of_a_latent_gan_it_is_the_posterior_of_its_autoencoder(of_images, of_model, scores):
    subject = of_model("latent_gan", of_images)
    assert subject.model.is_gaussian is (
        subject.game.inner.network("encoder").output_shape[-1] == 2 * subject.game.inner.z_dim
    )
    assert "active_units" in scores("active_units", subject)


def test_without_an_encoder_it_is_refused(of_images, of_model, refusal):
    assert refusal("active_units", of_model("gan", of_images)) == "there is no encoder"
