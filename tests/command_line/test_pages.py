"""Help pages: every choice and setting of the YAML files has one line."""

from ganae_cli import cli
from ganae_cli.command_line import catalogue
from ganae_cli.command_line.pages import columns
from ganae_cli.config.conf_tree import ConfTree


def page(capsys, *words):
    assert cli.main(["train", "--help", *words]) == 0
    return capsys.readouterr().out.splitlines()


def test_every_group_and_option_has_a_line(capsys):
    lines = [line.strip("* ") for line in page(capsys)]
    tree = ConfTree()
    for group in catalogue.default_choices(tree):
        for option in tree.options(group):
            assert any(line.startswith(f"{option} ") and line.endswith(tree.help(group, option)) for line in lines)


def test_settings_show_default_help_and_range(capsys):
    lines = page(capsys)
    assert next(line for line in lines if "model.z_dim=" in line).endswith("(1 to 65536)")
    assert any(
        line.split()[0].startswith("train.steps=") and "training steps" in line for line in lines if line.strip()
    )
    assert any(line.startswith("  --multirun, -m ") for line in lines)


def test_where_a_schedule_may_stand_and_what_one_is(capsys):
    lines = page(capsys, "model=gan")
    noise, packing = (next(line for line in lines if f"model.{key}=" in line) for key in ("instance_noise", "packing"))
    assert noise.endswith("(≥ 0, or a schedule)")
    assert not packing.endswith("schedule)")
    assert any("KEY='{start: 0, end: 1, until: 0.3}'" in line for line in lines)


def test_the_chosen_parts_are_those_explained(capsys):
    text = "\n".join(page(capsys, "model=gan", "dataset=ring", "network@networks.generator=mlp"))
    assert "* ring" in text
    assert "dataset.radius=1.0" in text
    assert "networks.generator.depth=" in text
    assert "networks.encoder" not in text


def test_networks_of_several_roles_that_agree_share_a_line(capsys):
    lines = page(capsys, "model=gan", "network@networks.generator=mlp", "network@networks.discriminator=mlp")
    assert any(line.strip().startswith("networks.{generator,discriminator}.width=") for line in lines)
    lines = page(capsys, "model=gan", "network@networks.generator=mlp")
    assert not any("{generator,discriminator}" in line for line in lines)


def test_columns_are_as_wide_as_the_longest_left_cell_up_to_a_limit():
    assert columns([("a", "x"), ("abc", "y"), ("alone", "")]) == ["  a    x", "  abc  y", "  alone"]
    assert columns([("a", "x"), ("abcdef", "y")], most=3) == ["  a    x", "  abcdef  y"]
