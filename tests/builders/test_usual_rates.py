"""Learning rates and momenta that the config leaves open, in the settled config and in the optimizers."""

import pytest

from ganae_cli.builders import from_config

pytestmark = pytest.mark.usefixtures("parts")


@pytest.mark.parametrize(
    ("words", "shape", "rate", "momentum"),
    [
        (["model=gan"], (8, 8, 1), 2e-4, 0.5),
        (["model=gan"], (16, 16, 1), 1e-3, 0.5),
        (["model=aegan"], (16, 16, 1), 1e-3, 0.5),
        (["model=autoencoder"], (8, 8, 1), 1e-3, 0.9),
        (["model=vae"], (16, 16, 1), 1e-3, 0.9),
        (["model=aae"], (2,), 2e-4, 0.5),
        (["model=gan", "optimizer.learning_rate=3e-4"], (16, 16, 1), 3e-4, 0.5),
        (["model=vae", "optimizer.beta_1=0.5"], (16, 16, 1), 1e-3, 0.5),
        (["model=began"], (2,), 2e-4, 0.5),
        (["model=gan", "optimizer=adam_no_momentum"], (16, 16, 1), 2e-4, 0.0),
    ],
)
def test_rates_suit_the_kind_of_model(compose, words, shape, rate, momentum):
    game, config = from_config.build_game(compose(*words), shape)
    assert (config.optimizer.learning_rate, config.optimizer.beta_1) == (rate, momentum)
    for optimizer in from_config.build_optimizers(config, game).values():
        assert float(optimizer.learning_rate) == pytest.approx(rate)
        assert optimizer.beta_1 == momentum


def test_other_optimizers_keep_their_own_rate(compose):
    _, config = from_config.build_game(compose("model=vae", "optimizer=sgd"), (8, 8, 1))
    assert config.optimizer.learning_rate == 2e-4


def test_what_one_player_leaves_open_is_what_all_have(compose):
    words = "optimizer.learning_rate=5e-4", "optimizer.discriminator.learning_rate=null"
    game, config = from_config.build_game(compose("model=gan", *words), (8, 8, 1))
    assert config.optimizer.discriminator.learning_rate == 5e-4
    made = from_config.build_optimizers(config, game)
    assert [float(optimizer.learning_rate) for optimizer in made.values()] == pytest.approx([5e-4] * 2)
