"""A conditional run from its first step to its samples: labels in pictures, archives, folders, measures and resumes."""

import json

import h5py
import numpy as np
import pytest
from PIL import Image

from ganae_cli import load
from ganae_cli.cli import main
from ganae_cli.commands import sample
from ganae_cli.errors import UserError
from ganae_cli.evaluation.export import folder_names
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training
from tests.training.small import NARROW, SMALL

WORDS = (*SMALL, *NARROW, "model.condition=auxiliary", "hardware.jit=false")
CODED = (
    *("model=autoencoder", "model.condition=concat", *SMALL[1:], "train.examples=400"),
    *("networks.encoder.width=4", "networks.decoder.width=4", "train.log_every=2", "train.checkpoint_every=2"),
)
EVERY = ("train.log_every=2", "train.checkpoint_every=2", "train.sample_every=6")  # two steps in a call


@pytest.fixture(scope="module")
def run(compose, tmp_path_factory):
    path = tmp_path_factory.mktemp("conditional") / "run"
    assert training.train(compose(*WORDS, *EVERY, "train.steps=6"), path)[0] == 0
    return path


@pytest.fixture(scope="module")
def autoencoder(compose, tmp_path_factory):
    path = tmp_path_factory.mktemp("coded") / "run"
    assert training.train(compose(*CODED, "train.steps=4"), path)[0] == 0
    return path


def arrays(path):
    found = {}
    with h5py.File(RunFolder(path).checkpoints.newest().weights) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


def test_a_resumed_run_is_one_without_a_break_bit_for_bit(run, compose, tmp_path):
    """It is stopped within an epoch of four steps, and within a block of two."""
    path, words = tmp_path / "run", (*WORDS, *EVERY)
    assert training.train(compose(*words, "train.steps=3"), path)[0] == 0
    assert training.resume(compose(*words, "train.steps=6"), path)[0] == 0
    one, other = arrays(run), arrays(path)
    assert one.keys() == other.keys()
    assert [name for name in one if not np.array_equal(one[name], other[name])] == []


def test_the_checkpoint_states_the_classes(run, compose):
    facts = RunFolder(run).checkpoints.newest().fact("architecture")
    assert (facts["classes"], facts["model"]["condition"]) == ([str(i) for i in range(10)], "auxiliary")
    changed = compose(*(word for word in WORDS if "condition" not in word), *EVERY, "train.steps=8")
    with pytest.raises(UserError, match=r"another architecture: .*model.condition: auxiliary -> None"):
        training.resume(changed, run)


def test_the_status_tells_how_often_the_class_is_the_one_that_was_asked_for(run):
    found = json.loads((run / "status.json").read_text())["metrics"]
    assert 0 <= found["smallest_label_accuracy"] <= found["label_accuracy"] <= 1
    assert found["hardest_class"] in "0123456789"
    header = (run / "history.csv").read_text().splitlines()[0].split(",")
    assert {"discriminator.class_real", "discriminator.class_fake", "generator.class"} <= set(header)


def test_pictures_have_a_row_for_each_class(run, tmp_path):
    """Eight columns of 8 pixels, ten rows, and grey lines; the same codes in all rows."""
    (picture,) = (run / "samples").glob("*.png")
    pixels = np.asarray(Image.open(picture))
    assert pixels.shape == (91 * 6, 73 * 6)  # enlarged to 480 pixels at least
    trained = load(run)
    images, rows = trained.sample_rows(20, seed=3)
    assert (rows.columns, rows.labels.tolist()) == (2, np.repeat(np.arange(10), 2).tolist())
    z = trained.sample_with_codes(2, seed=3)[1]
    assert np.array_equal(images[14:16], trained.generate(z, labels=7))
    assert main(["sample", str(run), "--count", "20", "--label", "7,2", "--out", str(tmp_path / "x.png")]) == 0
    assert np.asarray(Image.open(tmp_path / "x.png")).shape[1] > np.asarray(Image.open(tmp_path / "x.png")).shape[0]


