"""Spaces of codes: which model makes what of them, and how images change with them."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.builders import from_config
from ganae_cli.evaluation.code_space import CodeSpace, one_label
from ganae_cli.evaluation.trained import Trained
from ganae_cli.samplers.fitted import CodeSource, labelled

SHAPE = (8, 8, 1)
CLASSES = ("owl", "cat", "dog")


@pytest.fixture
def opened(compose, parts):
    """Return a function: words of `ganae train` -> the untrained model, opened as if it was trained."""

    def made(*words, classes=()):
        config = compose(*words)
        game, config = from_config.build_game(config, SHAPE, classes)
        checkpoint = SimpleNamespace(about={"sha256": "c0de"}, step=0)
        return Trained(game, config, checkpoint, SimpleNamespace(), None, print)

    return made


def test_a_space_of_a_prior_is_normal_and_that_of_a_fitted_density_is_not(opened):
    vae, autoencoder = opened("model=vae"), opened("model=autoencoder")
    assert CodeSpace(vae).is_normal
    assert CodeSpace(vae, of_encoder=True).is_normal
    assert not CodeSpace(autoencoder, of_encoder=True).is_normal
    autoencoder.source = CodeSource("gaussian", {"mean": np.zeros(4), "cholesky": np.eye(4)}, 7)
    assert not CodeSpace(autoencoder).is_normal
    assert CodeSpace(autoencoder).drawn(5, 0).shape == (5, 4)


def test_where_a_model_decodes_what_it_does_not_generate_from(opened):
    """Codes of the encoder are those of the inner autoencoder, to which no prior applies."""
    latent = opened("model=latent_gan", "model.z_dim=4")
    z = np.ones((2, 4), np.float32)
    draws, codes = CodeSpace(latent), CodeSpace(latent, of_encoder=True)
    assert draws.is_normal
    assert not codes.is_normal
    assert np.array_equal(draws.data_of(z), latent.generate(z))
    assert np.array_equal(codes.data_of(z), latent.shown(labelled(latent.game, latent.game.decode, z)))
    assert not np.array_equal(draws.data_of(z), codes.data_of(z))


@pytest.mark.parametrize("network", ["mlp", "dcgan", "resnet", "r3gan", "squeeze"])
def test_the_jacobian_is_that_of_reverse_mode(opened, network):
    """For images of weights w: the gradient of <w, G(z)> is J^T w."""
    space = CodeSpace(opened("model=gan", f"network@networks.generator={network}", "model.z_dim=3"))
    z = np.array([0.3, -0.7, 1.1], np.float32)
    found = space.tangents(z)
    assert found.shape == (3, 64)
    for weights in np.random.default_rng(0).standard_normal((3, *SHAPE)).astype(np.float32):
        codes = tf.Variable(z[None])
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(space.make(codes) * weights)
        expected = tape.gradient(value, codes).numpy()[0]
        assert found @ weights.ravel() == pytest.approx(expected, rel=1e-3, abs=1e-5)
        assert np.abs(expected).max() > 1e-4


def test_a_jacobian_in_several_parts(opened, monkeypatch):
    space = CodeSpace(opened("model=gan", "model.z_dim=5"))
    z = np.linspace(-1, 1, 5).astype(np.float32)
    whole = space.tangents(z)
    monkeypatch.setattr("ganae_cli.samplers.fitted.CHUNK", 2)
    assert space.tangents(z) == pytest.approx(whole, abs=1e-6)


def test_classes_of_a_conditional_model(opened):
    space = CodeSpace(opened("model=gan", "model.condition=concat", classes=CLASSES))
    z = np.ones(space.trained.game.z_dim, np.float32)
    assert not np.allclose(space.tangents(z, 0), space.tangents(z, 1))
    assert (one_label(space, None), one_label(space, ["dog"])) == (0, 2)
    images = [space.data_of(z[None], np.array([label])) for label in (0, 1)]
    assert not np.array_equal(*images)
    assert space.typical(1).shape == (2000, len(z))


def test_typical_codes_of_an_encoder_are_those_of_training_data(opened):
    vae = opened("model=vae")
    space = CodeSpace(vae, of_encoder=True)
    rows = np.random.default_rng(0).integers(0, 256, (20, *SHAPE)).astype(np.uint8)
    vae.__dict__["_data"] = (SimpleNamespace(train=rows), None)
    assert np.allclose(space.typical(), vae.encode(rows), atol=1e-6)
