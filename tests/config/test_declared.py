"""Names of parts, read from the package's sources."""

import pytest

from ganae_cli.config.declared import check_code, declared
from ganae_cli.errors import UserError


def test_names_are_read_from_the_sources():
    assert {"hinge", "non_saturating", "wasserstein"} <= set(declared("adversarial"))
    assert declared("no such kind") == []


def test_declared_names_are_those_of_the_registry(parts):
    for kind in (
        "model",
        "network",
        "dataset",
        "adversarial",
        "reconstruction",
        "penalty",
        "optimizer",
        "sampler",
        "augmentation",
        "tracker",
    ):
        assert declared(kind) == parts.names(kind)


OWN = {
    "model": {"name": "gan"},
    "dataset": {"name": "ring"},
    "optimizer": {"name": "adam"},
    "networks": {"generator": {"name": "auto"}},
    "loss": {"penalties": {"r1": {"weight": 1}}},
}


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("model", {"model": {"name": "mine"}}),
        ("dataset", {"dataset": {"name": "mine"}}),
        ("optimizer", {"optimizer": {"name": "mine"}}),
        ("network", {"networks": {"generator": {"name": "mlp"}, "discriminator": {"name": "mine"}}}),
        ("penalty", {"loss": {"penalties": {"r1": {}, "mine": {"weight": 1}}}}),
    ],
)
def test_a_part_whose_package_was_forgotten(kind, changed):
    check_code(OWN, "plugins=[PACKAGE]")
    with pytest.raises(UserError, match=f"no code declares the {kind} 'mine': name the package that does with --plug"):
        check_code(OWN | changed, "--plugins PACKAGE")
    check_code(OWN | changed | {"plugins": ["mine"]}, "--plugins PACKAGE")


def test_sections_may_be_absent():
    check_code({}, "plugins=[PACKAGE]")
    check_code({"model": None, "networks": None, "loss": {"penalties": None}}, "plugins=[PACKAGE]")
