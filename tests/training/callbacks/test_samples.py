"""What the pictures of a training are of."""

import contextlib
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.datasets.base import Data
from ganae_cli.engine.condition import Condition
from ganae_cli.samplers import fitted
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.callbacks.samples import Samples
from ganae_cli.training.writing import Writing


@pytest.fixture
def sorted_data():
    """Return held-out images whose value is their number, 0 to 199: a file sorted by class."""
    test = np.arange(200, dtype=np.uint8).reshape(200, 1, 1, 1)
    return Data("images", test[::2], test)


def test_originals_are_drawn_from_all_held_out_images(sorted_data, tmp_path):
    """Of 32 of 200 sorted images, the first are not the only ones; the seed decides which."""
    chosen = {
        seed: Samples(1, 0, RunFolder(tmp_path), sorted_data, seed, Writing(False, print)).held_out.ravel()
        for seed in (0, 1)
    }
    assert all(len(np.unique(values // 50)) == 4 for values in chosen.values())
    assert not np.array_equal(chosen[0], chosen[1])


def test_samples_and_reconstructions_that_do_not_differ_are_reported(parts, sorted_data, tmp_path, capsys):
    callback = Samples(1, 0, RunFolder(tmp_path), sorted_data, 0, Writing(False, print))
    for constant, step in ((True, 1000), (True, 2000), (False, 3000)):
        callback.set_model(Encoding(constant))
        callback.act(step)
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(" (")[0] for line in said] == [
        "ganae: warning: reconstructions hardly differ",
        "samples differ again at step 3000",
    ]


def test_samples_that_leave_out_a_part_of_the_data_are_reported(parts, sorted_data, tmp_path, capsys):
    """All samples are of the darkest tenth of the data: of real rows there, but of few."""
    callback = Samples(1, 0, RunFolder(tmp_path), sorted_data, 0, Writing(False, print))
    callback.set_model(Encoding(False))
    dark = np.linspace(-1.0, -0.85, 64, dtype=np.float32).reshape(64, 1, 1, 1)
    # Their variation alone would say that they hardly differ, which is another warning.
    assert callback.modes.warning(dark, 0.1, ()) is None
    line = callback.modes.warning(dark, 0.9, ("generator.fool", "discriminator.loss"))
    assert line.startswith("ganae: warning: mode collapse: samples cover ")
    assert line.endswith(
        "; try model=pacgan, augmentation=diffaugment, loss.penalties.r1.weight=1 or a lower optimizer.learning_rate"
    )
    even = np.linspace(-1.0, 199 / 127.5 - 1, 64, dtype=np.float32).reshape(64, 1, 1, 1)
    assert callback.modes.warning(even, 0.9, ()) is None


def test_without_labels_of_held_out_images_a_conditional_decoder_reconstructs_none(parts, sorted_data, tmp_path):
    """Its samples are drawn all the same: their classes are asked for."""
    labels = np.arange(200) % 2
    for number, known in enumerate((None, labels)):
        data = replace(sorted_data, train_labels=labels[::2], test_labels=known, classes=("a", "b"))
        folder = RunFolder(tmp_path / str(number))
        folder.path.mkdir()
        callback = Samples(1, 0, folder, data, 0, Writing(False, print))
        model = Encoding(False)
        model.condition = Condition("concat", data.classes)
        callback.set_model(model)
        callback.act(1000)
        names = [path.name for path in sorted(folder.samples.iterdir())]
        assert names == ["step-00001000-reconstruction.png", "step-00001000.png"][known is None :]


def test_a_picture_folder_that_cannot_be_made_does_not_end_a_run_that_goes_on(parts, sorted_data, tmp_path):
    folder, said = RunFolder(tmp_path), []
    folder.samples.write_text("in the way")
    callback = Samples(1, 0, folder, sorted_data, 0, Writing(True, said.append))
    callback.set_model(Encoding(False))
    callback.act(1000)
    assert said[0].startswith(f"ganae: warning: cannot write {folder.samples / 'step-00001000.png'}: ")
    folder.samples.unlink()
    callback.act(2000)
    assert (len(said), said[1]) == (2, "the sample pictures can be written again")


class Encoding:
    """A model that reconstructs everything as grey, or as it is; its samples are of the same kind."""

    sampler, encodes, makes_pairs, z_dim, noise_dim = "prior", True, False, 3, 0
    condition = Condition()
    terms = ("autoencoder.reconstruction",)

    def __init__(self, constant):
        self.constant = constant

    def averaged(self):
        return contextlib.nullcontext()

    def join(self, z, noise):
        return z

    def encode(self, x):
        return tf.constant(x)

    def decode(self, z):
        return tf.constant(z) * (0.0 if self.constant else 1.0)

    def generate(self, z):
        return self.decode(np.tanh(z[:, :1]).reshape(-1, 1, 1, 1))


def test_points_of_a_conditional_model_have_the_classes_that_were_asked_for(tmp_path):
    """Samples are of all classes in turn, real points of their own: here the first coordinate is the label."""
    labels = np.random.default_rng(0).integers(0, 3, 5000)
    points = np.stack([labels, np.zeros(5000)], axis=1).astype(np.float32)
    names = ("a", "b", "c")
    data = Data("points", points, points, labels, labels, classes=names)
    callback = Samples(1, 0, RunFolder(tmp_path), data, 0, Writing(False, print))
    for condition, is_on in ((Condition("concat", names), True), (Condition(), False)):
        model = Encoding(False)
        model.condition = condition
        callback.set_model(model)
        found = callback.classes_of_points(4)
        assert (found is not None) == is_on
        if found:
            assert (found.names, found.samples.tolist()) == (names, [0, 1, 2, 0])
            assert np.array_equal(found.real, fitted.random_rows(points, 2500, 0)[:, 0])
