"""A run in this process: pictures, events, checkpoints, and how it ends when it does not end well."""

import h5py
import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

from ganae_cli import load
from ganae_cli.errors import UserError
from ganae_cli.evaluation.images import grid
from ganae_cli.evaluation.scatter import scatter
from ganae_cli.training import run as training
from ganae_cli.training.callbacks import samples
from tests.training.small import SMALL, rows


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
    with pytest.raises(UserError, match=r"train\.best_by: no term or metric .generator\.fid"):
        train("train.best_by=generator.fid")


def test_a_loss_that_is_not_finite_fails_the_run(train, capsys):
    code, folder = train(
        "train.steps=9", "train.log_every=3", "optimizer.learning_rate=1e30", "train.checkpoint_every=1"
    )
    assert code == 1
    assert folder.status()["state"] == "failed"
    assert "is not finite at step" in folder.status()["error"]
    assert "is not finite at step" in capsys.readouterr().err.splitlines()[-1]


def test_the_scatter_plot_and_the_modes_are_in_the_units_of_the_data(train, monkeypatch):
    """A ring of radius 30: samples of any game that has learned nothing lie around its middle, not within 1 of 0."""
    seen = []

    def drawn(made, real, **more):
        seen.append((made, real))
        return scatter(made, real, **more)

    monkeypatch.setattr(samples, "scatter", drawn)
    narrow = ("networks.generator.width=16", "networks.discriminator.width=16", "hardware=cpu", "hardware.jit=false")
    base = ("model=gan", "dataset=ring", "dataset.radius=30", "dataset.count=64", "dataset.standardize=true", *narrow)
    _, folder = train("train.steps=2", "train.batch_size=16", "dataset.std=9", base=base)
    ((made, real),) = seen
    assert real.std(axis=0) == pytest.approx([23, 23], rel=0.05)  # sqrt(30**2 / 2 + 9**2)
    assert np.array_equal(made, load(folder.path).sample(2500))


def test_collapse_is_said_at_the_sample_grids(train, capsys):
    """The weight of the codes' distribution is so large that nothing else is learned: posterior collapse."""
    narrow = ("networks.encoder.width=16", "networks.decoder.width=16", "train.ema=0", "train.log_every=300")
    words = ("model.weights.autoencoder.prior=1000", "train.steps=900", "train.sample_every=300")
    _, folder = train("model=vae", *words, "optimizer.learning_rate=0.003", base=(*SMALL[1:], *narrow))
    said = capsys.readouterr().err
    lines = [line for line in said.splitlines() if line.startswith("ganae: warning: reconstructions hardly differ")]
    assert len(lines) == 2  # at step 900, and at the end, as it is not over
    assert lines[0] == lines[1]
    assert lines[0].endswith("(since step 600)")
    assert folder.status()["warnings"] == [lines[0].removeprefix("ganae: warning: ")]
    verdict = next(line for line in said.splitlines() if line.startswith("verdict:"))
    assert verdict.startswith("verdict:  posterior collapse: ")
    assert "mode collapse (reconstructions are all alike, and so are samples)" in said
    assert folder.status()["metrics"]["reconstruction_variation"] < 0.25


def test_codes_are_of_images_in_the_models_range(train):
    narrow = ("networks.encoder.width=16", "networks.decoder.width=16")
    _, folder = train("model=autoencoder", "train.steps=2", base=(*SMALL[1:], *narrow))
    trained, images = load(folder.path), np.random.default_rng(0).integers(0, 256, (5, 8, 8, 1)).astype(np.uint8)
    expected = trained.game.encode((images / 127.5 - 1).astype(np.float32)).numpy()
    np.testing.assert_allclose(trained.encode(images), expected, atol=1e-5)
    rebuilt = trained.game.decode(expected).numpy()
    np.testing.assert_allclose(trained.reconstruct(images), (rebuilt + 1) * 127.5, atol=0.6)


def averages(folder):
    """Return the averages in the newest checkpoint, and the step at which they began; of none, 0."""
    with h5py.File(folder.checkpoints.newest().weights) as file:
        kept = file["vars"]
        found = {name: kept[name][()] for name in kept if name.startswith("average_")}
        return found, int(kept["averages_begin"][()]) if found else 0


@pytest.mark.slow
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
