"""What a setting may be, by its dotted key, its default and the comment behind it."""

import pytest

from ganae_cli.command_line import catalogue
from ganae_cli.config import limits
from ganae_cli.config.conf_tree import ConfTree

TREE = ConfTree()


@pytest.mark.parametrize("model", TREE.options("model"))
def test_every_default_is_allowed(model):
    for entry in catalogue.entries(TREE, [f"model={model}"]) + catalogue.penalties(TREE, [f"model={model}"])[0]:
        if entry.setting:
            entry.setting.check(entry.key, entry.default, is_null_default=entry.default is None)


def test_patterns_fit_one_word_per_star():
    assert limits.find("model.weights.generator.fool") is limits.SHARED["model.weights.*.*"]
    assert limits.find("model.weights.generator.fool.more") is None
    assert limits.find("networks.encoder.width") is None


def test_what_all_models_share_goes_before_a_comment():
    assert limits.find("model.z_dim", None, "float > 0: size").limits() == "1 to 65536"
    assert limits.find("model.packing", 1, ">= 1: samples").limits() == "≥ 1"


def test_limits_in_words():
    limits = {entry.key: entry.setting.limits() for entry in catalogue.entries(TREE, []) if entry.setting}
    assert limits["model.z_dim"] == "1 to 65536"
    assert limits["train.ema"] == "≥ 0, < 1"
    assert limits["hardware.device"] == "auto | cpu | gpu"
    assert "hinge" in limits["loss.adversarial"]
