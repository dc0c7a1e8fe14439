"""Turn a request into a plan: every job composed and checked before anything is written."""

import contextlib
import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from ganae_cli.command_line import refusal
from ganae_cli.command_line.catalogue import RECIPES
from ganae_cli.command_line.hydra_app import HydraApp
from ganae_cli.command_line.overrides import (
    first_of,
    for_hydra,
    refuse_deletions,
    refuse_sweeps,
    refuse_swept_settings,
    without_sign,
)
from ganae_cli.command_line.sweepers import check_metric
from ganae_cli.config import budget, chosen, schema, unused, variables
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.yaml_file import read
from ganae_cli.errors import UnknownSetting, UserError
from ganae_cli.runtime import messages
from ganae_cli.sweeps.naming import differing, job_of, words_of
from ganae_cli.terminal import command

_ABSENT = object()
TUNE = "tune"  # section that only `ganae tune` knows


@dataclass
class Job:
    """A run to be made: its overrides as the user writes them, and its config, without the section `hydra`.

    is_free: no model was chosen for it; its config is that of the default one.
    """

    overrides: list[str]
    config: DictConfig
    is_free: bool = False


@dataclass
class Plan:
    """The jobs of a request, each checked.

    overrides: in the form in which Hydra gets them. folder: of the run or sweep. jobs: one if it is no sweep; none if
    a sweeper of the user's choice makes up its jobs as it goes. composed: the config of the only job, or of the first
    that was looked at, with the section `hydra`.
    """

    overrides: list[str]
    is_sweep: bool
    folder: Path
    jobs: list[Job]
    composed: DictConfig


def make(app: HydraApp, tree: ConfTree) -> Plan:
    """Compose and check every job. Raises UserError, or Hydra's own exceptions for what Hydra refuses.

    A single run is composed once. Its job has the config that is checked here.
    """
    with app.composing() as loader:
        parser = OverridesParser.create(config_loader=loader)
        parsed = parser.parse_overrides(app.request.overrides)
        refuse_deletions(parsed, tree)
        _refuse_tuning(parsed)
        words = [for_hydra(override, tree) for override in parsed]
        first_words = [first_of(override, word) for override, word in zip(parsed, words, strict=True)]
        composer = Composer(app, tree)
        is_sweep = "--multirun" in app.request.flags
        if not is_sweep:
            first = composer.whole(first_words)
            is_sweep = first.hydra.mode == RunMode.MULTIRUN
        else:
            try:
                first = composer.job(first_words)
            except refusal.TRANSLATED:
                with contextlib.suppress(*refusal.TRANSLATED):  # words that only another sweeper than Hydra's own reads
                    _jobs(composer, parser, words)  # says which of them is at fault
                raise
        messages.choose(str(OmegaConf.select(first, "log.format")))
        if is_sweep:
            refuse_swept_settings(parsed)
            return _sweep(composer, parser, words, first)
        refuse_sweeps(parsed, tree)
        job = composer.checked(app.request.overrides, first)
        return Plan(words, False, _folder(first, first.hydra.run.dir), [job], first)


def _refuse_tuning(parsed: list[Override]) -> None:
    for override in parsed:
        if str(override.key_or_group).partition(".")[0] == TUNE:
            word = str(override.input_line)
            raise UserError(f"{override.key_or_group} is a setting of another command: {command('tune', word)}")


def _sweep(composer: "Composer", parser: OverridesParser, words: list[str], first: DictConfig) -> Plan:
    """Return the plan of a sweep. first: the config with the first value of each swept key."""
    folder = _folder(first, first.hydra.sweep.dir)
    _check_subdir(first)
    if not str(first.hydra.sweeper._target_).endswith(".BasicSweeper"):
        composer.checked(words, first)
        check_metric(first)
        return Plan(words, True, folder, [], first)
    swept = [f"{key}={value}" for key, value in (first.hydra.sweeper.params or {}).items()]
    swept = [for_hydra(override, composer.tree) for override in parser.parse_overrides(swept)]
    if swept:  # as words of the command line, so that the sweeper in Hydra sees what was checked here
        swept.insert(0, "hydra.sweeper.params=null")
    words = [*swept, *words]
    return Plan(words, True, folder, _jobs(composer, parser, words), first)


def _jobs(composer: "Composer", parser: OverridesParser, words: list[str]) -> list[Job]:
    """Return the jobs of a sweep. Raises UserError, naming the job, for a fault that not all of them have."""
    own = [word for word in words if not word.startswith(("hydra.", "hydra/"))]
    hydras = [word for word in words if word not in own]
    split = BasicSweeper.split_arguments(parser.parse_overrides(own), max_batch_size=None)[0]
    jobs: list[Job] = []
    faults: dict[int, str] = {}
    for number, job in enumerate(split):
        try:
            config = composer.job([*hydras, *job], number)
            jobs.append(composer.checked([without_sign(word) for word in job], config))
        except (UserError, *refusal.TRANSLATED) as error:
            faults[number] = str(error) if isinstance(error, UserError) else composer.sentence(error)
        if faults and (jobs or len(set(faults.values())) > 1):
            break
    if faults:
        number, text = next(iter(faults.items()))
        if len(faults) == len(split) and len(set(faults.values())) == 1:
            raise UserError(text)
        swept = differing([[without_sign(word) for word in job] for job in split])[number]
        raise UserError(f"{job_of(number, len(split))}, {words_of(swept)}: {text}")
    return jobs


