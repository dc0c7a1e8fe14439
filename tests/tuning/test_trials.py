"""The trials in the journal and their run folders, side by side."""

import warnings

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import jobs
from ganae_cli.tuning.space import Choice, Interval
from ganae_cli.tuning.trials import Trials
from tests.tuning.conftest import SIZE, Z_DIM, compose, file_of

pytest.importorskip("optuna")


@pytest.fixture
def study(tmp_path):
    """Return a function that begins a study of these settings."""

    def begun(**given):
        jobs.prepare(tmp_path / "study", [], ["model.z_dim", "seed"])
        return Trials(tmp_path / "study", file_of(**given), is_new=True)

    return begun


def run(trials, number, fids=(), state="done", **facts):
    """Make the folder of a trial, as its run would leave it."""
    words = trials.words(number)
    jobs.make(trials.path / str(number), compose(words), words)
    folder = trials.folder(number)
    for row, fid in enumerate(fids):
        folder.history.append({"step": 100 * (row + 1), "fid": fid})
    folder.write_status(state, step=100 * len(fids), **facts)
    return folder


def test_a_run_that_is_done_gives_its_last_value(study):
    trials = study()
    folder = run(trials, trials.begin(), (4.0, 2.5))
    assert trials.settle(0) == "done"
    record = trials.all()[0]
    assert (record.state.name, record.value) == ("COMPLETE", 2.5)
    assert folder.status()["objective"] == {"fid": 2.5}


@pytest.mark.parametrize(
    ("state", "facts", "fids", "expected", "in_journal"),
    [
        ("failed", {"error": "NotFinite: x"}, (1.0,), "failed", "FAIL"),
        ("done", {}, (1.0, float("nan")), "failed", "FAIL"),
        ("done", {}, (), "failed", "FAIL"),
        ("interrupted", {"stopped_by": "max_minutes", "error": None}, (1.0,), "out of time", "COMPLETE"),
        ("interrupted", {"stopped_by": "stop_when", "error": None}, (1.0,), "stopped early", "COMPLETE"),
        ("interrupted", {"stopped_by": "SIGTERM"}, (1.0,), "interrupted", "RUNNING"),
        ("pending", {}, (), "pending", "RUNNING"),
        ("running", {}, (1.0,), "running", "RUNNING"),
    ],
)
def test_a_trial_ends_as_its_run_has_ended(study, state, facts, fids, expected, in_journal):
    trials = study()
    folder = run(trials, trials.begin(), fids, state, **facts)
    assert (trials.settle(0), trials.all()[0].state.name) == (expected, in_journal)
    if expected == "failed":
        assert folder.status()["error"]


def test_settings_that_come_again_have_another_seed(study):
    trials = study(space={"model.z_dim": Choice(("8", "16"))}, sampler="tpe", trials=6)
    words = [trials.words(trials.begin()) for _ in range(6)]
    assert words[:2] == [["model.z_dim=8", "seed=0"], ["model.z_dim=16", "seed=0"]]  # each once, to begin with
    assert len({tuple(one) for one in words}) == 6
    again = Trials(trials.path, trials.file)
    assert [again.words(number) for number in range(6)] == words


def test_a_seed_that_is_varied_is_left_alone(study):
    trials = study(space={"seed": Choice(("5", "6"))}, trials=3)
    assert [trials.words(trials.begin()) for _ in range(2)] == [["seed=5"], ["seed=6"]]


def test_a_grid_is_tried_in_order_and_once(study):
    trials = study(sampler="grid", trials=99)
    assert trials.wanted == 5
    words = [trials.words(trials.begin())[0] for _ in range(5)]
    assert words == [f"model.z_dim={z}" for z in ("2", "4", "8", "16", "64")]


@pytest.mark.parametrize("trials", [3, 5])
def test_no_settings_come_twice_while_others_were_never_tried(study, trials):
    words = [made.words(made.begin())[0] for made in [study(trials=trials)] for _ in range(trials)]
    assert len(set(words)) == trials


@pytest.mark.parametrize("sampler", ["tpe", "grid", "random"])
def test_a_trial_whose_settings_a_kill_cut_short_gets_the_rest(study, sampler):
    space = {"model.z_dim": Z_DIM["model.z_dim"], "train.steps": Choice(("100", "200"))}
    trials = study(space=space, sampler=sampler)
    trials.begin()
    if sampler == "grid":  # killed before it was asked for
        trials.study.enqueue_trial(trials.grid[1])
    else:
        trials.begin()
        trials.live[1].suggest_categorical("model.z_dim", list(space["model.z_dim"].words))
    again = Trials(trials.path, trials.file)
    assert again.running() == [0, 1]
    words = again.words(1)
    assert [word.partition("=")[0] for word in words] == ["model.z_dim", "train.steps", "seed"]
    assert Trials(trials.path, trials.file).words(1) == words
    assert len(again.all()) == 2


def test_a_pruned_trial_is_named_so_and_stays_so(study):
    trials = study(pruner="median", trials=8)
    for _ in range(2):
        run(trials, trials.begin(), (4.0, 3.0, 2.0, 1.0, 0.5))
        trials.report(trials.all()[-1].number)
        trials.settle(trials.all()[-1].number)
    worse = run(trials, trials.begin(), (9.0, 9.0, 9.0), "running")
    assert trials.report(2)
    trials.prune(2)
    worse.write_status("interrupted", error="SIGTERM", stopped_by="SIGTERM")
    assert trials.settle(2) == "pruned"
    status = worse.status()
    assert (status["stopped_by"], status["error"], status["objective"]) == ("pruner", None, {"fid": 9.0})
    assert trials.all()[2].state.name == "PRUNED"
    assert not trials.report(2)


def test_a_better_trial_is_not_pruned_and_values_are_reported_once(study):
    trials = study(pruner="median", trials=8)
    for _ in range(2):
        run(trials, trials.begin(), (4.0, 3.0, 2.0))
        trials.report(trials.all()[-1].number)
        trials.settle(trials.all()[-1].number)
    run(trials, trials.begin(), (0.5, 0.5, 0.5), "running")
    assert not trials.report(2)
    assert trials.all()[2].intermediate_values == {100: 0.5, 200: 0.5, 300: 0.5}
    again = Trials(trials.path, trials.file)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of a step that was reported before
        assert not again.report(2)


def test_of_several_aims_each_has_its_value(study):
    trials = study(objectives=(file_of().objectives[0], SIZE))
    run(trials, trials.begin(), (2.0,), metrics={"parameters": 70})
    assert trials.settle(0) == "done"
    assert trials.all()[0].values == [2.0, 70.0]


def test_folders_that_the_journal_does_not_know_are_refused(study):
    trials = study()
    RunFolder(trials.path / "3").path.mkdir()
    (trials.path / "3" / "config.yaml").write_text("model: {name: gan}\n")
    with pytest.raises(UserError, match=r"has 0 trials, and does not know "):
        trials.refuse_strangers()


def test_a_journal_of_another_space_is_refused(study):
    trials = study(space={"model.z_dim": Interval(2, 9, is_whole=True)})
    trials.words(trials.begin())
    with pytest.raises(UserError, match=r"cannot read .*journal.jsonl: trial 0: "):
        Trials(trials.path, file_of()).words(0)
