"""The stream of training batches: its order is a pure function of the seed and the epoch, for every split of it."""

import gc
import weakref
from itertools import chain

import numpy as np
import pytest

from ganae_cli.datasets import batches as module
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.batches import batches
from ganae_cli.datasets.pixel_range import UNIT, to_bytes
from ganae_cli.datasets.rows import Rows
from ganae_cli.errors import UserError


def numbered(count):
    """Return points whose first number is the number of their row."""
    points = np.stack([np.arange(count), np.zeros(count)], axis=1).astype(np.float32)
    return Data("numbered", points, points[:1])


def rows(*args, **options):
    return [batch.numpy()[:, 0].astype(int).tolist() for batch in batches(*args, **options)]


def test_an_epoch_is_a_permutation_without_its_remainder():
    """23 rows, batches of 5: four steps per epoch; three rows are left out, in each epoch other ones."""
    stream = rows(numbered(23), 5, seed=1, steps=12)
    assert [len(batch) for batch in stream] == [5] * 12
    epochs = [list(chain(*stream[i : i + 4])) for i in (0, 4, 8)]
    for epoch in epochs:
        assert len(set(epoch)) == 20
        assert set(epoch) <= set(range(23))
    assert epochs[0] != epochs[1] != epochs[2]
    assert set(epochs[0]) != set(epochs[1])


def test_the_order_is_numpys_permutation_of_seed_and_epoch():
    """The order is written out here, because a change of it changes every run that somebody wants to repeat."""
    stream = rows(numbered(10), 5, seed=3, steps=4)
    for epoch in (0, 1):
        order = np.random.default_rng(np.random.SeedSequence([3, epoch])).permutation(10)
        assert stream[2 * epoch : 2 * epoch + 2] == order.reshape(2, 5).tolist()


@pytest.mark.parametrize("first_step", [0, 1, 3, 4, 7, 11, 12])
def test_a_resumed_stream_is_the_rest_of_the_uninterrupted_one(first_step):
    whole = rows(numbered(23), 5, seed=1, steps=12)
    assert rows(numbered(23), 5, seed=1, first_step=first_step, steps=12) == whole[first_step:]


def test_the_seed_decides():
    assert rows(numbered(23), 5, seed=1, steps=4) == rows(numbered(23), 5, seed=1, steps=4)
    assert rows(numbered(23), 5, seed=1, steps=4) != rows(numbered(23), 5, seed=2, steps=4)


def test_without_steps_it_does_not_end():
    assert len([0 for _ in zip(range(50), batches(numbered(8), 8), strict=False)]) == 50


