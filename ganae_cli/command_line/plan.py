"""A request becomes a plan: every job composed and checked, before anything is written."""

import copy
import re
from dataclasses import dataclass
from pathlib import Path

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from ganae_cli.command_line.catalogue import RECIPES
from ganae_cli.command_line.hydra_app import HydraApp
from ganae_cli.config import schema
from ganae_cli.config.conf_tree import ConfTree, read
from ganae_cli.errors import UnknownSetting, UserError

_ABSENT = object()
_CHOSEN_NAME = re.compile(r"(model|dataset|optimizer|networks\.(\w+))\.name")


@dataclass
class Job:
    """One run to be: its overrides as the user would write them, and its config without the section `hydra`."""

    overrides: list[str]
    config: DictConfig


@dataclass
class Plan:
    """overrides: as Hydra is to have them. jobs: empty where a sweeper of the user's choice finds them as it goes."""

    overrides: list[str]
    is_sweep: bool
    folder: Path
    jobs: list[Job]

    def pinned(self, key: str) -> str:
        """The override that holds Hydra to the folder planned, also where its name is made of the time."""
        quoted = str(self.folder).replace("\\", "\\\\").replace("'", "\\'")
        return f"{key}='{quoted}'"


def make(app: HydraApp, tree: ConfTree) -> Plan:
    """Compose and check every job. Raises UserError, or Hydra's own exceptions for what Hydra refuses."""
    with app.composing() as loader:
        parser = OverridesParser.create(config_loader=loader)
        parsed = parser.parse_overrides(app.request.overrides)
        words = [_for_hydra(override, tree) for override in parsed]
        composer = _Composer(app, tree)
        first = composer.job([_first_of(override, word) for override, word in zip(parsed, words, strict=True)])
        if "--multirun" not in app.request.flags and first.hydra.mode != RunMode.MULTIRUN:
            _refuse_sweeps(parsed, tree)
            return Plan(words, False, Path(first.hydra.run.dir), [composer.checked(app.request.overrides, first)])
        folder = Path(first.hydra.sweep.dir)
        if not str(first.hydra.sweeper._target_).endswith(".BasicSweeper"):
            composer.checked(words, first)
            return Plan(words, True, folder, [])
        swept = [f"{key}={value}" for key, value in (first.hydra.sweeper.params or {}).items()]
        swept = [_for_hydra(override, tree) for override in parser.parse_overrides(swept)]
        if swept:  # as words of the command line, so that the sweeper in Hydra sees what was checked here
            swept.insert(0, "hydra.sweeper.params=null")
        words = [*swept, *words]
        own = [word for word in words if not word.startswith(("hydra.", "hydra/"))]
        hydras = [word for word in words if word not in own]
        jobs = []
        for job in BasicSweeper.split_arguments(parser.parse_overrides(own), max_batch_size=None)[0]:
            config = composer.job([*hydras, *job], number=len(jobs))
            jobs.append(composer.checked([without_sign(word) for word in job], config))
        return Plan(words, True, folder, jobs)


def without_sign(word: str) -> str:
    """The override as users think of it."""
    return word.lstrip("+")


def plain(config: DictConfig) -> dict:
    """The config without `hydra` as dicts and lists, every interpolation resolved."""
    return {str(key): _container(config, key) for key in config if key != "hydra"}


def _container(config: DictConfig, key):
    value = config[key]
    return OmegaConf.to_container(value, resolve=True, throw_on_missing=True) if OmegaConf.is_config(value) else value


