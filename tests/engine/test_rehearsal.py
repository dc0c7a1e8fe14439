"""The rehearsal changes nothing, knows all terms, and refuses parts that do not fit before training begins."""

import pytest
import tensorflow as tf

from ganae_cli.builders import from_config
from ganae_cli.engine import Parts, rehearsal
from ganae_cli.errors import UserError


@pytest.mark.parametrize("name", ["gan", "autoencoder", "aegan"])
def test_rehearsing_changes_nothing(tiny, name):
    """Even the moving statistics of batch normalisation stay as they are."""
    game = tiny.build(name, norm="batch")
    before = tiny.values(game.variables)
    assert any("moving" in v.path for v in game.variables)
    game.rehearse(tiny.data())
    tiny.assert_near(tiny.values(game.variables), before, within=0)


def test_rehearsing_finds_terms_batch_size_and_the_networks_of_the_forward_pass(tiny):
    game = tiny.build("gan")
    assert (game.terms, game.batch_size, game.forward_networks) == ([], 0, set())
    game.rehearse(tiny.data())
    assert game.terms == [
        *("discriminator.real", "discriminator.fake", "discriminator.loss"),
        *("generator.fool", "generator.loss"),
    ]
    assert game.batch_size == tiny.count
    assert game.forward_networks == {"generator"}


def test_a_weight_of_an_unknown_term_is_refused(tiny):
    message = r"model.weights.generator.foool: no such term \(terms: discriminator.real, .*generator.fool\)"
    with pytest.raises(UserError, match=message):
        tiny.build("gan", weights={"generator": {"foool": 1.0}}).rehearse(tiny.data())
    with pytest.raises(UserError, match=r"model.weights.critic.real: no such term"):
        tiny.build("gan", weights={"critic": {"real": 1.0}}).rehearse(tiny.data())


def test_a_term_that_is_no_scalar_is_refused(toy):
    losses = (lambda game, outputs: outputs.a * tf.ones(3), lambda game, outputs: game.second.value)
    with pytest.raises(ValueError, match=r"the term 'a.term' must be a scalar, got shape \(3,\)"):
        toy(losses, (("a",), ("b",)))


@pytest.mark.parametrize(("name", "on"), [("autoencoder", "critic"), ("gan", "critic")])
def test_a_penalty_on_a_network_without_penalties_is_refused(tiny, name, on):
    networks = {"autoencoder": "decoder, encoder", "gan": "discriminator, generator"}[name]
    message = rf"loss.penalties.r1: nothing penalises '{on}' here \(what can be: {networks}\)"
    with pytest.raises(UserError, match=message):
        tiny.build(name, penalties={"r1": {"weight": 1.0, "on": on}}).rehearse(tiny.data())


@pytest.mark.parametrize("name", ["r1", "gradient_penalty", "dragan"])
def test_a_generator_has_no_penalties_of_discriminators(tiny, name):
    with pytest.raises(UserError, match=rf"loss.penalties.{name} is for discriminators: 'generator' sees no samples"):
        tiny.build("gan", penalties={name: {"weight": 1.0, "on": "generator"}}).rehearse(tiny.data())


@pytest.mark.parametrize("name", ["r1", "r2", "gradient_penalty"])
@pytest.mark.parametrize("on", ["encoder", "decoder"])
def test_a_discriminators_penalty_on_a_network_without_samples_is_refused(tiny, name, on):
    with pytest.raises(UserError, match=rf"loss.penalties.{name} is for discriminators: '{on}' sees no samples"):
        tiny.build("autoencoder", penalties={name: {"weight": 1.0, "on": on}}).rehearse(tiny.data())


def test_only_discriminators_may_compare_the_samples_of_a_batch(tiny):
    networks = {"encoder": {"name": "mlp", "width": 4, "depth": 1, "minibatch_std": True}}
    with pytest.raises(UserError, match=r"networks.encoder.minibatch_std compares samples of a batch: only discrim"):
        tiny.build("aegan", networks=networks).rehearse(tiny.data())
    networks = {"discriminator": {"name": "mlp", "width": 4, "depth": 1, "minibatch_std": True}}
    tiny.build("aegan", networks=networks).rehearse(tiny.data())


