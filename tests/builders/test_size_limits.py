"""Networks that a weights file cannot be of are refused before they are built."""

import h5py
import numpy as np
import pytest

from ganae_cli.builders import size_limits
from ganae_cli.errors import UserError
from ganae_cli.storage.checkpoints import Checkpoint

MLP = {"name": "mlp", "width": 8, "depth": 3}


pytestmark = pytest.mark.usefixtures("parts")


@pytest.fixture
def checkpoint(tmp_path):
    """The weights of an mlp with three hidden layers of 8 units, from 2 numbers to 4: 8 arrays, 196 weights."""
    with h5py.File(tmp_path / "w.weights.h5", "w") as file:
        for place, (rows, columns) in enumerate([(2, 8), (8, 8), (8, 8), (8, 4)]):
            file[f"{place}/0"], file[f"{place}/1"] = np.zeros((rows, columns), "f4"), np.zeros(columns, "f4")
    return Checkpoint(tmp_path / "w.weights.h5", {"step": 1, "architecture": {"shape": [2]}})


def sections(inner=None, z_dim=4, **changes):
    return {"model": {"z_dim": z_dim, "autoencoder": inner}, "networks": {"encoder": MLP | changes}}


def test_the_network_of_the_weights_fits(checkpoint):
    size_limits.check(sections(), checkpoint)
    size_limits.check(sections(name="of_a_plugin", width=10**6, depth=10**6), checkpoint)  # whose options mean anything
    size_limits.check(sections(max_width=8, width=60_000), checkpoint)


@pytest.mark.parametrize("left_open", [{"depth": None}, {"name": "auto", "depth": None}])
def test_what_is_left_open_is_counted_as_its_default(checkpoint, left_open):
    size_limits.check(sections(**left_open), checkpoint)
    with pytest.raises(UserError, match=r"networks\.encoder of width 60000 and depth 3 does not fit"):
        size_limits.check(sections(**left_open, width=60_000), checkpoint)


@pytest.mark.parametrize("changes", [{"width": 60_000}, {"depth": 9}, {"depth": 1000}, {"width": 30}])
def test_a_network_that_needs_more_is_refused_by_name(checkpoint, changes):
    """Of 30 units: two squares of 900 weights, of which a quarter is counted, are 1,800 bytes; there are 896."""
    with pytest.raises(UserError, match=r"networks\.encoder of width \d+ and depth \d+ does not fit .*w\.weights\.h5"):
        size_limits.check(sections(**changes), checkpoint)
    with pytest.raises(UserError, match=r"model\.autoencoder\.networks\.encoder of width"):
        size_limits.check(sections(inner=sections(**changes)), checkpoint)


def test_codes_and_data_are_bounded_too(checkpoint):
    with pytest.raises(UserError, match="too small for z_dim 65536"):
        size_limits.check(sections(z_dim=65_536), checkpoint)
    checkpoint.about["architecture"]["shape"] = [16_384, 16_384, 1]
    with pytest.raises(UserError, match="data of 268,435,456 numbers"):
        size_limits.check(sections(), checkpoint)
