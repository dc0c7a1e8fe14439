"""A plan: the jobs of a request, each composed and checked before anything is written."""

from pathlib import Path

import pytest
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ganae_cli.command_line import plan, refusal
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
    expected = {"model": "gan", "dataset": "digits", "optimizer": "adam", "augmentation": "none", "tracker": "none"}
    assert config.pop("chosen") == expected
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
    swept = ("seed=1,2", "loss.penalties.r1.weight=1,{start: 1, end: 0, until: 0.5}")
    made, composed = app("--multirun", "model=gan", *swept), []
    real = made.compose
    monkeypatch.setattr(made, "compose", lambda words: composed.append(words) or real(words))
    jobs = planned(made).jobs
    assert composed == [["model=gan"]]
    weights = [OmegaConf.to_container(job.config.loss.penalties)["r1"]["weight"] for job in jobs]
    assert weights == [1, {"start": 1, "end": 0, "until": 0.5}] * 2
    with made.composing():
        for job in jobs:
            alone = real([plan.for_hydra(override, ConfTree()) for override in parsed(job.overrides)])
            assert job.config.pop("chosen").model == "gan"
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


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("model.z_dim=8,0", "job 1 (2 of 2), model.z_dim=0: model.z_dim must be at least 1, got 0"),
        (
            "model=vae,gan seed=0,1 network@networks.encoder=mlp",
            "job 2 (3 of 4), model=gan seed=0: the model has no use for networks.encoder: it has no network 'encoder' "
            "(roles: discriminator, generator)",
        ),
        (
            "model=gan,vae network@networks.encoder=mlp",
            "job 0 (1 of 2), model=gan: the model has no use for networks.encoder: it has no network 'encoder' "
            "(roles: discriminator, generator)",
        ),
        (
            "model=pacgan,vae model.packing=2",
            "job 1 (2 of 2), model=vae: model 'vae' has no use for model.packing: only gan has it; choose model=gan, "
            "or leave it out",
        ),
        (
            "model=gan,vae model.beta=2",
            "job 0 (1 of 2), model=gan: unknown setting 'model.beta': model 'gan' has none of that name; did you mean "
            "'optimizer.beta_1'?",
        ),
        ("seed=0,1 model.zdim=3", "unknown setting 'model.zdim'; did you mean 'model.z_dim'?"),
        ("seed=0,1 model=VAE", "no model named 'VAE'; did you mean 'vae'? (choices: "),
    ],
)
def test_a_job_at_fault_stops_a_sweep_and_is_named(app, words, message):
    """A fault that all jobs have is that of the words, not of a job."""
    made = app("--multirun", *words.split())
    with pytest.raises(UserError) as refused, refusal.translated(made.request, ConfTree()):
        planned(made)
    assert str(refused.value).startswith(message)


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
