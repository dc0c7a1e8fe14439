"""Turn the words of `ganae tune` into a plan: what is varied, what all trials share, how each trial is composed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import IntervalSweep, Override
from omegaconf import DictConfig, OmegaConf

from ganae_cli.command_line.catalogue import RECIPES
from ganae_cli.command_line.hydra_app import HydraApp
from ganae_cli.command_line.overrides import for_hydra, pinned, refuse_deletions, without_sign
from ganae_cli.command_line.plan import TUNE, Composer, Job
from ganae_cli.config import paths
from ganae_cli.config.chosen import AUTO
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError
from ganae_cli.storage.find_run import find_run, outputs
from ganae_cli.tuning import settings as settings_of
from ganae_cli.tuning.settings import Settings
from ganae_cli.tuning.space import Choice, Interval, Space, Values

HOW = (
    "give a setting several values, as model.z_dim=8,16,32, or an interval, as "
    "'optimizer.learning_rate=tag(log,interval(1e-4,1e-2))', or take a search space, as sweep=z_dim"
)
FOLDER = "hydra.sweep.dir"  # the word that chooses the study's folder


@dataclass(frozen=True)
class StudyPlan:
    """A study to be made. words: of every trial, as the user typed them. first: config of the first values of all keys.

    folder: of the study. is_free: no model was chosen, or it is `auto`, or that is among those to be tried.
    """

    words: list[str]
    space: Space
    settings: Settings
    first: DictConfig
    folder: Path
    is_free: bool = False


def make(app: HydraApp, tree: ConfTree, stamp: str) -> StudyPlan:
    """Compose and check the ends of what is varied. Raises UserError, or Hydra's own exceptions for what it refuses."""
    with app.composing() as loader:
        parser = OverridesParser.create(config_loader=loader)
        parsed = parser.parse_overrides(app.request.overrides)
        refuse_deletions([one for one in parsed if not _is_of_tune(one)], tree)
        own = [one for one in parsed if not _is_of_tune(one)]
        for word in (str(one.input_line) for one in own if without_sign(str(one.input_line)).startswith("sweep.")):
            raise UserError(f"{word} is for a sweep of ganae train; a study has tune.jobs")
        _refuse_launchers(own)
        composer = Composer(app, tree)
        shared = [one for one in own if not one.is_sweep_override()]
        base = composer.job([for_hydra(one, tree) for one in shared])
        listed = parser.parse_overrides([f"{key}={value}" for key, value in _params(base).items()])
        space = {_key(one): _values(one) for one in [*listed, *own] if one.is_sweep_override()}
        if not space:
            raise UserError(f"nothing to tune: {HOW}")
        fixed = [*(one for one in listed if _key(one) not in space), *shared]
        words = [without_sign(str(one.input_line)) for one in fixed if not one.is_hydra_override()]
        settings = settings_of.checked(_of_file(base) | _of_words(parsed))
        given = [str(one.input_line) for one in own if one.is_hydra_override()]
        folder = base.hydra.sweep.dir if any(word.startswith(f"{FOLDER}=") for word in given) else ""
        first = _check(_jobs(app, tree, words), space)
        if first.config.train.get("budget") is not None:
            raise UserError(
                f"train.budget={first.config.train.budget}: trials of a study are compared at the same step, which the "
                "time of one must not move: set train.steps=N instead"
            )
    is_free = first.is_free if not {"model", *RECIPES} & space.keys() else AUTO in space.get("model", Choice(())).ends
    kept = [word for word in words if not word.startswith("plugins=")]
    return StudyPlan(
        [_from_anywhere(word, first.config, tree) for word in kept],
        space,
        settings,
        first.config,
        Path(folder).expanduser() if folder else outputs() / TUNE / stamp,
        is_free,
    )


def compose(app: HydraApp, tree: ConfTree, words: Sequence[str]) -> Callable[[Sequence[str]], DictConfig]:
    """Return a function from the settings of a trial to its checked config. words: that all trials share."""
    job = _jobs(app, tree, words)
    return lambda chosen: job(chosen).config


