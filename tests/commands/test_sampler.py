"""The sampler of a run: kept when training ends, however it ends; used without fitting anew; another on demand."""

import shutil
import subprocess
import sys

import numpy as np
import pytest

from ganae_cli import load
from ganae_cli.cli import main
from ganae_cli.samplers import fitted
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training

SMALL = [
    *("train.batch_size=16", "train.examples=400", "hardware=cpu", "hardware.jit=false", "hardware.threads=1"),
    *("train.log_every=2", "train.checkpoint_every=2", "networks.encoder.width=16", "networks.decoder.width=16"),
]


def train(compose, path, *words, resume=False):
    config = compose("model=autoencoder", *SMALL, *words)
    assert (training.resume if resume else training.train)(config, path) == (0, path)
    return path


@pytest.fixture(scope="module")
def run(compose, tmp_path_factory):
    return train(compose, tmp_path_factory.mktemp("sampled") / "run", "train.steps=4")


@pytest.fixture
def no_fitting(monkeypatch):
    def refuse(*given, **options):
        raise AssertionError("fitted again")

    monkeypatch.setattr(fitted, "fit", refuse)


def same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[key], other[key]) for key in one)


def test_it_belongs_to_the_final_checkpoint_and_is_fitted_to_all_training_codes(run):
    folder = RunFolder(run)
    about, arrays = folder.sampler.read()
    newest = folder.checkpoints.newest()
    assert about == {"sampler": "gmm", "count": 400, "step": 4, "sha256": newest.about["sha256"]}
    assert arrays["means"].shape == (10, 4)


def test_the_model_samples_from_it_without_fitting_anew(run, no_fitting, capsys):
    trained = load(run)
    samples, z = trained.sample_with_codes(30, seed=2)
    assert z.shape == (30, 4)
    assert np.array_equal(trained.sample(30, seed=2), samples)
    assert np.array_equal(trained.generate(z), samples)
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_a_process_of_its_own_draws_the_same(run, tmp_path):
    out = tmp_path / "samples.npz"
    command = [sys.executable, "-m", "ganae_cli", "sample", str(run), "--count", "20", "--seed", "3", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    samples, z = load(run).sample_with_codes(20, seed=3)
    with np.load(out) as arrays:
        assert np.array_equal(arrays["images"], samples)
        assert np.array_equal(arrays["z"], z)


def test_a_resumed_run_keeps_the_same_sampler(compose, tmp_path, run):
    path = train(compose, tmp_path / "run", "train.steps=2")
    before = RunFolder(path).sampler.read()[1]
    train(compose, path, "train.steps=4", resume=True)
    after = RunFolder(path).sampler.read()[1]
    assert not same(before, after)
    assert same(after, RunFolder(run).sampler.read()[1])


def test_an_interrupted_run_keeps_one_too(compose, tmp_path):
    path = train(compose, tmp_path / "run", "train.steps=100000", "train.max_minutes=0.001")
    folder = RunFolder(path)
    assert folder.status()["state"] == "interrupted"
    assert folder.sampler.read()[0]["sha256"] == folder.checkpoints.newest().about["sha256"]


@pytest.mark.parametrize("trace", ["none", "old", "torn"])
def test_after_a_kill_one_is_fitted_to_the_data_and_it_is_said(run, tmp_path, capsys, trace):
    """A kill after the last checkpoint leaves no sampler, a half-written one, or one of an earlier checkpoint."""
    kept = load(run).sample(10, seed=1)
    folder = RunFolder(shutil.copytree(run, tmp_path / "killed"))
    if trace == "none":
        folder.sampler.path.unlink()
    elif trace == "old":
        folder.sampler.write("gmm", 400, folder.checkpoints.list()[1], folder.sampler.read()[1])
    else:
        folder.sampler.path.write_bytes(folder.sampler.path.read_bytes()[:100])
    trained = load(folder.path)
    trained.reconstruct(kept)
    assert capsys.readouterr().err == ""
    assert np.array_equal(trained.sample(10, seed=1), kept)
    trained.sample(10, seed=2)
    error = capsys.readouterr().err
    none = "the run has kept no sampler 'gmm' of step 4"
    reason = f"cannot read {folder.sampler.path}: File is not a zip file" if trace == "torn" else none
    assert error == f"ganae: {reason}: fitting one to the training data\n"


def test_of_live_weights_one_is_fitted_to_the_data_and_it_is_said(compose, run, tmp_path, capsys):
    """The run has kept the sampler of the averaged weights; where it keeps none, that of the live ones."""
    live = load(run, weights="live")
    assert not np.array_equal(live.sample(30, seed=2), load(run).sample(30, seed=2))
    notice = (
        "ganae: the run has kept no sampler 'gmm' of the live weights of step 4: fitting one to the training data\n"
    )
    assert capsys.readouterr().err == notice
    other = train(compose, tmp_path / "run", "train.steps=4", "train.ema=0")  # the same weights, without averages
    capsys.readouterr()
    for weights in (None, "live"):
        assert np.array_equal(load(other, weights=weights).sample(30, seed=2), live.sample(30, seed=2))
    assert same(RunFolder(other).sampler.read()[1], live.source.arrays)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["prior", "kde", "walk"])
def test_another_one_on_demand(run, tmp_path, capsys, name):
    out = tmp_path / "samples.npz"
    assert main(["sample", str(run), "--sampler", name, "--count", "5", "--out", str(out)]) == 0
    assert ("fitting one" in capsys.readouterr().err) == (name != "prior")
    with np.load(out) as arrays:
        assert arrays["z"].shape == (5, 4)
        assert np.array_equal(load(run).generate(arrays["z"]), arrays["images"])


def test_what_cannot_be_met_is_one_line(run, compose, tmp_path, capsys):
    assert main(["sample", str(run), "--sampler", "gm"]) == 2
    assert capsys.readouterr().err.startswith("ganae: error: no sampler named 'gm'; did you mean 'gmm'? (choices: ")
    config = compose("model=gan", *SMALL[:5], "train.steps=1")
    assert training.train(config, tmp_path / "gan")[0] == 0
    assert not RunFolder(tmp_path / "gan").sampler.path.exists()
    capsys.readouterr()
    assert main(["sample", str(tmp_path / "gan"), "--sampler", "gmm"]) == 2
    error = capsys.readouterr().err
    assert error == "ganae: error: sampler 'gmm' is fitted to codes, and model 'GAN' has no encoder\n"


def test_the_closing_lines_name_it(compose, tmp_path, capsys):
    train(compose, tmp_path / "run", "train.steps=1", "model.sampler=kde")
    assert "sampler:  kde, fitted to 400 training codes\n" in capsys.readouterr().err


def test_the_status_of_a_done_run_has_its_measures(run):
    metrics = RunFolder(run).status()["metrics"]
    assert metrics["parameters"] == metrics["parameters_trained"] == 1652 + 1712
    assert 0 < metrics["reconstruction"] < 2
    assert {"recognised", "smallest_class", "largest_class", "spread", "novelty", "images_per_second"} <= set(metrics)
    assert all(isinstance(value, int | float) for value in metrics.values())
    assert 100 < metrics["peak_memory_mb"] < 1e6


def test_an_unknown_sampler_is_refused_before_anything_is_made(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["train", "model=autoencoder", "model.sampler=kdee"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("ganae: error: model.sampler: no sampler 'kdee'; did you mean 'kde'? (choices: gaussian, ")
    assert list(tmp_path.iterdir()) == []
