"""Words behind `ganae resume SWEEP` that add jobs: their configs, and what is refused."""

import shutil

import pytest
from omegaconf import OmegaConf

from ganae_cli.command_line import extension, plan
from ganae_cli.commands.resume import changed
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import CONFIG
from ganae_cli.sweeps import jobs

SWEPT = ("--multirun", "model=gan,vae", "optimizer.learning_rate=0.001,1e-4", "dataset=ring", "train.steps=70")


@pytest.fixture
def sweep(app, tmp_path, capsys):
    planned = plan.make(app(*SWEPT), ConfTree())
    jobs.prepare(tmp_path / "sweep", [(job.overrides, job.config) for job in planned.jobs])
    capsys.readouterr()
    return tmp_path / "sweep"


def added(sweep, *words):
    return extension.added(sweep, words, [], changed)


def test_a_setting_gets_other_values_in_the_configs_that_are_there(sweep, capsys):
    """What a run has filled in since, and what the user has changed, is the same in the new jobs."""
    for path in jobs.job_folders(sweep):
        config = OmegaConf.load(path / CONFIG)
        config.hardware.threads, config.train.steps = 3, 90
        OmegaConf.save(config, path / CONFIG)
    made = added(sweep, "optimizer.learning_rate=0.01,0.001")
    assert [config.model.name for _, config in made] == ["gan", "vae"]
    for words, config in made:
        assert words[1:] == ["optimizer.learning_rate=0.01", "dataset=ring", "train.steps=70"]
        assert (config.optimizer.learning_rate, config.hardware.threads, config.train.steps) == (0.01, 3, 90)
    assert capsys.readouterr().err == "2 jobs added for optimizer.learning_rate=0.01,0.001\n"
    assert added(sweep, "optimizer.learning_rate=1e-3") == []
    assert "nothing to add: every combination of optimizer.learning_rate=0.001" in capsys.readouterr().err


def test_another_part_is_composed_as_in_a_new_sweep(sweep, app):
    made = added(sweep, "model=began")
    expected = plan.make(app(*(word.replace("gan,vae", "began") for word in SWEPT)), ConfTree())
    assert [words for words, _ in made] == [job.overrides for job in expected.jobs]
    assert [config for _, config in made] == [job.config for job in expected.jobs]


def test_what_a_run_fills_in_is_no_difference(sweep):
    path = sweep / "0" / CONFIG
    config = OmegaConf.load(path)
    config.model.z_dim, config.hardware.threads = 16, 2
    config.networks.generator = {"name": "mlp", "width": 64}
    OmegaConf.save(config, path)
    made = [config for _, config in added(sweep, "model=began")]
    assert [config.hardware.threads for config in made] == [2, None]


def test_defaults_that_have_changed_since_are_told(sweep):
    path = sweep / "0" / CONFIG
    path.write_text(path.read_text().replace("steps: 70", "steps: 71"))
    with pytest.raises(UserError, match=r"^the words of job 0 of .* give another config .*\(train\.steps\): train a"):
        added(sweep, "model=began")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("model=bgan", "no model named 'bgan'; did you mean 'bigan'"),
        ("optimizer.learning_rate=-1", r"^optimizer\.learning_rate must be "),
        ("optimizer.learning_rate=interval(0,1)", r"expected values, as in optimizer\.learning_rate=1,2"),
        ("optimizer.learning_rate=[1", "brackets and quotes must be closed"),
        ("model=auto", "^model=auto: name the model of the jobs to be added; ganae list models shows all$"),
        ("seed=3", r"^seed is not swept in .* \(values can be added to: model, optimizer\.learning_rate\)"),
        ("foo", "expected KEY=VALUE, got 'foo'"),
    ],
)
def test_what_is_refused(sweep, word, said):
    before = sorted(sweep.rglob("*"))
    with pytest.raises(UserError, match=said):
        added(sweep, word)
    assert sorted(sweep.rglob("*")) == before


def test_a_sweep_of_a_file_is_extended_like_any_other(app, tmp_path):
    planned = plan.make(app("sweep=code_size", "model=gan"), ConfTree())
    jobs.prepare(tmp_path / "sweep", [(job.overrides, job.config) for job in planned.jobs])
    made = added(tmp_path / "sweep", "model.z_dim=64")
    assert [config.model.z_dim for _, config in made] == [64]
    shutil.rmtree(tmp_path / "sweep")
