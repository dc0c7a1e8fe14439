"""The settings of a study: section `tune`, whose keys, defaults and limits `conf/tune.yaml` states."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from ganae_cli.config.conf_tree import conf_dir
from ganae_cli.config.limits import setting_from_comment
from ganae_cli.config.setting import Setting
from ganae_cli.config.yaml_file import read
from ganae_cli.errors import UserError, did_you_mean

SECTION = "tune"
LATER = ("trials", "jobs")  # keys that `ganae resume STUDY` may change


@dataclass(frozen=True)
class Settings:
    """What the user asked of a study; see `conf/tune.yaml`. metric: names; () for the default."""

    trials: int = 20
    jobs: int | str = 1
    metric: tuple[str, ...] = ()
    direction: str | None = None
    sampler: str = "tpe"
    pruner: str = "none"
    seed: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the settings as they stand in a file."""
        return {**asdict(self), "metric": list(self.metric)}


@cache
def known() -> dict[str, tuple[object, Setting]]:
    """Return default and setting of each key."""
    content, comments, _ = read(conf_dir() / "tune.yaml")
    found: dict[str, tuple[object, Setting]] = {}
    for key, default in content[SECTION].items():
        setting = setting_from_comment(comments[f"{SECTION}.{key}"], default)
        assert setting, f"{SECTION}.{key} states no limits"
        found[key] = (default, setting)
    return found


def checked(given: Mapping[str, Any]) -> Settings:
    """Return the settings. given: of the section, by key, as far as they are not the defaults. Raises UserError."""
    keys, values = known(), {}
    for key in given:
        if key == "sampler" and given[key] == "gp":
            raise UserError(f"{SECTION}.sampler=gp needs torch, which ganae does without: take tpe or cmaes")
        if key not in keys:
            near = did_you_mean(key, keys)
            raise UserError(f"no setting '{SECTION}.{key}'{near} (settings: {', '.join(keys)})")
    for key, (default, setting) in keys.items():
        values[key] = given.get(key, default)
        setting.check(f"{SECTION}.{key}", values[key])
    metric = values["metric"]
    values["metric"] = tuple([metric] if isinstance(metric, str) else metric or [])
    if len(set(values["metric"])) < len(values["metric"]):
        raise UserError(f"{SECTION}.metric names one metric twice: {', '.join(values['metric'])}")
    settings = Settings(**values)
    _check_together(settings)
    return settings


def _check_together(settings: Settings) -> None:
    several = len(settings.metric) > 1
    if several and settings.pruner != "none":
        raise UserError(
            f"{SECTION}.pruner={settings.pruner} compares trials by one number; of several metrics there is none: "
            "leave it out"
        )
    if several and settings.sampler == "cmaes":
        raise UserError(f"{SECTION}.sampler=cmaes improves one metric; for several take tpe or nsga2")
    if several and settings.direction:
        raise UserError(f"{SECTION}.direction is for one loss term; several metrics each have their own")


def of_json(content: Any) -> Settings:
    """Return the settings of a file. Raises UserError for what is none."""
    if not isinstance(content, dict):
        raise UserError("its 'settings' is no object")
    return checked(content)
