"""The feature space where none is named, for each kind of data, and why."""

import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.features import auto, convnet
from ganae_cli.features.base import Embedded, FeatureSpace


class Photos(FeatureSpace):
    """Stands for the network of photographs, which is an extra."""

    name = "efficientnet_lite0"
    fault: str | None = None

    def refusal(self, data):
        return self.fault

    def prepare(self, data, encode=None, say=lambda line: None):
        self.is_prepared = True

    def embed(self, rows, progress=lambda share: None):
        return Embedded(rows, rows)

    facts = {}


@pytest.fixture
def photos(monkeypatch):
    """`photos(None)`: installed; `photos("…")`: refused; not called: as it is here."""
    registry.import_parts("ganae_cli.features")
    known = dict(registry._PARTS["features"])
    monkeypatch.setitem(registry._PARTS, "features", known)

    def set_to(fault):
        known[Photos.name] = type("Photos", (Photos,), {"fault": fault})

    known.pop(Photos.name, None)
    return set_to


@pytest.fixture(autouse=True)
def little(monkeypatch):
    monkeypatch.setenv("GANAE_CLASSIFIER_CACHE", "off")
    monkeypatch.setattr(convnet, "LEAST_STEPS", 60)
    monkeypatch.setattr(convnet, "MOST_EPOCHS", 1)


def images(channels=1, is_easy=True, labels=True):
    random = np.random.default_rng(0)
    rows, of_rows = random.integers(0, 60, (100, 6, 6, channels), dtype=np.uint8), np.arange(100) % 2
    if is_easy:
        rows[of_rows == 1] += 150
    else:
        of_rows = random.integers(0, 2, 100)
    given = (of_rows[:60], of_rows[60:]) if labels else (None, None)
    return Data("some", rows[:60], rows[60:], *given)


def test_points_have_their_coordinates(photos):
    points = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
    chosen = auto.choose(Data("points", points, points))
    assert chosen.space.name == "pixels"
    assert "coordinates" in chosen.why
    assert len(chosen.space.embed(points).rows) == 20


def test_colour_images_are_seen_by_the_network_of_photographs_where_it_is(photos):
    photos(None)
    chosen = auto.choose(images(3))
    assert chosen.space.name == "efficientnet_lite0"
    assert chosen.space.is_prepared
    assert auto.choose(images(1)).space.name == "classifier"


@pytest.mark.parametrize("fault", ["the extra is not installed: pip install …", None])
def test_without_it_a_classifier_that_is_good(photos, fault):
    if fault:
        photos(fault)
    chosen = auto.choose(images(3))
    assert chosen.space.name == "classifier"
    assert chosen.space.facts["accuracy"] >= 0.8
    assert f"{chosen.space.facts['accuracy']:.1%}" in chosen.why


def test_a_classifier_that_guesses_is_not_trusted(photos):
    photos("the extra is not installed")
    chosen = auto.choose(images(3, is_easy=False))
    assert chosen.space.name == "random_conv"
    assert "efficientnet_lite0: the extra is not installed" in chosen.why
    assert "% of held-out images only, and 80% are asked for" in chosen.why
    assert "\n" not in chosen.why


def test_without_labels_random_convolutions(photos):
    chosen = auto.choose(images(1, labels=False))
    assert chosen.space.name == "random_conv"
    assert "has no labels" in chosen.why
    assert chosen.space.embed(images().test).rows.shape == (40, 256)


def test_channels_that_are_images_of_their_own_are_no_colours(photos):
    photos(None)
    rows = images(3).train
    labels = np.arange(60) % 8
    stacked = Data("stacked", rows, rows, labels, labels, classes=tuple("abcdefgh"), channel_classes=2)
    assert auto.choose(stacked).space.name in ("classifier", "random_conv")


def test_a_name_is_never_replaced(photos):
    photos("the extra is not installed")
    assert auto.named("pixels", images()).facts["features"] == "pixels"
    with pytest.raises(UserError, match="features=classifier: dataset 'some' has no labels"):
        auto.named("classifier", images(labels=False))
    with pytest.raises(UserError, match=r"no features named 'pixel'; did you mean 'pixels'\? \(choices: "):
        auto.named("pixel", images())
