"""The table of shared settings agrees with what `conf/` lists."""

import pytest

from ganae_cli import setting, settings
from ganae_cli.command_line import catalogue
from ganae_cli.conf_tree import ConfTree

TREE = ConfTree()
MODELS = TREE.options("model")


@pytest.mark.parametrize("model", MODELS)
def test_every_default_is_allowed(model):
    for entry in catalogue.entries(TREE, [f"model={model}"]) + catalogue.penalties(TREE):
        setting = settings.find(entry.key)
        if setting:
            setting.check(entry.key, entry.default, is_null_default=entry.default is None)


def test_every_shared_setting_is_in_some_yaml():
    """A rule for a key that nothing lists any more guards nothing."""
    listed = {entry.key for model in MODELS for entry in catalogue.entries(TREE, [f"model={model}"])}
    listed |= {entry.key for entry in catalogue.penalties(TREE)}
    for group in ("dataset", "optimizer"):
        for option in TREE.options(group):
            listed |= {f"{group}.{key}" for key in TREE.part(group, option).options}
    for option in TREE.options("network"):
        listed |= {f"networks.role.{key}" for key in TREE.part("network", option).options}
    found = {id(settings.find(key)) for key in listed} | {id(settings.SETTINGS["loss.penalties"])}
    found.add(id(settings.SETTINGS["model.weights.*"]))
    assert [key for key, setting in settings.SETTINGS.items() if id(setting) not in found] == []


def test_patterns_fit_one_word_per_star():
    assert settings.find("networks.encoder.width") is settings.SETTINGS["networks.*.width"]
    assert settings.find("networks.width") is None
    assert settings.find("networks.a.b.width") is None
    assert settings.find("optimizer.generator.learning_rate") is settings.SETTINGS["optimizer.learning_rate"]


@pytest.mark.parametrize(
    ("default", "value", "is_fit"),
    [
        (1, 2, True),
        (1, 2.0, False),
        (1, True, False),
        (1.0, 2, True),
        (True, 1, False),
        ("a", 1, False),
        (["a"], ["b"], True),
    ],
)
def test_a_default_says_the_type(default, value, is_fit):
    kind = settings.by_default(default).kinds
    assert setting.fits(value, kind) is is_fit


def test_a_null_default_says_nothing():
    assert settings.by_default(None) is None


def test_limits_in_words():
    assert settings.find("model.z_dim").limits() == "1 to 65536"
    assert settings.find("train.ema").limits() == "≥ 0, < 1"
    assert settings.find("hardware.device").limits() == "auto | cpu | gpu"
    assert "hinge" in settings.find("loss.adversarial").limits()
