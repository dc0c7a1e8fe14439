"""How a run begins: its data, what is refused before anything is written, and what it warns of."""

import re

import numpy as np
import pytest
from omegaconf import OmegaConf

from ganae_cli import load
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training
from tests.training.small import NARROW, SMALL, rows


@pytest.fixture
def points(tmp_path):
    """Return the words that train a small autoencoder on a file of points from 0 to 300."""
    values = np.random.default_rng(0).uniform((0, 100), (300, 110), (60, 2))
    np.save(tmp_path / "points.npy", values)
    narrow = ("networks.encoder.width=16", "networks.decoder.width=16", "hardware=cpu", "hardware.jit=false")
    return ("model=vae", "dataset=arrays", f"dataset.path={tmp_path / 'points.npy'}", "train.batch_size=16", *narrow)


def test_points_of_another_scale_are_told_of_when_it_matters(train, points, capsys):
    words = ("optimizer=sgd", "optimizer.learning_rate=1e6", "train.steps=20", "train.log_every=1")
    code, folder = train(*words, base=points)
    warning, *_, last = capsys.readouterr().err.splitlines()
    assert code == 1
    for line in (warning, last, folder.status()["error"]):
        assert re.search(r"the training points go from [\d.]+ to 2\d\d[\d.]*, with .* dataset\.standardize=true", line)


def test_standardised_points_are_shown_in_their_own_units(train, points, capsys, tmp_path):
    """The statistics are of the training rows, and travel with the checkpoint: the file is not needed any more."""
    code, folder = train("train.steps=4", "dataset.standardize=true", base=points)
    assert (code, "warning" in capsys.readouterr().err) == (0, False)
    values = np.load(tmp_path / "points.npy")
    is_test = np.isin(np.arange(60), np.random.Generator(np.random.PCG64(60)).permutation(60)[:6])
    mean, std = values[~is_test].mean(axis=0), values[~is_test].std(axis=0)
    (tmp_path / "points.npy").rename(tmp_path / "elsewhere.npy")
    run = load(folder.path)
    np.testing.assert_allclose(run.standard.mean, mean, rtol=1e-6)
    np.testing.assert_allclose(run.standard.std, std, rtol=1e-5)
    samples, z = run.sample_with_codes(50)
    np.testing.assert_allclose(samples, run.game.generate(z).numpy() * std + mean, rtol=1e-5)
    codes = run.game.encode(((values - mean) / std).astype(np.float32)).numpy()
    np.testing.assert_allclose(run.encode(values), codes, rtol=1e-4, atol=1e-5)
    rebuilt = run.game.decode(codes).numpy() * std + mean
    np.testing.assert_allclose(run.reconstruct(values), rebuilt, rtol=1e-4)
    error = np.abs(rebuilt[is_test] - values[is_test]).mean()
    assert folder.status()["metrics"]["reconstruction"] == pytest.approx(error, rel=1e-4)
    (tmp_path / "elsewhere.npy").rename(tmp_path / "points.npy")
    with pytest.raises(UserError, match=r"dataset\.standardize: True"):
        training.resume(_changed(folder, "dataset.standardize", False), folder.path)


@pytest.mark.slow
def test_a_resumed_run_standardises_as_before_to_the_last_bit(compose, points, tmp_path):
    words = (*points, "dataset.standardize=true", "train.log_every=1", "hardware.threads=1")
    training.train(compose(*words, "train.steps=5"), tmp_path / "whole")
    training.train(compose(*words, "train.steps=2"), tmp_path / "parts")
    training.resume(_changed(RunFolder(tmp_path / "parts"), "train.steps", 5), tmp_path / "parts")
    whole, parts = load(tmp_path / "whole"), load(tmp_path / "parts")
    assert (whole.sample(9) == parts.sample(9)).all()
    assert [float(row["autoencoder.loss"]) for row in rows(whole.folder)] == [
        float(row["autoencoder.loss"]) for row in rows(parts.folder)
    ]


def _changed(folder, key, value):
    config = folder.read_config()
    OmegaConf.update(config, key, value)
    return config


