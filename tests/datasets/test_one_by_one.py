"""Images one after another: the same ones in memory and on disk, each by its number, and where they go."""

import numpy as np
import pytest

from ganae_cli.datasets import batches as streams
from ganae_cli.datasets import one_by_one, room
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.one_by_one import Place
from ganae_cli.datasets.pictures import cache
from ganae_cli.errors import UserError

PIXELS = np.arange(40 * 2 * 3 * 1).astype(np.uint8).reshape(40, 2, 3, 1)
EXAMPLES = list(zip(PIXELS, range(1000, 1040), strict=True))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def placed(where, examples=EXAMPLES, key="name"):
    return Place(key, 40, where).filled(examples, "reading")


def test_memory_and_disk_hold_the_same(folder):
    for where, kind in (("memory", np.ndarray), ("disk", np.memmap)):
        found = placed(where)
        assert type(found.pixels) is kind
        assert (found.pixels == PIXELS).all()
        assert found.labels.tolist() == list(range(1000, 1040))
        assert found.labels.dtype == np.int64


def test_what_lies_on_disk_is_found_by_its_key(folder):
    assert Place("name", 40, "auto").found() is None
    placed("disk")
    found = Place("name", 40, "auto").found()
    assert (found.pixels == PIXELS).all()
    assert found.labels[39] == 1039
    assert Place("name", 41, "auto").found() is None, "of another number of images"
    assert Place("other", 40, "auto").found() is None
    assert Place("name", 40, "memory").found() is None, "memory was asked for"
    assert Place(None, 40, "auto").found() is None


def test_no_images(folder):
    assert placed("memory", []) is None


def test_a_run_that_goes_on_has_the_batches_of_one_that_never_stopped(folder, monkeypatch):
    """In the middle of the second of its epochs of 4 steps, and the same as from memory."""
    ways = [placed("disk").pixels, placed("memory").pixels]
    monkeypatch.setattr(streams, "IN_MEMORY", 0)  # as if they were larger
    disk, memory = (Data("x", pixels[:32], pixels[32:]) for pixels in ways)
    whole = [batch.numpy() for batch in streams.batches(memory, 8, seed=3, steps=9)]
    later = [batch.numpy() for batch in streams.batches(disk, 8, seed=3, first_step=6, steps=9)]
    assert np.array_equal(later, whole[6:])
    assert not np.array_equal(whole[0], whole[4]), "each epoch has an order of its own"


@pytest.mark.parametrize(("free", "place"), [(None, np.ndarray), (480, np.ndarray), (479, np.memmap)])
def test_more_than_half_of_the_free_memory_goes_to_the_disk(folder, monkeypatch, free, place):
    """They have 40 x 2 x 3 = 240 bytes."""
    monkeypatch.setattr(one_by_one, "available_memory", lambda: free)
    assert type(placed("auto").pixels) is place


def test_without_a_disk_memory_is_taken_as_long_as_it_lasts(folder, monkeypatch):
    monkeypatch.setenv(cache.VARIABLE, "off")
    monkeypatch.setattr(one_by_one, "available_memory", lambda: 240)
    assert type(placed("auto").pixels) is np.ndarray
    monkeypatch.setattr(one_by_one, "available_memory", lambda: 239)
    for key, why in (("name", "GANAE_PICTURE_CACHE is off"), (None, "only a dataset on a disk of this machine can be")):
        with pytest.raises(UserError, match=rf"^the images take 0 MB: .* free, and on disk: {why}.*; dataset\.image_s"):
            placed("auto", key=key)


def test_what_was_asked_for_and_is_not_to_be_had(folder, monkeypatch):
    monkeypatch.setattr(room, "available_memory", lambda: 100)
    with pytest.raises(UserError, match=r"^dataset\.cache=memory asks for"):
        placed("memory")
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(UserError, match=r"^dataset\.cache=disk: others can write to .* names another folder$"):
        placed("disk")


def test_an_error_on_the_way_leaves_no_file(folder):
    def broken():
        yield EXAMPLES[0]
        raise UserError("image 1 is of another size")

    with pytest.raises(UserError, match="image 1"):
        placed("disk", broken())
    assert list(folder.iterdir()) == []
