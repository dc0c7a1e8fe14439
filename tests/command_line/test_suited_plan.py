"""The model of a request that chooses none, beside those of requests that do; what is told of it."""

import numpy as np
import pytest
from omegaconf import OmegaConf

from ganae_cli import cli
from ganae_cli.builders import suited_model
from ganae_cli.command_line import request, suited_plan
from ganae_cli.command_line.hydra_app import HydraApp, environment
from ganae_cli.commands import train
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError

STAMP = "2026-01-31/12-00-00-c0de"
END = " (model=NAME chooses another; ganae list models)"
MNIST = "model dcgan, for 60,000 pictures of 28x28" + END


@pytest.fixture(autouse=True)
def another(monkeypatch):
    """Let MNIST have a model that has neither the default one's networks nor its settings."""
    monkeypatch.setattr(suited_model, "OF_GREY", "dcgan")
    monkeypatch.setattr(suited_model, "OF_FEW", "contractive_aegan")


def made(*words, folders=()):
    tree = ConfTree(tuple(folders))
    with environment(GANAE_STAMP=STAMP):
        return suited_plan.make(HydraApp("train", request.parse(list(words)), tree.folders[1:]), tree)


def models(found):
    return [job.config.chosen.model for job in found.plan.jobs]


@pytest.mark.parametrize(
    ("words", "model", "line"),
    [
        ([], "aegan", ""),
        (["dataset=digits", "dataset.image_size=32"], "aegan", ""),
        (["dataset=ring"], "aegan", "model aegan, for points" + END),
        (["dataset=mnist"], "dcgan", MNIST),
        (["dataset=mnist", "model=auto", "model.z_dim=8", "loss=hinge"], "dcgan", MNIST),
        (
            ["dataset=mnist", "train.examples=600"],
            "contractive_aegan",
            "model contractive_aegan, for 600 pictures of 28x28" + END,
        ),
    ],
)
def test_a_model_that_suits_the_data(words, model, line):
    found = made(*words)
    config = found.plan.jobs[0].config
    assert (found.model, config.chosen.model, found.line) == (model, model, line)
    assert config.model.name == ConfTree().part("model", model).options["name"]
    assert found.plan.composed.hydra.runtime.choices.model == model


def test_the_config_is_that_of_the_model_by_name():
    assert made("dataset=mnist").plan.jobs[0].config == made("dataset=mnist", "model=dcgan").plan.jobs[0].config
    assert made().plan.jobs[0].config == made("model=aegan").plan.jobs[0].config


@pytest.mark.parametrize(
    ("words", "model"),
    [
        (["model=vae"], "vae"),
        (["experiment=dcgan", "dataset=cifar10"], "dcgan"),
        (["--config-name", "mine"], "vaegan"),
        (["sweep=mine"], "began"),
        (["debug=mine"], "irmae"),
    ],
)
def test_a_choice_of_the_users_stays(tmp_path, words, model):
    (tmp_path / "mine.yaml").write_text("defaults:\n  - train\n  - override model: vaegan\n  - _self_\n")
    for group, name in (("sweep", "began"), ("debug", "irmae")):
        (tmp_path / group).mkdir()
        text = f"# @package _global_\ndefaults:\n  - override /model: {name}\n"
        (tmp_path / group / "mine.yaml").write_text(text)
    found = made("dataset=mnist", *words, folders=[tmp_path])
    assert (found.plan.jobs[0].config.chosen.model, found.model, found.line) == (model, "", "")


def test_a_run_that_begins_from_another_has_the_default_model():
    found = made("dataset=mnist", "train.init_from=latest")
    assert (models(found), found.line) == (["aegan"], "")


def test_data_that_cannot_be_found_are_refused_as_ever(capsys):
    assert cli.main(["train", "dataset=image_folder", "dataset.path=no/such"]) == 2
    assert capsys.readouterr().err == ("ganae: error: dataset.path=no/such: no such file or folder\n")


@pytest.mark.parametrize("word", ["model.weights.autoencoder.reconstruction=5", "network@networks.encoder=resnet"])
def test_settings_of_the_default_model_keep_it(word):
    found = made("dataset=mnist", word)
    why = "model aegan, as dcgan, the choice for 60,000 pictures of 28x28, has no use for these settings"
    assert (models(found), found.line) == (["aegan"], why + END)


def test_what_is_wrong_is_said_in_the_words_of_the_default_model():
    """Neither of the two has `model.sigma`; nobody has asked for the other."""
    with pytest.raises(UserError, match=r"model\.sigma") as error:
        made("dataset=mnist", "model.sigma=1")
    assert "'aegan'" in str(error.value)
    assert "dcgan" not in str(error.value)


