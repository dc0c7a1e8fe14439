"""`ganae train --dry-run`: what it prints, what it leaves behind (nothing), and what it refuses."""

import contextlib
import dataclasses
import itertools
import os
import re
import subprocess
import sys
import types

import pytest

from ganae_cli import cli
from ganae_cli.costs import dry_run
from ganae_cli.costs.processes import Measured
from ganae_cli.costs.report import NetworkCost, RunCost, StepTime
from ganae_cli.errors import UserError

NARROW = [
    word
    for role in ("generator", "discriminator")
    for word in (f"network@networks.{role}=mlp", f"networks.{role}.width=4", f"networks.{role}.depth=1")
]
TINY = ["model=gan", "model.z_dim=2", "dataset=ring", "dataset.count=500", "train.batch_size=8", "train.steps=1000"]
PLAIN = ["hardware=cpu", "hardware.jit=false"]  # sooner ready
# Counted in tests/test_step_cost.py: 120 products a sample and step; weights and biases: 2 * 4 + 4 + 4 * 2 + 2 and
# 2 * 4 + 4 + 4 + 1; a pass: 2 * 16 and 2 * 12.
EXPECTED = [
    r"gan on ring",
    r"\d+ points of 2 to learn from, 10,000 to test on; 1,000 steps of 8 on CPU:0",
    r"",
    r"network        kind  input  output  parameters  FLOPs",
    r"discriminator  mlp   2      1               17     24",
    r"generator      mlp   2      2               22     32",
    r"total                                       39     56",
    r"FLOPs: one sample, one pass forward",
    r"",
    r"left open, and chosen by data and model",
    r"  optimizer.learning_rate  0.0002",
    r"  optimizer.beta_1         0.5",
    r"",
    r"a step   1.92 kFLOP, all rounds, forward and backward, optimizers left out",
    r"         [\d.e+,]+ ms, [\d,]+ examples/s \(median of \d+ steps\)",
    r"memory   [\d,.]+ [MG]B at most, [\d,.]+ MB more than before the first step",
    r"the run  [\d:]+, of which [\d.e+]+ s compile; pictures, checkpoints and the end on top",
]


def refuse_files(here):
    assert [*here.iterdir()] == []


def test_a_run_is_built_counted_and_timed_and_leaves_nothing(here, capsys):
    assert cli.main(["train", "--dry-run", *TINY, *NARROW, *PLAIN]) == 0
    out, error = capsys.readouterr()
    lines = out.splitlines()
    assert len(lines) == len(EXPECTED)
    assert [line for line, pattern in zip(lines, EXPECTED, strict=True) if not re.fullmatch(pattern, line)] == []
    assert error == "gan on ring: compiling the step …\nplaying some steps …\n"
    assert int(re.search(r"median of (\d+)", out)[1]) >= 10
    refuse_files(here)


@pytest.mark.slow
def test_a_block_of_steps_and_several_batches_are_divided(here, capsys, monkeypatch):
    """The clock says 0.1 s for each call of the program; a call has 5 steps of 2 batches of 8."""
    from ganae_cli.training import step_time

    clock = itertools.count()
    monkeypatch.setattr(step_time, "time", types.SimpleNamespace(perf_counter=lambda: next(clock) / 10))
    words = [*TINY, *NARROW, "hardware=cpu", "hardware.steps_per_execution=5", "model.critic_steps=2"]
    assert cli.main(["train", "--dry-run", *words]) == 0
    out = capsys.readouterr().out
    assert "1,000 steps of 16 on CPU:0" in out
    assert re.search(r"^ +20 ms, 800 examples/s \(median of (50|55) steps\)$", out, re.MULTILINE)
    assert "the run  0:20, of which 0.1 s compile" in out


