"""A sweep in ganae's own pool, started by Hydra, with processes that train nothing."""

import sys

import pytest
from omegaconf import OmegaConf

from ganae_cli.command_line import multirun, plan
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import CONFIG, RunFolder
from ganae_cli.sweeps import pool as pools

CODE = """
import os, sys, time
from pathlib import Path
from ganae_cli.storage.run_folder import RunFolder
here = Path(sys.argv[1])
(here / "began").write_text(f"{os.getcwd()} {os.environ.get('GANAE_TEST_VARIABLE')}")
for _ in range(WAITS):
    others = [path.parent for path in here.parent.glob("*/began") if path.parent != here]
    if any(RunFolder(path).status().get("state") == "pending" for path in others):
        (here / "saw_another").touch()
    time.sleep(0.02)
if here.name == FAILS:
    sys.exit(3)
RunFolder(here).write_status("done", step=9)
"""


@pytest.fixture
def programs(monkeypatch):
    """Return a function that says how long each job looks for others that train, and which one fails."""
    monkeypatch.setattr(pools, "POLL_SECONDS", 0.01)

    def chosen(waits=1, fails=""):
        code = CODE.replace("WAITS", str(waits)).replace("FAILS", repr(fails))
        monkeypatch.setattr(pools, "command", lambda path, *_: [sys.executable, "-c", code, str(path)])

    chosen()
    return chosen


def start(app, *words):
    """Run a sweep; return its exit code and the folders of its jobs."""
    made = app("--multirun", "model=gan", *words)
    planned = plan.make(made, ConfTree())
    code = multirun.start(made, planned)
    return code, sorted(planned.folder.glob("[0-9]"))


def states(folders):
    return [RunFolder(path).status()["state"] for path in folders]


def test_by_default_one_trains_after_another_with_the_whole_machine(app, programs):
    programs(waits=10)
    code, folders = start(app, "seed=1,2")
    assert (code, states(folders)) == (0, ["done", "done"])
    assert not list(folders[0].parent.glob("*/saw_another"))
    assert [OmegaConf.load(path / CONFIG).hardware.threads for path in folders] == [None, None]
    assert not {"sweep", "plugins"} & set(OmegaConf.load(folders[0] / CONFIG))


def test_so_many_train_at_a_time_and_share_the_processors(app, programs, monkeypatch):
    programs(waits=100)
    monkeypatch.setattr("ganae_cli.runtime.process.processors", lambda: 6)
    code, folders = start(app, "seed=1,2", "sweep.jobs=3")
    assert (code, states(folders)) == (0, ["done", "done"])
    assert len(list(folders[0].parent.glob("*/saw_another"))) == 2
    assert [OmegaConf.load(path / CONFIG).hardware.threads for path in folders] == [3, 3]


def test_what_hydra_says_of_a_job_holds_for_its_process(app, programs):
    _, folders = start(app, "seed=1,2", "hydra.job.chdir=true", "+hydra.job.env_set.GANAE_TEST_VARIABLE=on")
    assert [(path / "began").read_text() for path in folders] == [f"{path} on" for path in folders]


NOTED = "+hydra.callbacks.note={_target_: callback_of_a_sweep.Note}"
CALLBACK = """
from hydra.core.hydra_config import HydraConfig
from hydra.experimental.callback import Callback

class Note(Callback):
    said = []

    def on_job_start(self, config, task_function):
        self.said.append(("starts", config.hydra.job.num))

    def on_job_end(self, config, job_return):
        self.said.append(("ends", config.hydra.job.num, job_return.status.name))

    def on_multirun_end(self, config, config_name):
        self.said.append("over")
"""


def test_callbacks_are_told_when_a_job_ends_not_when_it_has_begun(app, programs, tmp_path, monkeypatch):
    (tmp_path / "callback_of_a_sweep.py").write_text(CALLBACK)
    monkeypatch.syspath_prepend(tmp_path)
    import callback_of_a_sweep

    said = callback_of_a_sweep.Note.said
    start(app, "seed=1,2,3", NOTED)
    each = [[("starts", number), ("ends", number, "COMPLETED")] for number in range(3)]
    assert said == [*(line for lines in each for line in lines), "over"]
    said.clear()
    programs(waits=50)
    start(
        app,
        "seed=1,2",
        "sweep.jobs=2",
        NOTED,
        "hydra.sweep.dir=other",
    )
    assert said[:2] == [("starts", 0), ("starts", 1)]
    assert sorted(said[2:4]) == [("ends", 0, "COMPLETED"), ("ends", 1, "COMPLETED")]
    del sys.modules["callback_of_a_sweep"]


def test_a_job_that_fails_ends_the_sweep_if_told_so(app, programs, capsys):
    programs(fails="0")
    code, folders = start(app, "seed=1,2,3", "sweep.on_error=stop")
    assert (code, states(folders)) == (1, ["failed", "pending", "pending"])
    said = capsys.readouterr().err
    assert "job 0 (1 of 3) has failed, so the sweep stops (sweep.on_error=stop)" in said
    assert said.rstrip().endswith(f"the others: ganae resume {folders[0].parent} sweep.on_error=stop")
    assert not (folders[0].parent / "multirun.yaml").exists()


def test_a_job_that_fails_does_not_end_the_sweep_otherwise(app, programs):
    programs(fails="0")
    code, folders = start(app, "seed=1,2,3", "sweep.jobs=2")
    assert (code, states(folders)) == (1, ["failed", "done", "done"])


@pytest.mark.parametrize("word", ["sweep.jobs=2", "sweep.on_error=stop", "sweep.jobs=auto"])
def test_settings_of_the_pool_are_refused_beside_another_launcher(app, programs, word):
    made = app("--multirun", "seed=1,2", word, "hydra.launcher._target_=hydra_plugins.other.OtherLauncher")
    planned = plan.make(made, ConfTree())
    with pytest.raises(UserError, match=rf"^{word} goes with ganae's own pool, and hydra/launcher=basic starts "):
        multirun.start(made, planned)
    assert not planned.folder.exists()