def test_a_folder_in_use_is_refused(train):
    _, folder = train("train.steps=2")
    config = folder.read_config()
    config.train.steps = 4
    with folder.claim(), pytest.raises(UserError, match="is in use by process"):
        training.resume(config, folder.path)
    assert folder.status()["step"] == 2


def test_only_the_first_examples_are_used(train):
    with pytest.raises(UserError, match=r"train.batch_size is 16, but train.examples is only 8"):
        train("train.examples=8")


def test_damage_to_every_checkpoint_ends_a_resume_before_anything_is_overwritten(train):
    _, folder = train("train.steps=4", "train.checkpoint_every=2", "train.log_every=2")
    for checkpoint in folder.checkpoints.list():
        checkpoint.weights.write_bytes(b"damaged")
    config, before = folder.read_config(), folder.history.path.read_text()
    config.train.steps = 6
    with pytest.raises(UserError, match=r"every checkpoint of .* is damaged"):
        training.resume(config, folder.path)
    assert folder.history.path.read_text() == before
    with pytest.raises(UserError, match=r"every checkpoint of .* is damaged"):
        load(folder.path)


@pytest.mark.parametrize(
    ("key", "value", "change"),
    [
        ("optimizer.schedule", "cosine", "optimizer.generator.schedule: constant -> scheduled"),
        ("loss.penalties.r1", {"weight": 1.0}, "terms: "),
    ],
)
def test_what_changes_the_numbers_in_a_checkpoint_is_refused_with_a_diff(train, key, value, change):
    _, folder = train("train.steps=2")
    config = folder.read_config()
    OmegaConf.update(config, key, value, force_add=True)
    config.train.steps = 4
    with pytest.raises(UserError, match=f"another architecture: .*{change}"):
        training.resume(config, folder.path)


def test_a_file_is_found_from_any_folder(train, tmp_path, monkeypatch):
    np.save(tmp_path / "images.npy", np.random.default_rng(0).integers(0, 256, (40, 8, 8)).astype(np.uint8))
    monkeypatch.chdir(tmp_path)
    words = ("model=gan", "dataset=arrays", "dataset.path=images.npy", "train.batch_size=8", "train.steps=1")
    _, folder = train(*words, base=(*NARROW, "hardware=cpu", "hardware.jit=false"))
    assert folder.read_config().dataset.path == str(tmp_path / "images.npy")


@pytest.fixture
def trained_on_a_file(train, tmp_path):
    """Train two steps on a file of images; return the run folder and the images."""
    images = np.random.default_rng(0).integers(0, 256, (40, 8, 8), dtype=np.uint8)
    np.save(tmp_path / "x.npy", images)
    base = (*SMALL[:1], "dataset=arrays", *SMALL[2:3], *SMALL[4:], *NARROW)
    _, folder = train(f"dataset.path={tmp_path / 'x.npy'}", "train.steps=2", base=base)
    return folder, images


def test_a_run_goes_on_with_the_same_data_only(trained_on_a_file, tmp_path, capsys):
    """A file may move; another one is refused, until the user says so, once."""
    folder, images = trained_on_a_file
    changed = images.copy()
    changed[3, 3, 3] ^= 1
    np.save(tmp_path / "x.npy", changed)
    config = _changed(folder, "train.steps", 3)
    expected = r"x\.npy is not what the run was trained on: other numbers in the same shapes; .*train\.other_data=true$"
    with pytest.raises(UserError, match=expected):
        training.resume(config, folder.path)
    assert folder.status()["step"] == 2
    np.savez(tmp_path / "moved.npz", x=images)
    config.dataset.path = str(tmp_path / "moved.npz")
    assert training.resume(config, folder.path)[0] == 0
    np.savez(tmp_path / "moved.npz", x=images[:30])
    config = _changed(folder, "train.steps", 4)
    with pytest.raises(UserError, match="training rows 36 then, 27 now; test rows 4 then, 3 now"):
        training.resume(config, folder.path)
    config.train.other_data = True
    capsys.readouterr()
    assert training.resume(config, folder.path)[0] == 0
    assert "warning: dataset.path=" in capsys.readouterr().err
    assert folder.status()["step"] == 4
    assert folder.read_config().train.other_data is False
    np.savez(tmp_path / "moved.npz", x=images)
    with pytest.raises(UserError, match="training rows 27 then, 36 now"):
        training.resume(_changed(folder, "train.steps", 5), folder.path)


