"""Adversarial terms of one discriminator and several kinds of fakes, computed by hand."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli import registry
from ganae_cli.models.shared import adversarial_terms

REAL = tf.constant([[1.0], [3.0]])
FAKES = {"sample": tf.constant([[0.0], [-1.0]]), "other": tf.constant([[2.0], [0.0]])}


@pytest.fixture
def loss(parts):
    return lambda name: registry.build("adversarial", name)


def test_real_data_count_once_and_each_kind_of_fake_with_its_share(loss):
    """Wasserstein: -2 for the data; -1/2 and 1 for the fakes, each times the share 1/2."""
    terms = adversarial_terms.discriminator_terms(loss("wasserstein"), REAL, FAKES, share=0.5)
    found = {name: float(term) for name, term in terms.items()}
    assert found == pytest.approx({"real": -2.0, "fake_sample": -0.25, "fake_other": 0.5})


def test_a_relativistic_loss_pairs_the_data_with_every_kind(loss):
    terms = adversarial_terms.discriminator_terms(loss("relativistic"), REAL, FAKES)
    found = {name: float(term) for name, term in terms.items()}
    expected = {
        "pairing_sample": np.mean(np.log1p(np.exp([-1.0, -4.0]))),
        "pairing_other": np.mean(np.log1p(np.exp([1.0, -3.0]))),
    }
    assert found == pytest.approx(expected, rel=1e-6)


def test_the_generator_has_one_term_for_each_kind(loss):
    terms = adversarial_terms.generator_terms(loss("wasserstein"), REAL, FAKES)
    assert {name: float(term) for name, term in terms.items()} == {"fool_sample": 0.5, "fool_other": -1.0}
