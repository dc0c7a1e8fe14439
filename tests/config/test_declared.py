"""Names of parts, read from the package's sources."""

from ganae_cli.config.declared import declared


def test_names_are_read_from_the_sources():
    assert {"hinge", "non_saturating", "wasserstein"} <= set(declared("adversarial"))
    assert declared("no such kind") == []


def test_declared_names_are_those_of_the_registry(parts):
    for kind in ("model", "network", "dataset", "adversarial", "reconstruction", "penalty", "optimizer", "sampler"):
        assert declared(kind) == parts.names(kind)
