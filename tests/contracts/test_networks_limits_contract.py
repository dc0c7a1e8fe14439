"""A network's constructor and the words in its YAML allow the same values: they are checked twice, never differently.

The limits in brackets are checked before TensorFlow is imported; the constructor checks for those who build networks in
Python.
"""

import math

import pytest

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.limits import find_setting
from ganae_cli.errors import UserError
from ganae_cli.networks.auto import choose

from_config.import_parts()
TREE = ConfTree()
ANY = [None, True, False, -1, 0, 1, 2, 3, 0.0, 0.5, 1.0, 1.5, math.nan, math.inf, -math.inf, "text", "", [], [1], {}]


def options_of(network):
    return [option for option in TREE.part("network", network).options if option != "name"]


def setting_of(network, option):
    part = TREE.part("network", network)
    return find_setting(f"networks.role.{option}", part.options[option], part.comments[option])


def candidates(setting):
    """Return values just inside and just outside the limits, each choice, and values of every type."""
    bounds = [bound for bound in (setting.least, setting.most, setting.above, setting.below) if bound is not None]
    near = [value for bound in bounds for value in (bound - 1, bound - 1e-9, bound, bound + 1e-9, bound + 1)]
    return [*ANY, *near, *map(float, bounds), *setting.choices, *(f"{choice}s" for choice in setting.choices)]


def is_allowed(setting, value, default):
    try:
        setting.check("option", value, is_null_default=default is None)
    except UserError:
        return False
    return True


def is_built(network, option, value):
    try:
        registry.build("network", network, **{option: value})
    except UserError:
        return False
    return True


@pytest.mark.parametrize(
    ("network", "option"), [(name, option) for name in registry.names("network") for option in options_of(name)]
)
def test_a_network_allows_what_its_yaml_allows(network, option):
    setting, default = setting_of(network, option), TREE.part("network", network).options[option]
    tried = candidates(setting)
    said = [(value, is_allowed(setting, value, default)) for value in tried]
    assert said == [(value, is_built(network, option, value)) for value in tried]
    assert {answer for _, answer in said} == {True, False}, "these values show nothing"


@pytest.mark.parametrize("network", sorted({choose(shape) for shape in ((2,), (64, 64, 3))}))
@pytest.mark.parametrize("option", options_of("auto"))
def test_what_auto_may_be_given_fits_every_network_that_it_may_choose(network, option):
    setting = setting_of("auto", option)
    values = [value for value in candidates(setting) if value is not None and is_allowed(setting, value, None)]
    assert values
    assert [value for value in values if not is_built(network, option, value)] == []