def test_options_of_the_dataset_may_change_the_data(trained_on_a_file, capsys):
    folder, _ = trained_on_a_file
    config = _changed(folder, "train.steps", 3)
    config.dataset.test_fraction = 0.5
    assert training.resume(config, folder.path)[0] == 0


@pytest.mark.slow
def test_a_resumed_run_keeps_its_validation_rows(compose, tmp_path, capsys):
    words = ("dataset=ring", "dataset.validation_fraction=0.25", "dataset.count=64")
    words += (*SMALL[:1], *SMALL[2:3], *SMALL[4:], "hardware.threads=1")
    whole, folder = (
        RunFolder(training.train(compose(*words, f"train.steps={steps}"), tmp_path / str(steps))[1]) for steps in (4, 2)
    )
    assert "dataset ring: 48 points of 2 to learn from, 16 for validation, 10,000 to test on" in capsys.readouterr().err
    assert training.resume(_changed(folder, "train.steps", 4), folder.path)[0] == 0
    assert (load(folder.path).sample(9) == load(whole.path).sample(9)).all()


def test_a_run_without_a_fingerprint_goes_on(trained_on_a_file, tmp_path):
    """As those of ganae 0.1 do."""
    folder, images = trained_on_a_file
    folder.environment.write_text('{"ganae": "0.1.0"}')
    np.save(tmp_path / "x.npy", images[::-1])
    assert training.resume(_changed(folder, "train.steps", 3), folder.path)[0] == 0
    assert [set(session) & {"data"} for session in folder.sessions()] == [set(), {"data"}]


def test_other_generated_data_are_refused_too(train):
    _, folder = train("train.steps=2", "dataset=ring", "dataset.count=64", base=(*SMALL[:1], *SMALL[2:3], *SMALL[4:]))
    config = _changed(folder, "train.steps", 3)
    config.dataset.seed = 1  # asked for
    sessions = folder.environment.read_text()
    assert training.resume(config, folder.path)[0] == 0
    config.train.steps = 4
    folder.environment.write_text(sessions)
    with pytest.raises(UserError, match="dataset 'ring' is not what the run was trained on: other numbers"):
        training.resume(config, folder.path)


def learned(folder):
    """Return what a run has learned and reported, without times."""
    kept = {one.step: one.about["sha256"] for one in folder.checkpoints.list()}
    report = [{k: v for k, v in row.items() if k not in ("seconds", "images_per_second")} for row in rows(folder)]
    return kept, report


def test_a_run_goes_on_from_an_older_checkpoint(train, capsys):
    """With the settings it had it learns the same again; until its first checkpoint nothing of the old is touched."""
    _, folder = train("train.steps=12", "train.checkpoint_every=4", "train.keep=9", "train.log_every=2")
    before = learned(folder)
    config = folder.read_config()
    for step, expected in (
        (5, r"no whole checkpoint of step 5 \(steps: 4, 8, 12\)"),
        (8, "nothing to train from there"),
    ):
        config.train.steps = 8
        with pytest.raises(UserError, match=expected):
            training.resume(config, folder.path, step=step)
    config.train.steps, config.optimizer.learning_rate = 12, 1e30
    assert training.resume(config, folder.path, step=4)[0] == 1  # diverges before it has a checkpoint
    assert learned(folder) == before
    config = folder.read_config()
    config.optimizer.learning_rate = 1e-12
    assert training.resume(config, folder.path, step=4)[0] == 0
    after = learned(folder)
    assert sorted(after[0]) == [4, 8, 12]
    assert [after[0][step] == before[0][step] for step in (4, 8, 12)] == [True, False, False]
    assert (after[1][:2], len(after[1])) == (before[1][:2], 6)
    assert after[1][2:] != before[1][2:]
    assert [one.line for one in folder.checkpoints.list()] == [1, 1, 0]
    assert [path.name for path in folder.path.glob(".history*")] == []
    config.optimizer.learning_rate = 0.0002
    assert folder.status()["state"] == "done"
