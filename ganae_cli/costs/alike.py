"""Which jobs of a sweep train the same step: what one costs is known when another is measured.

The step is the same if the configs differ only in the seed, the number of steps or of examples, the bookkeeping of a
run, and in numbers that the step multiplies by: learning rates, weights of terms and penalties, the decay of averages.
Zero, which can switch a part of the step off, is told apart from the others.
"""

import dataclasses
import json
from typing import Any, cast

from omegaconf import DictConfig, OmegaConf

from ganae_cli.costs.report import RunCost

FREE = ("seed", "chosen", "plugins", "sweep")
FREE_OF_TRAIN = (
    *("steps", "examples", "keep", "best_by", "max_minutes", "stop_when", "patience", "stop_on_collapse"),
    "profile_steps",
)
FACTORS_OF_PENALTIES = ("weight", "final_weight")


def groups(configs: list[DictConfig]) -> list[list[int]]:
    """Return the numbers of the configs in groups of the same step; first in each the one with the most examples."""
    found: dict[str, list[int]] = {}
    for number, config in enumerate(configs):
        found.setdefault(_key(config), []).append(number)
    return [sorted(numbers, key=lambda number: -_examples(configs[number])) for numbers in found.values()]


def _examples(config: DictConfig) -> float:
    """Return train.examples; infinity for null, which stands for all."""
    return config.train.get("examples") or float("inf")


def shared(cost: RunCost | str, config: DictConfig) -> RunCost | str | None:
    """Return the cost of a job with a step of this cost; None if it must be measured by itself.

    That is a job with too few examples for a step, which is for the run itself to refuse.
    """
    if not isinstance(cost, RunCost):
        return cost
    steps = config.train.steps if config.train.get("budget") is None else cost.steps
    return None if _examples(config) < cost.rows else dataclasses.replace(cost, steps=steps)


def _key(config: DictConfig) -> str:
    """Return a text that is the same for configs of the same step."""
    plain = cast(dict[str, Any], OmegaConf.to_container(config, resolve=True))
    kept = {key: value for key, value in plain.items() if key not in FREE}
    kept["train"] = {key: value for key, value in kept["train"].items() if key not in FREE_OF_TRAIN}
    kept["train"]["ema"] = _factor(kept["train"].get("ema"))
    kept["optimizer"] = _factor(kept.get("optimizer"))
    kept["model"] = kept["model"] | {"weights": _factor(kept["model"].get("weights"))}
    penalties = (kept.get("loss") or {}).get("penalties") or {}
    for options in penalties.values():
        options |= {key: _factor(options[key]) for key in FACTORS_OF_PENALTIES if key in options}
    return json.dumps(kept, sort_keys=True, default=str)


def _factor(value: Any) -> Any:
    """Return a number as 0 or "a number", also those in a section; anything else as it is."""
    if isinstance(value, dict):
        return {key: _factor(inner) for key, inner in value.items()}
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return "a number" if is_number and value else value
