"""A saved config: completed and checked like a new one, for going on as for sampling."""

import copy

import pytest
from omegaconf import OmegaConf

from ganae_cli.config.saved import ready
from ganae_cli.errors import UserError


@pytest.fixture
def saved(compose):
    """Return a function that makes a run's config with changes, by dotted key."""

    def saved(changes, *words):
        config = copy.deepcopy(compose("model=vae", *words))
        OmegaConf.set_struct(config, False)
        for key, value in changes.items():
            OmegaConf.update(config, key, value, merge=False, force_add=True)
        return config

    return saved


WRONG = {
    "model.z_dim": [-4, 0, "8", 10**9, [1]],
    "loss": [[1], 3],
    "networks.encoder.depth": [100_000, -1],
    "networks.encoder.width": [0, 10**6, "8"],
    "networks.encoder": [3, [1], {}, {"name": "nothing"}],
    "networks": [[], 3],
    "model": [{"name": "nothing"}, {}],
    "train": [3, [1]],
    "train.steps": ["many", 10**12],
    "loss.penalties": [3, [1], "x"],
    "unknown": [1],
    "dataset.count": [10**12],
}


@pytest.mark.parametrize("is_for_use", [True, False])
@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in WRONG.items() for value in values])
def test_what_a_new_run_may_not_have_a_saved_one_may_not_either(saved, key, value, is_for_use):
    with pytest.raises(UserError) as error:
        ready(saved({key: value}, "dataset=ring"), "--plugins PACKAGE", is_for_use=is_for_use)
    assert "\n" not in str(error.value)


def test_settings_that_came_later_are_completed(saved):
    config = saved({})
    del config.train["profile_steps"]
    assert ready(config, "--plugins PACKAGE").train.profile_steps == 0


def test_a_variable_of_another_machine_stops_no_sampling(saved):
    config = saved({"dataset.path": "${oc.env:NO_SUCH_VARIABLE}"}, "dataset=arrays")
    with pytest.raises(UserError, match="NO_SUCH_VARIABLE"):
        ready(config, "--plugins PACKAGE")
    assert OmegaConf.is_interpolation(ready(config, "--plugins PACKAGE", is_for_use=True).dataset, "path")


@pytest.mark.parametrize(("key", "value"), [("depth", 100_000), ("wide", 1)])
def test_the_model_within_a_model_is_checked_too(saved, key, value):
    own = saved({}, "dataset=ring")
    inner = {name: OmegaConf.to_container(own[name]) for name in ("model", "networks", "loss")}
    outer = saved({"model.autoencoder": inner}, "model=latent_gan", "dataset=ring")
    ready(outer, "--plugins PACKAGE")
    outer.model.autoencoder.networks.encoder[key] = value
    with pytest.raises(UserError, match=f"networks.encoder.{key}"):
        ready(outer, "--plugins PACKAGE")


def test_networks_of_the_model_within_are_completed_too(saved):
    words = ("network@networks.encoder=dcgan", "network@networks.decoder=dcgan")
    own = saved({}, *words)
    inner = {name: OmegaConf.to_container(own[name]) for name in ("model", "networks", "loss")}
    del inner["networks"]["encoder"]["grids"]
    networks = ready(saved({"model.autoencoder": inner}, "model=latent_gan"), "PACKAGE").model.autoencoder.networks
    assert (networks.encoder.grids, networks.decoder.grids) == ("corner", None)
