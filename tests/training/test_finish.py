"""How a run ends: done, out of time or interrupted; its measures and its last lines."""

import re
import shlex
import signal
from types import SimpleNamespace

import numpy as np

from ganae_cli.cli import main
from ganae_cli.evaluation import evaluate as evaluating
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import failure, finish
from ganae_cli.training import run as training
from ganae_cli.training.callbacks.stop import Stop
from ganae_cli.training.writing import Writing
from tests.training.small import SMALL, rows


def test_a_run_out_of_time_is_measured_and_goes_on(train, capsys):
    """It looks like one that is done, is no error, and says how to go on."""
    code, folder = train("train.steps=400", "train.max_minutes=0.00001")
    status, said = folder.status(), capsys.readouterr().err
    facts = (status["state"], status["error"], status["stopped_by"])
    assert (code, *facts) == (0, "interrupted", None, "max_minutes")
    reached = folder.checkpoints.newest()
    assert 0 < reached.step == status["step"] < 400
    assert {"recognised", "novelty", "sample_variation", "peak_memory_mb"} <= status["metrics"].keys()
    assert f"train.max_minutes is over: {reached.step} of 400 steps in " in said
    assert f"{status['metrics']['recognised']:.0%} of 2,000 samples recognised by" in said
    assert said.splitlines()[-1] == f"go on:    ganae resume {folder.path}"
    assert (folder.samples / f"step-{reached.step:08d}.png").exists()
    assert [row["step"] for row in rows(folder)] == [str(reached.step)]
    config = folder.read_config()
    config.train.max_minutes, config.train.steps = None, reached.step + 2
    assert training.resume(config, folder.path)[0] == 0
    after = folder.status()
    assert (after["state"], after["stopped_by"], after["step"]) == ("done", None, reached.step + 2)
    assert after["seconds"] > reached.about["seconds"] > 0
    assert [row["step"] for row in rows(folder)] == [str(reached.step + 2)]
    assert f"steps: {reached.step + 2}" in folder.config.read_text()


COLLAPSED = (
    *("model=gan", "train.stop_on_collapse=true", "optimizer.generator.learning_rate=0.1"),
    *("train.steps=3000", "train.log_every=100", "train.sample_every=100", "train.checkpoint_every=1000"),
)


def test_a_run_that_collapses_may_end_in_good_order(train, capsys):
    """A generator that moves 500 times as fast makes one sample. Two pictures in a row show it, from step 500 on."""
    code, folder = train(*COLLAPSED)
    status, said = folder.status(), capsys.readouterr().err
    facts = (status["state"], status["error"], status["stopped_by"])
    assert (code, *facts) == (0, "interrupted", None, "collapse"), said
    step = status["step"]
    assert 600 <= step < 3000
    assert folder.checkpoints.newest().step == step
    assert (folder.samples / f"step-{step:08d}.png").exists()
    assert [row["step"] for row in rows(folder)][-1] == str(step)
    assert f"train.stop_on_collapse: collapsed at step {step} of 3000, after " in said
    assert status["metrics"]["sample_variation"] < 0.25
    assert "verdict:  mode collapse: samples hardly differ: " in said
    assert said.splitlines()[-1] == f"go on regardless: ganae resume {folder.path} train.stop_on_collapse=false"
    more = step + 200  # two pictures more, which show the same
    assert main(["resume", str(folder.path), "train.stop_on_collapse=false", f"train.steps={more}"]) == 0
    status = folder.status()
    assert (status["state"], status["stopped_by"], status["step"]) == ("done", None, more)
    assert "ganae: warning: samples hardly differ" in capsys.readouterr().err


def test_a_training_ends_with_a_verdict_and_keeps_what_it_is_based_on(train, capsys):
    """Scores and verdicts of the averaged weights of the last step, in pixels: nothing has to be trained for it."""
    _, folder = train("train.steps=3", "train.log_every=1")
    said = capsys.readouterr().err.splitlines()
    first = next(i for i, line in enumerate(said) if line.startswith("verdict:  "))
    assert said[first - 1].startswith("sampler:  ")
    assert "there is no encoder" in " ".join(said[first:])
    entries = {entry["metric"]: entry for entry in folder.evaluation.read()}
    assert {"copies", "clipped_coverage", "sample_variation", "mode_collapse", "posterior_collapse"} <= set(entries)
    assert "c_t" not in entries  # no judge needs it
    known = entries["clipped_coverage"]["protocol"]
    assert (known["features"], known["step"], known["weights"], known["model"]) == ("pixels", 3, "averaged", "gan")
    assert entries["posterior_collapse"]["value"] is None
    assert entries["mode_collapse"]["protocol"]["verdict"] in ("healthy", "accused", "unknown")


def test_what_was_evaluated_at_the_last_step_is_not_measured_again(train, monkeypatch):
    measured = []
    evaluate = evaluating.evaluate
    monkeypatch.setattr(evaluating, "evaluate", lambda *a, **k: measured.append(1) or evaluate(*a, **k))
    words = ("train.log_every=2", "train.evaluate_every=2", "evaluation.features=pixels")
    _, folder = train("train.steps=4", *words)
    assert len(measured) == 2
    steps = {entry["protocol"]["step"] for entry in folder.evaluation.read()}
    assert steps == {4}


def test_without_a_verdict_a_run_is_done_all_the_same(train, tmp_path, capsys):
    """Too few held-out points are a line, no failure, and nothing is kept."""
    np.save(tmp_path / "points.npy", np.random.default_rng(0).normal(size=(190, 2)).astype(np.float32))
    points = (
        "model=gan",
        "dataset=arrays",
        f"dataset.path={tmp_path / 'points.npy'}",
        "train.batch_size=16",
        *SMALL[4:],
    )
    _, folder = train("train.steps=2", base=points)
    assert folder.status()["state"] == "done"
    line = next(line for line in capsys.readouterr().err.splitlines() if line.startswith("verdict:"))
    assert line == "verdict:  none: only 19 held-out rows: samples are compared with at least 20"
    assert folder.evaluation.read() == []


