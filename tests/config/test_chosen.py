"""The names that the user chose, as they are reported."""

import json

import pytest
from omegaconf import OmegaConf

from ganae_cli import cli
from ganae_cli.command_line import plan, request
from ganae_cli.command_line.hydra_app import HydraApp, environment
from ganae_cli.config import chosen
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.schema import check
from ganae_cli.errors import UserError


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (("model=dcgan", "dataset=ring"), "dcgan on ring"),
        (("model=gan",), "gan on digits"),
        (("model=wgan_gp", "dataset=grid"), "wgan_gp on grid"),
        (("experiment=ring",), "gan on ring"),
    ],
)
def test_a_title_has_the_names_of_the_files(compose, words, title):
    config = compose(*words)
    assert chosen.title(config) == title
    assert chosen.title(OmegaConf.to_container(config)) == title


def test_a_config_of_version_0_1_0_has_the_names_of_its_parts(compose):
    config = compose("model=dcgan", "dataset=ring")
    del config["chosen"]
    assert chosen.title(config) == "gan on ring"
    check(OmegaConf.to_container(config, resolve=True))


def test_a_file_of_the_users_has_its_own_name(tmp_path, monkeypatch):
    (tmp_path / "dataset").mkdir()
    (tmp_path / "dataset" / "faces.yaml").write_text("defaults: [arrays]\npath: faces.npy\n")
    monkeypatch.setenv("GANAE_CONFIG_PATH", str(tmp_path))
    tree = ConfTree()
    with environment(GANAE_STAMP="2026-01-31/12-00-00-c0de"):
        app = HydraApp("train", request.parse(["dataset=faces", "model=sngan"]), tree.folders[1:])
        config = plan.make(app, tree).jobs[0].config
    assert config.dataset.name == "arrays"
    assert chosen.title(config) == "sngan on faces"


def test_messages_call_a_model_as_it_was_chosen(compose):
    with pytest.raises(UserError, match=r"^model 'dcgan' has no use for model\.sampler: "):
        compose("model=dcgan", "model.sampler=kde")


def test_the_section_is_not_for_users(capsys, compose):
    assert cli.main(["train", "chosen.model=vae"]) == 2
    assert (
        capsys.readouterr().err == "ganae: error: chosen.model follows from the choice of the whole part: model=vae\n"
    )
    with pytest.raises(UserError, match=r"unknown setting 'chosen\.modell'"):
        compose("chosen.modell=vae")


def test_the_name_is_told_by_the_start_line_the_status_the_list_and_the_dry_run(compose, tmp_path, monkeypatch, capsys):
    from ganae_cli.training import run

    path = tmp_path / "outputs" / "train" / "2026-01-31" / "12-00-00-c0de"
    tiny = ["model=lsgan", "dataset=ring", "dataset.count=100", "train.steps=2", "train.batch_size=8"]
    config = compose(*tiny, "hardware=cpu", "hardware.jit=false", "hardware.threads=1")
    assert run.train(config, path) == (0, path)
    said = capsys.readouterr().err
    assert said.startswith(
        "dataset ring: 100 points of 2 to learn from, 10,000 to test on\nlsgan on ring: step 0 of 2; "
    )
    status = json.loads((path / "status.json").read_text())
    assert (status["model"], status["dataset"]) == ("lsgan", "ring")
    chosen = {"model": "lsgan", "dataset": "ring", "optimizer": "adam", "augmentation": "none", "tracker": "none"}
    assert OmegaConf.load(path / "config.yaml").chosen == chosen
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "400")
    assert cli.main(["list", "runs"]) == 0
    assert "lsgan on ring, done, step 2 of 2" in capsys.readouterr().out
