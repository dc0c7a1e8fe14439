"""`ganae train` up to the point where training begins: its refusals, and the config that the core receives."""

import os
import re
from pathlib import Path

import pytest
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from omegaconf import OmegaConf

from ganae_cli import cli
from ganae_cli.config import paths
from ganae_cli.errors import UserError


def train(*words):
    return cli.main(["train", *words])


def test_a_run_gets_its_config_and_its_folder(here, core, capsys):
    assert train("model=gan", "seed=3") == 0
    (_, config, folder, plugins), *more = core.calls
    assert (more, plugins, "plugins" in config, "hydra" in config) == ([], [], False, False)
    assert (config.model.name, config.seed, config.dataset.name) == ("gan", 3, "digits")
    assert re.fullmatch(r"outputs/train/\d{4}-\d\d-\d\d/\d\d-\d\d-\d\d-[0-9a-f]{4}", str(folder))
    assert capsys.readouterr().out == f"{folder}\n"
    assert [path.name for path in (here / folder).iterdir()] == ["config.yaml"]
    assert "GANAE_STAMP" not in os.environ


def test_the_exit_code_is_that_of_the_run(here, core):
    core.train = lambda config, folder, *_: (130, folder)
    assert train() == 130


def test_two_runs_of_one_second_have_folders_of_their_own(here, core, monkeypatch):
    monkeypatch.setattr("time.strftime", lambda pattern: "2026-01-31/12-00-00")
    train("model=gan")
    train("model=gan")
    assert len({folder for _, _, folder, _ in core.calls}) == 2


def test_the_folder_can_be_chosen(here, core, capsys):
    assert train("hydra.run.dir='it\\'s a=b/x'") == 0
    assert core.calls[0][2] == Path("it's a=b/x")
    assert capsys.readouterr().out == "it's a=b/x\n"


def test_a_folder_named_by_the_time_is_made_once(here, core):
    assert train("hydra.run.dir=x/${now:%H-%M-%S-%f}") == 0
    assert [here / core.calls[0][2]] == list((here / "x").iterdir())


def test_secrets_stay_unresolved(here, core, monkeypatch):
    monkeypatch.setenv("SECRET_FILE", "hush.npz")
    (here / "hush.npz").touch()
    assert train("dataset=arrays", "dataset.path=${oc.env:SECRET_FILE}") == 0
    saved = (here / core.calls[0][2] / "config.yaml").read_text()
    assert "hush" not in saved
    assert "${oc.env:SECRET_FILE}" in saved


@pytest.mark.parametrize(
    ("error", "code"), [(UserError("no GPU"), 2), (RuntimeError("broke"), 1), (KeyboardInterrupt(), 130)]
)
def test_a_run_that_cannot_begin_leaves_no_folder(here, core, capsys, error, code):
    def fail(*given):
        raise error

    core.train = fail
    assert train() == code
    assert list(here.iterdir()) == []
    out, said = capsys.readouterr()
    assert out == ""
    assert "Set the environment variable" not in said
    assert len(said.splitlines()) <= 1


def test_a_run_that_broke_points_to_its_log(here, core, capsys):
    def fail(config, folder, *_):
        error = RuntimeError("broke")
        error.add_note(f"the traceback is in {folder / 'train.log'}")  # as training.failure does, if that is true
        raise error

    core.train = fail
    assert train() == 1
    assert re.search(
        r"RuntimeError: broke \(the traceback is in outputs/train/.*/train.log\)\n", capsys.readouterr().err
    )


def test_outputs_that_cannot_be_written(here, core, capsys, monkeypatch):
    (here / "file").write_text("")
    monkeypatch.setenv("GANAE_OUTPUTS", "file")
    assert train() == 2
    assert capsys.readouterr().err.startswith("ganae: error: cannot make the folder file/train/")


def test_open_sections_take_what_no_yaml_lists(here, core):
    words = [
        "loss.penalties.r1.weight=2",
        "optimizer.autoencoder.learning_rate=1e-3",
        "model.weights.autoencoder.other=1",
    ]
    assert train(*words) == 0
    config = core.calls[0][1]
    assert config.loss.penalties == {"r1": {"weight": 2}}
    assert config.optimizer.autoencoder.learning_rate == 1e-3
    assert config.model.weights.autoencoder.other == 1


