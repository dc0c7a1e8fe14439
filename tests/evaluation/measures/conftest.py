"""Fixtures of the tests of measures: small data with known rows, and subjects of tiny games, which are not trained."""

from functools import cache

import numpy as np
import pytest

from ganae_cli.builders import from_config
from ganae_cli.datasets.base import Data
from ganae_cli.evaluation.protocol import Protocol
from ganae_cli.evaluation.subject import Subject
from ganae_cli.samplers import fitted
from ganae_cli.testing.games import CLASSES, TinyModel

SIDE = 8


def images(count, seed=0, low=0, high=256, channels=1):
    """Return random images."""
    return np.random.default_rng(seed).integers(low, high, (count, SIDE, SIDE, channels), np.uint8)


def points(count, seed=0, shift=0.0):
    """Return random points of two numbers."""
    return np.random.default_rng(seed).normal(shift, 1, (count, 2)).astype(np.float32)


def labelled(train, test):
    """Return data of three classes, in turn."""
    labels = [np.arange(len(rows), dtype=np.int64) % len(CLASSES) for rows in (train, test)]
    return Data("made", train, test, *labels, classes=CLASSES)


@pytest.fixture(scope="session")
def of_images():
    """Return 120 training images and 40 held-out ones."""
    return labelled(images(120), images(40, 1))


@pytest.fixture(scope="session")
def of_points():
    """Return 120 training points and 40 held-out ones."""
    return labelled(points(120), points(40, 1))


@cache
def _built(model, shape, changes):
    return TinyModel(model).built(shape, **dict(changes))


@pytest.fixture(scope="session", autouse=True)
def _parts():
    from_config.import_parts()


@pytest.fixture(scope="session")
def given():
    """`given(data, rows, …)` -> the subject of samples of another program; …: settings of the protocol."""

    def made(data, rows, **settings):
        return Subject(data, Protocol(**{"features": "pixels", **settings}), given=rows)

    return made


@pytest.fixture(scope="session")
def of_model():
    """`of_model("vae", data, …)` -> the subject of a tiny game. changes: dotted keys of its config."""

    def made(model, data, changes=None, sampler=None, **settings):
        game = _built(model, data.shape, tuple((changes or {}).items()))
        source = fitted.fit(game, data, sampler or game.sampler, 1)
        return Subject(data, Protocol(**{"features": "pixels", **settings}), game, source)

    return made


@pytest.fixture(scope="session")
def fresh():
    """`fresh("vae", data)` -> the subject of a game of its own, whose weights a test may change."""

    def made(model, data, **settings):
        game = TinyModel(model).built(data.shape)
        return Subject(data, Protocol(**{"features": "pixels", **settings}), game, fitted.fit(game, data, "prior", 1))

    return made


@pytest.fixture(scope="session")
def scores(parts):
    """`scores("fid", subject)` -> metric -> Score, of one measure; progress must reach no more than 1."""

    def found(name, subject):
        from ganae_cli.evaluation.evaluate import measures

        shares, measure = [], measures()[name]
        assert measure.refusal(subject) is None
        made = {score.metric: score for score in measure.scores(subject, shares.append)}
        assert set(made) <= set(measure.names(subject)) <= set(measure.metrics)
        assert all(0 <= share <= 1 for share in shares)
        return made

    return found


@pytest.fixture(scope="session")
def refusal(parts):
    """`refusal("fid", subject)` -> why it cannot be measured, or None."""

    def found(name, subject):
        from ganae_cli.evaluation.evaluate import measures

        return measures()[name].refusal(subject)

    return found


@pytest.fixture(scope="session")
def made_of():
    """`made_of.images(30, seed=2)` and `made_of.points(30)` -> rows like those of the data."""

    class Made:
        images = staticmethod(images)
        points = staticmethod(points)
        labelled = staticmethod(labelled)

    return Made
