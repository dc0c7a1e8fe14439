"""A run is set up without a folder: compiled game, stream of batches, refusals."""

import h5py
import numpy as np
import pytest

from ganae_cli.builders import compatibility, from_config
from ganae_cli.errors import UserError
from ganae_cli.runtime import devices
from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.training import setup

SMALL = (
    *("model=gan", "dataset=ring", "dataset.count=40", "train.batch_size=8", "hardware=cpu", "hardware.threads=1"),
    *(f"networks.{role}.width=8" for role in ("generator", "discriminator")),
)


@pytest.fixture
def build(compose, parts):
    def built(*words, session=None):
        config = compose(*SMALL, *words)
        session = session or devices.prepare(**from_config.plain(config.hardware))
        return setup.build(config, session, from_config.build_data(config))

    return built


def test_it_is_compiled_and_nothing_has_moved(build):
    made = build("hardware.jit=false", "train.steps=7")
    assert made.game.state.steps_done == 0
    assert (made.game.total_steps, set(made.game.optimizers)) == (7, {"generator", "discriminator"})
    assert made.config.networks.generator.name == "mlp"


def test_few_images_get_short_codes(compose, parts):
    """digits would get 4 numbers; nine of them 3."""
    config = compose("model=gan", "dataset=digits", "train.examples=9", "train.batch_size=8", "hardware.jit=false")
    session = devices.prepare(**from_config.plain(config.hardware))
    assert setup.build(config, session, from_config.build_data(config)).config.model.z_dim == 3


def test_the_stream_has_the_steps_asked_for_in_the_order_of_the_seed(build):
    made = build("hardware.jit=false")
    whole, rest = ([np.asarray(batch) for batch in made.stream(first, 5)] for first in (0, 3))
    assert [batch.shape for batch in whole] == [(8, 2)] * 5
    assert len(rest) == 2
    assert all(np.array_equal(a, b) for a, b in zip(whole[3:], rest, strict=True))


def test_the_stream_of_a_program_of_several_steps_has_whole_blocks(build):
    """Intervals of 100 and 1000 allow 25 steps in a call; steps 30 to 60 lie in the blocks from 25 to 75."""
    made = build()
    assert made.game.block == 25
    assert [batch.shape for batch in made.stream(30, 60)] == [(25, 8, 2)] * 2


def test_an_unknown_term_cannot_say_what_is_best(build):
    with pytest.raises(
        UserError, match=r"train.best_by: no term or metric 'generator.fid'.* \(terms: discriminator.real"
    ):
        build("train.best_by=generator.fid", "hardware.jit=false")


def test_replicas_must_share_a_batch_equally(build):
    class Three:
        replicas, strategy = 3, devices.prepare(device="cpu", threads=1).strategy

    with pytest.raises(UserError, match=r"^train.batch_size is 8, which 3 replicas cannot share equally$"):
        build(session=Three())


@pytest.mark.parametrize(
    ("words", "change"),
    [
        (["networks.generator.width=4000"], "networks.generator.width: 8 -> 4000"),
        (["model.z_dim=4000"], "model.z_dim: 4 -> 4000"),
        (["dataset=digits", "dataset.image_size=64"], r"shape: \[2\] -> \[64, 64, 1\]"),
    ],
)
def test_a_game_larger_than_the_checkpoint_is_refused_before_it_is_built(
    compose, build, tmp_path, monkeypatch, words, change
):
    """A run folder of somebody else could ask for any size: memory ran out before the difference was found."""
    made = build("hardware.jit=false")
    of_made = compatibility.architecture(made.config, made.game)
    with h5py.File(tmp_path / "w.weights.h5", "w") as file:
        for place in range(8):
            file[str(place)] = np.zeros(50, "f4")
    checkpoint = Checkpoint(tmp_path / "w.weights.h5", {"step": 1, "architecture": of_made})
    base = [word for word in SMALL if "dataset" not in word] if "dataset=digits" in words else SMALL
    config = compose(*base, *words)
    data = from_config.build_data(config)
    monkeypatch.setattr(setup, "_rehearsed", None)
    with pytest.raises(UserError, match=f"another architecture: {change}"):
        setup.build(config, made.session, data, checkpoint=checkpoint)
