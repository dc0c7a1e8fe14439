"""Several steps in one call: the same numbers as single steps, however they are cut into blocks."""

import numpy as np
import pytest

from ganae_cli.builders import from_config
from ganae_cli.engine.multi_step import MOST, steps_together
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training

TINY = ("model=gan", "train.batch_size=16", "train.examples=100", "train.sample_every=1000", "hardware=cpu")


@pytest.fixture
def built(compose):
    def build(*words):
        config = compose(*words)
        config.model.z_dim = 4
        from_config.import_parts()
        game, _ = from_config.build_game(config, (16, 16, 1))
        return game

    return build


def test_a_block_divides_every_interval(built):
    game = built("model=gan", "network@networks.generator=mlp", "network@networks.discriminator=mlp")
    assert steps_together(game, 16, [100, 1000, 50]) == 25
    assert steps_together(game, 16, [9 * MOST]) == MOST
    assert steps_together(game, 16, [60, 42]) == 6
    assert steps_together(game, 16, [101]) == 1
    assert steps_together(game, 16, [100], most=8) == 5


def test_only_small_dense_networks_take_several_steps_in_a_call(built):
    dense = built("model=gan", "network@networks.generator=mlp", "network@networks.discriminator=mlp")
    convolutional = built("model=gan", "network@networks.generator=dcgan", "network@networks.discriminator=mlp")
    assert steps_together(convolutional, 1, [100]) == 1
    assert steps_together(convolutional, 1, [100], most=10) == 10  # chosen by the user
    assert steps_together(dense, 100_000, [100]) == 1


def weights(folder):
    """Return every array of the newest checkpoint."""
    import h5py

    found = {}
    with h5py.File(folder.checkpoints.newest().weights) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


def trained(compose, path, *words):
    assert training.train(compose(*TINY, *words), path)[0] == 0
    return RunFolder(path)


@pytest.mark.slow
def test_steps_in_blocks_are_the_steps_one_by_one(compose, tmp_path):
    """13 steps in blocks of 5, the last of them cut short, and single steps: the same history and weights."""
    words = ("train.steps=13", "train.log_every=5", "train.checkpoint_every=10")
    blocks = trained(compose, tmp_path / "blocks", *words)
    single = trained(compose, tmp_path / "single", *words, "hardware.steps_per_execution=1")
    assert [folder.sessions()[-1]["steps_per_execution"] for folder in (blocks, single)] == [5, 1]
    for one, other in zip(blocks.history.read(), single.history.read(), strict=True):
        assert one["step"] == other["step"]
        assert float(one["generator.loss"]) == pytest.approx(float(other["generator.loss"]), rel=1e-4)
    one, other = weights(blocks), weights(single)
    assert one.keys() == other.keys()
    assert all(np.allclose(one[name], other[name], rtol=1e-3, atol=1e-4) for name in one)


def test_a_run_stopped_within_a_block_goes_on_to_the_last_bit(compose, tmp_path):
    words = ("train.log_every=5", "train.checkpoint_every=5")
    whole = trained(compose, tmp_path / "whole", *words, "train.steps=12")
    parts = trained(compose, tmp_path / "parts", *words, "train.steps=7")
    assert training.resume(compose(*TINY, *words, "train.steps=12"), tmp_path / "parts")[0] == 0
    one, other = weights(whole), weights(parts)
    assert one.keys() == other.keys()
    assert all(np.array_equal(one[name], other[name]) for name in one)
