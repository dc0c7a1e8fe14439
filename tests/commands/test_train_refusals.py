"""Refusals of `ganae train`: exit code 2, one line in the user's words, and nothing left behind."""

import re

import pytest

from ganae_cli import cli

REFUSED = [
    ("model.zdim=3", "unknown setting 'model.zdim'; did you mean 'model.z_dim'?"),
    ("+model.zdim=3", "unknown setting 'model.zdim'; did you mean 'model.z_dim'?"),
    ("++model.zdim=3", "unknown setting 'model.zdim'; did you mean 'model.z_dim'?"),
    ("nz=8", "unknown setting 'nz'; did you mean 'model.z_dim'?"),
    (
        "--multirun model=gan,vae loss=hinge",
        "job 1 (2 of 2), model=vae: model 'vae' has no use for loss=hinge: it is trained without an …",
    ),
    ("model=gann", "no model named 'gann'; did you mean 'gan'? (choices: …"),
    ("dataset=digit", "no dataset named 'digit'; did you mean 'digits'? (choices: …"),
    ("experiment=nope", "no experiment named 'nope' (…"),
    ("train.steps=abc", "train.steps: expected a whole number, got 'abc'"),
    ("train.steps=1e3", "train.steps: expected a whole number, got 1000.0"),
    ("model.z_dim=0", "model.z_dim must be at least 1, got 0"),
    ("model.z_dim=8,16", "model.z_dim: 8,16 is a sweep: add --multirun (a list is written 'model.z_dim=[8,16]')"),
    ("model=gan,aegan", "model: gan,aegan is a sweep: add --multirun"),
    ("foo", "expected KEY=VALUE, got 'foo'"),
    ("=3", "expected KEY=VALUE, got '=3'"),
    ("@x=3", "expected KEY=VALUE, got '@x=3'"),
    ("x=[1", "cannot read 'x=[1': brackets and quotes must be closed; quote a value that contains special …"),
    ("p=a=b", "cannot read 'p=a=b': quote a value that contains special characters: \"p='a=b'\""),
    ("network=mlp", "networks are chosen role by role: network@networks.ROLE=mlp (roles here: code_discriminator, …"),
    ("network@networks.critic=mlp", "the model has no use for networks.critic: it has no network 'critic' (roles: …"),
    (
        "+network@networks.critic=mlp",
        "model 'aegan' has no use for networks.critic: it has no network 'critic' (roles: …",
    ),
    ("networks.critic.width=3", "model 'aegan' has no use for networks.critic: it has no network 'critic' (roles: …"),
    ("network@networks.encoder=mlpp", "no network named 'mlpp'; did you mean 'mlp'? (choices: …"),
    ("penalty=r1", "penalties are set by weight: loss.penalties.r1.weight=NUMBER"),
    ("loss.adversarial=hing", "loss.adversarial: no adversarial loss 'hing'; did you mean 'hinge'? (choices: …"),
    ("loss.penalties.r3.weight=1", "no penalty named 'r3' (choices: …"),
    ("model.name=gan", "model.name follows from the choice of the whole part: model=gan"),
    (
        "networks.encoder.name=mlp",
        "networks.encoder.name follows from the choice of the whole part: network@networks.encoder=mlp",
    ),
    ("+model=gan", "model is chosen without a sign: model=NAME"),
    ("++model=gan", "model is chosen without a sign: model=gan"),
    ("model=null", "model=null: expected one of aae, …"),
    ("~dataset", "no dataset is chosen (choices: …"),
    (
        "~train.steps",
        "~train.steps: a setting cannot be deleted, as every config states it; type train.steps=VALUE, or leave it out "
        "for its default, 9000",
    ),
    (
        "~train.max_minutes",
        "~train.max_minutes: a setting cannot be deleted, as every config states it; type train.max_minutes=null",
    ),
    (
        "~train.max_minuts",
        "~train.max_minuts: there is no setting 'train.max_minuts'; did you mean 'train.max_minutes'?",
    ),
    ("~train", "~train: a section cannot be deleted, as every config states its settings: train.steps, …"),
    ("~loss.penalties.r1", "~loss.penalties.r1: there is no such setting to delete"),
    ("model=VAE", "no model named 'VAE'; did you mean 'vae'? (choices: …"),
    ("loss=HINGE", "no loss named 'HINGE'; did you mean 'hinge'? (choices: …"),
    ("model.Z_DIM=3", "unknown setting 'model.Z_DIM'; did you mean 'model.z_dim'?"),
    ("train={steps: 10, foo: 3}", "unknown setting 'train.foo' (train has: …"),
    ("train.steps=${nope}", "train.steps: Interpolation key 'nope' not found"),
    ("train.steps=${oc.env:GANAE_NO_SUCH}", "train.steps: Environment variable 'GANAE_NO_SUCH' not found"),
    (
        "hardware.precision=${oc.env:GANAE_NO_SUCH,float32}",
        "hardware.precision: the variable GANAE_NO_SUCH is not allowed here, as the value would get into …",
    ),
    ("model.z_dim=???", "model.z_dim must be given: model.z_dim=VALUE"),
    ("hydra.foo=1", "hydra.foo: Key 'foo' not in 'HydraConf'"),
    ("hydra/launcher=jolib", "no hydra/launcher named 'jolib'… (choices: basic…"),
    ("--config-dir nowhere", "--config-dir nowhere: no such folder"),
    ("--config-name nope", "no config named 'nope' in …"),
    ("--config-path /", "no config named 'train' in /; --config-dir adds a folder to ganae's own, …"),
    ("--multi", "no flag '--multi'; did you mean '--multirun'? (flags: …"),
    ("--multirun model.z_dim=8,0", "job 1 (2 of 2), model.z_dim=0: model.z_dim must be at least 1, got 0"),
    ("--multirun model=gan,gann", "job 1 (2 of 2), model=gann: no model named 'gann'; did you mean 'gan'? (choices: …"),
    ("dataset=arrays", "dataset 'arrays' needs a path: dataset.path=FILE.npy or dataset.path=FILE.npz"),
    ("--multirun dataset=arrays dataset.path=none.npz", "dataset.path=none.npz: no such file"),
    ("hardware=multi_worker", "hardware=multi_worker: nothing names the workers; start with srun …"),
    ("--multirun experiment=glob(zz*)", "experiment=glob(zz*) matches nothing"),
]