def _check_subdir(config: DictConfig) -> None:
    """Raise UserError for names of job folders: `ganae resume SWEEP` and results.csv go by their numbers."""
    sweep = cast(dict[str, Any], OmegaConf.to_container(config.hydra.sweep, resolve=False))
    if sweep["subdir"] not in ("${hydra:job.num}", "${hydra.job.num}"):
        raise UserError(
            f"hydra.sweep.subdir={sweep['subdir']}: the folders of a sweep's jobs are their numbers, 0, 1, …; "
            "results.csv says what each of them is, and hydra.sweep.dir=FOLDER where they lie"
        )


def _folder(config: DictConfig, path: str) -> Path:
    """Return the folder of a run or sweep; absolute if its jobs change the current folder (`hydra.job.chdir`).

    No shell has expanded a `~` behind an equals sign.
    """
    folder = Path(path).expanduser()
    return folder.absolute() if config.hydra.job.chdir else folder


def plain(config: DictConfig) -> dict[str, Any]:
    """Return a config as dicts and lists, with every interpolation resolved."""
    return {str(key): _container(config, key) for key in config}


def _container(config: DictConfig, key: Any) -> Any:
    value = config[key]
    return OmegaConf.to_container(value, resolve=True, throw_on_missing=True) if OmegaConf.is_config(value) else value


class Composer:
    """Composes the configs of jobs and checks them."""

    def __init__(self, app: HydraApp, tree: ConfTree):
        self.app, self.tree = app, tree
        self.composed: dict[tuple[str, ...], DictConfig] = {}

    def sentence(self, error: Exception) -> str:
        """Return the sentence for an exception of Hydra, OmegaConf or PyYAML."""
        return refusal.sentence(error, self.app.request, self.tree)

    def whole(self, words: list[str]) -> DictConfig:
        """Return the config of a single run, with the section `hydra`, as Hydra composes it from all its words."""
        config = self.app.compose(words)
        self.app.enter_job(config)
        return config

    def job(self, words: list[str], number: int = 0) -> DictConfig:
        """Return the config of one job of a sweep, with the section `hydra`.

        Jobs that differ only in values share one composition, which takes Hydra a quarter of a second.
        """
        parsed = OverridesParser.create().parse_overrides(words)
        values = [override for override in parsed if override.is_force_add() and not override.is_hydra_override()]
        choices = tuple(str(override.input_line) for override in parsed if override not in values)
        if choices not in self.composed:
            self.composed[choices] = self.app.compose(list(choices))
        config = copy.deepcopy(self.composed[choices])
        for override in values:
            OmegaConf.update(config, override.key_or_group, override.value(), merge=True, force_add=True)
        self.app.enter_job(config, number)
        return config

    def checked(self, words: list[str], config: DictConfig) -> Job:
        """Return the job of a config. Raises UserError if the schema finds a fault."""
        own = copy.deepcopy(config)
        OmegaConf.set_struct(own, False)
        del own["hydra"]
        own.pop(TUNE, None)  # a sweep's file may say how it is tuned
        chosen.note(own, config.hydra.runtime.choices)
        budget.open_up(own.train, [without_sign(word) for word in words], self.tree)
        unused.check(plain(own), self.tree, words, config.hydra.runtime.choices)
        try:
            schema.check(plain(own), self.tree)
        except UnknownSetting as error:
            self._refuse_packaged(error.key, config)
            raise UserError(f"{error}{_set_by(error.key, words, config, self.tree)}") from error
        variables.refuse_where_noted(own)
        return Job(list(words), own, chosen.is_free(config.hydra.runtime.choices))

    def _refuse_packaged(self, key: str, config: DictConfig) -> None:
        """Raise UserError for an experiment file without `# @package _global_`: its keys are under `experiment`."""
        group = key.partition(".")[0]
        option = config.hydra.runtime.choices.get(group) if group in RECIPES else None
        if option in self.tree.options(group):
            raise UserError(f"{self.tree.files[group][option]}: its first line must be '# @package _global_'")


def _set_by(key: str, words: list[str], config: DictConfig, tree: ConfTree) -> str:
    """Return " (set by GROUP 'NAME')" for the experiment, sweep or debug file that sets a key; "" if the words do."""
    if any(without_sign(word).startswith((f"{key}=", f"{key}.")) for word in words):
        return ""
    for group in RECIPES:
        option = config.hydra.runtime.choices.get(group)
        content: Any = read(tree.files[group][option])[0] if option in tree.options(group) else {}
        for name in key.split("."):
            content = content.get(name, _ABSENT) if isinstance(content, dict) else _ABSENT
        if content is not _ABSENT:
            return f" (set by {group} '{option}')"
    return ""