@pytest.mark.parametrize(("ranks", "replicas"), [(1, 1), (2, 1), (1, 2), (3, 2), (2, 3)])
@pytest.mark.parametrize("first_step", [0, 3])
def test_the_shares_of_replicas_make_the_global_batch(ranks, replicas, first_step):
    whole = rows(numbered(30), 12, seed=1, first_step=first_step, steps=7)
    shares = [
        rows(numbered(30), 12, 1, first_step, 7, rank=rank, ranks=ranks, replicas=replicas) for rank in range(ranks)
    ]
    for step, batch in enumerate(whole):
        parts = [share[step * replicas + replica] for share in shares for replica in range(replicas)]
        assert [len(part) for part in parts] == [12 // (ranks * replicas)] * ranks * replicas
        assert list(chain(*parts)) == batch
    assert all(len(share) == len(whole) * replicas for share in shares)


def test_images_are_scaled_and_points_are_not():
    images = np.repeat(np.array([0, 51, 255], np.uint8), 4).reshape(3, 2, 2, 1)
    (batch,) = batches(Data("grey", images, images), 3, steps=1)
    assert batch.dtype == np.float32
    assert batch.shape == (3, 2, 2, 1)
    np.testing.assert_allclose(np.sort(batch.numpy()[:, 0, 0, 0]), [-1.0, -0.6, 1.0], atol=1e-6)
    points = np.array([[1e4, -7.5]], np.float32)
    (batch,) = batches(Data("far", points, points), 1, steps=1)
    assert (batch.numpy() == points).all()


def test_shapes_are_static():
    """XLA compiles a program for one shape only."""
    assert batches(numbered(30), 12, ranks=2).element_spec.shape == (6, 2)


@pytest.mark.parametrize(
    ("batch_size", "parts", "message"),
    [
        (24, 1, "^train.batch_size is 24, but .* 'numbered' has only 23 training points; type train.batch_size=16$"),
        (24, 6, "23 training points; type train.batch_size=12$"),
        (24, 24, "has only 23 training points$"),
        (0, 1, "train.batch_size must be 1 or more, got 0"),
        (10, 4, "train.batch_size is 10, which 4 replicas cannot share equally .try 8."),
    ],
)
def test_impossible_batches_are_refused(batch_size, parts, message):
    with pytest.raises(UserError, match=message):
        batches(numbered(23), batch_size, replicas=parts)


def test_large_data_give_the_same_batches(monkeypatch):
    """Rows of a file, and arrays too large to be copied into a tensor, are taken by NumPy: to the last bit the same."""
    random = np.random.default_rng(0)
    floats = random.random((40, 6, 5)).astype(np.float32)
    floats[0, 0, :2] = 0, 1
    whole = np.rint(floats * 255.0).astype(np.uint8)[..., None]
    data, index = Data("few", whole, whole[:1]), np.arange(40)
    lazy = Data("many", Rows(floats, lambda block: to_bytes(block, UNIT)[..., None], index), whole[:1])
    points = random.normal(size=(40, 3)).astype(np.float32)
    for few, many in [(data, lazy), (data, data), (Data("p", points, points[:1]),) * 2]:
        monkeypatch.undo()
        expected = [batch.numpy() for batch in batches(few, 12, seed=1, first_step=2, steps=9, replicas=2)]
        monkeypatch.setattr(module, "IN_MEMORY", 0)
        stream = batches(many, 12, seed=1, first_step=2, steps=9, replicas=2)
        assert stream.element_spec.shape == (6, *few.shape)
        found = [batch.numpy() for batch in stream]
        assert len(found) == len(expected) == 14
        assert all(one.tobytes() == other.tobytes() for one, other in zip(found, expected, strict=True))


def in_one_row(count):
    """Return images 1x2 whose left pixel is the number of the row and whose right pixel is 255; mirrored ones swap."""
    images = np.stack([np.arange(count), np.full(count, 255)], axis=1).astype(np.uint8).reshape(count, 1, 2, 1)
    return Data("arrows", images, images[:1], flips=True)


def arrows(*args, **options):
    """Return the number of each row of a stream, negative (~row) where it is mirrored."""
    found = []
    for batch in batches(*args, **options):
        left, right = np.rint((batch.numpy()[:, 0, :, 0].T + 1) * 127.5).astype(int)
        found += np.where(right == 255, left, ~right).tolist()
    return found


@pytest.mark.parametrize("in_memory", [1000, 0])
def test_flips_depend_on_seed_epoch_and_row_only(monkeypatch, in_memory):
    monkeypatch.setattr(module, "IN_MEMORY", in_memory)
    data = in_one_row(24)
    whole = arrows(data, 6, seed=5, steps=8)
    for epoch in (0, 1):
        mirrored = np.random.default_rng(np.random.SeedSequence([5, epoch, 1])).random(24) < 0.5
        order = np.random.default_rng(np.random.SeedSequence([5, epoch])).permutation(24)
        assert whole[24 * epoch : 24 * epoch + 24] == np.where(mirrored, ~np.arange(24), np.arange(24))[order].tolist()
    assert arrows(data, 6, seed=5, first_step=3, steps=8) == whole[18:]
    assert arrows(data, 12, seed=5, steps=4) == whole
    halves = [arrows(data, 6, 5, 0, 8, rank=rank, ranks=2) for rank in (0, 1)]
    assert sorted(halves[0] + halves[1]) == sorted(whole)


@pytest.mark.parametrize("in_memory", [1000, 0])
def test_a_stream_that_is_over_lets_go_of_the_data(monkeypatch, in_memory):
    """TensorFlow keeps every function of NumPy that it has been given until the process ends, and what it refers to."""
    monkeypatch.setattr(module, "IN_MEMORY", in_memory)
    held = Data("points", np.zeros((100, 2), np.float32), np.zeros((10, 2), np.float32))
    alive = weakref.ref(held), weakref.ref(held.train)
    stream = batches(held, 10, steps=3)
    del held
    assert len(list(stream)) == 3
    del stream
    gc.collect()
    assert [each() for each in alive] == [None, None]
