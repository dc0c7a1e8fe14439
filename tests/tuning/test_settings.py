"""The section `tune`: its defaults are those of the dataclass, and mistakes are refused in one line."""

import dataclasses

import pytest

from ganae_cli.errors import UserError
from ganae_cli.tuning import settings
from ganae_cli.tuning.settings import Settings


def test_the_yaml_states_every_setting_with_its_default():
    assert list(settings.known()) == [field.name for field in dataclasses.fields(Settings)]
    assert settings.checked({}) == Settings()


def test_one_metric_or_several():
    assert settings.checked({"metric": "fid"}).metric == ("fid",)
    assert settings.checked({"metric": ["fid", "mse"]}).metric == ("fid", "mse")


def test_settings_come_back_from_a_file():
    asked = settings.checked({"metric": ["fid"], "trials": 3, "jobs": "auto", "sampler": "random"})
    assert settings.of_json(asked.as_json()) == asked


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"trials": 0}, "tune.trials must be at least 1, got 0"),
        ({"trails": 3}, "no setting 'tune.trails'; did you mean 'trials'?"),
        ({"sampler": "gp"}, "tune.sampler=gp needs torch, which ganae does without"),
        ({"sampler": "tpee"}, "tune.sampler: 'tpee' is not one of tpe, cmaes, nsga2, grid, random, qmc; did you mean"),
        ({"jobs": "many"}, "tune.jobs: expected a whole number or auto, got 'many'"),
        ({"metric": ["fid", "fid"]}, "tune.metric names one metric twice"),
        ({"metric": ["fid", "mse"], "pruner": "median"}, "tune.pruner=median compares trials by one number"),
        ({"metric": ["fid", "mse"], "sampler": "cmaes"}, "tune.sampler=cmaes improves one metric"),
        ({"metric": ["fid", "mse"], "direction": "minimize"}, "tune.direction is for one loss term"),
    ],
)
def test_what_cannot_be_met_is_refused(given, message):
    with pytest.raises(UserError) as refused:
        settings.checked(given)
    assert message in str(refused.value)
