"""Words of the command line: the form in which Hydra gets them, and those that it never gets."""

from pathlib import Path

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser

from ganae_cli.command_line.overrides import first_of, for_hydra, pinned, refuse_sweeps
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError


def parsed(*words):
    return OverridesParser.create().parse_overrides(list(words))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("model=gan", "model=gan"),
        ("network@networks.encoder=mlp", "network@networks.encoder=mlp"),
        ("seed=3", "++seed=3"),
        ("+seed=3", "++seed=3"),
        ("train.steps=1,2", "++train.steps=1,2"),
        ("loss.penalties.r1.weight=2", "++loss.penalties.r1.weight=2"),
        ("train={steps: 10}", "++train={steps: 10}"),
        ("hydra.run.dir=x", "hydra.run.dir=x"),
        ("hydra/launcher=basic", "hydra/launcher=basic"),
        ("~experiment", "~experiment"),
    ],
)
def test_values_are_forced_and_choices_stay(word, expected):
    assert for_hydra(parsed(word)[0], ConfTree()) == expected


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("++model=gan", "model is chosen without a sign: model=gan"),
        ("model=3", "model=3: expected one of aae, "),
        ("networks.encoder.name=mlp", "networks.encoder.name follows from the choice of the whole part: network@netw"),
    ],
)
def test_what_hydra_would_take_and_the_user_did_not_mean(word, message):
    with pytest.raises(UserError) as refused:
        for_hydra(parsed(word)[0], ConfTree())
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("seed=3", "seed=3"),
        ("seed=3,4", "seed=3"),
        ("model.z_dim=range(8,20,4)", "model.z_dim=8"),
        ("model.noise=interval(0.25,1)", "model.noise=0.25"),
        ("model=choice(gan,vae)", "model=gan"),
    ],
)
def test_the_first_value_of_a_sweep(word, expected):
    assert first_of(parsed(word)[0], word) == expected


def test_a_sweep_needs_its_flag():
    refuse_sweeps(parsed("seed=3", "train.betas=[1,2]"), ConfTree())
    with pytest.raises(UserError, match=r"^seed: 3,4 is a sweep: add --multirun \(a list is written 'seed=\[3,4\]'\)$"):
        refuse_sweeps(parsed("model=gan", "seed=3,4"), ConfTree())
    with pytest.raises(UserError, match=r"^model: gan,vae is a sweep: add --multirun$"):
        refuse_sweeps(parsed("model=gan,vae"), ConfTree())


@pytest.mark.parametrize("name", ["plain", "it's", "a=b, c", "back\\slash", "[x]", "${x"])
def test_a_folder_of_any_name_can_be_pinned(name):
    override = parsed(pinned("hydra.sweep.dir", Path(name)))[0]
    assert (override.key_or_group, str(override.value())) == ("hydra.sweep.dir", name)
