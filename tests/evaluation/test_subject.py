"""What is evaluated: samples and features, each array made once, nothing that depends on the order of files."""

import gc
import weakref

import numpy as np
import pytest

from ganae_cli.builders import from_config
from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.evaluation.protocol import Protocol
from ganae_cli.evaluation.subject import Subject
from ganae_cli.samplers.fitted import CodeSource


def images(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 4, 4, 1), np.uint8)


@pytest.fixture(scope="module", autouse=True)
def _parts():
    from_config.import_parts()


@pytest.fixture
def data():
    return Data("made", images(90), images(40, 1), np.arange(90) % 3, np.arange(40) % 3, classes=("a", "b", "c"))


def test_another_step_shares_what_depends_on_the_data_only(built):
    game, data = built("model=autoencoder")
    before = Subject(data, Protocol(samples=25, features="pixels"), game, CodeSource("prior"))
    held_out, features, codes = before.rows.held_out, before.of_held_out, before.model.codes_of_held_out
    after = before.again(CodeSource("prior"))
    assert after.rows.held_out is held_out
    assert after.of_held_out is features
    assert after.model.codes_of_held_out is not codes


def test_what_depends_on_the_data_only_is_made_once(built):
    game, data = built("model=autoencoder")
    made = []

    def make():
        made.append(1)
        return len(made)

    before = Subject(data, Protocol(samples=25, features="pixels"), game, CodeSource("prior"))
    assert [before.of_data("a", make), before.of_data("a", make), before.of_data("b", make)] == [1, 1, 2]
    assert before.again(CodeSource("prior")).of_data("a", make) == 1
    by_codes = Subject(data, Protocol(samples=25, features="encoder"), game, CodeSource("prior"))
    assert by_codes.of_data("a", make) == 3
    assert by_codes.again(CodeSource("prior")).of_data("a", make) == 4, "the encoder has learned meanwhile"


def test_features_that_cannot_be_used_are_named(data):
    found = Subject(data, Protocol(features="encoder"), given=images(30))
    with pytest.raises(UserError, match=r"^evaluation\.features=encoder: "):
        _ = found.of_samples


def test_rows_and_features_are_of_the_same_rows(data):
    """They are drawn apart, since features of real rows are kept between evaluations."""
    found = Subject(data, Protocol(samples=30, features="pixels"), given=images(30, 2))
    for split, features in (("train", found.of_train), ("held_out", found.of_held_out)):
        assert np.array_equal(getattr(found.rows, split).reshape(30, -1) / np.float32(255), features.rows)


def test_given_samples_stand_in_random_order_too(data):
    """Copying may look at the first of them only, and a folder may be sorted by class."""
    given = images(40, 2)
    found = Subject(data, Protocol(), given=given).samples
    assert sorted(row.tobytes() for row in found) == sorted(row.tobytes() for row in given)
    assert not np.array_equal(found, given)


def test_as_many_samples_as_held_out_rows(data):
    assert len(Subject(data, Protocol(samples=30), given=images(100, 2)).samples) == 30
    assert len(Subject(data, Protocol(), given=images(100, 2)).samples) == 40


def test_a_step_that_is_over_is_freed_at_once(built):
    """Its samples and codes may be a gigabyte: they must not wait for the garbage collector."""
    game, data = built("model=autoencoder")
    before = Subject(data, Protocol(samples=25, features="pixels"), game, CodeSource("prior"))
    before.model.reconstructed("held_out")
    left = weakref.ref(before.model)
    gc.disable()
    try:
        before = before.again(CodeSource("prior"))
        assert left() is None
    finally:
        gc.enable()
