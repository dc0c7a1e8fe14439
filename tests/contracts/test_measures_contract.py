"""Every measure keeps its contract: declared names, finite numbers, the same ones each time, strict JSON, words."""

import json
import math
from functools import cache

import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.datasets.base import Data
from ganae_cli.evaluation.evaluate import applicable, measures, metrics
from ganae_cli.evaluation.protocol import Protocol
from ganae_cli.evaluation.scores import HIGHER, LOWER, NEITHER, SECTIONS, Evaluation
from ganae_cli.evaluation.subject import Subject
from ganae_cli.features import convnet
from ganae_cli.metrics import classifier
from ganae_cli.samplers import fitted
from ganae_cli.testing.games import CLASSES, TinyModel

registry.import_parts("ganae_cli.evaluation.measures")
NAMES = registry.names("measure")
GAMES = {  # name -> model, shape, changes of its config
    "gan": ("gan", (8, 8, 1), {}),
    "vae": ("vae", (8, 8, 3), {}),
    "autoencoder": ("autoencoder", (2,), {}),
    "conditional": ("gan", (8, 8, 1), {"model.condition": "projection"}),
    "conditional_vae": ("vae", (8, 8, 1), {"model.condition": "concat"}),
    "mixture": ("gan", (2,), {}),  # of points whose modes are known
}
MAY_BE_INFINITE = {"reverse_kl"}  # of no sample near any mode
ROWS = 110  # held-out rows: enough for a rate of 1 %


@cache
def data_of(name):
    shape, random = GAMES[name][1], np.random.default_rng(0)
    labels = np.arange(ROWS, dtype=np.int64) % len(CLASSES)
    if name == "mixture":
        centres = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 3.0]])
        rows = [(centres[labels] + 0.1 * random.normal(size=(ROWS, 2))).astype(np.float32) for _ in range(2)]
        return Data(name, *rows, labels, labels, classes=CLASSES, modes=centres, mode_std=0.1)
    if len(shape) == 1:
        rows = [random.normal(size=(ROWS, *shape)).astype(np.float32) for _ in range(2)]
    else:
        rows = [random.integers(0, 256, (ROWS, *shape), np.uint8) for _ in range(2)]
    return Data(name, *rows, labels, labels, classes=CLASSES)


@cache
def game_of(name):
    model, shape, changes = GAMES[name]
    return TinyModel(model).built(shape, **changes)


def subject_of(name, features="pixels"):
    """Return a new subject, which knows nothing yet."""
    game, data = game_of(name), data_of(name)
    return Subject(data, Protocol(features=features), game, fitted.fit(game, data, game.sampler, 1))


@cache
def scores_of(name, measure, number=0):
    """Return the scores of a measure, or why it cannot be measured. number: 0 or 1, of two evaluations."""
    subject, shares = kept_subject(name, number), []
    one = measures()[measure]
    if why := one.refusal(subject):
        return why
    found = tuple(one.scores(subject, shares.append))
    assert all(0 <= share <= 1 + 1e-9 for share in shares)
    assert shares == sorted(shares)
    assert {score.metric for score in found} <= set(one.names(subject)) <= set(one.metrics)
    assert len({score.metric for score in found}) == len(found)
    return found


@cache
def kept_subject(name, number):
    return subject_of(name)


@pytest.mark.parametrize("measure", NAMES)
@pytest.mark.parametrize("game", GAMES)
def test_numbers_are_declared_finite_and_the_same_each_time(game, measure):
    found = scores_of(game, measure)
    if isinstance(found, str):
        assert len(found.split()) >= 3, "a refusal is a clause"
        assert "\n" not in found
        assert found[0].islower()
        return
    assert found == scores_of(game, measure, 1)
    for score in found:
        numbers = [score.value, *(score.interval or ())] + ([] if score.beside is None else [score.beside])
        assert all(map(math.isfinite, numbers)) or score.metric in MAY_BE_INFINITE, score
        if score.interval:
            assert score.low <= score.value <= score.high, score
        assert (score.beside is None) == ("beside" not in score.about), "what stands beside it is said"
    entries = Evaluation({"n": ROWS}, metrics(), found, {}).entries()
    assert json.loads(json.dumps(entries, allow_nan=False)) == entries, "strict JSON"


def test_each_measure_applies_to_some_game():
    with_a_classifier = {"classes", "inception_score"}  # features=pixels has none
    idle = {name for name in NAMES if all(isinstance(scores_of(game, name), str) for game in GAMES)}
    assert idle == with_a_classifier


def test_titles_are_of_one_metric_each_and_fit_the_page():
    known = metrics()
    assert len({(metric.section, metric.title) for metric in known.values()}) == len(known)
    for name, metric in known.items():
        assert name.isidentifier()
        assert name == name.lower()
        assert metric.section in SECTIONS
        assert metric.better in (HIGHER, LOWER, NEITHER)
        assert 3 <= len(metric.title) <= 38 or metric.place is None


def test_quick_measures_train_no_classifier(monkeypatch):
    """Unless `evaluation.features` asks for one: they are taken while a model trains."""

    def refuse(*args, **kwargs):
        raise AssertionError("a classifier is trained")

    monkeypatch.setattr(convnet, "train", refuse)
    monkeypatch.setattr(classifier, "train_classifier", refuse)
    monkeypatch.setenv("GANAE_CLASSIFIER_CACHE", "off")
    for game in GAMES:
        subject = subject_of(game)
        for name, one in measures().items():
            if one.is_quick and not one.refusal(subject):
                assert list(one.scores(subject, lambda share: None)), name


@pytest.mark.parametrize("game", GAMES)
def test_what_is_said_to_apply_is_measured(game):
    """A training writes columns of these names, so none may be missing, whether the numbers are good or not."""
    promised = applicable(kept_subject(game, 0))
    found = [scores_of(game, name) for name in NAMES]
    given = {score.metric for scores in found if not isinstance(scores, str) for score in scores}
    assert set(promised) <= given
    assert len(set(promised)) == len(promised)
