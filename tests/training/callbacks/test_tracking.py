"""What a training tells its tracker, and that it trains the same whatever the tracker does."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import h5py
import pytest
from omegaconf import OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.secrets import hide_variables
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training
from ganae_cli.training.callbacks import tracking
from ganae_cli.training.callbacks.stop import Stop
from tests.trackers.recorder import PLUGIN, Recorder, steps, told
from tests.training.small import NARROW, SMALL, rows

WORDS = ("train.steps=8", "train.log_every=2", "train.sample_every=4", "train.checkpoint_every=4", "train.keep=9")
PATH = "train/2026-01-31/12-00-00-c0de"


@pytest.fixture
def config_of(compose, recorder):
    """Return a function that gives a small config, tracked by the recorder unless it is told otherwise."""

    def made(*words, **tracker):
        config = compose(*SMALL, *NARROW, *WORDS, *words)
        OmegaConf.set_struct(config, False)
        config.tracker = {"name": "recorder", "out": str(recorder)} | tracker
        return config

    return made


def ends(entries):
    return [one[1:] for one in entries if one[0] == "close"]


def weights_of(folder):
    """Return what the last checkpoint holds, by name, as bytes."""
    found = {}
    with h5py.File(folder.checkpoints.newest().weights) as file:
        file.visititems(lambda name, one: found.update({name: one[()].tobytes()}) if hasattr(one, "dtype") else None)
    return found


def same_training(one, other):
    """Return True if two runs have the same weights and history, bit for bit, times aside."""
    weights = [weights_of(folder) for folder in (one, other)]
    times = ("seconds", "images_per_second")
    terms = [[{k: v for k, v in row.items() if k not in times} for row in rows(folder)] for folder in (one, other)]
    return weights[0] == weights[1] != {} and terms[0] == terms[1] != []


def test_a_training_tells_all_and_trains_the_same(config_of, recorder, tmp_path, compose):
    assert training.train(config_of(checkpoints=True), tmp_path / PATH, [PLUGIN])[0] == 0
    folder, untracked = RunFolder(tmp_path / PATH), RunFolder(tmp_path / "untracked")
    (entries,) = told(recorder).values()
    opened, name, group, continues, params = entries[0]
    assert (opened, name, group, continues) == ("open", "gan on digits  2026-01-31/12-00-00-c0de", None, None)
    assert (params["train.steps"], params["model.z_dim"]) == ("8", "4")
    values = {one[1]: one[2] for one in entries if one[0] == "row"}
    for row in rows(folder):
        expected = {key.replace(".", "/"): float(cell) for key, cell in row.items() if key != "step" and cell}
        assert values[int(row["step"])] == expected
    assert [one[1:3] for one in entries if one[0] == "picture"] == [[4, "samples"], [8, "samples"]]
    assert {one[1] for one in entries if one[0] == "file"} == {"step-00000008.weights.h5", "step-00000008.json"}
    (((state, metrics, words, step)),) = ends(entries)
    assert (state, step) == ("done", 8)
    assert metrics["parameters"] == folder.status()["metrics"]["parameters"]
    assert words["verdict.mode_collapse"] in ("healthy", "accused", "unknown")
    assert training.train(compose(*SMALL, *NARROW, *WORDS), untracked.path)[0] == 0
    assert same_training(folder, untracked)
    assert not (untracked.path / "tracker.json").exists()


def test_a_run_that_goes_on_from_an_older_checkpoint_doubles_nothing(config_of, recorder, tmp_path):
    """As after a kill between step 8 and its checkpoint."""
    path = tmp_path / PATH
    training.train(config_of(), path, [PLUGIN])
    folder = RunFolder(path)
    folder.checkpoints.remove(folder.checkpoints.of_step(8))
    folder.write_status("running", step=8)
    assert training.resume(config_of("train.steps=10"), path, [PLUGIN])[0] == 0
    (entries,) = told(recorder).values()
    assert steps(entries) == [2, 4, 6, 8, 10]
    assert [one[0] for one in ends(entries)] == ["done", "done"]


def test_a_run_that_goes_back_is_another_run_of_the_tracker(config_of, recorder, tmp_path):
    path = tmp_path / PATH
    training.train(config_of(), path, [PLUGIN])
    changed = config_of("optimizer.learning_rate=0.01", "train.steps=10")
    assert training.resume(changed, path, [PLUGIN], step=4)[0] == 0
    found = told(recorder)
    assert (steps(found["r0"]), steps(found["r1"])) == ([2, 4, 6, 8], [2, 4, 6, 8, 10])
    assert found["r1"][0][1].endswith("c0de part 2")
    assert found["r1"][0][3] == "r0"
    last = rows(RunFolder(path))[-1]
    assert [one[2] for one in found["r1"] if one[0] == "row"][-1]["generator/loss"] == float(last["generator.loss"])


@pytest.mark.parametrize("fault", [*(pytest.param(one, marks=pytest.mark.slow) for one in ("raise", "exit")), "hang"])
def test_a_tracker_that_fails_ends_no_training(config_of, recorder, tmp_path, capsys, compose, fault):
    recorder.with_suffix(".fault").write_text(fault)
    assert training.train(config_of(timeout=1.5 if fault == "hang" else 60), tmp_path / PATH, [PLUGIN])[0] == 0
    assert len(re.findall(r"^ganae: warning: tracker recorder: ", capsys.readouterr().err, re.MULTILINE)) == 1
    folder = RunFolder(tmp_path / PATH)
    assert folder.status()["state"] == "done"
    assert len(rows(folder)) == 4


def test_a_signal_at_the_end_only_makes_it_short(config_of, recorder, tmp_path):
    """The status is final: what a tracker still has to be told changes neither it nor the exit code."""
    recorder.with_suffix(".fault").write_text("hang")
    folder = RunFolder(tmp_path)
    began = time.monotonic()
    with Stop(), tracking.Tracking(config_of(), folder, [PLUGIN], Recorder(str(recorder))) as told_of:
        told_of.begin(0)
        told_of.row({"step": 2, "g.loss": 0.5})
        folder.write_status("done", step=2)
        threading.Timer(1, os.kill, [os.getpid(), signal.SIGTERM]).start()
    assert 0.9 < time.monotonic() - began < 20
    assert folder.status()["state"] == "done"


def test_an_end_that_cannot_be_read_is_one_warning(config_of, recorder, tmp_path, capsys, monkeypatch):
    folder = RunFolder(tmp_path)
    folder.write_status("done", step=2, metrics={"modes": 8.0})
    monkeypatch.setattr(folder.evaluation, "path", None)  # any fault in there
    with tracking.Tracking(config_of(), folder, [PLUGIN], Recorder(str(recorder))) as told_of:
        told_of.begin(0)
        told_of.row({"step": 2, "g.loss": 0.5})
    assert len(re.findall(r"^ganae: warning: tracker recorder: ", capsys.readouterr().err, re.MULTILINE)) == 1
    assert ends(told(recorder)["r0"]) == [["done", {"modes": 8.0}, {}, 2]]


def test_a_folder_that_was_sent_tells_nobody_until_its_tracker_is_named(config_of, recorder, tmp_path, capsys):
    """A copy is another run of the tracker, then; and from then on it is the user's."""
    path, copy = tmp_path / PATH, tmp_path / PATH.replace("c0de", "beef")
    training.train(config_of(), path, [PLUGIN])
    shutil.copytree(path, copy)
    assert training.resume(config_of("train.steps=10"), copy, [PLUGIN])[0] == 0
    assert "warning: tracker recorder: it is told nothing, as this folder was sent" in capsys.readouterr().err
    assert list(told(recorder)) == ["r0"]
    assert training.resume(config_of("train.steps=12"), copy, [PLUGIN], names_tracker=True)[0] == 0
    assert steps(told(recorder)["r1"]) == [2, 4, 6, 8, 10, 12]
    config = config_of(checkpoints=True)
    config.train.best_by = "clipped_coverage"  # that no checkpoint has
    again = tracking.of_config(config, RunFolder(copy), [PLUGIN])
    names = [Path(name).name for name, _ in again._files({})["files"]]
    assert names == ["step-00000012.weights.h5", "step-00000012.json"]
    assert steps(told(recorder)["r0"]) == [2, 4, 6, 8]


