"""The status, the config and the lock of a run folder, and how users find it."""

import os
import platform
import subprocess
import sys

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.find_run import find_run, is_sweep
from ganae_cli.storage.run_folder import RunFolder


class Killed(BaseException):
    """Stands for the death of the process."""


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path)


def die(*_):
    raise Killed


# Writing ------------------------------------------------------------------------------------------------------------


def test_a_kill_while_writing_leaves_the_old_text(tmp_path, monkeypatch):
    path = tmp_path / "status.json"
    write_atomically(path, "old")
    monkeypatch.setattr(os, "replace", die)
    with pytest.raises(Killed):
        write_atomically(path, "new")
    assert path.read_text() == "old"


def test_status_keeps_what_it_knew(folder):
    assert folder.status() == {}
    folder.write_status("running", step=0, steps=9, error=None)
    folder.write_status("failed", error="NaN")
    assert folder.status() == {"state": "failed", "step": 0, "steps": 9, "error": "NaN"}
    (folder.path / "status.json").write_text("{half")
    assert folder.status() == {}


def test_a_run_whose_process_is_gone_was_interrupted(folder):
    """A full disk, a power cut and SIGKILL leave no time to say so."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    gone = {"pid": process.pid, "host": platform.node()}
    assert folder.state() == "unknown"
    for facts, state in (
        (gone, "interrupted"),
        (gone | {"pid": os.getpid()}, "running"),
        ({"host": "other"}, "running"),
    ):
        folder.write_status("running", **facts)
        assert folder.state() == state
    folder.write_status("failed", **gone)
    assert folder.state() == "failed"


# The config ---------------------------------------------------------------------------------------------------------


def test_the_saved_config_is_read_unresolved(folder):
    folder.config.write_text("model: {name: gan}\nhome: ${oc.env:HOME}\n")
    config = folder.read_config()
    assert config.model.name == "gan"
    assert config._get_node("home")._value() == "${oc.env:HOME}"


@pytest.mark.parametrize("key", ["hydra", "defaults", "_target_", "plugins"])
def test_a_config_that_could_name_code_is_refused(folder, key):
    folder.config.write_text(f"model: {{name: gan}}\n{key}: os.system\n")
    with pytest.raises(UserError, match=rf"config.yaml must not contain '{key}'"):
        folder.read_config()


def test_a_config_runs_no_code(folder):
    folder.config.write_text(f"x: !!python/object/apply:pathlib.Path.touch [{folder.path / 'touched'}]\n")
    with pytest.raises(UserError, match=r"cannot read .*config.yaml"):
        folder.read_config()
    assert not (folder.path / "touched").exists()


@pytest.mark.parametrize("text", ["model: [", "- a\n- list\n", "words", ""])
def test_what_is_no_config_is_refused_in_one_line(folder, text):
    folder.config.write_text(text)
    with pytest.raises(UserError, match=r"config\.yaml") as error:
        folder.read_config()
    assert "\n" not in str(error.value)


def test_a_folder_without_a_config_is_no_run(folder):
    with pytest.raises(UserError, match=r"is not a run folder: it has no config\.yaml"):
        folder.read_config()


# The folder ---------------------------------------------------------------------------------------------------------


def test_one_process_holds_a_folder(folder):
    with folder.claim(), pytest.raises(UserError, match="is in use by another process"):
        RunFolder(folder.path).claim()
    folder.claim().close()  # released


def test_a_run_begins_where_there_is_none(folder):
    folder.refuse_old()
    (folder.path / "notes.txt").touch()
    folder.refuse_old()
    folder.history.write_text("mine\n")
    with pytest.raises(UserError, match=r"already holds history\.csv, where a run would write"):
        folder.refuse_old()
    folder.write_status("running")
    with pytest.raises(UserError, match="already holds a run"):
        folder.refuse_old()


def test_a_run_whose_checkpoints_are_lost_does_not_begin_anew(folder):
    """A copy without the large files. One that was killed before its first checkpoint does begin anew."""
    folder.config.write_text("model: {name: gan}\ntrain: {checkpoint_every: 1000}\n")
    for step, is_lost in ((900, False), (1000, False), (1100, True)):
        folder.append_history({"step": step})
        if is_lost:
            with pytest.raises(UserError, match="no checkpoint is left, though the history goes to step 1100"):
                folder.checkpoint_to_go_on_from(print)
        else:
            assert folder.checkpoint_to_go_on_from(print) is None
    made = folder.add_checkpoint(1000, lambda path: path.write_text("abc"))
    assert folder.checkpoint_to_go_on_from(print) == made


@pytest.fixture
def runs(tmp_path):
    """Three runs and a sweep of two jobs under GANAE_OUTPUTS, in the order of their beginning."""
    names = ("train/2026-01-30/23-59-59-beef", "train/2026-01-31/12-00-00-c0de", "train/2026-01-31/12-30-00-f00d")
    made = [tmp_path / "outputs" / name for name in names]
    sweep = tmp_path / "outputs/sweep/2026-02-01/08-00-00-5eed"
    for path in (*made, sweep / "0", sweep / "1"):
        path.mkdir(parents=True)
        (path / "config.yaml").write_text("seed: 0\n")
    (sweep / "sweep.json").write_text("{}")
    return [*made, sweep]


def test_a_run_is_found_by_a_unique_beginning(runs):
    first, second, third, sweep = runs
    assert find_run("23-") == find_run("23-59-59-beef") == find_run("2026-01-30") == first
    assert find_run("12-0") == second
    assert find_run("2026-01-31/12-3") == third
    assert find_run("08") == sweep
    assert is_sweep(sweep)
    assert not is_sweep(third)


def test_a_run_is_found_by_its_folder(runs, monkeypatch):
    monkeypatch.chdir(runs[0].parent)
    assert find_run("23-59-59-beef").resolve() == runs[0]
    for path in (*runs, runs[3] / "1"):
        assert find_run(str(path)) == path


def test_latest_is_the_run_that_began_last(runs, monkeypatch, tmp_path):
    os.utime(runs[0] / "config.yaml", (2**32, 2**32))  # touched since: the name counts
    assert find_run("latest") == runs[2]
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path / "elsewhere"))
    with pytest.raises(UserError, match=r"no run yet under .*elsewhere"):
        find_run("latest")


def test_runs_that_are_not_found(runs, tmp_path):
    with pytest.raises(UserError, match=r"'12-' is the beginning of 2 runs: .*12-00-00-c0de, .*12-30-00-f00d"):
        find_run("12-")
    with pytest.raises(UserError, match=r"no run '12-30-00-food'; did you mean '12-30-00-f00d'\?"):
        find_run("12-30-00-food")
    with pytest.raises(UserError, match=r"is not a run folder: it has no config\.yaml"):
        find_run(str(tmp_path))
