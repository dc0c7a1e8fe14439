"""Splits of a builder on disk: read once, then mapped from the cache, and the same either way."""

import numpy as np
import pytest

from ganae_cli.datasets import tfds_reader
from ganae_cli.datasets.pictures import cache
from ganae_cli.datasets.tfds import tfds
from ganae_cli.datasets.tfds_reader import reason
from ganae_cli.errors import UserError
from tests.datasets.small_tfds import prepare


@pytest.fixture
def folder(tmp_path, monkeypatch):
    pytest.importorskip("tensorflow_datasets", reason="needs the extra `tfds`")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    prepare(tmp_path, train=12, test=4)
    return str(tmp_path)


def test_on_disk_are_the_same_images_and_labels_as_in_memory(folder):
    memory, disk = (tfds("birds", folder, cache=where, image_size=[4, 5]) for where in ("memory", "disk"))
    assert type(disk.train) is type(disk.test) is np.memmap
    for split in ("train", "test", "train_labels", "test_labels"):
        assert np.array_equal(getattr(memory, split), getattr(disk, split))
    assert memory.fingerprint == disk.fingerprint
    assert memory.classes == disk.classes


def test_the_second_run_reads_no_image(folder, monkeypatch):
    first = tfds("birds", folder, cache="disk")
    monkeypatch.setattr(tfds_reader.Reader, "_examples", lambda *_: pytest.fail("read again"))
    again = tfds("birds", folder, cache="auto")
    assert np.array_equal(first.train, again.train)
    assert again.fingerprint == first.fingerprint
    with pytest.raises(pytest.fail.Exception, match="read again"):
        tfds("birds", folder, cache="auto", image_size=4)  # other images


def test_a_dataset_that_was_prepared_anew_is_read_anew(folder, tmp_path):
    tfds("birds", folder, cache="disk")
    (tmp_path / "birds" / "1.0.0").rename(tmp_path / "old")
    prepare(tmp_path, train=12, test=4, size=lambda i: (3, 3))
    assert tfds("birds", folder, cache="disk").shape == (3, 3, 3)


def test_a_split_of_another_size_is_refused_from_the_cache_too(folder, tmp_path):
    prepare(tmp_path, "mixed", size=lambda i: (8, 6 + i // 5), train=10)
    for split in ("train[:5]", "train[5:]"):
        tfds("mixed", folder, cache="disk", train_split=split)
    with pytest.raises(
        UserError, match=r"of 8x6x3 and of 8x7x3 \(number 0 of train\[5:\]\): type dataset\.image_size=6"
    ):
        tfds("mixed", folder, cache="disk", train_split="train[:5]", test_split="train[5:]")


def test_errors_of_the_library_become_reason():
    assert reason(ValueError("one\n  two.\n")) == "one two"
    assert reason(KeyError()) == "KeyError"


def test_of_a_failed_download_the_reason_of_the_system_is_said():
    """Not the objects and addresses of the programs that met it."""
    error = RuntimeError("Pool(host='a', port=443): Max retries exceeded with url: /b (Caused by …)")
    error.__cause__ = ValueError("Connection(host='a'): Failed to resolve")
    error.__cause__.__context__ = OSError(-2, "Name or service not known")
    assert reason(error) == "[Errno -2] Name or service not known"
    error.__cause__.__context__ = KeyError("a")
    assert reason(error).startswith("Pool(host='a'")
