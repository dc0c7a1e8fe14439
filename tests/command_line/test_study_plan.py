"""The words of `ganae tune`: what is varied, what all trials share, and what is refused before anything is written."""

import numpy as np
import pytest

from ganae_cli.command_line import plan, refusal, request, study_plan
from ganae_cli.command_line.hydra_app import HydraApp, environment
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError
from ganae_cli.tuning.space import Choice, Interval


def made(*words, folders=()):
    tree = ConfTree(tuple(folders))
    with environment(GANAE_STAMP="2026-01-31/12-00-00-c0de"):
        app = HydraApp("train", request.parse(list(words)), tree.folders[1:])
        return study_plan.make(app, tree, "2026-01-31/12-00-00-c0de"), app, tree


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("model.z_dim=8,16", Choice(("8", "16"))),
        ("model.z_dim=choice(8,16)", Choice(("8", "16"))),
        ("model.z_dim=range(4,7)", Choice(("4", "5", "6"))),
        ("model.z_dim=int(interval(2,64))", Interval(2, 64, is_whole=True)),
        ("model.z_dim=tag(log,int(interval(2,64)))", Interval(2, 64, is_log=True, is_whole=True)),
        ("optimizer.learning_rate=tag(log,interval(1e-4,1e-2))", Interval(1e-4, 1e-2, is_log=True)),
        ("model=glob(d*gan)", Choice(("dcgan", "dragan"))),
        ("networks.generator.width=32,32", Choice(("32",))),
    ],
)
def test_what_a_word_varies(word, values):
    planned, _, _ = made(word, "dataset=digits", "model=gan" if not word.startswith("model=") else "seed=1")
    assert planned.space == {word.partition("=")[0]: values}
    assert "dataset=digits" in planned.words
    assert word not in planned.words


def test_a_search_space_is_a_file_whose_values_words_replace():
    planned, _, _ = made("sweep=z_dim", "train.steps=500")
    assert planned.space == {"model.z_dim": Choice(("2", "4", "8", "16", "32", "64"))}
    assert (planned.words, planned.settings.trials) == (["sweep=z_dim", "train.steps=500"], 12)
    assert str(planned.folder).endswith("tune/2026-01-31/12-00-00-c0de")
    assert (planned.first.model.z_dim, "tune" in planned.first) == (2, False)
    planned, _, _ = made("sweep=z_dim", "model.z_dim=5,6", "tune.trials=3", "tune.metric=[fid,mse]")
    assert planned.space == {"model.z_dim": Choice(("5", "6"))}
    assert (planned.settings.trials, planned.settings.metric) == (3, ("fid", "mse"))


def test_every_search_space_can_be_tuned():
    for name in ConfTree().options("sweep"):
        if name != "models":  # each of which takes Hydra a quarter of a second
            assert made(f"sweep={name}")[0].space


def test_a_trial_is_composed_from_its_settings():
    planned, app, tree = made("model=gan,dcgan", "optimizer.learning_rate=interval(1e-4,1e-2)", "dataset=digits")
    with environment(GANAE_STAMP="x"):
        composed = study_plan.compose(app, tree, planned.words)
        config = composed(["model=dcgan", "optimizer.learning_rate=0.003", "seed=7"])
    assert (config.chosen.model, config.optimizer.learning_rate, config.seed) == ("dcgan", 0.003, 7)


def test_a_folder_may_be_chosen(tmp_path):
    planned, _, _ = made("model.z_dim=2,4", f"hydra.sweep.dir={tmp_path / 'study'}")
    assert (planned.folder, planned.words) == (tmp_path / "study", [])


def test_paths_are_found_from_any_folder(tmp_path, monkeypatch):
    (tmp_path / "a b").mkdir()
    np.save(tmp_path / "a b" / "points.npy", np.zeros((90, 2), "float32"))
    monkeypatch.chdir(tmp_path / "a b")
    planned, app, tree = made("model.z_dim=2,4", "model=gan", "dataset=arrays", "dataset.path=points.npy")
    assert planned.words[-1] == f"dataset.path='{tmp_path / 'a b' / 'points.npy'}'"
    monkeypatch.chdir("/")
    with environment(GANAE_STAMP="x"):
        config = study_plan.compose(app, tree, planned.words)(["model.z_dim=4"])
    assert config.dataset.path == str(tmp_path / "a b" / "points.npy")


def test_packages_are_of_the_moment():
    planned, _, _ = made("model.z_dim=2,4", "plugins=[tests.example_plugin]")
    assert planned.words == []
    assert list(planned.first.plugins) == ["tests.example_plugin"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["model=gan"], "nothing to tune: give a setting several values, as model.z_dim=8,16,32, or an interval, as '"),
        (["model.zdim=2,4"], "unknown setting 'model.zdim'"),
        (["model.z_dim=2,0"], "model.z_dim=0: model.z_dim must be at least 1, got 0"),
        (
            ["model.z_dim=interval(2,64)"],
            "model.z_dim: expected a whole number or null, got 2.0; write model.z_dim=int(interval(2,64))",
        ),
        (["model.z_dim=interval(64,2)"], "model.z_dim=interval(64,2): an interval goes from a number to a larger one"),
        (["optimizer.learning_rate=tag(log,interval(0,1))"], "on a scale of powers (log) an interval begins above 0"),
        (["model=gan,vea"], "no model named 'vea'"),
        (["model.z_dim=2,4", "tune.trails=3"], "no setting 'tune.trails'; did you mean 'trials'"),
        (["model.z_dim=2,4", "tune.metric=fid,mse"], "several metrics are a list: 'tune.metric=[fid,mse]'"),
        (["model.z_dim=2,4", "tune.trials=1,2"], "tune.trials: expected one value, got 1,2"),
        (["model.z_dim=2,4", "sweep.jobs=2"], "sweep.jobs=2 is for a sweep of ganae train; a study has tune.jobs"),
        (["model.z_dim=2,4", "hydra/launcher=basic"], "basic: trials train in ganae's own pool, tune.jobs"),
        (["model.z_dim=2,4", "hydra.run.dir=x"], "of Hydra's settings a study knows hydra.sweep.dir=FOLDER"),
        (["model.z_dim=2,4", "~train.steps"], "~train.steps: a setting cannot be deleted"),
    ],
)
def test_what_is_refused(words, message):
    with pytest.raises(UserError) as refused, refusal.translated(request.parse(words), ConfTree()):
        made(*words)
    assert message in str(refused.value)


def test_train_knows_a_file_that_says_how_it_is_tuned_and_no_such_words():
    with environment(GANAE_STAMP="x"):
        planned = plan.make(HydraApp("train", request.parse(["sweep=z_dim"]), []), ConfTree())
        assert len(planned.jobs) == 6
        assert "tune" not in planned.jobs[0].config
        with pytest.raises(UserError, match=r"tune.trials is a setting of another command: ganae tune tune.trials=3"):
            plan.make(HydraApp("train", request.parse(["tune.trials=3"]), []), ConfTree())
