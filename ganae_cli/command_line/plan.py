"""A request becomes a plan: every job composed and checked, before anything is written."""

import re
from dataclasses import dataclass
from pathlib import Path

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf, open_dict

from ganae_cli import schema
from ganae_cli.command_line.hydra_app import HydraApp
from ganae_cli.conf_tree import ConfTree
from ganae_cli.errors import UserError

_OPEN = re.compile(r"(loss\.penalties\.\w+|optimizer\.\w+\.\w+|model\.weights\.\w+\.\w+)(\.\w+)*=")


@dataclass
class Job:
    """One run to be: the words that set it apart, and its config without the section `hydra`."""

    overrides: list[str]
    config: DictConfig


@dataclass
class Plan:
    """overrides: as Hydra is to have them. jobs: empty when a sweeper of its own decides them as it goes."""

    overrides: list[str]
    is_sweep: bool
    folder: Path
    jobs: list[Job]


def opened(word: str) -> str:
    """`++` before a key that may be set without being listed in any YAML."""
    return f"++{word}" if _OPEN.match(word) else word


def without_sign(word: str) -> str:
    """The override as users think of it."""
    return word.lstrip("+")


def make(app: HydraApp, tree: ConfTree) -> Plan:
    """Compose and check every job. Raises UserError, or Hydra's own exceptions for what Hydra refuses."""
    overrides = [opened(word) for word in app.request.overrides]
    with app.composing() as loader:
        parsed = OverridesParser.create(config_loader=loader).parse_overrides(overrides)
        first = app.compose([_forced(o, _first_value(o), tree) for o in parsed])
        is_sweep = "--multirun" in app.request.flags or first.hydra.mode == RunMode.MULTIRUN
        if not is_sweep:
            _refuse_sweeps(parsed)
            return Plan(overrides, False, Path(first.hydra.run.dir), [_checked(app.request.overrides, first, tree)])
        folder = Path(first.hydra.sweep.dir)
        if not str(first.hydra.sweeper._target_).endswith(".BasicSweeper"):
            _checked(overrides, first, tree)
            return Plan(overrides, True, folder, [])
        params = [f"{key}={value}" for key, value in (first.hydra.sweeper.params or {}).items()]
        parsed = OverridesParser.create(config_loader=loader).parse_overrides([*params, *overrides])
        jobs = []
        for words in BasicSweeper.split_arguments(parsed, max_batch_size=None)[0]:
            own = OverridesParser.create().parse_overrides([w for w in words if not w.startswith("hydra.")])
            hydras = [o.input_line for o in parsed if o.is_hydra_override()]
            config = app.compose([*hydras, *(_forced(o, o.get_value_element_as_str(), tree) for o in own)], len(jobs))
            jobs.append(_checked([without_sign(o.input_line) for o in own], config, tree))
        return Plan(overrides, True, folder, jobs)


def _first_value(override: Override) -> str:
    if not override.is_sweep_override():
        return override.get_value_element_as_str() if override.value_type else ""
    if override.is_discrete_sweep():
        return next(iter(override.sweep_string_iterator()), "null")
    return str(override.value().start)


def _forced(override: Override, value: str, tree: ConfTree) -> str:
    """Every value is set by force, so that the schema, and not Hydra, says which keys do not exist."""
    key, is_group = override.key_or_group, override.key_or_group in tree.files or "/" in override.key_or_group
    if override.is_delete() or override.is_hydra_override() or is_group or isinstance(override.value(), dict):
        return override.input_line if not override.is_sweep_override() else f"{override.get_key_element()}={value}"
    return f"++{key}={value}"


def _refuse_sweeps(parsed: list[Override]) -> None:
    for override in parsed:
        if override.is_sweep_override():
            key, _, value = without_sign(override.input_line).partition("=")
            raise UserError(f"{key}: {value} is a sweep; add --multirun (a list is written {key}=[{value}])")


def plain(config: DictConfig) -> dict:
    """The config without `hydra` as dicts and lists, every interpolation resolved."""
    values = {str(key): config[key] for key in config if key != "hydra"}
    return {key: _container(value) for key, value in values.items()}


def _container(value):
    return OmegaConf.to_container(value, resolve=True, throw_on_missing=True) if OmegaConf.is_config(value) else value


def _checked(words: list[str], config: DictConfig, tree: ConfTree) -> Job:
    schema.check(plain(config), tree)
    own = config.copy()
    with open_dict(own):
        del own["hydra"]
    return Job(list(words), own)