@pytest.mark.parametrize(("line", "message"), REFUSED, ids=[line for line, _ in REFUSED])
def test_refused_in_one_line_with_nothing_left_behind(here, capsys, line, message):
    words = line.split(" ") if line.startswith("--") else [line]
    assert cli.main(["train", *words]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    pattern = re.escape(f"ganae: error: {message}\n").replace("…", ".*")
    assert re.fullmatch(pattern, error), error
    assert list(here.iterdir()) == []


def test_a_setting_of_the_experiments_that_another_choice_does_not_have(here, capsys):
    assert cli.main(["train", "experiment=ring", "optimizer=sgd"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("ganae: error: optimizer 'sgd' has no use for optimizer.beta_1: only adam has it; ")
    assert error.endswith(" (set by experiment 'ring')\n")
    assert cli.main(["train", "experiment=ring", "optimizer=sgd", "optimizer.beta_1=0"]) == 2
    assert "set by" not in capsys.readouterr().err


def test_a_mistake_in_a_file_of_the_users(here, tmp_path, capsys):
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "bad.yaml").write_text("# @package _global_\ndefaults:\n  - override /model: gann\n")
    (tmp_path / "experiment" / "typo.yaml").write_text("# @package _global_\ntrain:\n  stesp: 7\n")
    (tmp_path / "experiment" / "torn.yaml").write_text("# @package _global_\ntrain: [7\n")
    for name, message in (
        ("bad", "no model named 'gann'; did you mean 'gan'?"),
        ("typo", "unknown setting 'train.stesp'; did you mean 'train.steps'?"),
        ("torn", "torn.yaml, line "),
    ):
        assert cli.main(["train", "--config-dir", str(tmp_path), f"experiment={name}"]) == 2
        assert message in capsys.readouterr().err
    assert list(here.iterdir()) == []