def _jobs(app: HydraApp, tree: ConfTree, words: Sequence[str]) -> Callable[[Sequence[str]], Job]:
    """Return a function from the settings of a trial to its checked job."""
    composer = Composer(app, tree)

    def composed(chosen: Sequence[str]) -> Job:
        every = [*words, *chosen]
        with app.composing() as loader:
            parsed = OverridesParser.create(config_loader=loader).parse_overrides(every)
            config = composer.job([for_hydra(one, tree) for one in parsed])
            return composer.checked(every, config)

    return composed


def _from_anywhere(word: str, config: DictConfig, tree: ConfTree) -> str:
    """Return a word whose value, if it is a path or a run, is found from any other folder, and stays the same."""
    key, _, value = word.partition("=")
    if "${" in value or OmegaConf.select(config, key) is None:
        return word
    if key == "train.init_from":
        return pinned(key, find_run(config.train.init_from).absolute())
    if key in paths.given(config, tree):
        return pinned(key, Path(str(OmegaConf.select(config, key))).expanduser().absolute())
    return word


def _refuse_launchers(parsed: Iterable[Override]) -> None:
    """Raise UserError for words that steer Hydra, other than the one that chooses the folder."""
    for override in parsed:
        if override.is_hydra_override() and _key(override) != FOLDER:
            raise UserError(
                f"{override.input_line}: trials train in ganae's own pool, tune.jobs at a time; of Hydra's settings a "
                f"study knows {FOLDER}=FOLDER"
            )


def _is_of_tune(override: Override) -> bool:
    return str(override.key_or_group).partition(".")[0] == TUNE


def _key(override: Override) -> str:
    return without_sign(str(override.input_line)).partition("=")[0]


def _params(config: DictConfig) -> dict[str, Any]:
    """Return what a sweep's file varies. config: with its section `hydra`."""
    return dict(config.hydra.sweeper.get("params") or {})


def _of_file(config: DictConfig) -> dict[str, Any]:
    """Return the settings of tuning that a sweep's file states."""
    found: Any = OmegaConf.to_container(config[TUNE], resolve=True) if TUNE in config else {}
    if not isinstance(found, dict):
        raise UserError(f"{TUNE}: expected a section, got {found}")
    return found


def _of_words(parsed: Iterable[Override]) -> dict[str, Any]:
    """Return the settings of tuning among the words."""
    found: dict[str, Any] = {}
    for override in filter(_is_of_tune, parsed):
        key = _key(override).partition(".")[2]
        if override.is_sweep_override():
            typed, value = _key(override), str(override.input_line).partition("=")[2]
            hint = f"; several metrics are a list: '{typed}=[{value}]'" if key == "metric" else f", got {value}"
            raise UserError(f"{typed}: expected one value{hint}")
        found[key] = override.value()
    return found


def _values(override: Override) -> Values:
    """Return what the value of a word stands for. Raises UserError, naming the key, for values that cannot be."""
    swept = override.value()
    try:
        if isinstance(swept, IntervalSweep):
            low, high = swept.start, swept.end
            is_whole = "int" in swept.tags or (isinstance(low, int) and isinstance(high, int))
            return Interval(float(low or 0), float(high or 0), "log" in swept.tags, is_whole)
        words = tuple(dict.fromkeys(str(word) for word in override.sweep_string_iterator()))
    except UserError as error:
        raise UserError(f"{override.input_line}: {error}") from error
    if not words:
        raise UserError(f"{override.input_line} matches nothing")
    return Choice(words)


def _check(composed: Callable[[Sequence[str]], Job], space: Space) -> Job:
    """Compose each end of each interval, and each choice, beside the first values of the other keys; return the first.

    Raises UserError for one that is refused.
    """
    firsts = {key: values.ends[0] for key, values in space.items()}
    try:
        first = composed([f"{key}={word}" for key, word in firsts.items()])
    except UserError as error:
        raise UserError(f"{error}{_hint(str(error), space)}") from error
    for key, word in ((key, word) for key, values in space.items() for word in values.ends[1:]):
        try:
            composed([f"{other}={word if other == key else start}" for other, start in firsts.items()])
        except UserError as error:
            raise UserError(f"{key}={word}: {error}") from error
    return first


def _hint(text: str, space: Space) -> str:
    """Return how to write an interval of whole numbers, if a number between two whole ones was refused."""
    for key, values in space.items():
        if isinstance(values, Interval) and not values.is_whole and text.startswith(key) and "whole number" in text:
            return f"; write {key}=int(interval({values.low:g},{values.high:g}))"
    return ""