@pytest.mark.parametrize(
    ("words", "jobs", "line"),
    [
        (["model.z_dim=2,4", "dataset=mnist"], ["dcgan"] * 2, MNIST),
        (["dataset=mnist,digits"], ["aegan"] * 2, f"model aegan, {suited_plan.SAME}{END}"),
        (["dataset=mnist", "train.examples=99,9999"], ["aegan"] * 2, f"model aegan, {suited_plan.SAME}{END}"),
        (["dataset=mnist", "model=gan,auto"], ["gan", "dcgan"], MNIST),
        (["model=auto,gan"], ["aegan", "gan"], ""),
        (["dataset=mnist", "model=glob(au*)"], ["autoencoder"], ""),
        (
            ["experiment=gan_mnist,none", "dataset=mnist"],
            ["gan", "aegan"],
            f"model aegan, since other jobs have models of their own{END}",
        ),
    ],
)
def test_all_jobs_of_a_sweep_get_the_same(tmp_path, words, jobs, line):
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "none.yaml").write_text("# @package _global_\ntrain:\n  steps: 9\n")
    found = made("--multirun", *words, folders=[tmp_path])
    assert (models(found), found.line) == (jobs, line)
    assert not [word for job in found.plan.jobs for word in job.overrides if "auto" in word.split("=")]
    if jobs == ["dcgan"] * 2:  # so the jobs can be composed again from their words, as `ganae resume SWEEP` does
        assert found.plan.jobs[1].overrides == ["model.z_dim=4", "dataset=mnist", "model=dcgan"]


def test_a_sweep_file_over_models(tmp_path):
    """Hydra makes the jobs of what the plan has, so that no job is called `auto`."""
    (tmp_path / "sweep").mkdir()
    text = "# @package _global_\nhydra:\n  mode: MULTIRUN\n  sweeper:\n    params:\n      model: {}\n"
    (tmp_path / "sweep" / "two.yaml").write_text(text.format("auto,gan"))
    (tmp_path / "sweep" / "all.yaml").write_text(text.format("glob(au*)"))
    found = made("sweep=two", "dataset=mnist", folders=[tmp_path])
    assert (models(found), found.line) == (["dcgan", "gan"], MNIST)
    assert [word for word in found.plan.overrides if word.startswith("model=")] == ["model=dcgan,gan"]
    found = made("sweep=all", "dataset=mnist", folders=[tmp_path])
    assert (models(found), found.line) == (["autoencoder"], "")


def test_a_study():
    def study(*words):
        tree = ConfTree()
        with environment(GANAE_STAMP=STAMP):
            return suited_plan.study(HydraApp("train", request.parse(list(words)), []), tree, STAMP)

    planned, line = study("dataset=mnist", "model.z_dim=2,4")
    assert (planned.words, planned.first.chosen.model, line) == (["dataset=mnist", "model=dcgan"], "dcgan", MNIST)
    planned, line = study("dataset=mnist", "model=auto,gan")
    assert (planned.space["model"].ends, line) == (("dcgan", "gan"), MNIST)
    planned, line = study("dataset=mnist", "model=vae", "model.z_dim=2,4")
    assert (planned.words, line) == (["dataset=mnist", "model=vae"], "")
    planned, line = study("dataset=mnist", "experiment=dcgan,gan_mnist")
    assert (planned.first.chosen.model, line) == ("dcgan", "")


def test_hydras_own_answers_have_it(app, capsys):
    """`app` takes Hydra's log handler away again. What nothing has checked is shown as it is."""
    assert cli.main(["train", "dataset=mnist", "--cfg", "job", "--package", "networks.generator"]) == 0
    said = capsys.readouterr()
    assert said.err == MNIST + "\n"
    assert "name: dcgan" in said.out
    assert cli.main(["train", "dataset=mnist", "--info", "defaults-tree"]) == 0
    assert "model: dcgan" in capsys.readouterr().out
    assert cli.main(["train", "train.steps=0", "--info", "defaults-tree"]) == 0
    assert "model: auto" in capsys.readouterr().out


def test_a_prepared_run_has_the_model_and_no_auto(tmp_path, capsys):
    np.save(tmp_path / "own.npy", np.zeros((40, 16, 16), np.uint8))
    words = ["dataset=arrays", f"dataset.path={tmp_path / 'own.npy'}", f"hydra.run.dir={tmp_path / 'run'}"]
    assert cli.main(["train", "--prepare", *words]) == 0
    config = OmegaConf.load(tmp_path / "run" / "config.yaml")
    assert (config.model.name, config.chosen.model) == ("contractive_aegan",) * 2
    assert "model contractive_aegan, for 36 pictures of 16x16" in capsys.readouterr().err
    assert train.checked(words[:2]).chosen.model == "contractive_aegan"
