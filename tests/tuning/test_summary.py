"""What is said at the end of a study."""

import pytest

from ganae_cli.sweeps import jobs
from ganae_cli.tuning import summary
from ganae_cli.tuning.space import Choice, Interval
from ganae_cli.tuning.trials import Trials
from tests.tuning.conftest import COVERAGE, FID, SIZE, compose, file_of

pytest.importorskip("optuna")
SPACE = {"model.z_dim": Choice(("2", "8")), "train.rate": Interval(1e-4, 1e-2, is_log=True)}


@pytest.fixture
def study(tmp_path):
    """Return a function that makes a study whose trials end with these values, in their order."""

    def made(values, space=None, objectives=(FID,), **given):
        path = tmp_path / "study"
        jobs.prepare(path, [], ["model.z_dim", "seed"])
        trials = Trials(path, file_of(SPACE if space is None else space, objectives, trials=len(values), **given), True)
        for number, value in enumerate(values):
            trials.begin()
            words = trials.words(number)
            jobs.make(path / str(number), compose(words), words)
            folder = trials.folder(number)
            if value is None:
                folder.write_status("failed", error="broke")
            else:
                row = {one.name: each for one, each in zip(objectives, value, strict=True)}
                folder.history.append({"step": 500} | row)
                folder.write_status("done", step=500, steps=500, metrics=row)
            trials.settle(number)
        return trials

    return made


def test_the_best_is_the_lowest_or_the_highest(study, capsys):
    trials = study([(3.0,), None, (1.5,)])
    assert summary.finish(trials) == 0
    said = capsys.readouterr().err
    assert "3 of 3 trials: 2 done, 1 failed" in said
    assert "best: trial 2, fid 1.5: " in said


def test_of_a_metric_that_is_better_the_higher(study, capsys):
    summary.finish(study([(0.3,), (0.7,), (0.5,)], objectives=(COVERAGE,)))
    assert "best: trial 1, clipped_coverage 0.7: " in capsys.readouterr().err


def test_a_study_without_a_value_has_failed(study, capsys):
    assert summary.finish(study([None, None])) == 1
    assert "no trial has a value" in capsys.readouterr().err


def test_a_study_that_is_not_over_says_how_to_go_on(study, capsys):
    trials = study([(1.0,)])
    trials.file = trials.file.changed(trials=3)
    assert summary.finish(trials) == 1
    assert capsys.readouterr().err.splitlines()[-1] == f"the others: ganae resume {trials.path}"


def test_what_mattered_is_said_of_five_trials_or_more(study, capsys):
    values = [(float(number),) for number in range(6)]
    summary.finish(study(values))
    said = capsys.readouterr().err
    assert "what mattered: " in said
    assert "(PED-ANOVA, of 6 trials)" in said
    assert {"model.z_dim", "train.rate"} <= set(said.split("what mattered: ")[1].replace(",", " ").split())


def test_nothing_is_said_of_what_mattered_where_all_are_alike_or_too_few(study, capsys):
    summary.finish(study([(1.0,)] * 6))
    assert "what mattered" not in capsys.readouterr().err


def test_settings_with_several_seeds_have_a_mean(study, capsys):
    summary.finish(study([(1.0,), (2.0,)], space={"model.z_dim": Choice(("8",))}))
    assert "      its settings with 2 seeds: 1.50 ± 0.50" in capsys.readouterr().err


def test_the_line_of_a_trial(study):
    trials = study([(2.0, 10.0), None], space={"model.z_dim": Choice(("2", "8"))}, objectives=(FID, SIZE))
    line = "trial 0  model.z_dim=2  done: fid 2, parameters 10; 2 of 2"
    assert summary.line_of(trials, 0, "done") == line
    assert summary.line_of(trials, 1, "failed") == "trial 1  model.z_dim=8  failed: broke; 2 of 2"
