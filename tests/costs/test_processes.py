"""Processes that measure: what they answer, and how one ends that does not."""

import io
import json
import os
import signal

import pytest

from ganae_cli.costs import processes as measuring
from ganae_cli.costs.processes import Measured, processes

TINY = ["model=gan", "model.z_dim=2", "dataset=ring", "dataset.count=100", "train.batch_size=8", "hardware=cpu"]
PLAIN = ["hardware.jit=false", "hardware.threads=1", "network@networks.generator=mlp", "networks.generator.width=4"]


@pytest.mark.slow
def test_several_configs_one_after_another(compose):
    """Each is measured by itself: one that cannot be built, or that asks for other threads, does not touch the next."""
    good = compose(*TINY, *PLAIN)
    bad = compose(*TINY, *PLAIN, "model.critic_steps=63")
    with processes() as measure:
        first, second, third = measure(good), measure(bad), measure(good)
    assert first.code == third.code == 0
    assert first.cost.parameters == third.cost.parameters > 0
    assert second.cost.startswith("cannot be built: train.batch_size is 8 and a step takes 63 batches")
    assert second.code == 2
    assert 0.5 < first.cost.time.peak / third.cost.time.peak < 2
    assert first.cost.time.peak > 300e6  # TensorFlow's libraries are counted


def answers(monkeypatch, act, can_fork=True):
    """Return what the process says of two configs, each of which `act` answers."""
    monkeypatch.setattr(measuring, "CAN_FORK", can_fork)
    monkeypatch.setattr(measuring, "_import", lambda: None)
    monkeypatch.setattr(measuring, "answer", act)
    said = io.StringIO()
    measuring.serve(io.StringIO('"a: 1"\n"a: 2"\n'), said)
    return [json.loads(line) for line in said.getvalue().splitlines()]


@pytest.mark.parametrize("can_fork", [True, False])
def test_a_line_for_each_config(monkeypatch, can_fork):
    assert answers(monkeypatch, lambda text: {"refused": text}, can_fork) == [{"refused": "a: 1"}, {"refused": "a: 2"}]


def test_a_process_that_is_killed_answers_with_its_end(monkeypatch):
    assert answers(monkeypatch, lambda text: os.kill(os.getpid(), signal.SIGKILL)) == [{"code": -9}] * 2


def test_a_fork_has_the_memory_that_it_would_have_alone(monkeypatch):
    """300 of 500 bytes of files are the fork's own, so 200 are missing; the import itself may have needed more."""
    monkeypatch.setattr(measuring.process, "file_memory", lambda: 300)
    for peak, expected in ((100, 1200), (5000, 5000)):
        found = measuring._as_if_alone({"cost": {"time": {"peak": 1000}}}, peak, 500)
        assert found["cost"]["time"]["peak"] == expected
    assert measuring._as_if_alone({"refused": "so"}, 1, 1) == {"refused": "so"}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"refused": "too large"}, Measured("cannot be built: too large", 2)),
        ({"failed": "ValueError: so"}, Measured("failed: ValueError: so", 1)),
        ({"code": -9}, Measured("failed: killed by SIGKILL", 1)),
        ({"code": 1}, Measured("failed: exit code 1", 1)),
    ],
)
def test_why_a_job_has_no_cost(found, expected):
    assert measuring._read(found) == expected


def test_the_server_itself_may_die_and_none_is_left(compose, monkeypatch):
    monkeypatch.setattr(measuring, "COMMAND", ("false",))
    server = measuring._Server()
    assert server.measure(compose("model=gan")) == Measured("failed: exit code 1", 1)
    assert server.process is None
    server.stop()
