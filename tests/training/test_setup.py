"""A run is set up without a folder: compiled game, stream of batches, refusals."""

import numpy as np
import pytest

from ganae_cli.builders import from_config
from ganae_cli.errors import UserError
from ganae_cli.runtime import devices
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
    with pytest.raises(UserError, match=r"train.best_by: no term 'generator.fid' \(terms: discriminator.real"):
        build("train.best_by=generator.fid", "hardware.jit=false")


def test_replicas_must_share_a_batch_equally(build):
    class Three:
        replicas, strategy = 3, devices.prepare(device="cpu", threads=1).strategy

    with pytest.raises(UserError, match=r"^train.batch_size is 8, which 3 replicas cannot share equally$"):
        build(session=Three())
