"""Variables of the environment: allowed in paths, refused where their values would get into files."""

import copy

import pytest
from omegaconf import OmegaConf

from ganae_cli.config.saved import ready
from ganae_cli.config.variables import WITHOUT
from ganae_cli.errors import UserError
from ganae_cli.secrets import hide_variables

SECRET = "${oc.env:GANAE_TRIED_SECRET}"
PLACES = {
    "chosen.model": (SECRET, "chosen.model"),
    "model.name": (SECRET, "model.name"),
    "networks.encoder.activation": (SECRET, "networks.encoder.activation"),
    "networks.decoder.activation": ("${dataset.path}", "networks.decoder.activation"),
    "networks": ("${train}", "networks"),
    "loss.name": (SECRET, "loss.name"),
    "optimizer.name": (f"x-{SECRET}", "optimizer.name"),
    "hardware.precision": ("${oc.env:GANAE_NO_SUCH,float32}", "hardware.precision"),
}


@pytest.fixture
def saved(compose, monkeypatch):
    monkeypatch.setenv("GANAE_TRIED_SECRET", "hunter2-topsecret")
    hide_variables()
    config = copy.deepcopy(compose("model=vae", "dataset=arrays"))
    OmegaConf.set_struct(config, False)
    config.dataset.path = f"{SECRET}/x.npy"
    config.train.init_from = SECRET
    return config


@pytest.mark.parametrize("is_for_use", [True, False])
@pytest.mark.parametrize("key", PLACES)
def test_a_section_whose_values_are_noted_has_no_variables(saved, key, is_for_use):
    text, named = PLACES[key]
    OmegaConf.update(saved, key, text, merge=False, force_add=True)
    with pytest.raises(UserError, match=r"^.*: the variable GANAE_\w+ is not allowed here") as error:
        ready(saved, "--plugins PACKAGE", is_for_use=is_for_use)
    assert str(error.value).startswith(f"{named}: ")
    assert "hunter2" not in str(error.value)


def test_paths_may_be_variables_and_other_references_stay(saved):
    saved.networks.encoder.width = "${networks.decoder.width}"
    ready(saved, "--plugins PACKAGE")
    assert set(WITHOUT).isdisjoint({"dataset", "train", "evaluation"})
