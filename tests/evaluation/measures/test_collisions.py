"""Collisions: different held-out rows with one code."""

import numpy as np
import pytest

from ganae_cli.metrics.codes.collisions import collisions, lower_lipschitz


def test_they_are_of_held_out_rows_and_their_codes(of_points, of_model, scores):
    subject = of_model("autoencoder", of_points)
    found = scores("collisions", subject)
    expected = collisions(subject.rows.held_out, subject.model.codes_of_held_out)
    assert found["collision_rate"].value == expected.rate
    assert found["colliding_inputs"].value == expected.inputs
    assert found["collision_rate"].about == {"rows": 40, "pairs": expected.pairs, "radius": expected.radius}
    quotient = lower_lipschitz(subject.rows.held_out, subject.model.codes_of_held_out)
    assert found["lower_lipschitz"].value == pytest.approx(quotient)


def test_rate_and_inputs_are_not_the_same(of_points, of_model, scores):
    """A quarter of the inputs have one code, all others a code of their own."""
    subject = of_model("autoencoder", of_points)
    codes = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    codes[:10] = codes[0]
    vars(subject.model)["codes_of_held_out"] = codes
    found = scores("collisions", subject)
    assert found["colliding_inputs"].value <= 0.25
    assert 0 < found["collision_rate"].value < found["colliding_inputs"].value / 2


def test_an_encoder_of_one_code_collides_always(of_images, fresh, scores):
    subject = fresh("autoencoder", of_images)
    for variable in subject.game.network("encoder").trainable_variables:
        variable.assign(np.zeros(variable.shape))
    found = scores("collisions", subject)
    assert (found["collision_rate"].value, found["colliding_inputs"].value) == (1, 1)
    assert found["lower_lipschitz"].value == 0


def test_without_an_encoder_it_is_refused(of_images, of_model, refusal):
    assert refusal("collisions", of_model("gan", of_images)) == "there is no encoder"
