"""Fixtures of the tests of evaluations."""

import pytest

from ganae_cli.builders import from_config


@pytest.fixture
def built(compose, parts):
    """Return `build("model=vae", …) -> (game, data)`, of digits."""

    def build(*words):
        config = compose(*words, "hardware=cpu")
        data = from_config.build_data(config)
        classes = data.classes if config.model.condition != "none" else ()
        return from_config.build_game(config, data.shape, classes).game, data

    return build
