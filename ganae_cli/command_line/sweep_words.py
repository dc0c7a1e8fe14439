"""The words that say how a sweep is trained, as `ganae resume SWEEP sweep.jobs=2` has them."""

from collections.abc import Sequence
from typing import Any

from ganae_cli.command_line import catalogue
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.setting import Setting
from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.sweeps.settings import SweepSettings

PREFIX, PLUGINS = "sweep.", "plugins="


def read(words: Sequence[str]) -> tuple[SweepSettings, list[str]]:
    """Return the settings of a sweep, and the words that are none. Raises UserError for one that is not sound."""
    from omegaconf import OmegaConf

    packages = plugins(words)
    own = [word for word in words if word.startswith(PREFIX)]
    for word in own:
        refuse_torn(word)
    given = OmegaConf.from_dotlist(own)
    known = {entry.key: entry for entry in catalogue.entries(ConfTree(), []) if entry.key.startswith(PREFIX)}
    for key, value in (given.get("sweep") or {}).items():
        entry = known.get(f"{PREFIX}{key}")
        if entry is None or entry.setting is None:
            near = did_you_mean(f"{PREFIX}{key}", known)
            raise UserError(f"unknown setting '{PREFIX}{key}'{near} (settings of a sweep: {', '.join(known)})")
        entry.setting.check(entry.key, value)
    chosen = SweepSettings(plugins=packages, **(given.get("sweep") or {}))
    return chosen, [word for word in words if word not in own and not word.startswith(PLUGINS)]


def plugins(words: Sequence[str]) -> list[str]:
    """Return the packages that the last word `plugins=[A,B]` names. Raises UserError for one that is no list of names.

    >>> plugins(["seed=3", "plugins=[mine,yours]"])
    ['mine', 'yours']
    """
    from omegaconf import OmegaConf

    named = [word for word in words if word.startswith(PLUGINS)]
    for word in named:
        refuse_torn(word)
    given = OmegaConf.from_dotlist(named)
    content: Any = OmegaConf.to_object(given)
    found = content["plugins"] if named else []
    if isinstance(found, str):
        raise UserError(f"plugins: expected a list, got '{found}'; write plugins=[{found}]")
    Setting(list, items=str).check("plugins", found)
    return list(found)


def refuse_torn(word: str) -> None:
    """Raise UserError for a word whose value is not YAML."""
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException
    from yaml import YAMLError

    try:
        OmegaConf.from_dotlist([word])
    except (YAMLError, OmegaConfBaseException, ValueError) as error:
        raise UserError(f"cannot read '{word}': brackets and quotes must be closed") from error
