"""The model that a help page takes."""

import numpy as np
import pytest

from ganae_cli import cli
from ganae_cli.builders import suited_model
from ganae_cli.command_line import suited_words
from ganae_cli.config.conf_tree import ConfTree

TREE = ConfTree()


@pytest.fixture(autouse=True)
def another(monkeypatch):
    """Let MNIST have a model that has neither the default one's networks nor its settings."""
    monkeypatch.setattr(suited_model, "OF_GREY", "dcgan")
    monkeypatch.setattr(suited_model, "OF_FEW", "contractive_aegan")


@pytest.mark.parametrize(
    ("words", "model"),
    [
        ([], "aegan"),
        (["dataset=ring"], "aegan"),
        (["dataset=mnist"], "dcgan"),
        (["dataset=mnist", "model=auto"], "dcgan"),
        (["dataset=mnist", "train.examples=500"], "contractive_aegan"),
        (["dataset=mnist", "dataset.image_size=8"], "aegan"),
        (["dataset=mnist", "++train.examples=500"], "contractive_aegan"),
        (["dataset=mnist", "model=vae"], None),
        (["dataset=mnist", "experiment=ring"], None),
        (["dataset=mnist", "train.init_from=latest"], None),
        (["dataset=mnist", "dataset.image_size=[8"], None),
        (["dataset=image_folder", "dataset.path=no/such"], None),
        (["dataset=nope"], "aegan"),
    ],
)
def test_words_that_choose_no_model_get_one(words, model):
    assert suited_words.settled(TREE, words) == words + ([f"model={model}"] if model else [])


def test_files_of_the_users(tmp_path):
    np.save(tmp_path / "own.npy", np.zeros((30, 16, 16), np.uint8))
    words = ["dataset=arrays", f"dataset.path={tmp_path / 'own.npy'}"]
    assert suited_words.settled(TREE, words)[-1] == "model=contractive_aegan"


def test_the_page_has_the_settings_of_what_is_trained(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "1000")
    assert cli.main(["train", "dataset=mnist", "--help"]) == 0
    said = capsys.readouterr().out
    assert "* dcgan " in said
    assert "model.critic_steps=1" in said
    assert "model.weights.autoencoder" not in said
