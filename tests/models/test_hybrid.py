"""The hybrid against the plain pages: the same networks, noise and gradients."""

import pytest
from omegaconf import OmegaConf

ENCODER = ("reconstruction", "similarity", "code_reconstruction", "fool_reconstruction", "fool_code")
GENERATOR = ("reconstruction", "similarity", "code_reconstruction", "fool_sample", "fool_reconstruction")
NOTHING = {
    "discriminator": {"real": 0.0, "fake_sample": 0.0, "fake_reconstruction": 0.0},
    "code_discriminator": {"real": 0.0, "fake_code": 0.0, "fake_code_reconstruction": 0.0},
    "encoder": dict.fromkeys((*ENCODER, "fool_code_reconstruction"), 0.0),
    "generator": dict.fromkeys((*GENERATOR, "fool_code_reconstruction"), 0.0),
}
RECONSTRUCTION = {"reconstruction": 3.0}
BOTH = RECONSTRUCTION | {"fool_reconstruction": 1.0}
CODES = {"real": 1.0, "fake_code": 2.0}  # each kind of fake counts half as it stands
CYCLES = BOTH | {"code_reconstruction": 5.0, "fool_code_reconstruction": 0.5}
WHOLES = {"real": 1.0, "fake_sample": 2.0, "fake_reconstruction": 2.0}
JOINT = CYCLES | {"fool_sample": 1.0, "fool_code": 1.0}
PAGES = {  # page -> its weights, the hybrid's
    "gan": (None, {"discriminator": {"real": 1.0, "fake_sample": 2.0}, "generator": {"fool_sample": 1.0}}),
    "autoencoder": ({"autoencoder": RECONSTRUCTION}, {"encoder": RECONSTRUCTION, "generator": RECONSTRUCTION}),
    "wae_gan": (
        {"autoencoder": RECONSTRUCTION},
        {"code_discriminator": CODES, "encoder": RECONSTRUCTION | {"fool_code": 1.0}, "generator": RECONSTRUCTION},
    ),
    "alpha_gan": (
        {"encoder": RECONSTRUCTION, "generator": RECONSTRUCTION},
        {
            "discriminator": WHOLES,
            "code_discriminator": CODES,
            "encoder": BOTH | {"fool_code": 1.0},
            "generator": BOTH | {"fool_sample": 1.0},
        },
    ),
    "aegan": (
        {"autoencoder": JOINT},
        {
            "discriminator": dict.fromkeys(WHOLES, 1.0),
            "code_discriminator": {"real": 1.0, "fake_code": 1.0, "fake_code_reconstruction": 1.0},
            "encoder": CYCLES | {"fool_code": 1.0},
            "generator": CYCLES | {"fool_sample": 1.0},
        },
    ),
}


def hybrid(tiny, weights, **build):
    return tiny.build("hybrid", weights={p: terms | weights.get(p, {}) for p, terms in NOTHING.items()}, **build)


def assert_same(tiny, network, other, before):
    found, expected, old = (tiny.values(n.trainable_variables) for n in (network, other, before))
    tiny.assert_near(found, expected, within=2e-6)
    assert any(abs(a - b).max() > 1e-3 for a, b in zip(found, old, strict=True))


@pytest.mark.parametrize("name", PAGES)
def test_with_the_weights_of_a_page_it_learns_the_same(tiny, name):
    weights, own = PAGES[name]
    page, whole, new = tiny.build(name, weights=weights), hybrid(tiny, own), tiny.build("hybrid")
    if name == "autoencoder":
        page.decoder.set_weights(whole.generator.get_weights())
    for game in (page, whole):
        tiny.ready(game, 0.1)
        for step in range(3):
            game.train_step(tiny.data(step))
    for role in tiny.roles[name]:
        ours = "generator" if role == "decoder" else role
        assert_same(tiny, whole.network(ours), page.network(role), new.network(ours))


@pytest.mark.parametrize("player", ["encoder", "generator", "discriminator"])
def test_with_a_gaussian_encoder_it_has_the_gradients_of_vaegan(tiny, player):
    """The gradients are compared player by player: VAE-GAN has one round, the hybrid two."""
    own = {
        "discriminator": WHOLES,
        "encoder": {"similarity": 1.0},
        "generator": {"similarity": 0.3, "fool_sample": 1.0, "fool_reconstruction": 1.0},
    }
    build = {"options": {"stochastic": True}}
    games = tiny.build("vaegan", weights={"generator": {"similarity": 0.3}}), hybrid(tiny, own, **build)
    for game in games:
        tiny.ready(game, {player: 0.1}).train_step(tiny.data())
    assert_same(tiny, *(game.network(player) for game in games), tiny.build("hybrid", **build).network(player))


def test_with_its_default_weights_it_is_aegan(tiny, compose):
    """The weights are those of the two YAML files, as `ganae train model=hybrid` and `model=aegan` have them."""
    weights = {name: OmegaConf.to_container(compose(f"model={name}").model.weights) for name in ("aegan", "hybrid")}
    page, whole, new = (*(tiny.build(name, weights=weights[name]) for name in weights), tiny.build("hybrid"))
    for game in (page, whole):
        tiny.ready(game, 0.05).train_step(tiny.data())
    for role in page.roles:
        assert_same(tiny, whole.network(role), page.network(role), new.network(role))
