"""Refusals of `ganae resume`: exit code 2 and one line, before TensorFlow is imported."""

import pytest
from omegaconf import OmegaConf

from ganae_cli.cli import main
from ganae_cli.commands import resume


@pytest.fixture
def run(compose, tmp_path):
    path = tmp_path / "run"
    path.mkdir()
    OmegaConf.save(compose("model=gan"), path / "config.yaml")
    return str(path)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("train.steps=[1", "cannot read 'train.steps=[1': brackets and quotes must be closed"),
        ("train.steps={", "cannot read 'train.steps={': brackets and quotes must be closed"),
        ("train.steps=${nope", "cannot read 'train.steps=${nope': brackets and quotes must be closed"),
        ("train.steps=${nope}", "train.steps: Interpolation key 'nope' not found"),
        ("train.steps", "expected KEY=VALUE, got 'train.steps'"),
        ("train.steps=abc", "train.steps: expected a whole number, got 'abc'"),
        ("train.stesp=1", "unknown setting 'train.stesp'; did you mean 'train.steps'?"),
        ("train.log_every={a: b}", "train.log_every: expected a whole number or null, got {a: b}"),
        (
            "model={name: vae}",
            "model cannot be swapped in a run that has begun; start another: ganae train 'model={name: vae}'",
        ),
        (
            "chosen.model=vae",
            "chosen.model cannot be swapped in a run that has begun; start another: ganae train model=vae",
        ),
        ("sweep.jobs=2", "sweep.jobs=2 is for a sweep, and {run} is one run"),
        ("tune.trials=3", "tune.trials=3 is for a study, and {run} is one run"),
        ("plugins=[1]", "plugins[0]: expected text, got 1"),
        ("plugins=mine", "plugins: expected a list, got 'mine'"),
    ],
)
def test_refused_in_one_line(run, capsys, word, message):
    assert main(["resume", run, word]) == 2
    assert capsys.readouterr().err == f"ganae: error: {message.replace('{run}', run)}\n"


@pytest.mark.parametrize("step", ["-1", "1e3", "best", "", "²", "123456789", "20.0"])
def test_a_checkpoint_that_is_no_step_is_refused(run, capsys, step):
    assert main(["resume", run, f"--checkpoint={step}"]) == 2
    expected = f"ganae: error: --checkpoint {step}: expected newest or a step, as in --checkpoint 2000\n"
    assert capsys.readouterr().err == expected


def test_the_flag_is_completed_and_explained(capsys):
    assert "--checkpoint" in resume.complete([], "--ch")
    assert main(["resume", "--help"]) == 0
    assert "--checkpoint STEP" in capsys.readouterr().out


def test_a_schedule_may_be_changed_as_a_whole_or_in_part(compose):
    """Other mappings are sections, which cannot be swapped in a run that has begun."""
    key = "model.weights.generator.fool"
    config = compose("model=gan", f"{key}={{start: 0, end: 1, until: 0.3}}")
    for word, after in ((f"{key}={{end: 2}}", {"start": 0, "end": 2, "until": 0.3}), (f"{key}=3", 3)):
        assert OmegaConf.select(resume.changed(config, [word]), key) == after
    assert resume.changed(config, [f"{key}.until=0.5"]).model.weights.generator.fool.until == 0.5


def test_a_setting_that_came_after_the_run_gets_its_default_and_can_be_set(compose):
    """An optimizer of version 0.1.0 has no epsilon_under_root; what it did was that of `true`."""
    saved = compose("model=wgan", "optimizer=rmsprop", "train.steps=7")
    del saved.optimizer["epsilon_under_root"]
    resumed = resume.changed(saved, [])
    assert (resumed.optimizer.epsilon_under_root, resumed.optimizer.rho, resumed.train.steps) == (True, 0.9, 7)
    assert resume.changed(saved, ["optimizer.epsilon_under_root=false"]).optimizer.epsilon_under_root is False


def test_no_file_says_where_to_connect_to(compose):
    """A config from somebody else may name addresses of theirs."""
    theirs = OmegaConf.merge(compose("model=gan"), {"hardware": {"workers": ["a:1", "b:1"], "worker": 1}})
    hardware = resume.changed(theirs, []).hardware
    assert (hardware.workers, hardware.worker) == (None, None)
    hardware = resume.changed(theirs, ["hardware.workers=[c:1,d:1]", "hardware.worker=0"]).hardware
    assert (hardware.workers, hardware.worker) == (["c:1", "d:1"], 0)