def test_batch_norm_under_a_gradient_penalty_is_refused(tiny):
    penalties = {"gradient_penalty": {"weight": 10.0, "on": "discriminator", "target": 1.0}}
    with pytest.raises(UserError, match=r"BatchNorm.*: set networks.discriminator.norm=layer or none"):
        tiny.build("gan", norm="batch", penalties=penalties).rehearse(tiny.data())
    tiny.build("gan", norm="layer", penalties=penalties).rehearse(tiny.data())


@pytest.mark.parametrize(("name", "on"), [("contractive", "encoder"), ("decoder_gradient", "decoder")])
def test_batch_norm_under_a_jacobian_penalty_is_refused(tiny, name, on):
    message = rf"loss.penalties.{name} takes a gradient per sample, which BatchNorm.*: set networks.{on}.norm=layer or"
    with pytest.raises(UserError, match=message):
        tiny.build("autoencoder", norm="batch", penalties={name: {"weight": 1.0}}).rehearse(tiny.data())
    tiny.build("autoencoder", norm="layer", penalties={name: {"weight": 1.0}}).rehearse(tiny.data())


@pytest.mark.parametrize(("name", "on"), [("code_l2", "encoder"), ("mmd", "encoder"), ("l2", "decoder")])
def test_batch_norm_under_a_penalty_without_a_gradient_is_allowed(tiny, name, on):
    game = tiny.build("autoencoder", norm="batch", penalties={name: {"weight": 1.0, "on": on}})
    game.rehearse(tiny.data())
    assert f"autoencoder.{name}" in game.terms


@pytest.mark.parametrize("name", ["resnet", "squeeze", "r3gan"])
def test_batch_norm_inside_blocks_is_found_too(parts, name):
    networks = {"generator": {"name": "mlp"}, "discriminator": {"name": name, "norm": "batch", "width": 4}}
    given = Parts((8, 8, 1), networks, adversarial="hinge", penalties={"r1": {"weight": 1.0}})
    game = parts.build("model", "gan", parts=given, z_dim=2)
    with pytest.raises(UserError, match=r"BatchNorm.*: set networks.discriminator.norm=layer or none"):
        game.rehearse(tf.zeros((4, 8, 8, 1)))


# Of several devices -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("gan", {}, []),
        ("gan", {"norm": "batch"}, ["networks.discriminator.norm=batch", "networks.generator.norm=batch"]),
        ("gan", {"norm": "layer", "penalties": {"r1": {"weight": 1.0}}}, []),
        ("gan", {"penalties": {"dragan": {"weight": 1.0}}}, ["loss.penalties.dragan"]),
        ("gan", {"options": {"feature_matching": True}}, ["model.feature_matching"]),
        ("vaegan", {"options": {"equilibrium": 0.68}}, ["model.equilibrium"]),
        (
            "autoencoder",
            {"penalties": {"mmd": {"weight": 1.0}, "contractive": {"weight": 1.0, "scale_free": False}}},
            ["loss.penalties.mmd"],
        ),
    ],
)
def test_what_each_device_computes_from_its_part_of_a_batch(tiny, name, changes, expected):
    assert rehearsal.of_batch(tiny.build(name, **changes)) == expected


def test_minibatch_std_and_the_terms_of_a_vae_are_of_a_batch(tiny, compose):
    networks = {"discriminator": {"name": "mlp", "width": 4, "depth": 1, "minibatch_std": True}}
    assert rehearsal.of_batch(tiny.build("gan", networks=networks)) == ["networks.discriminator.minibatch_std"]
    words = {
        "model=vae": [],
        "model=beta_tcvae": ["model.weights.autoencoder.total_correlation"],
        "model.free_bits=0.1": ["model.free_bits"],
    }
    for word, expected in words.items():
        model = () if word.startswith("model=") else ("model=vae",)
        game, _ = from_config.build_game(compose(*model, word, "dataset=ring"), (2,))
        assert rehearsal.of_batch(game) == expected
