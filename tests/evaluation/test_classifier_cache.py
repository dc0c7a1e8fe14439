"""The cache of classifiers: trained once, read back the same, done without where it cannot be used."""

import os
import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits

from ganae_cli.evaluation import classifier_cache
from ganae_cli.evaluation.classifier_cache import classifier_of
from ganae_cli.metrics.classifier import train_classifier


@pytest.fixture(scope="module")
def images():
    return np.rint(load_digits().images[:60] * (255 / 16)).astype(np.uint8)[..., None]


@pytest.fixture(scope="module")
def labels():
    return load_digits().target[:60].astype(np.int64)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_CLASSIFIER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def same(one, other):
    pairs = zip((one.classes, *one.weights, *one.biases), (other.classes, *other.weights, *other.biases), strict=True)
    return all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in pairs)


def test_it_is_trained_once_and_read_back_the_same(images, labels, folder, monkeypatch):
    said = []
    first = classifier_of(images, labels, say=said.append)
    assert len(said) == 1
    assert same(first, train_classifier(images, labels))
    monkeypatch.setattr(classifier_cache, "train_classifier", None)  # not needed a second time
    assert same(classifier_of(images, labels, say=said.append), first)
    assert len(said) == 1
    assert [path.suffix for path in folder.iterdir()] == [".npz"]


def test_other_images_labels_or_seeds_have_classifiers_of_their_own(images, labels, folder):
    changed = images.copy()
    changed[7, 3, 3] ^= 1
    for given in ((images, labels, 0), (changed, labels, 0), (images, labels[::-1], 0), (images, labels, 1)):
        classifier_of(*given)
    assert len(list(folder.iterdir())) == 4


@pytest.mark.parametrize("damage", ["torn", "empty", "text", "pickle", "other sizes", "other labels"])
def test_a_file_that_does_not_fit_is_written_anew(images, labels, folder, damage):
    expected = classifier_of(images, labels)
    (path,) = folder.iterdir()
    content = path.read_bytes()
    if damage == "other sizes":
        other = train_classifier(images[:, :4], labels)
        classifier_cache._write(path, other)
    elif damage == "other labels":
        classifier_cache._write(path, train_classifier(images, labels + 1))
    elif damage == "pickle":
        np.savez(path, classes=np.array([{"a": 1}], object))
    else:
        path.write_bytes({"torn": content[:-200], "empty": b"", "text": b"no classifier"}[damage])
    assert same(classifier_of(images, labels), expected)
    assert path.read_bytes() == content


@pytest.mark.parametrize("place", ["off", "file", "nowhere"])
def test_a_cache_that_cannot_be_used_is_done_without(images, labels, tmp_path, monkeypatch, place):
    (tmp_path / "file").touch()
    given = {"off": "off", "file": str(tmp_path / "file"), "nowhere": str(tmp_path / "file" / "below")}[place]
    monkeypatch.setenv("GANAE_CLASSIFIER_CACHE", given)
    assert same(classifier_of(images, labels), train_classifier(images, labels))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_flipped_bit_gives_no_other_classifier(images, labels, folder):
    expected = classifier_of(images, labels)
    (path,) = folder.iterdir()
    content = path.read_bytes()
    places = np.random.default_rng(0).integers(0, len(content), 150).tolist()
    places += [
        *range(60),
        *range(len(content) - 300, len(content)),
    ]  # headers, directory
    for place in places:
        flipped = bytearray(content)
        flipped[place] ^= 1 << place % 8
        path.write_bytes(flipped)
        found = classifier_cache._read(path, images, labels)
        assert found is None or same(found, expected)


@pytest.mark.parametrize("fault", ["others can write", "belongs to another user", "link"])
def test_what_others_may_have_written_is_not_read(images, labels, folder, monkeypatch, fault):
    if fault.startswith("belongs") and os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    expected = classifier_of(images, labels)
    (path,) = folder.iterdir()
    classifier_cache._write(path, classifier_of(images, labels, 1))  # it fits, and is not the right one
    if fault == "link":
        path.rename(folder.parent / "elsewhere")
        path.symlink_to(folder.parent / "elsewhere")
    elif fault == "others can write":
        folder.chmod(0o777)
    else:
        os.chown(folder, 1234, -1)
    said = []
    assert same(classifier_of(images, labels, say=said.append), expected)
    warned = [line for line in said if line.startswith("ganae: warning: no cache of classifiers: ")]
    assert len(warned) == (fault != "link")
    assert all(fault in line for line in warned)


def test_two_processes_may_write_at_once(images, labels, folder, tmp_path):
    np.savez(tmp_path / "given.npz", images=images, labels=labels)
    code = (
        "import numpy, sys\n"
        "from ganae_cli.evaluation.classifier_cache import classifier_of\n"
        "given = numpy.load(sys.argv[1]); classifier_of(given['images'], given['labels'])"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "given.npz")]
    begun = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    errors = [process.communicate(timeout=300)[1] for process in begun]
    assert [process.returncode for process in begun] == [0, 0], errors
    assert len(list(folder.iterdir())) == 1
    said = []
    assert same(classifier_of(images, labels, say=said.append), train_classifier(images, labels))
    assert said == []


def test_the_oldest_are_deleted(images, labels, folder, monkeypatch):
    monkeypatch.setattr(classifier_cache.CLASSIFIERS, "most_files", 2)
    for seed in range(4):
        classifier_of(images, labels, seed)
    said = []
    classifier_of(images, labels, 3, say=said.append)
    assert (len(list(folder.iterdir())), said) == (2, [])
