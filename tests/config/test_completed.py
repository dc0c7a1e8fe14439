"""Settings that came after a config was saved get their defaults; what was saved stays, and what may lack, lacks."""

import pytest

from ganae_cli.config import completed, schema
from ganae_cli.errors import UserError


def test_a_whole_config_lacks_nothing(changed):
    assert completed.missing(changed("seed", 1, "model=aegan", "loss=wasserstein_gp")) == {}


def test_defaults_of_the_parts_that_it_chose(changed):
    words = ("optimizer=rmsprop", "network@networks.generator=mlp", "networks.generator.width=7")
    config = changed("seed", 1, "model=wgan", *words)
    del config["optimizer"]["epsilon_under_root"], config["networks"]["generator"]["depth"], config["train"]["keep"]
    lacking = {
        "train": {"keep": 2},
        "networks": {"generator": {"depth": 3}},
        "optimizer": {"epsilon_under_root": True},
    }
    assert completed.missing(config) == lacking
    with pytest.raises(UserError, match="is missing from the config"):
        schema.check(config)


def test_a_network_older_than_its_grids_has_them_in_the_corner(changed):
    """New runs have null, which chooses by the size of the image."""
    config = changed("seed", 1, "model=gan", "network@networks.generator=dcgan")
    assert config["networks"]["generator"].pop("grids") is None
    assert completed.missing(config) == {"networks": {"generator": {"grids": "corner"}}}


def test_a_run_older_than_the_choice_of_a_mixtures_size_has_ten(changed):
    config = changed("seed", 1, "model=autoencoder")
    assert config["model"].pop("components") is None
    assert completed.missing(config) == {"model": {"components": 10}}
