"""Splits and classes."""

import numpy as np

from ganae_cli.doctor.data import e_classes
from ganae_cli.doctor.survey import Survey


def test_what_is_said():
    survey = Survey(
        "own", splits={"train": 200, "test": 10}, classes=("cat", "dog"), labels=np.repeat([0, 1], [205, 5])
    )
    said = list(e_classes.check(survey))
    assert [one.level for one in said] == ["ok", "ok", "warning"]
    assert said[0].what == "200 for training, 10 for testing"
    assert said[1].what == "2 classes: cat (205), dog (5)"
    assert "uneven" in said[2].what


def test_few_rows_are_learned_by_heart():
    said = list(e_classes.check(Survey("own", splits={"train": 99})))
    assert [one.level for one in said] == ["warning", "ok"]
    assert said[1].what == "no classes"


def test_fewer_rows_than_a_batch():
    """Which a training refuses."""
    few = Survey("own", splits={"train": 27, "test": 3}, batch_size=28)
    assert tuple(next(e_classes.check(few))) == (
        "problem",
        "27 for training, 3 for testing: no batch of train.batch_size=28",
        "type train.batch_size=16",
    )
    few.batch_size = 27
    assert next(e_classes.check(few)).level == "warning"
