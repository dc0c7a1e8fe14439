"""A plan: the jobs of a request, each composed and checked before anything is written."""

from pathlib import Path

import pytest
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ganae_cli.command_line import plan
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError


def planned(made, folders=()):
    return plan.make(made, ConfTree(tuple(folders)))


def test_a_single_run_is_one_job_without_hydras_section(app):
    made = planned(app("model=gan", "seed=3"))
    assert (made.is_sweep, len(made.jobs), made.jobs[0].overrides) == (False, 1, ["model=gan", "seed=3"])
    assert made.folder == Path("outputs/train/2026-01-31/12-00-00-c0de")
    assert list(Path.cwd().iterdir()) == []
    config = made.jobs[0].config
    assert (config.model.name, config.seed, "hydra" in config) == ("gan", 3, False)
    assert {**made.composed, "hydra": None} == {**config, "hydra": None}


def test_a_sweep_is_a_job_for_every_combination(app):
    made = planned(app("--multirun", "model=gan,vae", "seed=1,2"))
    assert [job.overrides for job in made.jobs] == [
        [f"model={model}", f"seed={seed}"] for model in ("gan", "vae") for seed in (1, 2)
    ]
    assert [(job.config.model.name, job.config.seed) for job in made.jobs] == [
        ("gan", 1),
        ("gan", 2),
        ("vae", 1),
        ("vae", 2),
    ]
    assert made.folder == Path("outputs/sweep/2026-01-31/12-00-00-c0de")


def test_jobs_that_differ_in_values_share_one_composition(app, monkeypatch):
    """The configs are those that Hydra composes for each of them."""
    made, composed = app("--multirun", "model=gan", "seed=1,2", "loss.penalties.r1.weight=1,2"), []
    real = made.compose
    monkeypatch.setattr(made, "compose", lambda words: composed.append(words) or real(words))
    jobs = planned(made).jobs
    assert composed == [["model=gan"]]
    with made.composing():
        for job in jobs:
            alone = real([plan.for_hydra(override, ConfTree()) for override in parsed(job.overrides)])
            assert {**alone, "hydra": None} == {**job.config, "hydra": None}


def parsed(words):
    return plan.OverridesParser.create().parse_overrides(words)


def test_interpolations_are_checked_and_stay(app):
    config = planned(app("seed=4", "train.steps=${seed}")).jobs[0].config
    assert config.train.steps == 4
    assert OmegaConf.to_container(config)["train"]["steps"] == "${seed}"
    assert plan.plain(config)["train"]["steps"] == 4


def test_hydras_section_is_out_of_reach_but_for_its_resolver(app):
    """The saved config has no section `hydra`: an interpolation of it would be refused when the run is resumed."""
    with pytest.raises(OmegaConfBaseException, match=r"Interpolation key 'hydra\.job\.name' not found"):
        planned(app("train.init_from=${hydra.job.name}"))


def test_one_job_at_fault_stops_a_sweep(app):
    with pytest.raises(UserError, match=r"model\.z_dim must be at least 1, got 0"):
        planned(app("--multirun", "model.z_dim=8,0"))


@pytest.fixture
def mine(tmp_path):
    """Return a function that writes the experiment `mine` into a folder of the user's configs: `mine(text)`."""

    def write(text):
        (tmp_path / "mine" / "experiment").mkdir(parents=True)
        (tmp_path / "mine" / "experiment" / "mine.yaml").write_text(text)
        return tmp_path / "mine"

    return write


def test_a_fault_names_the_file_that_sets_the_key(app, mine):
    folder = mine("# @package _global_\ntrain:\n  stesp: 7\n")
    made = app("experiment=mine", folders=[folder])
    with pytest.raises(UserError, match=r"'train\.stesp'; did you mean .* \(set by experiment 'mine'\)$"):
        planned(made, [folder])
    made = app("experiment=mine", "train.stesp=8", folders=[folder])
    with pytest.raises(UserError, match=r"'train\.stesp'") as refused:
        planned(made, [folder])
    assert "set by" not in str(refused.value)


def test_an_experiment_without_its_first_line_is_told_so(app, mine):
    folder = mine("train:\n  steps: 7\n")
    with pytest.raises(UserError, match=r"mine\.yaml: its first line must be '# @package _global_'"):
        planned(app("experiment=mine", folders=[folder]), [folder])


def test_a_file_can_ask_for_a_sweep(app, mine):
    folder = mine("# @package _global_\nhydra:\n  mode: MULTIRUN\n  sweeper:\n    params:\n      seed: 1,2\n")
    made = planned(app("experiment=mine", folders=[folder]), [folder])
    assert made.is_sweep
    assert made.overrides == ["hydra.sweeper.params=null", "++seed=1,2", "experiment=mine"]
    assert [job.config.seed for job in made.jobs] == [1, 2]


def test_a_tilde_is_the_users_home(app, monkeypatch):
    """Behind `hydra.run.dir=` no shell expands it, nor in a variable."""
    monkeypatch.setenv("HOME", "/home/ada")
    assert planned(app("hydra.run.dir='~/x'")).folder == Path("/home/ada/x")
    assert planned(app("--multirun", "seed=1,2", "hydra.sweep.dir='~/y'")).folder == Path("/home/ada/y")
    monkeypatch.setenv("GANAE_OUTPUTS", "~/z")
    assert planned(app()).folder == Path("/home/ada/z/train/2026-01-31/12-00-00-c0de")


def test_jobs_folders_have_no_other_names(app):
    """Unresolved, the default is the same; a name of another kind was once taken and not used."""
    assert len(planned(app("--multirun", "seed=1,2", "hydra.sweep.subdir=${hydra.job.num}")).jobs) == 2
    with pytest.raises(UserError, match=r"hydra\.sweep\.subdir=z\$\{model\.z_dim\}: the folders of .* are their numb"):
        planned(app("--multirun", "model.z_dim=2,3", "hydra.sweep.subdir=z${model.z_dim}"))
