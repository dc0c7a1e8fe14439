"""A run that cannot go on: what its folder says of it, on a full disk too, and that it goes on once it can."""

import os
import signal

import h5py
import pytest
import tensorflow as tf

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import attempt, begin
from ganae_cli.training import run as training
from ganae_cli.training.callbacks.stop import Stop
from tests.small_disk import small_disk  # noqa: F401
from tests.training.small import rows

POINTS = (
    *("model=gan", "dataset=ring", "dataset.count=64", "hardware=cpu", "hardware.jit=false", "train.batch_size=16"),
    *("network@networks.generator=mlp", "network@networks.discriminator=mlp"),
    *("networks.generator.width=64", "networks.discriminator.width=64"),
    *("train.steps=25", "train.log_every=2", "train.checkpoint_every=5", "train.sample_every=1000", "train.keep=1"),
)


def numbers(folder):
    """Return all that a run has learned and reported, without times."""
    found = {}
    with h5py.File(folder.checkpoints.list()[0].weights) as file:
        keep = lambda name, item: found.update({name: item[()].tobytes()}) if hasattr(item, "dtype") else None  # noqa: E731
        file.visititems(keep)
    history = [{k: v for k, v in row.items() if k not in ("seconds", "images_per_second")} for row in rows(folder)]
    clock = ("images_per_second", "peak_memory_mb")
    metrics = {name: value for name, value in folder.status()["metrics"].items() if name not in clock}
    return found, history, metrics


@pytest.fixture
def whole(compose, tmp_path):
    """Train without a break."""
    assert training.train(compose(*POINTS), tmp_path / "whole")[0] == 0
    return numbers(RunFolder(tmp_path / "whole"))


class Filling(Stop):
    """Fills the disk after step 7 and, if the run goes on, empties it after step 16."""

    disk = None

    def on_train_batch_end(self, batch, logs=None):
        super().on_train_batch_end(batch, logs)
        step = self.model.state.steps_done
        if step == 7:
            self.disk.fill(leave=8192)
        if step == 16:
            self.disk.empty()


@pytest.mark.slow
def test_a_disk_that_is_full_for_a_while(whole, compose, small_disk, monkeypatch, capsys):  # noqa: F811
    monkeypatch.setattr(Filling, "disk", small_disk)
    with monkeypatch.context() as patched:
        patched.setattr(training, "Stop", Filling)
        code, path = training.train(compose(*POINTS), small_disk.path / "stopped")
    folder, said = RunFolder(path), capsys.readouterr().err
    assert (code, folder.status()["state"]) == (1, "failed")
    assert [one.step for one in folder.checkpoints.list() if one.is_whole()] == [5]
    assert sorted(file.name for file in folder.checkpoints.folder.iterdir()) == [
        "step-00000005.json",
        "step-00000005.weights.h5",
    ]
    line = said.splitlines()[-1]
    assert line.startswith(f"ganae: error: cannot write {folder.checkpoints.path_of(10)}: no space left on its disk: ")
    assert line.endswith("are free; the newest checkpoint is of step 5")
    small_disk.empty()
    assert training.resume(folder.read_config(), folder.path)[0] == 0
    assert numbers(folder) == whole
    for file in sorted(folder.path.rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    monkeypatch.setattr(training, "Stop", Filling)
    code, path = training.train(compose(*POINTS, "train.on_write_error=continue"), small_disk.path / "patient")
    said = capsys.readouterr().err
    assert code == 0
    assert numbers(RunFolder(path)) == whole
    assert said.count("ganae: warning: cannot write") == said.count("can be written again") >= 1


def test_a_failure_that_nothing_can_record(compose, small_disk, monkeypatch, capsys):  # noqa: F811
    """Neither the log nor the status can be written: nothing is said to be there that is not."""

    def break_down(*_):
        log = small_disk.path / "run" / "train.log"
        log.write_bytes(bytes(4096))  # its last page is full, too
        (small_disk.path / "run" / "status.json").unlink()
        (small_disk.path / "run" / "status.json").mkdir()
        small_disk.fill()
        raise ZeroDivisionError("broken")

    monkeypatch.setattr(attempt, "to_the_end", break_down)
    with pytest.raises(ZeroDivisionError) as raised:
        training.train(compose(*POINTS), small_disk.path / "run")
    assert not getattr(raised.value, "__notes__", [])
    assert f"ganae: warning: cannot write {small_disk.path / 'run' / 'status.json'}: " in capsys.readouterr().err


def test_an_error_before_the_first_step_leaves_no_run_that_seems_to_go_on(compose, tmp_path, monkeypatch):
    def break_down(*_):
        raise ZeroDivisionError("broken")

    monkeypatch.setattr(begin, "_differences", break_down)
    with pytest.raises(ZeroDivisionError) as raised:
        training.train(compose(*POINTS), tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    assert (folder.status()["state"], folder.status()["error"]) == ("failed", "ZeroDivisionError: broken")
    assert raised.value.__notes__ == [f"the traceback is in {folder.log}"]
    assert "in break_down" in folder.log.read_text()


class Twice(Stop):
    """Gets a signal after step 12, and another one before the next checkpoint is written."""

    def on_train_batch_end(self, batch, logs=None):
        if self.model.state.steps_done == 12:
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGUSR1)
        super().on_train_batch_end(batch, logs)


@pytest.mark.slow
def test_a_second_signal_leaves_an_interrupted_run(whole, compose, tmp_path, monkeypatch, capsys):
    with monkeypatch.context() as patched:
        patched.setattr(training, "Stop", Twice)
        with pytest.raises(SystemExit) as ended:
            training.train(compose(*POINTS), tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    assert ended.value.code == 128 + signal.SIGUSR1
    status = folder.status()
    assert (status["state"], status["step"], status["stopped_by"]) == ("interrupted", 10, "SIGUSR1")
    assert capsys.readouterr().err.splitlines()[-1] == f"  ganae resume {folder.path}"
    assert training.resume(folder.read_config(), folder.path)[0] == 0
    assert numbers(folder) == whole


def test_out_of_memory_is_a_line_with_a_setting_that_takes_less(compose, tmp_path, monkeypatch, capsys):
    def exhaust(*_):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor with shape[9999999]")

    monkeypatch.setattr(attempt, "to_the_end", exhaust)
    assert training.train(compose(*POINTS), tmp_path / "run")[0] == 1
    expected = "ganae: error: out of memory: a step takes 16 examples of shape 2, and the networks have "
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(expected)
    assert last.endswith("parameters; try train.batch_size=8")
    assert RunFolder(tmp_path / "run").status()["state"] == "failed"
