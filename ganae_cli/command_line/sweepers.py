"""Sweepers other than Hydra's own, such as Optuna's: they make up the jobs as they go, by the number each returns."""

import copy
import importlib
from collections.abc import Mapping, Sequence
from typing import Any, cast

from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import DictConfig, ListConfig, OmegaConf

from ganae_cli.command_line.overrides import without_sign
from ganae_cli.config import budget, chosen
from ganae_cli.config.conf_tree import leaves
from ganae_cli.errors import UserError
from ganae_cli.sweeps.at_once import share_threads

DIRECTIONS = {"minimize": "lower", "maximize": "higher"}  # of a sweeper -> which values it takes for better
OPTIMIZING = {"direction", "minimize", "maximize"}  # keys of sweepers that look for the best job


def check_metric(config: DictConfig) -> None:
    """Raise UserError if a sweeper looks for the best job, and it is not said by which one number, or it is the worst.

    config: with its section `hydra`.
    """
    sweeper = cast(dict[str, Any], OmegaConf.to_container(config.hydra.sweeper, resolve=True))
    if not {key.rpartition(".")[2] for key in leaves(sweeper)} & OPTIMIZING:
        return
    if config.train.best_by is None:
        name = config.hydra.runtime.choices.get("hydra/sweeper")
        raise UserError(
            f"hydra/sweeper={name} compares jobs by a number: name it with train.best_by=PLAYER.TERM, a column of "
            "history.csv such as generator.fool"
        )
    if isinstance(config.hydra.sweeper.get("direction"), ListConfig):
        raise UserError("hydra.sweeper.direction: expected one, as a job returns one number, that of train.best_by")
    _refuse_the_worst(config.train.best_by, str(config.hydra.sweeper.get("direction")))


def _refuse_the_worst(by: str, direction: str) -> None:
    """Raise UserError if a sweeper minimises a metric of which more is better, or maximises one of which less is."""
    if "." in by or direction not in DIRECTIONS:  # a loss term, or a sweeper that says it in another way
        return
    from ganae_cli import evaluation
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()  # measures come with what they measure
    metric = importlib.import_module(f"{evaluation.__name__}.evaluate").metrics().get(by)
    if metric and metric.better not in ("", DIRECTIONS[direction]):
        other = next(name for name, better in DIRECTIONS.items() if better == metric.better)
        raise UserError(
            f"hydra.sweeper.direction={direction} looks for the worst job: {metric.better} values of train.best_by="
            f"{by} are better; type hydra.sweeper.direction={other}"
        )


def swept_keys(words: Sequence[str], config: DictConfig) -> list[str]:
    """Return the keys that a sweeper varies. words: as Hydra gets them. config: with its section `hydra`."""
    parsed = OverridesParser.create().parse_overrides(list(words))
    params = list(config.hydra.sweeper.get("params") or {})
    keys = [*params, *(str(one.input_line).partition("=")[0] for one in parsed if one.is_sweep_override())]
    return list(dict.fromkeys(without_sign(str(key)) for key in keys))


def job_config(config: DictConfig, choices: Mapping[str, Any], at_once: int, words: Sequence[str] = ()) -> DictConfig:
    """Return the config of a job that was made up, completed as a plan completes those that it makes.

    choices: group -> option, as Hydra has composed them. at_once: number of jobs that run at the same time.
    words: of the job, by which it is known what `train.budget` may choose.
    """
    own = copy.deepcopy(config)
    OmegaConf.set_struct(own, False)
    chosen.note(own, choices)
    budget.open_up(own.train, words)
    share_threads(own, at_once)
    return own
