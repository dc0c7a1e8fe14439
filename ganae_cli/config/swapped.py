"""The one choice that a run can be resumed with another value of: its tracker, which has no part in its numbers."""

from collections.abc import Iterable
from typing import cast

from omegaconf import DictConfig, OmegaConf

from ganae_cli.config.chosen import CHOSEN
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError, did_you_mean

GROUP = "tracker"


def with_tracker(config: DictConfig, overrides: Iterable[str]) -> tuple[DictConfig, list[str]]:
    """Return a saved config with the tracker that `tracker=NAME` chooses, and the other overrides.

    Raises UserError for a tracker that has no YAML.
    """
    words = list(overrides)
    chosen = [word.partition("=")[2] for word in words if names_tracker([word])]
    if not chosen:
        return config, words
    tree, name = ConfTree(), chosen[-1]
    part = tree.part(GROUP, name)
    if part is None:
        names = tree.options(GROUP)
        raise UserError(f"no {GROUP} named '{name}'{did_you_mean(name, names)} (choices: {', '.join(names)})")
    changed = config.copy()
    OmegaConf.set_struct(changed, False)
    changed[GROUP] = part.options
    changed = cast(DictConfig, OmegaConf.merge(changed, {CHOSEN: {GROUP: name}}))
    return changed, [word for word in words if not names_tracker([word])]


def names_tracker(overrides: Iterable[str]) -> bool:
    """Return True if a word `tracker=NAME` is among the overrides of a command line."""
    return any(word.startswith(f"{GROUP}=") for word in overrides)
