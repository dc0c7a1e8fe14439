"""Jobs that are added to a sweep: new values of a swept key, with every combination of the others."""

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from omegaconf import OmegaConf

from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.storage.run_folder import SWEEP
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.terminal import command

Settings = Mapping[str, str]  # swept key -> value, as text


class Added(NamedTuple):
    """A job to be added. like: number of the job that it differs from in the `changes` only."""

    like: int
    changes: dict[str, str]


def missing(jobs: Sequence[Settings], new: Mapping[str, Sequence[str]]) -> list[Added]:
    """Return the jobs that a sweep lacks: each new value, with every combination of the keys that have none.

    Two keys with new values are combined with all values of each other. Combinations that are there are not repeated,
    and none is made of old values only.

    >>> missing([{"z": "2", "seed": "1"}, {"z": "2", "seed": "2"}], {"z": ["2", "4"]})
    [Added(like=0, changes={'z': '4'}), Added(like=1, changes={'z': '4'})]
    """
    there = {tuple(map(value_of, job.values())) for job in jobs}
    old = {key: list(dict.fromkeys(job[key] for job in jobs)) for key in new}
    known = {key: {value_of(text) for text in texts} for key, texts in old.items()}
    fresh = {key: [text for text in texts if value_of(text) not in known[key]] for key, texts in new.items()}
    found: list[Added] = []
    for number, job in enumerate(jobs):
        for values in itertools.product(*([*old[key], *fresh[key]] for key in new)):
            changes = dict(zip(new, values, strict=True))
            combination = tuple(map(value_of, {**job, **changes}.values()))
            if any(changes[key] in fresh[key] for key in new) and combination not in there:
                there.add(combination)
                found.append(Added(number, changes))
    return found


def value_of(text: str) -> str:
    """Return what tells values apart, however they are written.

    >>> value_of("1e-3") == value_of("0.001"), value_of("1") == value_of("true")
    (True, False)
    """
    try:
        value: Any = OmegaConf.to_container(OmegaConf.from_dotlist([f"value={text}"]))
    except Exception:  # whatever YAML makes of it: then the text itself counts
        return text
    return repr(value)


def words_with(words: Sequence[str], changes: Settings) -> list[str]:
    """Return the overrides of a job with other values.

    >>> words_with(["model=gan", "+seed=1"], {"seed": "2"})
    ['model=gan', '+seed=2']
    """
    keys = [word.partition("=")[0] for word in words]
    return [
        f"{key}={changes[key.lstrip('+')]}" if key.lstrip("+") in changes else word
        for key, word in zip(keys, words, strict=True)
    ]


def refuse_strange(sweep: Path, keys: Sequence[str]) -> None:
    """Raise UserError for keys that are not swept, and for a sweep to which nothing can be added."""
    file = SweepFile(sweep)
    if file.varied is not None:
        raise UserError(f"{sweep}: its sweeper made up the jobs as it went, so none can be added")
    swept = file.swept() if len(file.jobs) > 1 else []
    for key in keys:
        if key not in swept:
            raise UserError(
                f"{key} is not swept in {sweep}{did_you_mean(key, swept)} (values can be added to: "
                f"{', '.join(swept) or 'none'}); for one job alone: {command('resume', sweep / '0', f'{key}=VALUE')}"
            )


def in_words(sweep: Path, count: int, new: Mapping[str, Sequence[str]]) -> str:
    """Return the line that says what is added."""
    given = " and ".join(f"{key}={','.join(texts)}" for key, texts in new.items())
    if not count:
        return f"nothing to add: every combination of {given} is in {sweep / SWEEP}"
    return f"{count} {'job' if count == 1 else 'jobs'} added for {given}"
