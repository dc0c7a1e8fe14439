"""Faults that the schema finds in configs composed from `conf/`, with their messages."""

import copy

import pytest

from ganae_cli.config import schema
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model.z_dim", 1),
        ("model.z_dim", 65536),
        ("train.ema", 0),  # a whole number will do for a number
        ("train.max_minutes", None),
        ("train.max_minutes", 0.5),
        ("hardware.threads", 2),
        ("hardware.jit", False),
        ("dataset.image_size", [12, 9]),
        ("loss.penalties.r1.weight", 0),
        ("loss.penalties.r1.on", "code_discriminator"),
        ("optimizer.autoencoder.learning_rate", 1e-3),
        ("optimizer.autoencoder.beta_1", 0),
        ("model.weights.autoencoder.any_term", 2),
        ("networks.encoder.width", 8),
    ],
)
def test_sound_settings(changed, key, value):
    schema.check(changed(key, value))


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("model.zdim", 3, "unknown setting 'model.zdim'; did you mean 'model.z_dim'?"),
        ("zdim", 3, "unknown setting 'zdim'; did you mean 'model.z_dim'?"),
        ("steps", 3, "unknown setting 'steps'; did you mean 'train.steps'?"),
        ("trian.steps", 3, "unknown setting 'trian.steps'; did you mean 'train.steps'?"),
        ("hardware.foo", 3, "unknown setting 'hardware.foo' (hardware has: deterministic, device, devices, jit, …"),
        (
            "networks.encoder.slope",
            3,
            "unknown setting 'networks.encoder.slope' (networks.encoder 'auto' has: minibatch_std, …",
        ),
        ("train.steps", "abc", "train.steps: expected a whole number, got 'abc'"),
        ("train.steps", 1e3, "train.steps: expected a whole number, got 1000.0"),
        ("train.steps", True, "train.steps: expected a whole number, got true"),
        ("train.examples", 1.5, "train.examples: expected a whole number or null, got 1.5"),
        ("train.steps", None, "train.steps cannot be null: expected a whole number"),
        ("train.steps", {"a": 1}, "train.steps: expected a whole number, got {a: 1}"),
        ("hardware.jit", 1, "hardware.jit: expected true or false, got 1"),
        ("dataset.size", 3, "unknown setting 'dataset.size' (dataset 'digits' has: image_size, validation_fraction)"),
        ("train", 3, "train: expected a section, got 3"),
        ("model.z_dim", 0, "model.z_dim must be at least 1, got 0"),
        ("model.z_dim", 65537, "model.z_dim must be at most 65536, got 65537"),
        ("train.ema", 1.0, "train.ema must be less than 1, got 1.0"),
        ("train.max_minutes", 0, "train.max_minutes must be greater than 0, got 0"),
        ("optimizer.learning_rate", float("nan"), "optimizer.learning_rate must be finite, got nan"),
        ("optimizer.learning_rate", float("inf"), "optimizer.learning_rate must be finite, got inf"),
        ("optimizer.autoencoder.learning_rate", 0, "optimizer.autoencoder.learning_rate must be greater than 0, got 0"),
        (
            "hardware.precision",
            "float16",
            "hardware.precision: 'float16' is not one of float32, mixed_bfloat16, mixed_float16; did you mean …",
        ),
        ("loss.adversarial", "hing", "loss.adversarial: no adversarial loss 'hing'; did you mean 'hinge'? (choices: …"),
        (
            "loss.reconstruction",
            "mes",
            "loss.reconstruction: no reconstruction loss 'mes'; did you mean 'mse'? (choices: …",
        ),
        ("loss.penalties.r3", {"weight": 1}, "no penalty named 'r3' (choices: …"),
        (
            "loss.penalties.r1.wieght",
            1,
            "unknown setting 'loss.penalties.r1.wieght'; did you mean 'loss.penalties.r1.weight'?",
        ),
        ("loss.penalties.r1.weight", -1, "loss.penalties.r1.weight must be at least 0, got -1"),
        (
            "loss.penalties.r1.on",
            "critic",
            "model 'aegan' has no use for loss.penalties.r1.on=critic: it has no network 'critic' (roles: encoder, …",
        ),
        (
            "networks.critic",
            {"name": "mlp"},
            "model 'aegan' has no use for networks.critic: it has no network 'critic' (roles: encoder, generator, "
            "discriminator, code_discriminator)",
        ),
        (
            "networks.code_generator",
            {"width": 3},
            "model 'aegan' has no use for networks.code_generator: it has no network 'code_generator'; did you mean …",
        ),
        ("networks", 3, "networks: expected a section, got 3"),
        ("networks.encoder", {"name": "mlpp"}, "no network named 'mlpp'; did you mean 'mlp'? (choices: …"),
        (
            "optimizer.generator",
            {"learning_rate": 1},
            "model 'aegan' has no use for optimizer.generator: it has no player 'generator' (players: discriminator, …",
        ),
        (
            "model.weights.critic",
            {"fool": 1},
            "model 'aegan' has no use for model.weights.critic: it has no player 'critic' (players: discriminator, …",
        ),
        ("model.weights.autoencoder.fool_code", -1, "model.weights.autoencoder.fool_code must be at least 0, got -1"),
        ("model.name", "aegn", "no model named 'aegn'; did you mean 'aegan'? (choices: …"),
        ("dataset", None, "no dataset is chosen (choices: …"),
        ("dataset.image_size", [4], "dataset.image_size: expected a whole number or a list of 2 or null, got [4]"),
        ("dataset.image_size", [4, 0], "dataset.image_size[1] must be at least 1, got 0"),
        ("dataset.image_size", [4, "x"], "dataset.image_size[1]: expected a whole number, got 'x'"),
        ("dataset", {"name": "ring", "modes": 0}, "dataset.modes must be at least 1, got 0"),
        ("dataset", {"name": "grid", "side": 0}, "dataset.side must be at least 1, got 0"),
        ("model.weights", 1, "model.weights: expected a section, got 1"),
        (
            "model.weights.autoencoder.fool_code",
            {"start": 0, "end": 1, "til": 0.3},
            "model.weights.autoencoder.fool_code: a schedule has no 'til'; did you mean 'until'? (it has: start, …",
        ),
        ("loss.penalties.r1", {"weight": {"start": 0}}, "loss.penalties.r1.weight: a schedule needs 'end', as in …"),
        (
            "loss.penalties.r1",
            {"weight": {"start": 0, "end": 1}, "final_weight": 1},
            "loss.penalties.r1: weight is a schedule, so leave final_weight null",
        ),
        ("model.z_dim", {"start": 1, "end": 2}, "model.z_dim: expected a whole number or null, got {start: 1, end: 2}"),
        ("loss.autoencoder", "hing", "loss.autoencoder: no adversarial loss 'hing'; did you mean 'hinge'? (choices: …"),
        ("loss.autoencdr", "hinge", "unknown setting 'loss.autoencdr'; did you mean 'loss.autoencoder'?"),
        ("loss.autoencoder", {"a": 1}, "loss.autoencoder: expected text or null, got {a: 1}"),
        ("plugins", [1], "plugins[0]: expected text, got 1"),
        ("hardware.threads", 100_000, "hardware.threads must be at most 1024, got 100000"),
        ("loss.reconstruction", None, "model 'aegan' needs loss.reconstruction, which is null (choices: bce, …"),
        ("train.examples", 31, "train.batch_size is 32, but train.examples is only 31"),
        ("networks.encoder.norm", "foo", "networks.encoder.norm: 'foo' is not one of none, batch, layer, group"),
    ],
)
def test_faults(changed, key, value, message):
    with pytest.raises(UserError) as refused:
        schema.check(changed(key, value))
    text = str(refused.value)
    assert text.startswith(message[:-1]) if message.endswith("…") else text == message


