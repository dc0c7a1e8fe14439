"""Fixtures of the tests of configs: composed configs with one key changed."""

import pytest
from omegaconf import OmegaConf


@pytest.fixture
def changed(compose):
    """Return a function: `changed(key, value)` -> the config of `ganae train` with one key set, created if missing."""

    def change(key, value, *words):
        config = OmegaConf.to_container(compose(*words), resolve=True)
        place = config
        *sections, last = key.split(".")
        for section in sections:
            place = place.setdefault(section, {})
        place[last] = value
        return config

    return change