def test_a_missing_library_is_refused_before_there_is_a_folder(config_of, tmp_path, monkeypatch):
    monkeypatch.setattr(Recorder, "modules", ("no_such_module_of_a_tracker",))
    with pytest.raises(UserError, match="tracker=recorder needs the extra"):
        training.train(config_of(), tmp_path / PATH, [PLUGIN])
    assert not (tmp_path / "train").exists()


def about(config, path):
    return tracking.about_run(config, path, None, None, 1)


def test_no_variable_is_told(compose, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_PLACE", "/mnt/secret/place")
    hide_variables()
    config = compose(*SMALL)
    config.dataset.path = "${oc.env:SECRET_PLACE}"
    assert config.dataset.path == "/mnt/secret/place"
    config.train.init_from = "/mnt/secret/place/run"  # as a command line has it, whose shell has put the value in
    params = about(config, tmp_path / PATH).params
    assert params["dataset.path"] == "${oc.env:SECRET_PLACE}"
    assert params["train.init_from"] == "${oc.env:SECRET_PLACE}/run"
    assert (params["train.max_minutes"], params["hardware.jit"], params["train.ema"]) == ("null", "false", "0.999")


def test_jobs_of_a_sweep_are_grouped(compose, tmp_path):
    found = about(compose(*SMALL), tmp_path / "sweep/2026-01-31/12-00-00-c0de/3")
    assert (found.group, found.name) == ("2026-01-31/12-00-00-c0de", "gan on digits  2026-01-31/12-00-00-c0de job 3")
    assert found.group_folder == tmp_path / "sweep/2026-01-31/12-00-00-c0de"
    assert about(compose(*SMALL), tmp_path / PATH).group is None
    assert about(compose(*SMALL), Path("/name/7")).group is None


def test_what_a_tracker_keeps_lies_in_the_outputs_folder(tmp_path, monkeypatch):
    """Also of a run that is resumed from elsewhere; runs that lie somewhere else have that of the current folder."""
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path / "mine"))
    assert tracking.own_outputs(tmp_path / "other" / PATH) == tmp_path / "other"
    assert tracking.own_outputs(tmp_path / "other/sweep/2026-01-31/12-00-00-c0de/0") == tmp_path / "other"
    assert tracking.own_outputs(tmp_path / "by/hand") == tmp_path / "mine"


