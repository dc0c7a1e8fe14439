"""A run in this process: pictures, events, checkpoints, and how it ends when it does not end well."""

import csv
import re
import shlex
import signal

import h5py
import numpy as np
import pytest
from omegaconf import OmegaConf
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

from ganae_cli import load
from ganae_cli.cli import main
from ganae_cli.errors import UserError
from ganae_cli.evaluation.images import grid, scatter
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training
from ganae_cli.training.callbacks import samples
from ganae_cli.training.callbacks.stop import Stop

SMALL = (
    "model=gan",
    "dataset=digits",
    "train.batch_size=16",
    "train.examples=64",
    "hardware=cpu",
    "hardware.jit=false",
)
NARROW = ("networks.generator.width=16", "networks.discriminator.width=16")


@pytest.fixture
def train(compose, tmp_path):
    """Return a function that trains and returns (exit code, run folder)."""

    def trained(*words, base=(*SMALL, *NARROW)):
        code, path = training.train(compose(*base, *words), tmp_path / "run")
        return code, RunFolder(path)

    return trained


def rows(folder):
    with folder.history.path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_pictures_and_samples_are_of_the_averaged_weights_and_of_the_same_codes(train):
    _, folder = train("train.steps=5", "train.sample_every=2", "train.ema=0.5", "optimizer.learning_rate=0.1", "seed=3")
    assert [path.name for path in sorted(folder.samples.iterdir())] == [f"step-0000000{n}.png" for n in (2, 4, 5)]
    drawn = np.asarray(Image.open(folder.samples / "step-00000005.png"))
    trained = load(folder.path)
    assert np.array_equal(drawn, np.asarray(grid(trained.sample(64, seed=3))))
    trained.game.load_weights(trained.checkpoint.weights)
    live = trained.networks["generator"].get_weights()
    trained.game.averages.take()
    averaged = trained.networks["generator"].get_weights()
    assert any((a != b).any() for a, b in zip(live, averaged, strict=True))


def test_tensorboard_has_the_history(train):
    _, folder = train("train.steps=4", "train.log_every=2")
    events = EventAccumulator(str(folder.tensorboard)).Reload()
    found = [float(make_ndarray(event.tensor_proto)) for event in events.Tensors("generator/fool")]
    assert found == pytest.approx([float(row["generator.fool"]) for row in rows(folder)])
    assert [event.step for event in events.Tensors("generator/fool")] == [2, 4]


def test_the_newest_checkpoints_are_kept(train):
    _, folder = train("train.steps=5", "train.checkpoint_every=1", "train.keep=2")
    assert [checkpoint.step for checkpoint in folder.checkpoints.list()] == [5, 4]
    assert len(list(folder.checkpoints.folder.iterdir())) == 4


def test_the_best_checkpoint_is_kept(train):
    often = ("train.checkpoint_every=1", "train.log_every=1", "train.keep=1", "train.best_by=generator.fool")
    _, folder = train("train.steps=6", *often, "optimizer.learning_rate=0.01")
    fooled = [float(row["generator.fool"]) for row in rows(folder)]
    best = 1 + int(np.argmin(fooled))
    assert {checkpoint.step for checkpoint in folder.checkpoints.list()} == {6, best}


def test_an_unknown_measure_of_the_best_is_refused(train):
    with pytest.raises(UserError, match=r"train\.best_by: no term .generator\.fid"):
        train("train.best_by=generator.fid")


def test_a_loss_that_is_not_finite_fails_the_run(train, capsys):
    code, folder = train(
        "train.steps=9", "train.log_every=3", "optimizer.learning_rate=1e30", "train.checkpoint_every=1"
    )
    assert code == 1
    assert folder.status()["state"] == "failed"
    assert "is not finite at step" in folder.status()["error"]
    assert "is not finite at step" in capsys.readouterr().err.splitlines()[-1]


