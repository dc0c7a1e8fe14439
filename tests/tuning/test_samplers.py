"""Samplers: what a trial gets follows from its number, no state lies in the journal, and what cannot be is refused."""

import warnings

import pytest

from ganae_cli.errors import UserError
from ganae_cli.tuning import journal, samplers
from ganae_cli.tuning.settings import Settings
from ganae_cli.tuning.space import Choice, Interval

optuna = pytest.importorskip("optuna")
SPACE = {"a": Interval(0.1, 10.0, is_log=True), "b": Interval(1, 64, is_whole=True)}


def sampled(path, sampler, trials, at_a_time=100, space=SPACE):
    """Return the settings of the trials of a study that is opened anew after every `at_a_time`."""
    settings = Settings(sampler=sampler, trials=trials, seed=3)
    for number in range(trials):
        if number % at_a_time == 0:
            study, make = journal.opened(path, ["minimize"], is_new=True), samplers.maker(settings)
        study.sampler = make(number)
        trial = study.ask()
        words = [values.suggest(trial, key) for key, values in space.items()]
        study.tell(trial, (float(words[0]) - 2) ** 2 + abs(float(words[1]) - 20) / 20)
    return [tuple(trial.params.values()) for trial in study.trials]


@pytest.mark.parametrize("sampler", ["tpe", "nsga2", "random", "qmc"])
def test_a_study_that_is_resumed_draws_what_one_without_a_break_draws(tmp_path, sampler):
    whole = sampled(tmp_path / "whole.jsonl", sampler, 9)
    assert sampled(tmp_path / "parts.jsonl", sampler, 9, at_a_time=2) == whole
    assert len(set(whole)) > 5


def test_cma_es_goes_on_where_it_was_and_leaves_no_pickle(tmp_path):
    """Its first generations are random; told of their values, it goes where these are best, also after a break."""
    path = tmp_path / "journal.jsonl"
    found = sampled(path, "cmaes", 40, at_a_time=7)
    assert "cma:generation" in path.read_text()
    assert "optimizer" not in path.read_text()
    first, last = ([abs(a - 2) for a, _ in part] for part in (found[:8], found[-8:]))
    assert sum(last) < sum(first) / 2
    generations = [trial.system_attrs.get("cma:generation") for trial in _trials(path)]
    assert generations[-1] > 3


def _trials(path):
    return journal.opened(path, ["minimize"], is_new=False).trials


@pytest.mark.parametrize("sampler", ["tpe", "nsga2", "random", "qmc", "cmaes"])
def test_no_sampler_warns(tmp_path, sampler):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sampled(tmp_path / "journal.jsonl", sampler, 12)


def test_cma_es_refuses_choices_and_a_single_number():
    asked = Settings(sampler="cmaes")
    with pytest.raises(UserError, match=r"and c is a choice; write it as 'c=int\(interval\(2,64\)\)' or"):
        samplers.check(asked, {**SPACE, "c": Choice(("1", "2"))})
    with pytest.raises(UserError, match=r"tune.sampler=cmaes needs two settings or more"):
        samplers.check(asked, {"a": SPACE["a"]})
    samplers.check(asked, SPACE)


def test_pruners_by_name():
    names = {name: type(samplers.pruner(name, 20, 500, 100)).__name__ for name in ("none", "median")}
    assert names == {"none": "NopPruner", "median": "MedianPruner"}
    assert type(samplers.pruner("hyperband", 20, 500, 100)).__name__ == "HyperbandPruner"
