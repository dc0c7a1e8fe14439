"""A composed config is run as Hydra runs a job, and printed as Hydra prints it."""

import os
import sys
from pathlib import Path

import pytest
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import OmegaConf

from ganae_cli.command_line import plan
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError

CALLBACK = """
from hydra.experimental.callback import Callback

class Note(Callback):
    said = []

    def __init__(self, tag):
        self.said.append(("made", tag))

    def on_run_start(self, config, config_name):
        config.seed = -1  # has no effect
        self.said.append(("run starts", config_name, config.hydra.mode.name))

    def on_job_start(self, config, task_function):
        self.said.append(("job starts", config.hydra.run.dir))

    def on_job_end(self, config, job_return):
        self.said.append(("job ends", job_return.status.name, list(job_return.overrides)))

    def on_run_end(self, config, config_name, job_return):
        self.said.append(("run ends", job_return.status.name))
"""


def run(made, task):
    """Run a task as the job that the words of an app describe; return its result and its config."""
    planned = plan.make(made, ConfTree())
    return made.run(planned.composed, planned.folder, task), planned.jobs[0].config


@pytest.fixture
def noted(tmp_path, monkeypatch):
    """Return the words that set a callback, and the list of the calls that it received."""
    (tmp_path / "callback_of_a_test.py").write_text(CALLBACK)
    monkeypatch.syspath_prepend(tmp_path)
    import callback_of_a_test

    yield "+hydra.callbacks.note={_target_: callback_of_a_test.Note, tag: x}", callback_of_a_test.Note.said
    del sys.modules["callback_of_a_test"]


def test_the_result_is_that_of_the_task_and_the_folder_is_made(app):
    made = app("hydra.run.dir=x/${now:%H-%M-%S-%f}")
    result, _ = run(made, lambda: Path("x").is_dir() and 7)
    assert result == 7
    assert len(list(Path("x").iterdir())) == 1
    assert not GlobalHydra.instance().is_initialized()


def test_variables_are_set_for_the_task_only(app):
    result, _ = run(app("+hydra.job.env_set.GANAE_TEST_VARIABLE=on"), lambda: os.environ["GANAE_TEST_VARIABLE"])
    assert result == "on"
    assert "GANAE_TEST_VARIABLE" not in os.environ


def test_a_task_that_changes_folder_is_in_the_run_folder_and_knows_it_absolutely(app):
    here = Path.cwd()
    made = app("hydra.job.chdir=true", "hydra.run.dir=x")
    assert plan.make(made, ConfTree()).folder == here / "x"
    assert run(made, Path.cwd)[0] == here / "x"
    assert Path.cwd() == here


def test_what_only_a_job_knows_can_be_named_in_the_config(app):
    words = ("seed=${hydra:job.num}", "hydra.run.dir=x", "train.init_from=${hydra:runtime.output_dir}")
    made = app(*words)
    planned = plan.make(made, ConfTree())
    config = planned.jobs[0].config
    assert made.run(planned.composed, planned.folder, lambda: (config.seed, config.train.init_from)) == (
        0,
        str(Path("x").absolute()),
    )


def test_the_subfolder_of_hydra_is_written(app):
    _, config = run(app("model=gan", "seed=3", "hydra.run.dir=x", "hydra.output_subdir=.hydra"), lambda: None)
    written = Path("x/.hydra")
    del config["chosen"]  # which Hydra knows as its choices
    assert (written / "config.yaml").read_text() == OmegaConf.to_yaml(config)
    assert OmegaConf.load(written / "overrides.yaml") == ["model=gan", "++seed=3"]
    assert OmegaConf.load(written / "hydra.yaml").hydra.runtime.output_dir == str(Path("x").absolute())


