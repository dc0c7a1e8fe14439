"""AEGAN with some terms of weight 0 equals the model of the other terms: the same networks, noise and gradients.

`test_papers.py` compares it with the autoencoder. AEGAN counts two kinds of fakes half each; where only one is left, or
where the other model counts both whole, its weight here is 2.
"""

import pytest

NOTHING = {
    "discriminator": {"real": 0.0, "fake_sample": 0.0, "fake_reconstruction": 0.0},
    "code_discriminator": {"real": 0.0, "fake_code": 0.0, "fake_code_reconstruction": 0.0},
    "autoencoder": {
        "reconstruction": 0.0,
        "code_reconstruction": 0.0,
        "fool_sample": 0.0,
        "fool_reconstruction": 0.0,
        "fool_code": 0.0,
        "fool_code_reconstruction": 0.0,
    },
}
SAMPLES = {"real": 1.0, "fake_sample": 2.0}
CODES = {"real": 1.0, "fake_code": 2.0}
RATE = 0.1


def aegan(tiny, **weights):
    """Return an AEGAN that learns from these terms alone."""
    return tiny.build("aegan", weights={player: terms | weights.get(player, {}) for player, terms in NOTHING.items()})


def weights_of(tiny, game, roles):
    return {role: tiny.values(game.network(role).trainable_variables) for role in roles}


def assert_equal(tiny, one, other, roles):
    """Assert that both games have the same weights, and not those that they began with."""
    found, expected, before = (weights_of(tiny, game, roles) for game in (one, other, tiny.build("aegan")))
    for role in roles:
        tiny.assert_near(found[role], expected[role], within=2e-6)
        assert any(abs(a - b).max() > 1e-3 for a, b in zip(found[role], before[role], strict=True)), role


def test_with_terms_of_samples_alone_it_is_the_gan(tiny):
    games = aegan(tiny, discriminator=SAMPLES, autoencoder={"fool_sample": 1.0}), tiny.build("gan")
    for game in games:
        tiny.ready(game, RATE)
        for step in range(3):
            game.train_step(tiny.data(step))
    assert_equal(tiny, *games, ("generator", "discriminator"))
    for role in ("encoder", "code_discriminator"):
        tiny.assert_near(*(weights_of(tiny, game, (role,))[role] for game in (games[0], tiny.build("aegan"))), within=0)


def test_without_image_discriminator_and_second_cycle_it_is_wae_gan(tiny):
    terms = {"reconstruction": 3.0, "fool_code": 1.0}
    games = (
        aegan(tiny, code_discriminator=CODES, autoencoder=terms),
        tiny.build("wae_gan", weights={"autoencoder": {"reconstruction": 3.0}}),
    )
    for game in games:
        tiny.ready(game, RATE)
        for step in range(3):
            game.train_step(tiny.data(step))
    assert_equal(tiny, *games, ("encoder", "generator", "code_discriminator"))


@pytest.mark.parametrize(("player", "roles"), [("code_discriminator", 1), ("autoencoder", 2)])
def test_the_adversarial_autoencoder_has_the_same_gradients(tiny, player, roles):
    """AAE has three rounds, whose gradients are compared one by one; the encoder's two add up to AEGAN's one."""
    whole = aegan(tiny, code_discriminator=CODES, autoencoder={"reconstruction": 1.0, "fool_code": 1.0})
    tiny.ready(whole, {player: RATE}).train_step(tiny.data())
    before, moves = tiny.build("aae"), []
    for phase in ("autoencoder", "encoder") if player == "autoencoder" else (player,):
        game = tiny.ready(tiny.build("aae"), {phase: RATE})
        game.train_step(tiny.data())
        moves.append(game)
    for role in ("code_discriminator",) if roles == 1 else ("encoder", "generator"):
        old = weights_of(tiny, before, (role,))[role]
        found = weights_of(tiny, whole, (role,))[role]
        apart = [weights_of(tiny, game, (role,))[role] for game in moves]
        expected = [w + sum(part[i] - w for part in apart) for i, w in enumerate(old)]
        tiny.assert_near(found, expected, within=1e-6)
        assert any(abs(a - b).max() > 1e-3 for a, b in zip(found, old, strict=True))


def test_without_the_cycle_of_codes_it_is_alpha_gan(tiny):
    """The four players of alpha-GAN move their networks as the three of AEGAN do."""
    terms = {"reconstruction": 3.0, "fool_sample": 1.0, "fool_reconstruction": 1.0, "fool_code": 1.0}
    discriminator = SAMPLES | {"fake_reconstruction": 2.0}
    weights = {"encoder": {"reconstruction": 3.0}, "generator": {"reconstruction": 3.0}}
    games = (
        aegan(tiny, discriminator=discriminator, code_discriminator=CODES, autoencoder=terms),
        tiny.build("alpha_gan", weights=weights),
    )
    for game in games:
        tiny.ready(game, RATE)
        for step in range(3):
            game.train_step(tiny.data(step))
    assert_equal(tiny, *games, ("encoder", "generator", "discriminator", "code_discriminator"))