@pytest.mark.parametrize(
    "line", ["-m model=gan model.z_dim=8,16", "model=gan --multirun model.z_dim=8,16", "model=gan model.z_dim=8,16 -m"]
)
def test_a_sweep_is_prepared_run_and_finished(here, core, capsys, line):
    assert train(*line.split()) == 1  # what `finish` says
    (_, sweep, jobs), *done, finished = core.calls
    assert [words for words, _ in jobs] == [["model=gan", "model.z_dim=8"], ["model=gan", "model.z_dim=16"]]
    assert [config.model.z_dim for _, config in jobs] == [8, 16]
    assert [(kind, folder, config.model.z_dim) for kind, folder, config in done] == [
        ("job", sweep / str(number), z_dim) for number, z_dim in enumerate((8, 16))
    ]
    assert finished == ("finish", sweep)
    assert "multirun.yaml" not in [path.name for path in (here / sweep).iterdir()]
    assert re.fullmatch(r"outputs/sweep/[\d-]+/[\d-]+-[0-9a-f]{4}", str(sweep))
    assert capsys.readouterr().out == f"{sweep}\n"


def test_a_config_can_ask_for_a_sweep(here, core, tmp_path):
    (tmp_path / "sweep").mkdir()
    text = "# @package _global_\nhydra:\n  mode: MULTIRUN\n  sweeper:\n    params:\n      seed: 1,2\n"
    text += "      loss.penalties.r1.weight: 3\n"
    (tmp_path / "sweep" / "seeds.yaml").write_text(text)
    assert train("--config-dir", str(tmp_path), "sweep=seeds", "model=gan") == 1
    assert [words for words, _ in core.calls[0][2]] == [
        [f"seed={seed}", "loss.penalties.r1.weight=3", "sweep=seeds", "model=gan"] for seed in (1, 2)
    ]
    done = [call[2] for call in core.calls if call[0] == "job"]
    assert [(config.seed, config.loss.penalties.r1.weight) for config in done] == [(1, 3), (2, 3)]


def test_swept_options_of_an_open_section(here, core):
    train("-m", "loss.penalties.r1.weight=1,2", "hydra.sweep.dir=mine")
    jobs = [call[2].loss.penalties for call in core.calls if call[0] == "job"]
    assert jobs == [{"r1": {"weight": 1}}, {"r1": {"weight": 2}}]
    assert core.calls[-1] == ("finish", Path("mine"))


@pytest.mark.parametrize("by", ["flag", "environment"])
def test_configs_of_the_users(here, core, tmp_path, monkeypatch, capsys, by):
    (tmp_path / "experiment").mkdir()
    text = "# @package _global_\n# help: mine\ndefaults:\n  - override /model: gan\ntrain:\n  steps: 7\n"
    (tmp_path / "experiment" / "mine.yaml").write_text(text)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "gan.yaml").write_text("model: {}\n")
    words = ["--config-dir", str(tmp_path)] if by == "flag" else []
    if by == "environment":
        monkeypatch.setenv("GANAE_CONFIG_PATH", str(tmp_path))
    assert train("experiment=mine", *words) == 0
    assert core.calls[0][1].train.steps == 7
    assert core.calls[0][1].model.name == "gan"
    assert capsys.readouterr().err.startswith(f"ganae: warning: {tmp_path / 'model' / 'gan.yaml'} is not used: ")


def test_cfg_shows_the_config_and_makes_nothing(here, capsys):
    assert train("model=gan", "--cfg", "job", "-p", "model") == 0
    assert OmegaConf.create(capsys.readouterr().out).name == "gan"
    assert list(here.iterdir()) == []


def test_jobs_are_in_numbered_folders(here, core):
    train("-m", "seed=1,2", "hydra.sweep.dir=mine")
    assert [call[1] for call in core.calls if call[0] == "job"] == [Path("mine/0"), Path("mine/1")]


@pytest.mark.parametrize("words", [["model=gan", "seed=3"], ["experiment=ring"], ["--cfg", "job", "model=gan"]])
def test_a_single_run_is_composed_once(here, core, monkeypatch, words):
    composed = []
    real = ConfigLoaderImpl.load_configuration

    def counted(self, *given, **options):
        composed.append(given)
        return real(self, *given, **options)

    monkeypatch.setattr(ConfigLoaderImpl, "load_configuration", counted)
    assert train(*words) == 0
    assert len(composed) == 1


def test_the_config_that_was_checked_is_trained(here, core, monkeypatch):
    """Training gets the very object that the check of paths and all other checks before training have seen."""
    checked = []
    monkeypatch.setattr(paths, "check", lambda config, tree: checked.append(config))
    assert train("model=gan", "seed=3") == 0
    assert core.calls[0][1] is checked[0]


def test_a_file_that_changes_after_the_check_is_not_read_again(here, core, tmp_path, monkeypatch):
    """A user edits an experiment while TensorFlow is loading."""
    file = tmp_path / "experiment" / "mine.yaml"
    file.parent.mkdir()
    file.write_text("# @package _global_\ntrain:\n  steps: 7\n")
    monkeypatch.setattr(
        paths, "check", lambda config, tree: file.write_text("# @package _global_\ntrain:\n  steps: -1\n")
    )
    assert train("--config-dir", str(tmp_path), "experiment=mine") == 0
    assert core.calls[0][1].train.steps == 7
