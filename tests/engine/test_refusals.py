"""What does not fit together is refused before training, in words that help."""

import pytest
import tensorflow as tf

from ganae_cli.engine import Parts
from ganae_cli.errors import UserError


def test_a_weight_of_an_unknown_term_is_refused(tiny):
    message = r"model.weights.generator.foool: no such term \(terms: discriminator.real, .*generator.fool\)"
    with pytest.raises(UserError, match=message):
        tiny.build("gan", weights={"generator": {"foool": 1.0}}).rehearse(tiny.data())
    with pytest.raises(UserError, match=r"model.weights.critic.real: no such term"):
        tiny.build("gan", weights={"critic": {"real": 1.0}}).rehearse(tiny.data())


@pytest.mark.parametrize(("name", "on"), [("autoencoder", "critic"), ("gan", "critic")])
def test_a_penalty_on_a_network_that_nobody_penalises_is_refused(tiny, name, on):
    networks = {"autoencoder": "decoder, encoder", "gan": "discriminator, generator"}[name]
    message = rf"loss.penalties.r1: nothing penalises '{on}' here \(what can be: {networks}\)"
    with pytest.raises(UserError, match=message):
        tiny.build(name, penalties={"r1": {"weight": 1.0, "on": on}}).rehearse(tiny.data())


@pytest.mark.parametrize("name", ["r1", "gradient_penalty", "dragan"])
def test_a_generator_has_no_penalties_of_discriminators(tiny, name):
    with pytest.raises(UserError, match=rf"loss.penalties.{name} is for discriminators: 'generator' sees no samples"):
        tiny.build("gan", penalties={name: {"weight": 1.0, "on": "generator"}}).rehearse(tiny.data())


def test_a_penalty_on_no_network_at_all(tiny):
    with pytest.raises(UserError, match=r"loss.penalties.l2.on names no network"):
        tiny.build("gan", penalties={"l2": {"weight": 1.0, "on": []}})


def test_only_discriminators_compare_the_samples_of_a_batch(tiny):
    networks = {"encoder": {"name": "mlp", "width": 4, "depth": 1, "minibatch_std": True}}
    with pytest.raises(UserError, match=r"networks.encoder.minibatch_std compares samples of a batch: only discrim"):
        tiny.build("aegan", networks=networks).rehearse(tiny.data())


@pytest.mark.parametrize("name", ["r1", "r2", "gradient_penalty"])
@pytest.mark.parametrize("on", ["encoder", "decoder"])
def test_a_discriminators_penalty_on_a_network_that_sees_no_samples_is_refused(tiny, name, on):
    with pytest.raises(UserError, match=rf"loss.penalties.{name} is for discriminators: '{on}' sees no samples"):
        tiny.build("autoencoder", penalties={name: {"weight": 1.0, "on": on}}).rehearse(tiny.data())


def test_batch_norm_under_a_penalty_is_refused(tiny):
    penalties = {"gradient_penalty": {"weight": 10.0, "on": "discriminator", "target": 1.0}}
    with pytest.raises(UserError, match=r"BatchNorm.*: set networks.discriminator.norm=layer or none"):
        tiny.build("gan", norm="batch", penalties=penalties).rehearse(tiny.data())
    tiny.build("gan", norm="layer", penalties=penalties).rehearse(tiny.data())


@pytest.mark.parametrize(("name", "on"), [("contractive", "encoder"), ("decoder_gradient", "decoder")])
def test_batch_norm_under_a_jacobian_is_refused(tiny, name, on):
    message = rf"loss.penalties.{name} takes a gradient per sample, which BatchNorm.*: set networks.{on}.norm=layer or"
    with pytest.raises(UserError, match=message):
        tiny.build("autoencoder", norm="batch", penalties={name: {"weight": 1.0}}).rehearse(tiny.data())
    tiny.build("autoencoder", norm="layer", penalties={name: {"weight": 1.0}}).rehearse(tiny.data())


@pytest.mark.parametrize(("name", "on"), [("code_l2", "encoder"), ("mmd", "encoder"), ("l2", "decoder")])
def test_batch_norm_under_a_penalty_without_a_gradient_is_welcome(tiny, name, on):
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


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("gan", {"adversarial": None}, r"needs loss.adversarial, which is null \(choices: .*hinge, .*wasserstein\)"),
        ("gan", {"adversarial": "hing"}, "no adversarial named 'hing'; did you mean 'hinge'"),
        ("gan", {"reconstruction": "mse"}, "model 'gan' has no use for loss.reconstruction=mse: leave it null"),
        (
            "aegan",
            {"reconstruction": None},
            r"needs loss.reconstruction, which is null \(choices: bce, mae, mse, ssim",
        ),
        (
            "autoencoder",
            {"adversarial": "hinge"},
            "model 'autoencoder' has no use for loss.adversarial=hinge: leave it null",
        ),
        (
            "gan",
            {"networks": {"encoder": {"name": "mlp"}}},
            r"model 'gan' has no network 'encoder' \(its networks: discriminator, generator\)",
        ),
        ("gan", {"networks": {"generator": {"name": "mpl"}}}, "no network named 'mpl'; did you mean 'mlp'"),
        (
            "gan",
            {"networks": {"generator": {"name": "mlp", "widht": 3}}},
            "has no option 'widht'; did you mean 'width'",
        ),
        ("gan", {"networks": {"generator": {"name": "dcgan"}}}, "networks.generator: network 'dcgan' needs images"),
        ("gan", {"penalties": {"r3": {"weight": 1.0, "on": "discriminator"}}}, "no penalty named 'r3'"),
    ],
)
def test_parts_that_do_not_fit_the_model_are_refused(tiny, name, given, message):
    with pytest.raises(UserError, match=message):
        tiny.build(name, **given)


def test_a_role_without_a_network_is_refused(tiny, parts):
    networks = {"generator": {"name": "mlp"}}
    with pytest.raises(
        UserError, match=r"no network for the role 'discriminator': choose one with network@networks.disc"
    ):
        parts.build("model", "gan", parts=Parts((2,), networks, adversarial="hinge"), z_dim=tiny.z_dim)


def test_a_term_that_is_no_scalar_is_refused(toy):
    losses = (lambda game, seen: seen.a * tf.ones(3), lambda game, seen: game.second.value)
    with pytest.raises(ValueError, match=r"the term 'a.term' must be a scalar, got shape \(3,\)"):
        toy(losses, (("a",), ("b",)))


def test_a_model_without_an_encoder_says_so(tiny):
    assert not tiny.build("gan").encodes
    assert tiny.build("autoencoder").encodes
    with pytest.raises(UserError, match="model 'GAN' has no encoder"):
        tiny.build("gan").encode(tiny.data())