@pytest.fixture
def points(tmp_path):
    """Return the words that train a small autoencoder on a file of points from 0 to 300."""
    values = np.random.default_rng(0).uniform((0, 100), (300, 110), (60, 2))
    np.save(tmp_path / "points.npy", values)
    narrow = ("networks.encoder.width=16", "networks.decoder.width=16", "hardware=cpu", "hardware.jit=false")
    return ("model=vae", "dataset=arrays", f"dataset.path={tmp_path / 'points.npy'}", "train.batch_size=16", *narrow)


def test_points_of_another_scale_are_told_of_when_it_matters(train, points, capsys):
    code, folder = train("train.steps=2", "train.log_every=1", base=points)
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


def test_the_scatter_plot_and_the_modes_are_in_the_units_of_the_data(train, monkeypatch):
    """A ring of radius 30: samples of any game that has learned nothing lie around its middle, not within 1 of 0."""
    seen = []
    monkeypatch.setattr(samples, "scatter", lambda made, real: seen.append((made, real)) or scatter(made, real))
    narrow = ("networks.generator.width=16", "networks.discriminator.width=16", "hardware=cpu", "hardware.jit=false")
    base = ("model=gan", "dataset=ring", "dataset.radius=30", "dataset.count=64", "dataset.standardize=true", *narrow)
    _, folder = train("train.steps=2", "train.batch_size=16", "dataset.std=9", base=base)
    ((made, real),) = seen
    assert real.std(axis=0) == pytest.approx([23, 23], rel=0.05)  # sqrt(30**2 / 2 + 9**2)
    assert np.array_equal(made, load(folder.path).sample(2500))


def test_a_run_out_of_time_is_measured_and_goes_on(train, capsys):
    """It looks like one that is done, is no error, and says how to go on."""
    code, folder = train("train.steps=400", "train.max_minutes=0.00001")
    status, said = folder.status(), capsys.readouterr().err
    facts = (status["state"], status["error"], status["stopped_by"])
    assert (code, *facts) == (0, "interrupted", None, "max_minutes")
    reached = folder.checkpoints.newest()
    assert 0 < reached.step == status["step"] < 400
    assert {"recognised", "novelty", "sample_variation", "peak_memory_mb"} <= status["metrics"].keys()
    assert f"train.max_minutes is over: {reached.step} of 400 steps in " in said
    assert f"{status['metrics']['recognised']:.0%} of 2,000 samples recognised by" in said
    assert said.splitlines()[-1] == f"go on:    ganae resume {folder.path}"
    assert (folder.samples / f"step-{reached.step:08d}.png").exists()
    assert [row["step"] for row in rows(folder)] == [str(reached.step)]
    config = folder.read_config()
    config.train.max_minutes, config.train.steps = None, reached.step + 2
    assert training.resume(config, folder.path)[0] == 0
    after = folder.status()
    assert (after["state"], after["stopped_by"], after["step"]) == ("done", None, reached.step + 2)
    assert after["seconds"] > reached.about["seconds"] > 0
    assert [row["step"] for row in rows(folder)] == [str(reached.step + 2)]
    assert f"steps: {reached.step + 2}" in folder.config.read_text()


class Interrupting(Stop):
    """Stops as Ctrl-C does, at the second step."""

    def on_train_batch_end(self, batch, logs=None):
        if self.model.state.steps_done == 2:
            self.on_signal(signal.SIGINT, None)
        super().on_train_batch_end(batch, logs)


