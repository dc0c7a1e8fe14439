"""The words that say how a sweep is trained, as `ganae resume SWEEP sweep.jobs=2` has them."""

from collections.abc import Sequence

from ganae_cli.command_line import catalogue
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.sweeps.settings import SweepSettings

PREFIX = "sweep."


def read(words: Sequence[str]) -> tuple[SweepSettings, list[str]]:
    """Return the settings of a sweep, and the words that are none. Raises UserError for one that is not sound."""
    from omegaconf import OmegaConf

    own = [word for word in words if word.startswith((PREFIX, "plugins="))]
    given = OmegaConf.from_dotlist(own)
    known = {entry.key: entry for entry in catalogue.entries(ConfTree(), []) if entry.key.startswith(PREFIX)}
    for key, value in (given.get("sweep") or {}).items():
        entry = known.get(f"{PREFIX}{key}")
        if entry is None or entry.setting is None:
            near = did_you_mean(f"{PREFIX}{key}", known)
            raise UserError(f"unknown setting '{PREFIX}{key}'{near} (settings of a sweep: {', '.join(known)})")
        entry.setting.check(entry.key, value)
    chosen = SweepSettings(plugins=list(given.get("plugins") or []), **(given.get("sweep") or {}))
    return chosen, [word for word in words if word not in own]
