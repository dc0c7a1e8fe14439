"""The run that a command uses: what is refused before TensorFlow is imported, and how it is opened."""

import pytest
import yaml

from ganae_cli.command_line import run_at_hand
from ganae_cli.errors import UserError


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--sampler", "gm"], "no sampler named 'gm'; did you mean 'gmm'?"),
        (["--label", "cat"], "--label cat: this run was trained with model.condition=none"),
    ],
)
def test_what_the_folder_alone_reveals(flags, run, words, message):
    with pytest.raises(UserError) as caught:
        run_at_hand.found(flags.parse_args([str(run), *words]))
    assert str(caught.value).startswith(message)
    assert run_at_hand.found(flags.parse_args([str(run)])) == run


def test_a_part_of_a_package_that_was_not_named(flags, run):
    config = yaml.safe_load((run / "config.yaml").read_text())
    (run / "config.yaml").write_text(yaml.safe_dump(config | {"model": config["model"] | {"name": "my_own"}}))
    with pytest.raises(UserError, match="no model named 'my_own'"):
        run_at_hand.found(flags.parse_args([str(run)]))
    assert run_at_hand.found(flags.parse_args([str(run), "--plugins", "mine"])) == run  # which may declare it


def test_own_images_and_a_split_of_the_data_exclude_each_other(flags, run):
    given = flags.parse_args([str(run), "--input", "x.png", "--split", "train"])
    with pytest.raises(UserError, match=r"^--split train is of the run's data, and --input names others"):
        run_at_hand.read_input(given, run)
    assert run_at_hand.read_input(flags.parse_args([str(run), "--split", "train"]), run) is None


def test_flags_that_exclude_each_other(flags):
    run_at_hand.refuse_together(flags.parse_args(["RUN"]), "--from names one", "sampler", "label")
    with pytest.raises(UserError, match=r"^--label is for drawn codes, and --from names one: leave one of them out$"):
        run_at_hand.refuse_together(flags.parse_args(["RUN", "--label", "3"]), "--from names one", "sampler", "label")
