"""TensorFlow Datasets: a builder that lies on disk, its splits, sizes and classes, and what is refused in one line."""

import sys

import numpy as np
import pytest

from ganae_cli.datasets.tfds import tfds
from ganae_cli.errors import UserError
from tests.datasets.small_tfds import prepare

LIBRARY = "tensorflow_datasets"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with datasets: one of three splits, one without test images and of two sizes."""
    pytest.importorskip(LIBRARY, reason="needs the extra `tfds`")
    folder = tmp_path_factory.mktemp("tfds")
    prepare(folder, train=12, test=4, validation=3)
    prepare(folder, "mixed", size=lambda i: (8, 6 + i // 4), train=10)
    prepare(folder, "deep", dtype=np.uint16, train=2)
    return str(folder)


def test_splits_and_labels_are_those_of_the_builder(folder):
    data = tfds("birds", folder, validation_split="validation")
    assert (data.shape, data.classes) == ((8, 6, 3), ("owl", "cat"))
    for more, (split, rows, labels) in enumerate(data.splits()):
        count = {"train": 12, "test": 4, "validation": 3}[split]
        assert rows[:, 0, 0, 0].tolist() == [10 * i + more for i in range(count)]
        assert labels.tolist() == [i % 2 for i in range(count)]
        assert (rows == rows[:, :1, :1, :1]).all()


def test_parts_of_splits(folder):
    data = tfds("birds:1.0.0", folder, train_split="train[:50%]", test_split="train[50%:]")
    assert data.train[:, 0, 0, 0].tolist() == [0, 10, 20, 30, 40, 50]
    assert data.test[:, 0, 0, 0].tolist() == [60, 70, 80, 90, 100, 110]


def test_without_test_images_a_share_of_the_others_is_held_out(folder):
    data = tfds("mixed", folder, image_size=4, test_fraction=0.3)
    assert (data.train.shape, data.test.shape) == ((7, 4, 4, 3), (3, 4, 4, 3))
    together = np.concatenate([data.train, data.test])[:, 0, 0, 0]
    assert sorted(together.tolist()) == [10 * i for i in range(10)]
    assert (together // 10 % 2).tolist() == [*data.train_labels, *data.test_labels]
    padded = tfds("mixed", folder, image_size=[12, 6], resize="pad").train
    assert (padded[1, 0] == 0).all()  # black above an image of 8 rows


@pytest.mark.parametrize(
    ("builder", "options", "message"),
    [
        (None, {}, r"needs the name of a dataset: dataset\.builder=NAME, such as cifar10$"),
        ("mixed", {}, r"has images of 8x6x3 and of 8x7x3 \(number 4 of train\): type dataset\.image_size=6, or"),
        ("deep", {}, r"images are uint16 \(8, 6, 3\); expected uint8, 1, 3 or 4 channels$"),
        ("birds", {"train_split": "training"}, r"dataset\.train_split=training: .* has train, test, validation$"),
        ("birds", {"train_split": "train[:x]"}, r"^dataset\.builder=birds: .*train\[:x\]"),
        ("birds", {"image": "picture"}, r"dataset\.image=picture, but dataset\.builder=birds has image"),
        ("birds", {"label": "kind"}, r"dataset\.label=kind, but dataset\.builder=birds has label"),
        ("cifar1O", {}, r"cifar1O is neither in .* nor known to TensorFlow Datasets.*cifar10"),
        ("cifar10/x", {}, r"^dataset\.builder=cifar10/x: .*BuilderConfig x not found"),
    ],
)
def test_what_is_refused_in_one_line(folder, builder, options, message):
    with pytest.raises(UserError, match=message) as error:
        tfds(builder, folder, **options)
    assert "\n" not in str(error.value)


def test_without_a_network_it_says_what_to_do(folder, monkeypatch, capsys):
    """The library's own downloader runs, and finds no host."""
    from ganae_cli.doctor.run.g_data import no_network

    monkeypatch.setattr("ganae_cli.datasets.tfds.ATTEMPTS", 0)
    place, reason = r"is not in .*mnist.3\.0\.1", r"\(no network was asked for\)"
    expected = rf"builder=mnist {place}, and cannot be downloaded {reason}; .*, and type dataset\.path=F"
    with no_network(), pytest.raises(UserError, match=expected) as error:
        tfds("mnist", folder)
    assert "\n" not in str(error.value)
    assert capsys.readouterr().out == ""


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, LIBRARY, None)
    with pytest.raises(UserError, match=r"needs the extra `tfds`: pip install 'ganae\[tfds\]' \(tensorflow-datasets; "):
        tfds("mnist")
