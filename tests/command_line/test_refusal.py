"""Exceptions of Hydra, OmegaConf and PyYAML as one sentence; whole command lines are in tests/commands."""

import pytest
import yaml
from hydra.errors import HydraException, MissingConfigException
from omegaconf import OmegaConf

from ganae_cli.command_line import plan, refusal
from ganae_cli.command_line.refusal import translated
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError


def refused(made, act):
    """Return the line that the user gets for the exception that `act` raises."""
    with pytest.raises(UserError) as told, translated(made.request, ConfTree()):
        act()
    assert told.value.__cause__ is not None
    return str(told.value)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("foo", "expected KEY=VALUE, got 'foo'"),
        ("x=[1", "cannot read 'x=[1': brackets and quotes must be closed; quote a value that contains special "),
        ("p=a=b", "cannot read 'p=a=b': quote a value that contains special characters: \"p='a=b'\""),
        ("p='a", "cannot read 'p='a': brackets and quotes must be closed; quote a value"),
        ("model=gann", "no model named 'gann'; did you mean 'gan'? (choices: "),
        ("network@networks.critic=mlp", "the model has no use for networks.critic: "),
        ("penalty=r1", "penalties are set by weight: loss.penalties.r1.weight=NUMBER"),
        ("model.z_dim=???", "model.z_dim must be given: model.z_dim=VALUE"),
        ("train.steps=${nope}", "train.steps: Interpolation key 'nope' not found"),
        ("hydra.foo=1", "hydra.foo: Key 'foo' not in 'HydraConf'"),
    ],
)
def test_a_word_that_is_refused(app, word, message):
    made = app(word)
    assert refused(made, lambda: plan.make(made, ConfTree())).startswith(message)


@pytest.mark.parametrize(
    ("name", "choices", "says"),
    [
        ("submitit_slurm", ["basic"], "; `pip install hydra-submitit-launcher` adds submitit_slurm"),
        ("ray", ["basic", "joblib"], "; `pip install hydra-ray-launcher` adds ray"),
        (
            "slurm",
            ["basic"],
            "; more with `pip install 'ganae[parallel]'`, `pip install hydra-submitit-launcher`, "
            "`pip install hydra-ray-launcher`",
        ),
        ("jolib", ["basic", "joblib", "ray", "submitit_local", "submitit_slurm"], ""),
    ],
)
def test_a_launcher_that_is_not_installed(app, name, choices, says):
    """Which packages are here does not matter: what Hydra found stands in its exception."""
    error = MissingConfigException("gone", f"hydra/launcher/{name}", choices)
    said = refusal.sentence(error, app("model=gan").request, ConfTree())
    assert said.endswith(f" (choices: {', '.join(choices)}{says})")


TYPED = "type dataset=audio_folder 'dataset.path={0}' or dataset=image_folder 'dataset.path={0}'"


@pytest.mark.parametrize("word", ["my pets", "my pets/", "./my pets", "dataset='my pets'", "dataset='my pets/'"])
def test_a_folder_where_a_setting_belongs(app, word, tmp_path, monkeypatch):
    """What a first-time user types: there is a setting for it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my pets").mkdir()
    made, name = app(word), word.removeprefix("dataset=").strip("'")
    with pytest.raises(UserError) as error, translated(made.request, ConfTree()):
        plan.make(made, ConfTree())
    begin = f"no dataset named '{name}' (choices: arrays, " if word.startswith("dataset") else "expected KEY=VALUE, got"
    assert str(error.value).startswith(begin)
    assert str(error.value).endswith(f"; for this folder, {TYPED.format(name)}")


def test_a_file_that_is_not_yaml_is_named_with_its_line(app):
    made = app()
    text = "model:\n  name: [gan\n"
    assert refused(made, lambda: yaml.safe_load(text)).startswith("<unicode string>, line 3: not YAML: expected")


def test_a_key_is_named_with_its_whole_path(app):
    config = OmegaConf.create({"train": {"steps": "${oc.env:GANAE_NO_SUCH}"}})
    message = refused(app(), lambda: config.train.steps)
    assert message == "train.steps: Environment variable 'GANAE_NO_SUCH' not found"


def test_any_other_message_of_hydra_is_one_line_without_its_address(app):
    def act():
        raise HydraException("Two\n   lines.\nSee https://hydra.cc/docs/x for more")

    assert refused(app(), act) == "Two lines."


def test_other_exceptions_pass(app):
    with pytest.raises(RuntimeError, match="broke"), translated(app().request, ConfTree()):
        raise RuntimeError("broke")
