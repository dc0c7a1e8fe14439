"""A step of a usual DCGAN must not come to cost more unnoticed: its FLOPs, derived on paper, are held to the last one.

Whoever makes the step cheaper changes what is counted here.
"""

from itertools import pairwise

import tensorflow as tf

from ganae_cli.builders import from_config
from ganae_cli.costs.flops import step_flops

BATCH, SHAPE, CODE = 128, (28, 28, 1), 64
ROLES = ("generator", "discriminator")
WORDS = (
    *("model=gan", "loss=non_saturating", f"model.z_dim={CODE}"),
    *(f"network@networks.{role}=dcgan" for role in ROLES),
    *(f"networks.{role}.width=64" for role in ROLES),
    *(f"networks.{role}.norm=batch" for role in ROLES),
    *(f"networks.{role}.smallest=7" for role in ROLES),
    "networks.generator.activation=relu",
)
SIZES = [(28, 1), (14, 64), (7, 128)]  # side and channels, from the image inwards; 4x4 kernels, stride 2


def products() -> int:
    """Return the multiplications of one sample. A gradient takes as many as the layer that it passes back through."""
    # A convolution between two sizes: each number of the smaller one meets 4x4 pixels of every channel of the larger.
    # 28x28x1 - 14x14x64: 200,704;  14x14x64 - 7x7x128: 6,422,528.
    kernels = [s * s * c * 4 * 4 * above for (_, above), (s, c) in pairwise(SIZES)]
    side, channels = SIZES[-1]
    first, verdict, start = kernels[0], side * side * channels, CODE * side * side * channels
    judge, make = sum(kernels) + verdict, start + sum(kernels)  # one pass forward of each network
    discriminators_turn = (
        make  # samples
        + 2 * judge  # logits of data and samples
        + 2 * judge  # gradients of the weights
        + 2 * (judge - first)  # gradients of what each layer sees, but of no image
    )
    generators_turn = (
        judge  # logits of the same samples again, by the discriminator that has moved
        + judge  # gradients of what each layer of the discriminator sees, down to the samples
        + make  # gradients of the generator's weights
        + (make - start)  # gradients of what its layers see, but of no code
    )
    return discriminators_turn + generators_turn


STORED = 18_766_626_816  # 18.8 GFLOP a step


def test_the_flops_of_a_dcgan_step(compose):
    assert 2 * BATCH * products() == STORED
    from_config.import_parts()
    config = compose(*WORDS)
    game, config = from_config.build_game(config, SHAPE)
    game.rehearse(tf.zeros((BATCH, *SHAPE)))
    game.compile(from_config.build_optimizers(config, game))
    assert step_flops(game, (BATCH, *SHAPE)) == STORED
