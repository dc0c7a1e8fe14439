"""Runs that diverge and go back: at which rates, how often, and that a kill changes no number."""

import json
import signal
import sys

import numpy as np
import pytest
from omegaconf import OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import rollback
from ganae_cli.training import run as training
from ganae_cli.training.callbacks.stop import Stop
from tests.training.small import rows
from tests.training.test_failure import POINTS, numbers

WILD = (*POINTS, "train.on_divergence=rollback", "train.keep=9", "optimizer=sgd", "optimizer.momentum=0")


class Growing(Stop):
    """Multiplies a weight after a step, as a divergence that a smaller learning rate alone would not end."""

    at = (12,)
    seen: list = []

    def on_train_batch_end(self, batch, logs=None):
        super().on_train_batch_end(batch, logs)
        step, done = self.model.state.steps_done, len(self.seen)
        if done < len(self.at) and step == self.at[done]:
            self.seen.append(step)
            self.model.generator.trainable_variables[0].assign_add(
                np.full_like(self.model.generator.trainable_variables[0].numpy(), np.nan)
            )


def test_a_learning_rate_far_too_high_is_halved_until_it_fits_or_no_rollback_is_left(compose, tmp_path, capsys):
    """1e30 leads nowhere, halved or not: after two rollbacks to the beginning the run ends."""
    code, path = training.train(
        compose(*WILD, "optimizer.learning_rate=1e30", "train.rollbacks=2", "train.log_every=1"), tmp_path / "run"
    )
    status, said = RunFolder(path).status(), capsys.readouterr().err
    assert (code, status["state"]) == (1, "failed")
    assert [(one["to"], one["term"].split(".")[0]) for one in status["rollbacks"]] == [(0, "generator")] * 2
    assert "; back to step 0 (rollback 2 of 2), with other noise and learning rates times 0.25" in said
    assert said.splitlines()[-1].endswith(", after 2 rollbacks (train.rollbacks)")


def test_a_rollback_goes_on_from_the_last_good_checkpoint(compose, tmp_path, monkeypatch):
    """Ruined weights are no checkpoint; what follows has other noise, and is the same after a kill."""
    monkeypatch.setattr(Growing, "seen", [])
    with monkeypatch.context() as patched:
        patched.setattr(training, "Stop", Growing)
        code, path = training.train(compose(*WILD), tmp_path / "back")
    back = RunFolder(path)
    assert (code, back.status()["state"]) == (0, "done")
    (once,) = back.status()["rollbacks"]
    assert (once["to"], 12 < once["from"] <= 15) == (10, True)
    noted = {one.step: len(one.about.get("rollbacks", ())) for one in back.checkpoints.list()}
    assert noted == {5: 0, 10: 1, 15: 1, 20: 1, 25: 1}
    assert [(int(row["step"]), int(row["rollbacks"])) for row in rows(back)][4:7] == [(10, 0), (12, 1), (14, 1)]
    expected = numbers(back)
    for one in back.checkpoints.list()[:2]:  # as if it had been killed after step 15
        back.checkpoints.remove(one)
    back.write_status("running", metrics={}, rollbacks=[])
    assert training.resume(back.read_config(), back.path)[0] == 0
    assert numbers(back) == expected
    assert back.status()["rollbacks"] == [once]
    _, straight = training.train(compose(*WILD), tmp_path / "straight")
    assert numbers(RunFolder(straight))[0] != expected[0]


@pytest.mark.parametrize(("at", "to"), [(3, 0), (12, 10)])
@pytest.mark.slow
def test_an_heir_goes_back_with_what_it_has_inherited(compose, tmp_path, monkeypatch, at, to):
    """Of the donor it keeps the options, and at step 0 the weights, though the latest run is itself by then."""
    runs = tmp_path / "outputs" / "train" / "2026-01-31"
    other = (*POINTS, "networks.generator.activation=relu", "model.z_dim=3", "train.steps=2")
    donor = training.train(compose(*other), runs / "1-donor")[1]
    monkeypatch.setattr(Growing, "seen", [])
    monkeypatch.setattr(Growing, "at", (at,))
    monkeypatch.setattr(training, "Stop", Growing)
    code, path = training.train(compose(*WILD, "train.init_from=latest"), runs / "2-heir")
    heir, config = RunFolder(path), RunFolder(path).read_config()
    (once,) = heir.checkpoints.newest().about["rollbacks"]
    assert (code, once["to"]) == (0, to)
    assert (config.networks.generator.activation, config.model.z_dim) == ("relu", 3)
    assert config.train.init_from == str(donor)


def test_ruined_weights_are_not_saved(compose, tmp_path, monkeypatch, capsys):
    """The last update before a checkpoint is in no loss: only the weights tell."""
    monkeypatch.setattr(Growing, "seen", [])
    monkeypatch.setattr(Growing, "at", (15,))
    monkeypatch.setattr(training, "Stop", type("First", (Growing,), {}))
    monkeypatch.setattr("ganae_cli.training.attempt.Finite", _after(Growing))
    code, path = training.train(compose(*POINTS), tmp_path / "run")
    folder = RunFolder(path)
    assert code == 1
    assert folder.checkpoints.list()[0].step == 10
    assert "networks.generator: " in folder.status()["error"]
    assert (
        capsys.readouterr()
        .err.splitlines()[-1]
        .endswith("is not finite after step 15; the newest checkpoint is of step 10")
    )
    assert json.loads((folder.path / "status.json").read_text())["state"] == "failed"


def _after(growing):
    """Return the callback Finite, which looks after a weight was ruined."""
    from ganae_cli.training.callbacks.finite import Finite

    class Ruined(Finite):
        def act(self, step):
            if step == 15:
                self.model.generator.trainable_variables[0].assign(
                    self.model.generator.trainable_variables[0] * np.float32("nan")
                )
            super().act(step)

    return Ruined


class ToldToStop(Growing):
    """Gets a signal in the step whose update ruins a weight, which no loss has seen yet."""

    def on_train_batch_end(self, batch, logs=None):
        if self.model.state.steps_done == 12:
            signal.raise_signal(signal.SIGTERM)
        super().on_train_batch_end(batch, logs)


def test_a_run_that_was_told_to_stop_does_not_go_back_first(compose, tmp_path, monkeypatch):
    monkeypatch.setattr(Growing, "seen", [])
    monkeypatch.setattr(training, "Stop", ToldToStop)
    monkeypatch.setattr(rollback, "after", None)
    code, path = training.train(compose(*WILD), tmp_path / "run")
    folder = RunFolder(path)
    assert (code, folder.status()["state"], folder.checkpoints.list()[0].step) == (1, "failed", 10)


@pytest.mark.slow
def test_what_was_trained_is_let_go_before_it_is_built_anew(compose, tmp_path, monkeypatch):
    """An error that is being handled keeps the frames of the training alive, and so another game in memory."""
    handled, after = [], rollback.after

    def seen(run, error, writing):
        handled.append((sys.exception(), error.__traceback__))
        return after(run, error, writing)

    monkeypatch.setattr(Growing, "seen", [])
    monkeypatch.setattr(training, "Stop", Growing)
    monkeypatch.setattr(rollback, "after", seen)
    assert training.train(compose(*WILD, "train.steps=15", "train.profile_steps=50"), tmp_path / "run")[0] == 0
    assert handled == [(None, None)]


def test_several_workers_do_not_go_back():
    with pytest.raises(UserError, match="is for a run of one process"):
        rollback.refuse(OmegaConf.create({"on_divergence": "rollback"}))
    rollback.refuse(OmegaConf.create({"on_divergence": "stop"}))
