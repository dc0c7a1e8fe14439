"""Penalties that look at fakes see samples and reconstructions, wherever a discriminator sees both."""

import keras
import pytest
import tensorflow as tf

from ganae_cli.engine import step

KINDS = {  # model -> discriminator -> names of its kinds of fakes among the outputs of `forward`
    "aegan": {"discriminator": ("x_hat", "x_tilde"), "code_discriminator": ("z_hat", "z_tilde")},
    "hybrid": {"discriminator": ("x_hat", "x_tilde"), "code_discriminator": ("z_hat", "z_tilde")},
    "alpha_gan": {"discriminator": ("x_hat", "x_tilde")},
    "vaegan": {"discriminator": ("x_hat", "x_tilde")},
}


@pytest.mark.parametrize(("name", "on"), [(name, on) for name, kinds in KINDS.items() for on in kinds])
def test_r2_is_the_mean_over_samples_and_reconstructions(tiny, name, on):
    """1/2 E || gradient of the logit ||^2 at either kind, computed here."""
    game = tiny.ready(tiny.build(name, penalties={"r2": {"weight": 1.0, "on": on}}))
    logs = game.train_step(tiny.data())
    again = tiny.ready(tiny.build(name))
    outputs = step.forward(again, tiny.data())
    halves = [half_squared_gradient(again.network(on), getattr(outputs, kind)) for kind in KINDS[name][on]]
    assert halves[0] != pytest.approx(halves[1], rel=1e-3)
    assert float(logs[f"{on}.r2"][0]) == pytest.approx(sum(halves) / 2, rel=1e-4)


def half_squared_gradient(network: keras.Model, x: tf.Tensor) -> float:
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = network(x)
    return 0.5 * float(tf.reduce_mean(tf.reduce_sum(tape.gradient(logits, x) ** 2, axis=1)))