def test_networks_of_a_game_that_stays_as_it_is_are_listed(parts, compose):
    """For a latent GAN, the table also lists the networks of its autoencoder, which is not trained."""
    from ganae_cli.builders import from_config
    from ganae_cli.costs import measure

    config = compose("model=latent_gan", "model.z_dim=2")
    game, config = from_config.build_game(config, (2,))
    config.model.autoencoder = {"networks": {"encoder": {"name": "mlp"}, "decoder": {"name": "mlp"}}}
    listed = [(network.role, network.kind) for network in measure._networks(config, game)]
    assert listed == [
        ("code_discriminator", "mlp"),
        ("code_generator", "mlp"),
        ("encoder (frozen)", "mlp"),
        ("decoder (frozen)", "mlp"),
    ]


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("train.batch_size=501", "train.batch_size is 501, but dataset.count is only 500"),
        ("model.critic_steps=63", "train.batch_size is 8 and a step takes 63 batches, but dataset 'ring' has only "),
        ("model.weights.generator.fol=1", "model.weights.generator.fol: no such term (terms: "),
        ("network@networks.generator=dcgan", "model gan: networks.generator: network 'dcgan' needs images "),
        ("model.z_dim=0", "model.z_dim must be at least 1, got 0"),
    ],
)
def test_what_cannot_be_built_is_one_line(here, capsys, word, message):
    assert cli.main(["train", "--dry-run", *TINY, "hardware=cpu", word]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith(f"ganae: error: {message}")
    assert error.count("\n") == 1
    refuse_files(here)


def ganae(*words: str, **variables: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "ganae_cli", "train", "--dry-run", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env=os.environ | variables)


@pytest.mark.slow
def test_replicas_are_counted_together(here):
    """Under XLA each round is a separate program that draws its own samples: 16 products more for each sample."""
    done = ganae(*TINY, *NARROW, "hardware=cpu", "hardware.devices=2", "hardware.strategy=mirrored")
    assert done.returncode == 0, done.stderr
    assert "steps of 8 on CPU:0, CPU:1\n" in done.stdout
    assert f"a step   {2 * 8 * (120 + 16) / 1000:.3g} kFLOP" in done.stdout
    assert "examples/s" in done.stdout
    refuse_files(here)


@pytest.mark.slow
def test_one_of_several_workers_counts_and_says_what_it_does_not_measure(here):
    """No worker has this address: the dry run does not wait for other workers."""
    told = '{"cluster": {"worker": ["127.0.0.1:1", "127.0.0.1:2"]}, "task": {"type": "worker", "index": 0}}'
    done = ganae(*TINY, *NARROW, "hardware=multi_worker", TF_CONFIG=told)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == [
        "a step  1.92 kFLOP, all rounds, forward and backward, optimizers left out",
        "        time and memory are not measured, which takes all workers; counted as if one device played it all",
    ]


# Sweeps ---------------------------------------------------------------------------------------------------------------


def test_each_job_of_a_sweep_in_a_process_of_its_own(here, capsys):
    swept = ["--multirun", "network@networks.discriminator=mlp,dcgan"]
    others = [word for word in NARROW if "discriminator=mlp" not in word and "depth" not in word]
    assert cli.main(["train", "--dry-run", *TINY, *others, *PLAIN, *swept]) == 2
    head, first, second, total, rest = capsys.readouterr().out.splitlines()
    assert head.split() == ["job", "parameters", "FLOP/step", "ms/step", "memory", "time"]
    assert re.fullmatch(r"0 +network@networks\.discriminator=mlp +\d+ .* \d+:\d\d", first)
    words = r"1 +network@networks\.discriminator=dcgan  cannot be built: model gan: networks\.discriminator: network "
    assert re.match(words, second)
    assert total.split() == ["total", first.split()[-1]]
    assert rest == "the total leaves out 1 of 2 jobs"
    cost = re.search(r"([\d,.]+) ([MG])B", first)
    assert float(cost[1].replace(",", "")) * {"M": 1, "G": 1000}[cost[2]] > 300  # TensorFlow's libraries are counted
    refuse_files(here)


TIME = StepTime(first=1.0, usual=0.01, played=50, peak=10**9, grown=10**8)
COST = RunCost("gan on ring", "", "CPU:0", [NetworkCost("g", "mlp", (2,), (2,), 7, 9)], 8, 101, 1000, TIME)


@pytest.fixture
def measured(monkeypatch):
    """Return the configs that are measured; `measured.answers` stands in for the results."""

    class Found(list):
        answers = {}

        def __call__(self, config):
            self.append((config.model.name, config.seed, config.train.steps, config.train.examples))
            cost = dataclasses.replace(COST, steps=config.train.steps)
            return self.answers.get(config.model.name, Measured(cost, 0))

    found = Found()
    monkeypatch.setattr(dry_run, "processes", lambda: contextlib.nullcontext(found))
    return found


def sweep(*words):
    return cli.main(["train", "--dry-run", "--multirun", *words])


def test_jobs_of_the_same_step_share_a_measurement(here, measured, capsys):
    """101 steps of 10 ms after 1 s, each seed once: 2 s; 1,001 steps: 11 s."""
    assert sweep("model=gan", "seed=0,1", "train.steps=101,1001") == 0
    assert len(measured) == 1
    out, error = capsys.readouterr()
    lines = out.splitlines()
    times = [line.split()[-1] for line in lines[1:6]]
    assert times == ["0:02", "0:11", "0:02", "0:11", "0:26"]
    assert lines[6:] == ["1 of 4 jobs measured: those whose steps are the same share a measurement"]
    assert lines[2].split()[1:3] == ["seed=0", "train.steps=1001"]
    assert error.splitlines() == [
        "measuring 1 of 1: job 0 (1 of 4), and 3 like it  seed=0 train.steps=101",
        "  0:02 for its 101 steps",
    ]


def test_what_follows_from_the_seed_is_not_shared(here, measured):
    assert sweep("model=gan", "seed=71,72", "model.z_dim=${seed}") == 0
    assert len(measured) == 2


def test_a_job_with_too_few_examples_for_a_step_is_measured_by_itself(here, measured):
    """A step of the stand-in takes 8 examples; the one with the most is measured for the others."""
    assert sweep("model=gan", "train.batch_size=4", "train.examples=4,8,null,9") == 0
    assert [examples for *_, examples in measured] == [None, 4]


def test_a_job_that_fails_in_another_way(here, measured, capsys):
    measured.answers["vae"] = Measured("failed: killed by SIGKILL", 1)
    assert sweep("model=gan,vae") == 1
    assert "model=vae  failed: killed by SIGKILL" in capsys.readouterr().out
    measured.answers["aae"] = Measured("cannot be built: so", 2)
    assert sweep("model=gan,vae,aae") == 2


def test_a_sweeper_that_makes_up_its_jobs_is_refused():
    from ganae_cli.commands import train

    planned = type("Plan", (), {"is_sweep": True, "jobs": []})
    with pytest.raises(UserError, match="makes up its jobs as it goes"):
        train._dry_run(planned)
