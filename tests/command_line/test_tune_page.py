"""The help page of `ganae tune`."""

from ganae_cli.command_line import tune_page
from ganae_cli.commands import tune
from ganae_cli.config.conf_tree import ConfTree


def test_it_names_every_setting_and_every_search_space():
    text = tune_page.text("summary", ConfTree(), tune.EXAMPLES)
    for word in ("tune.trials=20", "tune.sampler=tpe", "sweep=z_dim", "KEY=int(interval(2,64))", "--config-dir DIR"):
        assert word in text
    assert "tpe | cmaes | nsga2 | grid" in " ".join(text.split())
