"""FLOPs of a whole training step against counts on paper.

A product x W of layer i takes p_i multiplications a sample. So does the gradient of W, and so does that of x, which
nobody needs of the first layer of a network that sees data.
"""

import pytest
import tensorflow as tf

from ganae_cli.builders import from_config
from ganae_cli.costs.flops import step_flops
from ganae_cli.penalties.input_gradient import SharedForward

BATCH = 8


@pytest.fixture
def ready(compose):
    """Return a function that makes a compiled game for data of a shape."""
    from_config.import_parts()

    def compiled(shape, *words, optimizer="adam"):
        config = compose(*words, f"optimizer={optimizer}")
        game, config = from_config.build_game(config, shape)
        game.rehearse(tf.zeros((BATCH * game.batches_per_step, *shape)))
        game.compile(from_config.build_optimizers(config, game))
        return game

    return compiled


NARROW = [
    word
    for role in ("generator", "discriminator")
    for word in (f"network@networks.{role}=mlp", f"networks.{role}.width=4", f"networks.{role}.depth=1")
]
PENALTIES = ("loss.penalties.r1.weight=1", "loss.penalties.r2.weight=1")
GAN = ("model=gan", "model.z_dim=2", "dataset=ring", *NARROW)

# Points of 2 numbers, codes of 2, 4 hidden units: the generator has layers of 2 * 4 = 8 and 4 * 2 = 8 products, 16 in
# all, the discriminator of 2 * 4 = 8 and 4 * 1 = 4, 12 in all.
SAMPLES = 16
DISCRIMINATORS_TURN = (
    2 * 12  # logits of data and samples
    + 2 * 12  # gradients of its weights
    + 2 * 4  # gradients of what the second layer sees
)
GENERATORS_TURN = (
    12  # new logits of the same samples: the discriminator has moved, but they are not drawn anew
    + 12  # gradients of all that the discriminator sees, down to the samples
    + 16  # gradients of the generator's weights
    + 8  # gradients of what its second layer sees
)


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_small_gan_by_hand(ready, optimizer):
    products = SAMPLES + DISCRIMINATORS_TURN + GENERATORS_TURN
    assert products == 120
    assert step_flops(ready((2,), *GAN, optimizer=optimizer), (BATCH, 2)) == 2 * BATCH * products


def test_every_turn_with_a_batch_of_its_own(ready):
    """Two turns of the discriminator, each with data and samples of its own; the generator's with the last of them."""
    game = ready((2,), *GAN, "model.critic_steps=2")
    assert game.batches_per_step == 2
    products = 2 * (SAMPLES + DISCRIMINATORS_TURN) + GENERATORS_TURN
    assert step_flops(game, (BATCH, 2)) == 2 * BATCH * products


def test_what_has_weight_0_is_measured_only(ready):
    """The discriminator's logits of data and samples are computed, but no gradient is taken of them."""
    game = ready((2,), *GAN, "model.weights.discriminator={real: 0, fake: 0}")
    assert step_flops(game, (BATCH, 2)) == 2 * BATCH * (SAMPLES + 2 * 12 + GENERATORS_TURN)


def test_a_convolutional_autoencoder_by_hand(ready):
    """8x8x1 -> 4x4x4 (kernel 4x4, stride 2) -> 4x4x8 (3x3) -> 3 numbers, and back the same way."""
    outermost, inner, dense = 4 * 4 * 4 * (4 * 4 * 1), 4 * 4 * 8 * (3 * 3 * 4), 4 * 4 * 8 * 3
    one_way = outermost + inner + dense
    products = 2 * one_way + 2 * one_way + 2 * one_way - outermost  # forward, weights, what layers see but the image
    assert products == 35_072
    words = [f"network@networks.{role}=dcgan" for role in ("encoder", "decoder")]
    words += [f"networks.{role}.width=4" for role in ("encoder", "decoder")]
    game = ready((8, 8, 1), "model=autoencoder", "model.z_dim=3", *words)
    assert step_flops(game, (BATCH, 8, 8, 1)) == 2 * BATCH * products


@pytest.mark.parametrize(
    "model",
    ["gan", "aegan", *(pytest.param(one, marks=pytest.mark.slow) for one in ("alpha_gan", "contractive_aegan"))],
)
def test_penalties_share_the_passes_that_judge(ready, monkeypatch, model):
    """R1 and R2 on two layers of 8 and 4 products: without sharing, data and samples pass twice."""
    roles = ["generator", "discriminator", *([] if model == "gan" else ["encoder"])]
    roles += ["code_discriminator"] * (model in ("aegan", "alpha_gan"))
    narrow = [word.replace("generator", role) for role in roles for word in NARROW[:3]]
    words = (f"model={model}", "model.z_dim=2", "dataset=ring", *narrow, *PENALTIES)
    shared = step_flops(ready((2,), *words), (BATCH, 2))
    forward = SharedForward._forward
    monkeypatch.setattr(
        SharedForward, "_forward", lambda self, x, training: forward(type(self)(self.network), x, training)
    )
    apart = step_flops(ready((2,), *words), (BATCH, 2))
    assert apart - shared >= 2 * BATCH * 2 * 12