class _Composer:
    """Composes jobs; those that differ only in values share one composition, which takes Hydra a quarter second."""

    def __init__(self, app: HydraApp, tree: ConfTree):
        self.app, self.tree = app, tree
        self.composed: dict[tuple[str, ...], DictConfig] = {}

    def job(self, words: list[str], number: int = 0) -> DictConfig:
        """The config of one job, `hydra` included."""
        parsed = OverridesParser.create().parse_overrides(words)
        values = [override for override in parsed if override.is_force_add() and not override.is_hydra_override()]
        choices = tuple(override.input_line for override in parsed if override not in values)
        if choices not in self.composed:
            self.composed[choices] = self.app.compose(list(choices))
        config = copy.deepcopy(self.composed[choices])
        for override in values:
            OmegaConf.update(config, override.key_or_group, override.value(), merge=True, force_add=True)
        self.app.enter_job(config, number)
        return config

    def checked(self, words: list[str], config: DictConfig) -> Job:
        """Raises UserError if the schema finds a fault."""
        try:
            schema.check(plain(config), self.tree)
        except UnknownSetting as error:
            self._refuse_packaged(error.key, config)
            raise UserError(f"{error}{_set_by(error.key, words, config, self.tree)}") from error
        own = config.copy()
        OmegaConf.set_struct(own, False)
        del own["hydra"]
        return Job(list(words), own)

    def _refuse_packaged(self, key: str, config: DictConfig) -> None:
        """An experiment's keys are under `experiment` where its file does not say that they are the whole config's."""
        group = key.partition(".")[0]
        option = config.hydra.runtime.choices.get(group) if group in RECIPES else None
        if option in self.tree.options(group):
            raise UserError(f"{self.tree.files[group][option]}: its first line must be '# @package _global_'")


def _set_by(key: str, words: list[str], config: DictConfig, tree: ConfTree) -> str:
    """The experiment, or another file of that kind, that sets a key which the words do not; "" if there is none."""
    if any(without_sign(word).startswith((f"{key}=", f"{key}.")) for word in words):
        return ""
    for group in RECIPES:
        option = config.hydra.runtime.choices.get(group)
        content = read(tree.files[group][option])[0] if option in tree.options(group) else {}
        for name in key.split("."):
            content = content.get(name, _ABSENT) if isinstance(content, dict) else _ABSENT
        if content is not _ABSENT:
            return f" (set by {group} '{option}')"
    return ""


def _for_hydra(override: Override, tree: ConfTree) -> str:
    """Values are set by force, so that the schema, and not Hydra, says which keys exist; choices stay as they are."""
    key, word = override.key_or_group, str(override.input_line)
    if not re.match(r"[A-Za-z_]", key):
        raise UserError(f"expected KEY=VALUE, got '{word}'")
    if override.is_delete() or override.is_hydra_override():
        return word
    if override.is_force_add() and key in tree.groups() and not isinstance(override.value(), dict):
        raise UserError(f"{key} is chosen without a sign: {without_sign(word)}")
    if override.package is not None or key in tree.groups() or "/" in key:
        if not override.is_sweep_override() and not isinstance(override.value(), str | list | dict):
            raise UserError(f"{without_sign(word)}: expected one of {', '.join(tree.options(key))}")
        if not isinstance(override.value(), dict):
            return word
    chosen = _CHOSEN_NAME.fullmatch(key)
    if chosen:
        group = f"network@networks.{chosen[2]}" if chosen[2] else chosen[1]
        raise UserError(f"{key} follows from the choice of the whole part: {group}={word.partition('=')[2]}")
    return f"++{without_sign(word)}"


def _first_of(override: Override, word: str) -> str:
    """The override with the first value of its sweep, if it is one."""
    if not override.is_sweep_override():
        return word
    if not override.is_discrete_sweep():
        return f"{word.partition('=')[0]}={override.value().start}"
    first = next(iter(override.sweep_string_iterator()), None)
    if first is None:
        raise UserError(f"{override.input_line} matches nothing")
    return f"{word.partition('=')[0]}={first}"


def _refuse_sweeps(parsed: list[Override], tree: ConfTree) -> None:
    for override in parsed:
        if override.is_sweep_override():
            key, _, value = without_sign(str(override.input_line)).partition("=")
            is_value = "(" not in value and override.package is None and key not in tree.groups()
            hint = f" (a list is written {key}=[{value}])" if is_value else ""
            raise UserError(f"{key}: {value} is a sweep: add --multirun{hint}")
