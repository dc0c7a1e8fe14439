"""Weights that are not worth keeping: in networks, averages and optimizers."""

import keras
import numpy as np
import pytest

from ganae_cli.engine import finite


@pytest.fixture
def game(tiny):
    made = tiny.build("gan", norm="batch")
    made.rehearse(tiny.data())
    made.compile({player: keras.optimizers.Adam(0.01) for player in made.optimizer_owners}, ema=0.5)
    return made


def variables(game):
    weights = game.network("generator").trainable_variables
    return {
        "weight": weights[0],
        "average": game.averages.values[-1],
        "moment": game.optimizers["generator"].variables[2],
    }


@pytest.mark.parametrize("which", ["weight", "average", "moment"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_number_is_enough(game, which, bad):
    assert finite.fault(game) is None
    variable = variables(game)[which]
    values = variable.numpy()
    values.flat[-1] = bad
    variable.assign(values)
    name, what = finite.fault(game)
    assert what == "is not finite"
    assert name.startswith(
        {"weight": "networks.generator: ", "average": "the average ", "moment": "optimizer.gen"}[which]
    )


def test_a_weight_has_exploded_above_a_hundred_millions(game):
    """Moments and averages of batches may be as large as the data make them."""
    found = variables(game)
    for variable, value, expected in ((found["moment"], 1e20, None), (found["weight"], -0.9e8, None)):
        variable.assign(np.full_like(variable.numpy(), value))
        assert finite.fault(game) is expected
    found["weight"].assign(np.full_like(found["weight"].numpy(), -1.1e8))
    name, what = finite.fault(game)
    assert name.startswith("networks.generator: ")
    assert what == "has exploded: its largest number is 1.1e+08, above 1e+08"