def test_the_command_that_an_interrupted_run_prints_finishes_it_with_its_measures(train, capsys, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(training, "Stop", Interrupting)
        code, folder = train("train.steps=400", "train.log_every=1")
    status, said = folder.status(), capsys.readouterr().err
    assert (code, status["state"], status["error"], status["stopped_by"]) == (130, "interrupted", "SIGINT", "SIGINT")
    assert status["metrics"] == {}
    commands = [line.strip() for line in said.splitlines() if line.strip().startswith("ganae resume ")]
    assert commands == [f"ganae resume {folder.path}", f"ganae resume {folder.path} train.steps=2"]
    before = folder.checkpoints.newest().about
    assert main(shlex.split(commands[1])[1:]) == 0
    status, said = folder.status(), capsys.readouterr().err
    assert (status["state"], status["error"], status["step"], status["steps"]) == ("done", None, 2, 2)
    assert {"recognised", "novelty", "images_per_second"} <= status["metrics"].keys()
    assert "peak_memory_mb" not in status["metrics"]  # of a training, and nothing was trained
    assert folder.checkpoints.newest().about == before
    assert f"  generator.fool {' ' * 25} {float(rows(folder)[-1]['generator.fool']):.4g}" in said
    assert main(["resume", str(folder.path)]) == 0
    assert "nothing left to do" in capsys.readouterr().err
    assert main(["resume", str(folder.path), "train.steps=4"]) == 0
    assert folder.status()["step"] == 4


def test_measures_are_of_the_step_that_the_status_names(train, monkeypatch):
    """Of a run that goes on, those of an earlier step are gone."""
    _, folder = train("train.steps=1", "train.log_every=1")
    assert folder.status()["metrics"]
    config = folder.read_config()
    config.train.steps = 400
    monkeypatch.setattr(training, "Stop", Interrupting)
    assert training.resume(config, folder.path)[0] == 130
    assert (folder.status()["step"], folder.status()["metrics"]) == (2, {})


def test_a_run_that_was_killed_while_it_was_measured_is_measured_when_it_is_resumed(train, capsys):
    _, folder = train("train.steps=2")
    folder.write_status("running", metrics={}, pid=0)
    capsys.readouterr()
    assert main(["resume", str(folder.path)]) == 0
    assert folder.status()["state"] == "done"
    assert "recognised" in folder.status()["metrics"]
    assert "done: 2 steps in " in capsys.readouterr().err


def test_what_takes_a_while_after_the_last_step_is_said(train, capsys):
    narrow = ("networks.encoder.width=16", "networks.decoder.width=16")
    train("model=autoencoder", "train.steps=2", base=(*SMALL[1:], *narrow))
    said = capsys.readouterr().err.splitlines()
    fitting, measuring = "fitting sampler 'gmm' to latent codes of training data …", "measuring 2,000 samples …"
    done = next(i for i, line in enumerate(said) if line.startswith("done: 2 steps in "))
    assert said.index(fitting) < said.index(measuring) < done


def test_collapse_is_said_at_the_sample_grids(train, capsys):
    """The weight of the codes' distribution is so large that nothing else is learned: posterior collapse."""
    narrow = ("networks.encoder.width=16", "networks.decoder.width=16", "train.ema=0", "train.log_every=300")
    words = ("model.weights.autoencoder.prior=1000", "train.steps=900", "train.sample_every=300")
    _, folder = train("model=vae", *words, "optimizer.learning_rate=0.003", base=(*SMALL[1:], *narrow))
    said = capsys.readouterr().err
    lines = [line for line in said.splitlines() if line.startswith("ganae: warning: reconstructions hardly differ")]
    assert len(lines) == 2  # at step 900, and in the closing lines
    assert lines[0].endswith("(since step 600)")
    assert folder.status()["metrics"]["reconstruction_variation"] < 0.25


def test_what_a_run_took_of_the_machine_is_stated(train, capsys):
    _, folder = train("train.steps=3")
    status = folder.status()
    assert 0 < status["compile_seconds"] < status["seconds"]
    assert status["seconds_to_first_step"] > status["compile_seconds"]
    peak, said = status["metrics"]["peak_memory_mb"], capsys.readouterr().err
    line = rf"^memory:   {peak:,} MB at most while training; the first step took \d+\.\d s$"
    assert re.search(line, said, re.MULTILINE), said


def test_a_run_that_was_stopped_says_how_long_its_first_step_took(train):
    _, folder = train("train.steps=400", "train.max_minutes=0.00001")
    assert 0 < folder.status()["compile_seconds"] < folder.status()["seconds_to_first_step"]


def test_a_folder_in_use_is_refused(train):
    _, folder = train("train.steps=2")
    config = folder.read_config()
    config.train.steps = 4
    with folder.claim(), pytest.raises(UserError, match="is in use by another process"):
        training.resume(config, folder.path)
    assert folder.status()["step"] == 2


def test_only_the_first_examples_are_used(train):
    with pytest.raises(UserError, match=r"train.batch_size is 16, but train.examples is only 8"):
        train("train.examples=8")


def test_codes_are_of_images_in_the_models_range(train):
    narrow = ("networks.encoder.width=16", "networks.decoder.width=16")
    _, folder = train("model=autoencoder", "train.steps=2", base=(*SMALL[1:], *narrow))
    trained, images = load(folder.path), np.random.default_rng(0).integers(0, 256, (5, 8, 8, 1)).astype(np.uint8)
    expected = trained.game.encode((images / 127.5 - 1).astype(np.float32)).numpy()
    np.testing.assert_allclose(trained.encode(images), expected, atol=1e-5)
    rebuilt = trained.game.decode(expected).numpy()
    np.testing.assert_allclose(trained.reconstruct(images), (rebuilt + 1) * 127.5, atol=0.6)


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


def averages(folder):
    """Return the averages in the newest checkpoint, and the step at which they began; of none, 0."""
    with h5py.File(folder.checkpoints.newest().weights) as file:
        kept = file["vars"]
        found = {name: kept[name][()] for name in kept if name.startswith("average_")}
        return found, int(kept["averages_begin"][()]) if found else 0


def test_averaging_can_be_switched_off_and_on_by_a_resume(train):
    """On at step 4: averages start as the weights of step 4 are; 4 -> 6: (1/10 w_4 + 9/10 w_5) 2/11 + 9/11 w_6."""
    _, folder = train("train.steps=2", "train.ema=0.5", "train.keep=9", "optimizer.learning_rate=0.01")
    weights = {}
    for steps, decay in ((4, 0.0), (5, 0.999), (6, 0.999)):
        config = folder.read_config()
        config.train.steps, config.train.ema = steps, decay
        assert training.resume(config, folder.path)[0] == 0
        weights[steps] = load(folder.path, weights="live").networks["generator"].get_weights()
        found, begin = averages(folder)
        assert (len(found), begin) == ((8, 4) if decay else (0, 0))
    expected = [
        (w4 / 10 + 9 * w5 / 10) * 2 / 11 + 9 * w6 / 11
        for w4, w5, w6 in zip(*(weights[n] for n in (4, 5, 6)), strict=True)
    ]
    averaged = load(folder.path, weights="averaged").networks["generator"].get_weights()
    for a, b, live in zip(averaged, expected, weights[6], strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
        assert np.abs(a - live).max() > 1e-4
    assert all((a == b).all() for a, b in zip(found.values(), averaged, strict=True))
    with pytest.raises(UserError, match=r"^step 4 of .*run has no averaged weights \(train.ema=0\), only live ones$"):
        load(folder.path, checkpoint=4, weights="averaged")


def test_a_resumed_run_takes_the_learning_rate_that_it_is_given(train):
    """Keras keeps the rate among the optimizer's numbers, so the file has the old one."""
    _, folder = train("train.steps=2", "train.ema=0")
    before = load(folder.path).networks["generator"].get_weights()
    config = folder.read_config()
    config.train.steps, config.optimizer.learning_rate = 4, 1e-12
    training.resume(config, folder.path)
    after = load(folder.path).networks["generator"].get_weights()
    assert max(np.abs(a - b).max() for a, b in zip(before, after, strict=True)) < 1e-7


def test_a_whole_number_is_a_learning_rate_too(train):
    assert train("train.steps=2", "optimizer=sgd", "optimizer.learning_rate=1", "optimizer.momentum=0")[0] == 0


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