class Interrupting(Stop):
    """Stops as Ctrl-C does, at the second step."""

    def on_train_batch_end(self, batch, logs=None):
        if self.model.state.steps_done == 2:
            self.on_signal(signal.SIGINT)
        super().on_train_batch_end(batch, logs)


def test_the_command_that_an_interrupted_run_prints_finishes_it_with_its_measures(train, capsys, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(training, "Stop", Interrupting)
        code, folder = train("train.steps=400", "train.log_every=1")
    status, said = folder.status(), capsys.readouterr().err
    assert (code, status["state"], status["error"], status["stopped_by"]) == (130, "interrupted", "SIGINT", "SIGINT")
    assert status["metrics"] == {}
    commands = [line.strip() for line in said.splitlines() if line.strip().startswith("ganae resume ")]
    assert commands == [f"ganae resume {folder.path}", f"ganae resume {folder.path} train.steps=2"]
    before = folder.checkpoints.newest().about
    assert main(shlex.split(commands[1])[1:]) == 0
    status, said = folder.status(), capsys.readouterr().err
    assert (status["state"], status["error"], status["step"], status["steps"]) == ("done", None, 2, 2)
    assert {"recognised", "novelty", "images_per_second"} <= status["metrics"].keys()
    assert "peak_memory_mb" not in status["metrics"]  # of a training, and nothing was trained
    assert folder.checkpoints.newest().about == before
    assert f"  generator.fool {' ' * 25} {float(rows(folder)[-1]['generator.fool']):.4g}" in said
    assert main(["resume", str(folder.path)]) == 0
    assert "nothing left to do" in capsys.readouterr().err
    assert main(["resume", str(folder.path), "train.steps=4"]) == 0
    assert folder.status()["step"] == 4


def test_measures_are_of_the_step_that_the_status_names(train, monkeypatch):
    """Of a run that goes on, those of an earlier step are gone."""
    _, folder = train("train.steps=1", "train.log_every=1")
    assert folder.status()["metrics"]
    config = folder.read_config()
    config.train.steps = 400
    monkeypatch.setattr(training, "Stop", Interrupting)
    assert training.resume(config, folder.path)[0] == 130
    assert (folder.status()["step"], folder.status()["metrics"]) == (2, {})


def test_a_run_that_was_killed_while_it_was_measured_is_measured_when_it_is_resumed(train, capsys):
    _, folder = train("train.steps=2")
    folder.write_status("running", metrics={}, pid=0)
    capsys.readouterr()
    assert main(["resume", str(folder.path)]) == 0
    assert folder.status()["state"] == "done"
    assert "recognised" in folder.status()["metrics"]
    assert "done: 2 steps in " in capsys.readouterr().err


def test_what_takes_a_while_after_the_last_step_is_said(train, capsys):
    narrow = ("networks.encoder.width=16", "networks.decoder.width=16")
    train("model=autoencoder", "train.steps=2", base=(*SMALL[1:], *narrow))
    said = capsys.readouterr().err.splitlines()
    fitting, measuring = "fitting sampler 'gmm' to latent codes of training data …", "measuring 2,000 samples …"
    done = next(i for i, line in enumerate(said) if line.startswith("done: 2 steps in "))
    assert said.index(fitting) < said.index(measuring) < done


def test_what_a_run_took_of_the_machine_is_stated(train, capsys):
    _, folder = train("train.steps=3")
    status = folder.status()
    assert 0 < status["compile_seconds"] < status["seconds"]
    assert status["seconds_to_first_step"] > status["compile_seconds"]
    peak, said = status["metrics"]["peak_memory_mb"], capsys.readouterr().err
    line = rf"^memory:   {peak:,} MB at most while training; the first step took \d+\.\d s$"
    assert re.search(line, said, re.MULTILINE), said


def test_a_run_that_was_stopped_says_how_long_its_first_step_took(train):
    _, folder = train("train.steps=400", "train.max_minutes=0.00001")
    assert 0 < folder.status()["compile_seconds"] < folder.status()["seconds_to_first_step"]


def test_the_median_rate_is_the_median(tmp_path):
    folder = RunFolder(tmp_path)
    assert finish._median_rate(folder) == 0.0
    for step, rate in ((1, 3.0), (2, 90.0), (3, 100.0), (4, 110.0), (5, 120.0)):
        folder.history.append({"step": step, "images_per_second": rate})
    assert finish._median_rate(folder) == 100.0


def test_a_sampler_and_what_is_said_name_the_checkpoint_of_the_run(tmp_path, monkeypatch):
    """The damaged one is of a branch that the run had to leave, and comes first in the list."""
    folder = RunFolder(tmp_path)
    own = folder.checkpoints.add(10, lambda path: path.write_text("own"))
    folder.checkpoints.add(15, lambda path: path.write_text("other"), line=1).weights.write_text("oth")
    source = SimpleNamespace(name="gmm", count=3, arrays={"means": np.zeros(2)})
    monkeypatch.setattr(finish.fitted, "fit", lambda *_: source)
    monkeypatch.setattr(finish.fitted, "check", lambda *_: False)
    game = SimpleNamespace(sampler="gmm", seed=0)
    finish._keep_sampler(finish.Ended(folder, game, None, 10, 1.0, 20, {}, Writing(False, print)))
    about = folder.sampler.about()
    assert (about["step"], about["sha256"]) == (10, own.about["sha256"])
    assert failure._where_it_stands(SimpleNamespace(folder=folder)) == "; the newest checkpoint is of step 10"
