"""Which jobs of a sweep train the same step."""

import dataclasses

import pytest

from ganae_cli.costs.alike import groups, shared
from ganae_cli.costs.report import RunCost, StepTime

TIME = StepTime(first=1.0, usual=0.01, played=50, peak=10**9, grown=10**8)
COST = RunCost("gan on ring", "", "CPU:0", [], 64, 101, 1000, TIME)


@pytest.mark.parametrize(
    "words",
    [
        ("seed=0", "seed=7"),
        ("train.steps=10", "train.steps=10000"),
        ("train.examples=100", "train.examples=null"),
        ("optimizer.learning_rate=1e-3", "optimizer.learning_rate=1e-4"),
        ("optimizer.discriminator.learning_rate=1e-3", "optimizer.discriminator.learning_rate=1e-4"),
        ("model.weights.generator.fool=2", "model.weights.generator.fool=0.5"),
        ("loss.penalties.r1.weight=10", "loss.penalties.r1.weight=0.1"),
        ("train.ema=0.9", "train.ema=0.999"),
        ("train.max_minutes=1", "train.keep=7"),
    ],
)
def test_the_same_step(compose, words):
    assert groups([compose("model=gan", word) for word in words]) in ([[0, 1]], [[1, 0]])


@pytest.mark.parametrize(
    "words",
    [
        ("model=gan", "model=lsgan"),
        ("model.z_dim=4", "model.z_dim=8"),
        ("train.batch_size=16", "train.batch_size=32"),
        ("train.ema=0", "train.ema=0.999"),
        ("model.weights.generator.fool=0", "model.weights.generator.fool=1"),
        ("loss.penalties.r1.weight=0", "loss.penalties.r1.weight=1"),
        ("optimizer=adam", "optimizer=sgd"),
        ("optimizer.clipnorm=null", "optimizer.clipnorm=1"),
        ("dataset=digits", "dataset=ring"),
        ("hardware.threads=1", "hardware.threads=2"),
        ("train.log_every=100", "train.log_every=7"),
    ],
)
def test_another_step(compose, words):
    first, second = (compose(*(["model=gan"] if "model=" not in word else []), word) for word in words)
    assert groups([first, second]) == [[0], [1]]


def test_the_job_with_the_most_examples_comes_first(compose):
    configs = [compose("model=gan", f"train.examples={count}") for count in (50, 200, "null", 100)]
    assert groups(configs) == [[2, 1, 3, 0]]


def test_a_cost_is_shared_but_for_the_number_of_steps(compose):
    """1 s for the first step and 10 ms for each of 1,000 others."""
    found = shared(COST, compose("model=gan", "train.steps=1001"))
    assert found == dataclasses.replace(COST, steps=1001)
    assert found.seconds == pytest.approx(11.0)
    assert shared(COST, compose("model=gan", "train.examples=64")) is not None
    assert shared(COST, compose("model=gan", "train.examples=63")) is None
    assert shared("cannot be built: so", compose("model=gan")) == "cannot be built: so"
