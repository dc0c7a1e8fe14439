"""Parts: networks by role with streams of their own, losses and penalties by name, and what is refused."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.engine import Parts
from ganae_cli.errors import UserError
from ganae_cli.penalties.base import Penalty
from ganae_cli.penalties.gradient import R1

MLP = {"name": "mlp", "width": 4, "depth": 1}


def kernels(network):
    return [v.numpy() for v in network.trainable_variables if v.name == "kernel"]


def test_initial_weights_depend_on_seed_and_role_and_not_on_the_order_of_the_networks(parts):
    networks = {"encoder": MLP, "critic": MLP}
    first, second, third = (Parts((2,), networks, seed=seed) for seed in (1, 1, 2))
    encoder, critic = first.down("encoder", (2,), 3), first.down("critic", (2,), 3)
    critic_first, encoder_second = second.down("critic", (2,), 3), second.down("encoder", (2,), 3)
    for one, other in ((encoder, encoder_second), (critic, critic_first)):
        assert all(np.array_equal(a, b) for a, b in zip(kernels(one), kernels(other), strict=True))
    assert not np.array_equal(kernels(encoder)[0], kernels(critic)[0])
    assert not np.array_equal(kernels(encoder)[0], kernels(third.down("encoder", (2,), 3))[0])
    assert (encoder.name, critic.name) == ("encoder", "critic")


def test_directions_and_sizes_of_networks(parts):
    given = Parts((2,), {"encoder": MLP, "decoder": MLP})
    assert given.down("encoder", (2,), 3).output_shape == (None, 3)
    assert given.up("decoder", 3, (2,)).output_shape == (None, 2)


def test_settled_networks_and_penalties_have_every_option(parts):
    """`auto` becomes the network that fits, null options of the other networks are dropped, defaults are stated."""
    auto = {"name": "auto", "width": 4, "smallest": None}
    given = Parts((2,), {"encoder": auto}, penalties={"dragan": {"target": 0.5, True: "critic"}})
    given.down("encoder", (2,), 3)
    given.build_penalties()
    networks, penalties = given.settled("mine")
    assert networks["encoder"]["name"] == "mlp"
    assert (networks["encoder"]["width"], networks["encoder"]["depth"]) == (4, 3)
    assert "smallest" not in networks["encoder"]
    assert penalties == {"dragan": {"weight": 1.0, "on": "critic", "target": 0.5}}


def test_penalties_are_terms_with_weight_1_on_the_network_that_they_are_for(parts):
    built = Parts((2,), {}, penalties={"r1": {}, "mmd": {}}).build_penalties()
    assert {name: (one.on, one.weight, one.final_weight) for name, one in built.items()} == {
        "r1": ("discriminator", 1.0, None),
        "mmd": ("encoder", 1.0, None),
    }
    assert isinstance(built["r1"].penalty, R1)


def test_a_penalty_on_several_networks_is_a_term_of_each(parts):
    given = {"l2": {"weight": 2.0, "final_weight": 0.5, "on": ["encoder", "decoder"]}}
    built = Parts((2,), {}, penalties=given).build_penalties()
    assert {term: (one.name, one.on, one.weight, one.final_weight) for term, one in built.items()} == {
        "l2_encoder": ("l2", "encoder", 2.0, 0.5),
        "l2_decoder": ("l2", "decoder", 2.0, 0.5),
    }
    assert built["l2_encoder"].penalty is built["l2_decoder"].penalty


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("gan", {"gradient_penalty": "discriminator"}),
        ("bigan", {"gradient_penalty": "discriminator"}),  # of which the pair discriminator is a part
        ("aae", {"gradient_penalty": "code_discriminator"}),
        (
            "aegan",
            {
                "gradient_penalty_discriminator": "discriminator",
                "gradient_penalty_code_discriminator": "code_discriminator",
            },
        ),
    ],
)
def test_a_penalty_on_discriminators_is_on_every_one(tiny, name, terms):
    game = tiny.build(name, adversarial="wasserstein", penalties={"gradient_penalty": {"on": "discriminators"}})
    assert {term: one.on for term, one in game.penalties.items()} == terms
    game.rehearse(tiny.data())
    assert {name.partition(".")[2] for name in game.terms if "penalty" in name} == set(terms)


def test_the_networks_of_a_penalty_on_discriminators_are_stated_in_the_settled_config(tiny):
    given = Parts((2,), dict.fromkeys(tiny.roles["aegan"], MLP), penalties={"r2": {"on": "discriminators"}})
    given.build_penalties(("discriminator", "code_discriminator", "autoencoder"))
    assert given.settled_penalties["r2"]["on"] == ["discriminator", "code_discriminator"]


def test_a_penalty_on_no_network_is_refused(tiny):
    with pytest.raises(UserError, match=r"loss.penalties.l2.on names no network"):
        tiny.build("gan", penalties={"l2": {"weight": 1.0, "on": []}})


def test_a_penalty_that_is_a_function_is_refused(parts, monkeypatch):
    """Penalties were functions in ganae 0.1, so a plugin's penalty may still be one."""

    def build(kind, name, **options):
        return lambda network, real, fake, draws: 0.0

    monkeypatch.setattr("ganae_cli.engine.parts.registry.build", build)
    with pytest.raises(TypeError, match=r"penalty 'mine' must be a class derived from ganae_cli.penalties.base.Penalt"):
        Parts((2,), {}, penalties={"mine": {}}).build_penalties()
    assert Penalty.__module__ == "ganae_cli.penalties.base"


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("gan", {"adversarial": None}, r"needs loss.adversarial, which is null \(choices: .*hinge, .*wasserstein\)"),
        ("gan", {"adversarial": "hing"}, "no adversarial named 'hing'; did you mean 'hinge'"),
        ("gan", {"reconstruction": "mse"}, "model 'gan' has no use for loss.reconstruction=mse: leave it null"),
        (
            "aegan",
            {"reconstruction": None},
            r"needs loss.reconstruction, which is null \(choices: bce, calibrated_mae, calibrated_mse, mae, mse, ssim",
        ),
        (
            "autoencoder",
            {"adversarial": "hinge"},
            "model 'autoencoder' has no use for loss.adversarial=hinge: leave it null",
        ),
        (
            "gan",
            {"networks": {"encoder": {"name": "mlp"}}},
            "model 'gan' has no use for networks.encoder: its networks are discriminator, generator",
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


def test_a_player_may_have_an_adversarial_loss_of_its_own(tiny):
    """Worked by hand with logits 2 of data and 3 of fakes: the code discriminator's opponent follows its loss.

    Least squares: (2 - 1)^2 / 2 and 3^2 / 2 for the discriminator, (3 - 1)^2 / 2 for who fools it; hinge: max(0, 1 - 2)
    and 1 + 3, and -3.
    """
    own = {"code_discriminator": "least_squares", "discriminator": "hinge"}
    real, fake = tf.constant([[2.0]]), tf.constant([[3.0]])
    game = tiny.build("aegan", adversarial_of=own)
    expected = {game.adversarial: (0.0, 4.0, -3.0), game.code_adversarial: (0.5, 4.5, 2.0)}
    for loss, (of_real, of_fake, fool) in expected.items():
        assert {name: float(term) for name, term in loss.discriminator(real, fake).items()} == {
            "real": of_real,
            "fake": of_fake,
        }
        assert float(loss.generator(fake)["fool"]) == fool
    game = tiny.build("aegan", adversarial_of=own | {"autoencoder": "density_ratio"})
    assert float(game.code_adversarial.discriminator(real, fake)["fake"]) == 4.5
    assert float(game.code_adversarial.generator(fake)["fool"]) == -3.0


def test_losses_of_players_are_the_other_keys_of_the_section():
    loss = {"adversarial": "hinge", "reconstruction": None, "penalties": {}, "generator": "wasserstein"}
    parts = Parts.of_config((2,), {}, loss, seed=3)
    assert (parts.adversarial, parts.adversarial_of, parts.seed) == ("hinge", {"generator": "wasserstein"}, 3)


@pytest.mark.parametrize(
    ("name", "player", "message"),
    [
        ("veegan", "generator", r"no use for loss\.generator=hinge: .*players that have one: discriminator\)"),
        ("vaegan", "encoder", r"no use for loss\.encoder=hinge: .*players that have one: discriminator, generator\)"),
    ],
)
def test_a_loss_of_a_player_that_has_no_use_for_it_is_refused(tiny, name, player, message):
    with pytest.raises(UserError, match=message):
        tiny.build(name, adversarial_of={player: "hinge"})
    tiny.build(name, adversarial_of={player: None})


def test_a_role_without_a_network_is_refused(tiny, parts):
    networks = {"generator": {"name": "mlp"}}
    with pytest.raises(
        UserError, match=r"no network for the role 'discriminator': choose one with network@networks.disc"
    ):
        parts.build("model", "gan", parts=Parts((2,), networks, adversarial="hinge"), z_dim=tiny.z_dim)


def test_a_game_within_a_game_has_the_same_seed_and_its_own_sections(parts):
    sections = {
        "model": {"name": "autoencoder", "z_dim": 3},
        "networks": {"encoder": MLP, "decoder": MLP},
        "loss": {"reconstruction": "mse"},
    }
    inner = Parts((2,), {}, seed=5).game(sections)
    alone = Parts((2,), sections["networks"], reconstruction="mse", seed=5)
    plain = parts.build("model", "autoencoder", parts=alone, z_dim=3)
    assert all(np.array_equal(a, b) for a, b in zip(kernels(inner.encoder), kernels(plain.encoder), strict=True))
    assert sections["model"] == {"name": "autoencoder", "z_dim": 3}, "the given config stays as it is"
