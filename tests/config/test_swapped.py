"""A run is resumed with another tracker."""

import pytest

from ganae_cli.commands.resume import changed
from ganae_cli.config.swapped import names_tracker
from ganae_cli.errors import UserError


def test_another_tracker_brings_its_own_options(compose):
    config = compose("model=gan", "dataset=ring")
    found = changed(config, ["tracker=wandb", "tracker.mode=offline", "train.steps=7"])
    assert dict(found.tracker) == {
        **{"name": "wandb", "project": "ganae", "entity": None, "mode": "offline"},
        **{"checkpoints": False, "timeout": 60},
    }
    assert (found.chosen.tracker, found.chosen.model, found.train.steps) == ("wandb", "gan", 7)
    assert dict(changed(found, ["tracker=none"]).tracker) == {"name": "none"}
    assert dict(config.tracker) == {"name": "none"}


def test_a_config_without_trackers_gets_none(compose):
    config = compose("model=gan", "dataset=ring")
    del config["tracker"], config["log"]
    found = changed(config, [])
    assert (dict(found.tracker), found.log.format) == ({"name": "none"}, "text")


def test_an_unknown_tracker_is_refused(compose):
    with pytest.raises(UserError, match="no tracker named 'wanbd'; did you mean 'wandb'"):
        changed(compose("model=gan", "dataset=ring"), ["tracker=wanbd"])


def test_only_the_name_of_a_tracker_names_it():
    assert names_tracker(["train.steps=7", "tracker=wandb"])
    assert not names_tracker(["tracker.mode=online", "train.steps=7"])