def ganae(*words):
    return [sys.executable, "-m", "ganae_cli", *words, f"plugins=[{PLUGIN}]"]


@pytest.mark.slow
def test_a_plugins_tracker_over_a_kill(recorder, tmp_path, monkeypatch):
    """One file and one YAML of the user's, and the real commands: killed with SIGKILL in the middle, then resumed."""
    (tmp_path / "conf/tracker").mkdir(parents=True)
    yaml = f"# help: a recorder\nname: recorder\nout: {recorder}  # [str] where\ncheckpoints: false\ntimeout: 60.0\n"
    (tmp_path / "conf/tracker/recorder.yaml").write_text(yaml)
    run = tmp_path / "outputs" / PATH
    words = ["train.steps=4000", "train.log_every=50", "train.sample_every=1000", "train.checkpoint_every=1000"]
    asked = ["tracker=recorder", f"hydra.run.dir={run}", "--config-dir", str(tmp_path / "conf")]
    small = ["model=gan", "dataset=ring", "hardware=cpu", "hardware.jit=false", "hardware.threads=1"]
    with subprocess.Popen(ganae("train", *small, *words, *asked)) as first:
        deadline = time.monotonic() + 300
        while not (recorder.exists() and any(step > 1500 for step in steps(told(recorder)["r0"]))):
            assert first.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        first.kill()
    killed_at = steps(told(recorder)["r0"])[-1]
    assert killed_at < 4000
    assert PLUGIN not in (run / "config.yaml").read_text()
    assert subprocess.run(ganae("resume", str(run))).returncode == 0
    (entries,) = told(recorder).values()
    assert steps(entries) == list(range(50, 4050, 50))
    assert [one[0] for one in ends(entries)] == ["interrupted", "done"]
