"""Which files of weights are taken, and what is said of all others. Nothing is downloaded."""

import random
import re
from pathlib import Path

import keras
import numpy as np
import pytest

from ganae_cli.errors import UserError
from ganae_cli.features import inception_weights
from ganae_cli.features.inception_weights import FILE, described, fault, load, published


@pytest.fixture
def no_network(tmp_path, monkeypatch):
    """Let the server be one that refuses connections at once, and Keras' cache be empty."""
    monkeypatch.setattr(inception_weights, "URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    (tmp_path / "keras").mkdir()
    return tmp_path / "keras" / "models"


def test_without_network_and_file_it_says_what_to_name(no_network):
    reason = fault(None)
    assert re.sub(r"\[Errno \d+\]", "[Errno]", reason) == (
        f"its weights are not in Keras' cache, {no_network}, and cannot be downloaded "
        f"([Errno] Connection refused): name a copy of {FILE} with evaluation.inception_weights=FILE"
    )
    said = []
    with pytest.raises(UserError, match=r"cannot be downloaded \(.*\): name a copy of .*\.inception_weights=FILE$"):
        published(said.append)
    assert said == [f"Downloading the weights of InceptionV3 (96 MB) to {no_network / FILE}"]


def test_another_file_in_the_cache_is_not_taken(no_network):
    """Keras compares the checksum with that of its publication, and downloads again."""
    no_network.mkdir()
    (no_network / FILE).write_bytes(b"something else")
    assert fault(None) is None
    with pytest.raises(UserError, match="cannot be downloaded"):
        published(lambda line: None)


def test_a_file_must_be_there_and_of_a_kind_that_keras_reads(tmp_path):
    lost = tmp_path / "none.h5"
    assert fault(str(lost)) == f"evaluation.inception_weights={lost} cannot be read: No such file or directory"
    assert fault(str(tmp_path)) == f"evaluation.inception_weights={tmp_path}: expected a file .h5, .weights.h5 or " + (
        f".keras, such as {FILE}"
    )
    assert "expected a file .h5" in fault("weights.pth")
    for name, right, wrong in (("a.weights.h5", b"\x89HDF\r\n\x1a\n", b"PK\x03\x04"), ("a.keras", b"PK\x03\x04", b"")):
        (tmp_path / name).write_bytes(wrong + b"rest")
        assert fault(str(tmp_path / name)).endswith(f"{name}: the file is damaged, or no {Path(name).suffix} file")
        (tmp_path / name).write_bytes(right + b"rest")
        assert fault(str(tmp_path / name)) is None


@pytest.fixture(scope="module")
def others(tmp_path_factory):
    """Return a folder with files that are of no InceptionV3."""
    folder = tmp_path_factory.mktemp("others")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.save_weights(folder / "small.weights.h5")
    model.save(folder / "small.keras")
    model.save(folder / "small.h5")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", ["small.keras", "small.h5"])
def test_other_weights_are_refused_in_each_format(others, name):
    refused_in_one_line(others, name)


def refused_in_one_line(others, name):
    with pytest.raises(UserError) as caught:
        load(others / name)
    text = str(caught.value)
    assert text.startswith(f"evaluation.inception_weights={others / name} has no weights of Keras' InceptionV3, such ")
    assert "\n" not in text
    assert len(text) < len(str(others)) + 330


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["whole.weights.h5", "whole.h5", "whole.keras", "features.weights.h5"])
def test_weights_are_those_of_the_file(tmp_path, kind):
    """Every number of the network is that of the file, in each format; without a classifier there is one output."""
    has_top = kind.startswith("whole")
    model = keras.applications.InceptionV3(weights=None, include_top=has_top)
    rng = np.random.default_rng(0)
    for variable in model.variables:
        variable.assign(rng.uniform(0.5, 1, variable.shape).astype(np.float32))
    model.save_weights(tmp_path / kind) if ".weights." in kind else model.save(tmp_path / kind)
    found = load(tmp_path / kind)
    assert len(found.outputs) == 1 + has_top
    assert len(found.variables) == len(model.variables)
    assert all((np.asarray(a) == np.asarray(b)).all() for a, b in zip(found.variables, model.variables, strict=True))


@pytest.mark.slow
def test_a_file_that_lacks_numbers_is_refused(tmp_path):
    model = keras.applications.InceptionV3(weights=None)
    kernel = model.variables[5]
    kernel.assign(np.full(kernel.shape, np.nan, np.float32))
    model.save_weights(tmp_path / "x.weights.h5")
    with pytest.raises(UserError, match="not all weights are there"):
        load(tmp_path / "x.weights.h5")


def test_other_weights_are_refused_and_a_training_beside_it_notices_nothing(others, recwarn):
    """The names that Keras gives, its policy and random numbers go on; it warns of no layer, as it would of each."""
    keras.config.set_dtype_policy("mixed_float16")
    named, before = keras.layers.Conv2D(1, 1).name, (random.getstate(), np.random.get_state()[1].tolist())
    refused_in_one_line(others, "small.weights.h5")
    assert [str(one.message) for one in recwarn if issubclass(one.category, UserWarning)] == []
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before
    assert keras.config.dtype_policy().name == "mixed_float16"
    assert keras.layers.Conv2D(1, 1).name == f"conv2d_{int(named.partition('_')[2] or 0) + 1}"


def test_a_file_is_described_by_its_checksum(tmp_path, monkeypatch):
    """SHA-256 and MD5 of "abc" are those of their standards."""
    path = tmp_path / "mine.h5"
    path.write_bytes(b"abc")
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert described(path) == {"features_weights": "of the file mine.h5", "weights_sha256": sha256}
    monkeypatch.setattr(inception_weights, "PUBLISHED", ("900150983cd24fb0d6963f7d28e17f72",))
    assert described(path) == {"features_weights": "as Keras publishes them", "weights_sha256": sha256}
