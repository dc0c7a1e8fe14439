"""Single runs and the jobs of sweeps in one table of results: a row each, named by what they differ in."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ganae_cli.config.chosen import CHOSEN, GROUPS, name
from ganae_cli.config.conf_tree import leaves
from ganae_cli.config.setting import shown
from ganae_cli.errors import UserError
from ganae_cli.storage import config_file
from ganae_cli.storage.find_run import is_sweep
from ganae_cli.storage.run_folder import CONFIG
from ganae_cli.sweeps.overview import job_folders, result
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.sweeps.table import SEED, Results, Row, results_of

RUN = "run"
UNTOLD = (  # beginnings of the settings that make no other model
    *("hardware.", "evaluation.", "tracker.", "log.", "plugins", f"{CHOSEN}."),
    *("train.log_every", "train.sample_every", "train.keep"),
    *("train.checkpoint_every", "train.evaluate_every", "train.profile_steps", "train.max_minutes", "train.on_"),
)
_NONE = "-"  # in place of a setting that a run does not have


class _One(NamedTuple):
    """A run: what it is called, its folder, its config, and the keys that were swept to make it."""

    called: str
    folder: Path
    config: Mapping[str, Any]
    swept: frozenset[str]


def read(paths: Sequence[Path]) -> Results:
    """Return the results of runs and of all jobs of sweeps. Raises UserError for a config that cannot be read."""
    runs = [one for path in paths for one in _runs(path)]
    runs = list({one.folder.resolve(): one for one in runs}.values())
    if not runs:
        raise UserError(f"{', '.join(map(str, paths))}: no run is there yet")
    settings = differing([one.config for one in runs], frozenset().union(*(one.swept for one in runs)))
    is_named = not _has_repeats(settings)
    rows = [_row(one, settings[place], is_named) for place, one in enumerate(runs)]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    rows = [{column: row.get(column, "") for column in columns} for row in rows]
    return results_of(rows, {RUN, *settings[0]} - ({SEED} if is_named else set()))


def _has_repeats(settings: Sequence[Mapping[str, str]]) -> bool:
    """Return True if runs differ in nothing but their seed: a row is the mean of several then."""
    others = [tuple(value for key, value in of_run.items() if key != SEED) for of_run in settings]
    return SEED in settings[0] and len(set(others)) < len(others)


def _runs(path: Path) -> list[_One]:
    if not is_sweep(path):
        return [_One(path.name, path, config_file.read_plain(path / CONFIG), frozenset())]
    keys = frozenset(SweepFile(path).swept())
    return [
        _One(f"{path.name}/{job.name}", job, config_file.read_plain(job / CONFIG), keys) for job in job_folders(path)
    ]


def _row(one: _One, settings: dict[str, str], is_named: bool) -> Row:
    facts = {key: str(value) for key, value in result(one.folder, {}).items()}
    named = ({RUN: one.called} if is_named else {}) | {"state": facts.pop("state")} | settings
    return named | {column: value for column, value in facts.items() if column not in named}


def differing(configs: Sequence[Mapping[str, Any]], swept: frozenset[str] = frozenset()) -> list[dict[str, str]]:
    """Return the settings of each run that tell it from the others: parts by name, and what these do not imply.

    A setting that is the same in all runs of the same parts follows from the choice of the parts. swept: keys that are
    stated all the same if they differ.
    """
    known = [group for group in GROUPS if not f"{group}.".startswith(UNTOLD)]
    parts = [{group: name(config, group) for group in known if config.get(group)} for config in configs]
    flat = [leaves(dict(config)) for config in configs]
    keys = list(dict.fromkeys(key for leaf in flat for key in leaf))
    told = [key for key in keys if not key.startswith(UNTOLD) and key not in (f"{group}.name" for group in GROUPS)]
    told = [key for key in told if _differs(key, flat) and (key in {SEED, *swept} or not _is_implied(key, flat, parts))]
    groups = [group for group in GROUPS if len({part.get(group) for part in parts}) > 1]
    return [
        {group: part.get(group, _NONE) for group in groups} | {key: _text(leaf.get(key, _NONE)) for key in told}
        for part, leaf in zip(parts, flat, strict=True)
    ]


def _differs(key: str, flat: Sequence[Mapping[str, Any]]) -> bool:
    return len({_text(leaf.get(key, _NONE)) for leaf in flat}) > 1


def _is_implied(key: str, flat: Sequence[Mapping[str, Any]], parts: Sequence[Mapping[str, str]]) -> bool:
    values: dict[tuple[str, ...], set[str]] = {}
    for leaf, part in zip(flat, parts, strict=True):
        values.setdefault(tuple(part.values()), set()).add(_text(leaf.get(key, _NONE)))
    return all(len(found) == 1 for found in values.values())


def _text(value: object) -> str:
    return "null" if value is None else shown(value).strip("'")
