"""Normalisation that the config leaves open: by the role, and by what the penalties need."""

import keras
import pytest

from ganae_cli.builders import from_config
from ganae_cli.engine.usual_norm import differentiated

SHAPE = (16, 16, 1)
pytestmark = pytest.mark.usefixtures("parts")


@pytest.mark.parametrize(
    ("words", "norms"),
    [
        (["model=gan"], {"generator": "batch", "discriminator": "batch"}),
        (["model=gan", "networks.discriminator.spectral_norm=true"], {"generator": "batch", "discriminator": "none"}),
        (["model=gan", "+loss.penalties.r1.weight=1"], {"generator": "batch", "discriminator": "layer"}),
        (["model=gan", "networks.generator.norm=group"], {"generator": "group", "discriminator": "batch"}),
        (["model=wgan_gp"], {"generator": "batch", "discriminator": "layer"}),
        (["model=contractive_autoencoder"], {"encoder": "layer", "decoder": "batch"}),
        (["model=bigan", "+loss.penalties.r1.weight=1"], {"encoder": "batch", "generator": "batch"}),
    ],
)
def test_the_settled_config_states_the_normalisation_of_each_role(compose, words, norms):
    built = from_config.build_game(compose(*words), SHAPE)
    assert {role: built.config.networks[role].norm for role in norms} == norms
    for role, norm in norms.items():
        layers = built.game.network(role)._flatten_layers()
        assert any(isinstance(one, keras.layers.BatchNormalization) for one in layers) == (norm == "batch")


def test_penalties_are_followed_to_the_networks_that_they_differentiate():
    roles = ["encoder", "generator", "discriminator", "code_discriminator"]
    alae = {"discriminator": ("encoder", "discriminator")}
    assert differentiated({"r1": {}}, roles, alae) == {"encoder", "discriminator"}
    assert differentiated({"r1": {"on": "discriminators"}}, roles, {}) == {"discriminator", "code_discriminator"}
    assert differentiated({"r1": {True: ["generator", "encoder"]}}, roles, {}) == {"generator", "encoder"}
    assert differentiated({"l2": {"on": "encoder"}, "mmd": {}}, roles, {}) == set()