def test_callbacks_are_told_and_cannot_change_the_config(app, noted):
    word, said = noted
    _, config = run(app(word, "hydra.run.dir=x", "seed=3"), lambda: None)
    assert config.seed == 3
    assert said == [
        ("made", "x"),
        ("run starts", "train", "RUN"),
        ("job starts", "x"),
        ("job ends", "COMPLETED", ["++seed=3"]),
        ("run ends", "COMPLETED"),
    ]


def test_callbacks_learn_of_a_failure_which_is_raised_as_it_is(app, noted, capsys):
    word, said = noted
    error = UserError("no GPU")

    def task():
        raise error

    with pytest.raises(UserError) as raised:
        run(app(word), task)
    assert raised.value is error
    assert [note[:2] for note in said][-2:] == [("job ends", "FAILED"), ("run ends", "FAILED")]
    assert capsys.readouterr() == ("", "")


PRINTED = [
    ("--cfg job",),
    ("--cfg hydra",),
    ("--cfg all", "model=gan", "seed=3", "loss.penalties.r1.weight=2"),
    ("--cfg job --resolve", "seed=4", "train.steps=${seed}"),
    ("--cfg hydra -p hydra.run",),
    ("--cfg hydra -p hydra.run.dir --resolve",),
    ("--cfg job -p train.steps",),
    ("--cfg job -p _global_", "experiment=ring"),
    ("--cfg hydra", "seed=${hydra:job.num}", "hydra.job.chdir=true", "hydra.mode=RUN"),
]


@pytest.mark.parametrize("words", PRINTED, ids=" ".join)
def test_a_config_is_printed_byte_for_byte_as_hydra_prints_it(app, capsys, words):
    flags, *overrides = words
    made = app(*flags.split(), *overrides)
    planned = plan.make(made, ConfTree())
    made.print_config(planned.composed)
    printed = capsys.readouterr().out
    given = made.request.flags
    with made.composing():
        GlobalHydra.instance().hydra.show_cfg(
            made.config_name, planned.overrides, given["--cfg"], given.get("--package"), "--resolve" in given
        )
    assert printed == capsys.readouterr().out
    assert printed


def test_a_section_that_is_not_there_cannot_be_printed(app):
    made = app("--cfg", "job", "-p", "hydra.run")
    with pytest.raises(UserError, match=r"^--package hydra\.run: the config that --cfg job shows has no such section$"):
        made.print_config(plan.make(made, ConfTree()).composed)


def test_hydra_itself_prints_how_the_config_was_composed(app, capsys):
    before = sys.argv
    app("model=gan", "--info", "defaults-tree").print_info()
    assert "model: gan:" in capsys.readouterr().out
    assert sys.argv is before
    assert "HYDRA_FULL_ERROR" not in os.environ


@pytest.mark.parametrize("given", ["absolute", "relative"])
def test_the_folder_of_the_configs_can_be_replaced(app, tmp_path, monkeypatch, given, capsys):
    """Hydra itself looks for a relative --config-path beside the source file."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.yaml").write_text("colour: green\n")
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "other" if given == "absolute" else Path("other")
    made = app("--config-path", str(path), "--config-name", "mine", "--info", "config")
    with made.composing():
        assert made.compose([]).colour == "green"
    made.print_info()
    assert "colour: green" in capsys.readouterr().out


def test_jobs_of_a_sweep_are_called_one_by_one(app):
    """`hydra.job.num` is the job's while its task runs."""
    numbers = []
    made = app("--multirun", "seed=3,4")
    planned = plan.make(made, ConfTree())
    made.multirun(planned.overrides, lambda config: numbers.append((HydraConfig.get().job.num, config.seed)))
    assert numbers == [(0, 3), (1, 4)]


def test_a_job_of_a_sweep_that_raises_is_raised_past_hydras_report(app, capsys):
    def task(config):
        raise RuntimeError("broke")

    made = app("--multirun", "seed=3,4")
    with pytest.raises(RuntimeError, match="broke"):
        made.multirun(plan.make(made, ConfTree()).overrides, task)
    assert capsys.readouterr().err == ""
