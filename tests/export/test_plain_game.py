"""What every model draws and encodes, by plain layers, is what the model itself draws and encodes."""

import keras
import numpy as np
import pytest
from keras import layers

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.engine import Game, Parts
from ganae_cli.errors import UserError
from ganae_cli.export.plain_game import trace
from ganae_cli.export.plain_layers import Plain
from ganae_cli.testing.games import TinyModel
from ganae_cli.testing.networks import normal

from_config.import_parts()
KINDS = ("gan", "vae", "alae", "cogan", "latent_gan", "contractive_aegan")  # each does something else
PAGES = [name if name in KINDS else pytest.param(name, marks=pytest.mark.slow) for name in registry.names("model")]
SEVERAL = {"alae": ["mapper", "generator"], "latent_gan": ["code_generator", "decoder"]}


def assert_traced(game, function, shape):
    """Trace a function of a game and compare it; return the roles that it uses."""
    z = keras.Input(shape)
    made, used = trace(game, function, z, Plain())
    x = np.asarray(normal(5, *shape))
    right = np.asarray(getattr(game, function)(x))
    np.testing.assert_allclose(np.asarray(keras.Model(z, made)(x)), right, atol=5e-6 * max(1, np.abs(right).max()))
    return used


@pytest.mark.parametrize("page", PAGES)
def test_every_model(page):
    game = TinyModel(page).built((9, 13, 1))
    if page == "latent_gan":
        game.mean.assign(np.arange(game.mean.shape[0]) + 0.5)
        game.std.assign(np.arange(game.mean.shape[0]) + 2.0)
    drawn = np.asarray(game.join(*(np.zeros((1, size), np.float32) for size in (game.z_dim, game.noise_dim)))).shape[1]
    makers = assert_traced(game, "generate", (drawn,))
    assert makers == SEVERAL.get(page, ["generator" if "generator" in game.roles else "decoder"])
    if game.encodes:
        assert assert_traced(game, "encode", game.shape) == ["encoder"]
    if type(game).decode is not Game.decode:
        assert_traced(game, "decode", (game.inner.z_dim if game.inner else game.z_dim,))


def test_variational_codes_are_means():
    game = TinyModel("vae").built((2,))
    made, _ = trace(game, "encode", keras.Input((2,)), Plain())
    assert made.shape == (None, game.z_dim)


class Odd(Game):
    players = {"maker": ("generator",)}
    rounds = (("maker",),)
    inference_networks = ("generator",)

    def __init__(self, parts, z_dim):
        super().__init__(parts, z_dim)
        self.generator = parts.up("generator", z_dim, parts.shape)

    def generate(self, z):
        return self.generator(np.asarray(z))  # which a symbolic tensor is not


def test_what_cannot_be_followed_is_refused_in_one_line():
    game = Odd(Parts((2,), {"generator": {"name": "mlp", "width": 4, "depth": 1}}), z_dim=3)
    with pytest.raises(
        UserError, match=r"`generate` of model 'Odd' cannot be exported as one: .* --network generator"
    ) as told:
        trace(game, "generate", layers.Input((3,)), Plain())
    assert "\n" not in str(told.value)
