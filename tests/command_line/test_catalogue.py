"""Choices, settings and their defaults, as composed, from the YAML files alone."""

import pytest

from ganae_cli.command_line import catalogue
from ganae_cli.config.conf_tree import ConfTree

TREE = ConfTree()


def test_a_recipe_shows_in_the_defaults():
    entries = {entry.key: entry.default for entry in catalogue.entries(TREE, ["debug=smoke"])}
    assert entries["train.steps"] < 10


def test_defaults_are_those_of_the_primary_config_model_first():
    chosen = catalogue.default_choices(TREE)
    assert next(iter(chosen)) == "model"
    assert (chosen["model"], chosen["dataset"], chosen["experiment"]) == ("auto", "digits", None)


@pytest.mark.parametrize(
    "words", [["model=vae"], ["experiment=ring"], ["experiment=ring", "dataset=grid"], ["model=nope"]]
)
def test_choices_are_those_that_hydra_composes(compose, words):
    """Recipes and models override the defaults, words override both; a name that is not there is left to Hydra."""
    chosen = catalogue.choices(TREE, words)
    composed = compose(*[word for word in words if "nope" not in word])
    names = {kind: composed[kind].name for kind in ("model", "dataset", "optimizer")}
    assert {kind: chosen[kind] for kind in names} == names | ({"model": "auto"} if words == ["model=nope"] else {})


def test_roles_are_those_of_the_model_with_the_networks_chosen():
    assert catalogue.roles(TREE, ["model=gan"]) == {"generator": "auto", "discriminator": "auto"}
    words = ["model=gan", "network@networks.generator=mlp"]
    assert catalogue.roles(TREE, words) == {"generator": "mlp", "discriminator": "auto"}


def test_entries_have_the_composed_defaults(compose):
    from ganae_cli.command_line.plan import plain
    from ganae_cli.config.conf_tree import leaves

    words = ["experiment=ring", "model=gan"]
    config = leaves(plain(compose(*words)))
    listed = {entry.key: entry.default for entry in catalogue.entries(TREE, words) if entry.key in config}
    assert listed == {key: config[key] for key in listed}
    assert len(listed) > 30


def test_options_of_a_player():
    keys = ["seed", "optimizer.learning_rate", "optimizer.beta_1"]
    assert catalogue.own_options(TREE, ["model=gan"], keys) == [
        (player, option) for player in ("discriminator", "generator") for option in ("learning_rate", "beta_1")
    ]


def test_penalties_and_those_in_use():
    listed, used = catalogue.penalties(TREE, ["loss=wasserstein_gp"])
    assert used == ["gradient_penalty"]
    assert {entry.key.split(".")[2] for entry in listed} == set(TREE.options("penalty"))
    assert catalogue.penalties(TREE, ["model=gan"])[1] == []


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("model", TREE.options("model")),
        ("network@networks.encoder", TREE.options("network")),
        ("hardware.jit", ["true", "false"]),
        ("train.steps", []),
        ("no.such.key", []),
    ],
)
def test_values_of_a_closed_list(key, expected):
    assert sorted(catalogue.values(TREE, key, [])) == sorted(expected)
