"""The status, the config, the environments and the lock of a run folder."""

import contextlib
import json
import logging
import os
import platform
import subprocess
import sys

import pytest
from omegaconf import OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.secrets import hide_variables
from ganae_cli.storage.run_folder import RunFolder


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path)


# status.json ---------------------------------------------------------------------------------------------------------


def test_status_keeps_what_it_knew(folder):
    assert folder.status() == {}
    folder.write_status("running", step=0, steps=9, error=None)
    folder.write_status("failed", error="NaN")
    assert folder.status() == {"state": "failed", "step": 0, "steps": 9, "error": "NaN"}
    (folder.path / "status.json").write_text("{half")
    assert folder.status() == {}


def test_a_run_whose_process_is_gone_was_interrupted(folder):
    """A full disk, a power cut and SIGKILL leave no time to write the status."""
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


# config.yaml ---------------------------------------------------------------------------------------------------------


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


# the folder ----------------------------------------------------------------------------------------------------------


def test_one_process_holds_a_folder(folder):
    with folder.claim(), pytest.raises(UserError, match=rf"is in use by process {os.getpid()} "):
        RunFolder(folder.path).claim()
    folder.claim().release()


def test_a_run_begins_where_there_is_none(folder):
    folder.refuse_old()
    (folder.path / "notes.txt").touch()
    folder.refuse_old()
    folder.history.path.write_text("mine\n")
    with pytest.raises(UserError, match=r"already holds history\.csv, where a run would write"):
        folder.refuse_old()
    folder.write_status("running")
    with pytest.raises(UserError, match="already holds a run"):
        folder.refuse_old()


def test_a_run_whose_checkpoints_are_lost_does_not_begin_anew(folder):
    """The run is a copy without the large files. A run killed before its first checkpoint does begin anew."""
    folder.config.write_text("model: {name: gan}\ntrain: {checkpoint_every: 1000}\n")
    for step, is_lost in ((900, False), (1000, False), (1100, True)):
        folder.history.append({"step": step})
        if is_lost:
            with pytest.raises(UserError, match="no checkpoint is left, though the history goes to step 1100"):
                folder.checkpoint_to_go_on_from(print)
        else:
            assert folder.checkpoint_to_go_on_from(print) is None
    made = folder.checkpoints.add(1000, lambda path: path.write_text("abc"))
    assert folder.checkpoint_to_go_on_from(print) == made


def test_a_folder_with_a_link_is_not_claimed(folder, tmp_path_factory):
    mine = tmp_path_factory.mktemp("mine") / "mine"
    (folder.path / "history.csv").symlink_to(mine)
    for refused in (folder.claim, folder.refuse_old):
        with pytest.raises(UserError, match=r"history\.csv is a link where a file is expected"):
            refused()
    assert [path.name for path in folder.path.iterdir()] == ["history.csv"]  # and no lock


def test_what_killed_processes_have_left_is_removed(folder):
    folder.samples.mkdir()
    left = [folder.path / ".tmp-status.json", folder.samples / ".tmp-0123456789abcdef.png"]
    for path in (*left, folder.samples / "step-00000010.png"):
        path.touch()
    folder.remove_leftovers()
    assert [path.name for path in folder.path.rglob("*")] == ["samples", "step-00000010.png"]


@pytest.mark.parametrize("write", [RunFolder.start_log, lambda run: run.history.append({"step": 1})])
@pytest.mark.parametrize("is_hard", [False, True])
def test_a_log_and_a_history_are_written_under_their_own_names_only(folder, tmp_path_factory, write, is_hard):
    mine = folder.path / "mine"
    mine.write_text("mine\n")
    for path in (folder.log, folder.history.path):
        (path.hardlink_to if is_hard else path.symlink_to)(mine)
    with contextlib.suppress(OSError):
        write(folder)
        assert is_hard
        logging.getLogger("ganae").info("theirs")
    assert mine.read_text() == "mine\n"


# environment.json and train.log -------------------------------------------------------------------------------------


def test_the_environment_of_each_process_stays(folder):
    assert folder.sessions() == []
    folder.add_session({"threads": 2}, resumes=False)
    folder.add_session({"threads": 4}, resumes=True)
    folder.add_session({"threads": 8}, resumes=True)
    assert json.loads(folder.environment.read_text()) == {"threads": 2, "resumed": [{"threads": 4}, {"threads": 8}]}
    assert folder.sessions() == [{"threads": 2}, {"threads": 4}, {"threads": 8}]
    folder.add_session({"threads": 1}, resumes=False)  # a run that begins anew
    assert folder.sessions() == [{"threads": 1}]
    folder.environment.write_text("{")
    assert folder.sessions() == []


def test_only_the_log_that_was_started_last_is_written(folder, tmp_path):
    """The process trains two runs, as a test or a notebook does."""
    logger = logging.getLogger("ganae")
    folder.start_log()
    logger.info("first run")
    other = RunFolder(tmp_path / "other")
    other.path.mkdir()
    other.start_log()
    try:
        raise RuntimeError("broke")
    except RuntimeError:
        other.log_failure()
    assert folder.log.read_text().endswith(" INFO first run\n")
    assert "RuntimeError: broke" in other.log.read_text()
    assert len(folder.log.read_text().splitlines()) == 1


def test_no_text_of_the_status_has_a_hidden_value(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_TRIED_SECRET", 'hunter2-t\\op "secret"')
    hide_variables()
    value = OmegaConf.create({"value": "${oc.env:GANAE_TRIED_SECRET}"}).value
    folder = RunFolder(tmp_path)
    folder.write_status("running", model=value, error=f"no {value}", rollbacks=[{"term": value}], step=3)
    assert "hunter2" not in (tmp_path / "status.json").read_text()
    hidden = "${oc.env:GANAE_TRIED_SECRET}"
    expected = {"state": "running", "model": hidden, "error": f"no {hidden}", "step": 3}
    assert expected.items() <= folder.status().items()
