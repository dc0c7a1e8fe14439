"""The run that a command uses: what is refused before TensorFlow is imported, and how it is opened."""

import pytest
import yaml

from ganae_cli.command_line import run_at_hand, run_options
from ganae_cli.errors import UserError


@pytest.fixture
def made():
    options = run_options.of_run("look", "Look at a run", {})
    run_options.add_input(options, "look at")
    run_options.add_seed(options)
    run_options.add_label(options)
    run_options.add_sampler(options)
    run_options.add_weights(options)
    run_options.add_scale(options)
    run_options.add_plugins(options)
    return options


@pytest.fixture
def run(tmp_path, compose):
    """Return the folder of a run that has a config and no checkpoint."""
    from omegaconf import OmegaConf

    folder = tmp_path / "outputs" / "train" / "2026-01-31" / "12-00-00-c0de"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(OmegaConf.to_yaml(compose("model=gan")))
    return folder


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--sampler", "gm"], "no sampler named 'gm'; did you mean 'gmm'?"),
        (["--label", "cat"], "--label cat: this run was trained with model.condition=none"),
    ],
)
def test_what_the_folder_alone_reveals(made, run, words, message):
    with pytest.raises(UserError) as caught:
        run_at_hand.found(made.parse_args([str(run), *words]))
    assert str(caught.value).startswith(message)
    assert run_at_hand.found(made.parse_args([str(run)])) == run


def test_a_part_of_a_package_that_was_not_named(made, run):
    config = yaml.safe_load((run / "config.yaml").read_text())
    (run / "config.yaml").write_text(yaml.safe_dump(config | {"model": config["model"] | {"name": "my_own"}}))
    with pytest.raises(UserError, match="no model named 'my_own'"):
        run_at_hand.found(made.parse_args([str(run)]))
    assert run_at_hand.found(made.parse_args([str(run), "--plugins", "mine"])) == run  # which may declare it


def test_own_images_and_a_split_of_the_data_exclude_each_other(made, run):
    given = made.parse_args([str(run), "--input", "x.png", "--split", "train"])
    with pytest.raises(UserError, match=r"^--split train is of the run's data, and --input names others"):
        run_at_hand.read_input(given, run)
    assert run_at_hand.read_input(made.parse_args([str(run), "--split", "train"]), run) is None


def test_flags_that_exclude_each_other(made):
    run_at_hand.refuse_together(made.parse_args(["RUN"]), "--from names one", "sampler", "label")
    with pytest.raises(UserError, match=r"^--label is for drawn codes, and --from names one: leave one of them out$"):
        run_at_hand.refuse_together(made.parse_args(["RUN", "--label", "3"]), "--from names one", "sampler", "label")