def test_a_removed_setting_is_missing(changed):
    config = changed("seed", 0)
    del config["train"]["steps"]
    with pytest.raises(UserError, match=r"'train.steps' is missing from the config"):
        schema.check(config)


def test_a_bare_on_in_yaml_is_explained(changed):
    config = changed("loss.penalties.r1", {True: "discriminator"})
    with pytest.raises(UserError, match="YAML reads the words on, off, yes and no as true or false: quote them"):
        schema.check(config)


def test_plugins_may_declare_what_is_not_known_here(changed):
    """A plugin's part is checked by the registry, once the plugin is imported."""
    config = changed("loss.adversarial", "mine") | {"plugins": ["mine"]}
    config["model"] = {"name": "mine", "z_dim": None, "anything": 1}  # null, as its YAML elsewhere may have it
    config["networks"] = {"whatever": {"name": "mlp"} | copy.deepcopy(config["networks"]["code_discriminator"])}
    schema.check(config)


def test_a_part_of_the_users_is_known_by_its_yaml(changed, tmp_path):
    (tmp_path / "dataset").mkdir()
    (tmp_path / "dataset" / "mine.yaml").write_text("# help: mine\nname: mine\nspeed: 1.0  # of light\n")
    config = changed("dataset", {"name": "mine", "speed": 2})
    schema.check(config, ConfTree((tmp_path,)))
    config["dataset"]["spede"] = 1
    with pytest.raises(UserError, match=r"did you mean 'dataset.speed'\?"):
        schema.check(config, ConfTree((tmp_path,)))


def test_a_loss_of_the_users_asks_nothing_of_other_configs(changed, tmp_path):
    (tmp_path / "loss").mkdir()
    (tmp_path / "loss" / "mine.yaml").write_text("# help: mine\nadversarial: hinge\nfoo: 1\n")
    schema.check(changed("seed", 1), ConfTree((tmp_path,)))
    with pytest.raises(UserError, match=r"unknown setting 'loss\.foo'"):
        schema.check(changed("loss.foo", 1), ConfTree((tmp_path,)))