def test_an_archive_and_a_folder_say_the_class_of_each_sample(run, tmp_path, capsys):
    assert main(["sample", str(run), "--count", "12", "--out", str(tmp_path / "x.npz")]) == 0
    with np.load(tmp_path / "x.npz") as held:
        assert held["labels"].tolist() == [*range(10), 0, 1]
        assert held["classes"].tolist() == [str(i) for i in range(10)]
        assert np.array_equal(held["images"], load(run).sample(12))
        assert np.array_equal(held["images"], load(run).generate(held["z"], held["labels"]))
    folder = f"{tmp_path}/images/"
    assert main(["sample", str(run), "--count", "3", "--label", "8,1", "--out", folder]) == 0
    assert sorted(str(path.relative_to(folder)) for path in (tmp_path / "images").rglob("*.png")) == [
        "1/1.png",
        "8/0.png",
        "8/2.png",
    ]
    capsys.readouterr()
    assert main(["sample", str(run), "--label", "ten"]) == 2
    assert "ganae: error: there is no class 'ten' (classes: 0, 1, 2," in capsys.readouterr().err


def test_a_reconstruction_needs_the_class_of_each_row(autoencoder):
    trained = load(autoencoder)
    images = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1)).astype(np.uint8)
    one, each = trained.reconstruct(images, labels=4), trained.reconstruct(images, labels=["4", 1, 4])
    assert [(a == b).all() for a, b in zip(one, each, strict=True)] == [True, False, True]
    with pytest.raises(UserError, match=r"^labels=… must be the class of each of 3 rows, or one of all, got 2$"):
        trained.reconstruct(images, labels=[4, 1])


def test_codes_of_a_class_are_drawn_from_the_density_of_it_that_the_run_has_kept(
    autoencoder, compose, tmp_path, capsys
):
    trained = load(autoencoder)
    samples, z = trained.sample_with_codes(12, seed=2)
    assert trained.source.is_of_classes
    assert "class_9.means" in RunFolder(autoencoder).sampler.read()[1]
    assert np.array_equal(trained.sample(12, seed=2, labels=3)[3], samples[3])  # the row decides the random numbers
    assert np.array_equal(trained.generate(z, range(10)), samples)
    images, _ = trained.sample_rows(20, seed=2, labels=[3, 8])
    assert np.array_equal(images[:10], trained.sample(10, seed=2, labels=3))
    assert np.array_equal(images[10:], trained.sample(10, seed=2, labels=8))
    assert capsys.readouterr().err == ""
    path = tmp_path / "run"
    assert training.train(compose(*CODED, "train.steps=2"), path)[0] == 0
    assert training.resume(compose(*CODED, "train.steps=4"), path)[0] == 0
    assert np.array_equal(load(path).sample(12, seed=2), samples)


def test_tab_completes_the_classes_of_the_run_that_is_named(run, tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    numbers = [str(i) for i in range(10)]
    for words in ([str(run), "--label"], ["--count", "3", "--out", "x.png", str(run), "--label"]):
        assert sample.complete(words, "") == numbers
    assert sample.complete([str(run), "--label"], "7,1") == [f"7,{number}" for number in numbers]
    assert sample.complete([str(run), "--label", "3"], "") == ["latest"]
    for words in (["--label"], ["nowhere", "--label"], ["--count", "3", "--label"], [str(tmp_path), "--label"]):
        assert sample.complete(words, "") == []


def test_names_that_lead_out_of_the_folder_are_no_names_of_folders():
    names = folder_names(["cat", "..", "a/b", "Ünï cödé", "class-0", "", "dog.", "x" * 200, "Class-0", "Cat"])
    assert names[:4] == ["class-0", "class-1", "class-2", "Ünï cödé"]
    assert names[4:] == ["class-4", "class-5", "dog.", "class-7", "class-8", "class-9"]
