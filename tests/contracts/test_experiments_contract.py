"""Every experiment runs: two steps on little data, and a run folder with all that belongs there."""

import csv
import json

import numpy as np
import pytest
from omegaconf import OmegaConf

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.config import schema
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError
from ganae_cli.evaluation.trained import Trained
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training

from_config.import_parts()
EXPERIMENTS = ConfTree().options("experiment")
SHORT = ("contractive_aegan_add", "mixture_encoder", "ring")  # the others are trained with the long tests only
TRAINED = [name if name in SHORT else pytest.param(name, marks=pytest.mark.slow) for name in EXPERIMENTS]
SMALL = ["train.steps=2", "train.batch_size=8", "train.examples=64", "hardware=cpu", "hardware.jit=false"]
OFTEN = ["train.log_every=1", "train.sample_every=2", "train.checkpoint_every=1"]


@pytest.fixture
def images(tmp_path):
    """Write a file of random images for experiments on data that would be downloaded."""
    random, path = np.random.default_rng(0), tmp_path / "images.npz"
    # The smallest size for which `auto` chooses convolutions.
    arrays = {f"x_{split}": random.integers(0, 256, (64, 16, 16)).astype(np.uint8) for split in ("train", "test")}
    np.savez(path, **arrays, **{f"y_{split}": random.integers(0, 10, 64) for split in ("train", "test")})
    return str(path)


def test_the_experiments_that_the_readme_promises():
    assert {"ring", "aegan_keras", "aegan_pokegan"} <= set(EXPERIMENTS)


def narrow(config):
    """Make networks and codes of the experiment's kinds small: the test only checks that everything goes together."""
    config.model.z_dim = min(config.model.z_dim or 16, 16)
    if config.model.get("critic_steps"):
        config.model.critic_steps = min(config.model.critic_steps, 2)
    for network in config.networks.values():
        if network.get("width"):
            network.width = min(network.width, 16)
        if network.name in ("r3gan", "resnet"):
            network.depth = 1


@pytest.mark.parametrize("name", TRAINED)
def test_an_experiment_trains_and_leaves_a_run_folder(compose, tmp_path, images, name):
    config = compose(f"experiment={name}", *SMALL, *OFTEN)
    if "path" in config.dataset:
        config.dataset.path = images
    narrow(config)
    if registry.find("model", config.model.name).pretrained:
        config.train.init_from = trained_first(compose, config, tmp_path / "first")
    path = tmp_path / "run"
    assert training.train(config, path) == (0, path)
    folder = RunFolder(path)

    assert folder.status()["state"] == "done"
    assert folder.status()["step"] == folder.status()["steps"] == 2
    saved = OmegaConf.to_container(folder.read_config(), resolve=True)
    schema.check(saved)
    assert (saved["model"]["name"], saved["train"]["steps"]) == (config.model.name, 2)
    assert {"ganae", "python", "packages", "commit", "devices", "seed", "command"} <= set(
        json.loads((path / "environment.json").read_text())
    )
    with (path / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows] == ["1", "2"]
    assert list(rows[0])[:3] == ["step", "seconds", "images_per_second"]
    assert np.isfinite([float(value) for row in rows for value in row.values()]).all()
    assert_files(path)

    trained = Trained.open(path)
    made = trained.sample(3, seed=1)
    assert made.shape == (3, *trained.game.shape)
    assert np.isfinite(made).all()
    with pytest.raises(UserError, match="already holds a run"):
        training.train(config, path)


def trained_first(compose, config, path):
    """Train an autoencoder of the same data, for the experiments that begin with one."""
    first = compose("model=autoencoder", *SMALL)
    first.dataset = config.dataset
    assert training.train(first, path) == (0, path)
    return str(path)


def assert_files(path):
    """Assert that a run folder holds the files that design and README name, and no others."""
    files = {file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()}
    expected = {"config.yaml", "environment.json", "status.json", "history.csv", "train.log"}
    expected.add("samples/step-00000002.png")
    for step in (1, 2):
        expected |= {f"checkpoints/step-0000000{step}.{end}" for end in ("weights.h5", "json")}
    assert expected <= files
    others = {file for file in files - expected if not file.startswith("tensorboard/events.")}
    endings = ("-reconstruction.png", "-pairs.png")
    assert all(file in (".lock", "sampler.npz", "evaluation.json") or file.endswith(endings) for file in others), others
    assert any(file.startswith("tensorboard/") for file in files)
