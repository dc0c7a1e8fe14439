"""How the jobs of a sweep are called: by number, by place, and by the settings in which they differ."""

import shlex
from collections.abc import Mapping


def job_of(number: int, count: int | None) -> str:
    """Return the name of a job: the number of its folder, from 0, and its place among all, from 1.

    count: of all jobs; None if it is not known.

    >>> job_of(0, 12), job_of(11, 12), job_of(3, None)
    ('job 0 (1 of 12)', 'job 11 (12 of 12)', 'job 3')
    """
    return f"job {number} ({number + 1} of {count})" if count else f"job {number}"


def words_of(swept: Mapping[str, str]) -> str:
    """Return the settings of a job as they are typed into a shell.

    >>> words_of({"seed": "1", "networks": "{encoder: {width: 8}}"})
    "seed=1 'networks={encoder: {width: 8}}'"
    """
    return shlex.join(f"{key}={value}" for key, value in swept.items())


def differing(jobs: list[list[str]], keys: list[str] | None = None) -> list[dict[str, str]]:
    """Return, per job, the overrides that differ between jobs; all of them if there is only one job.

    keys: those that differ, if they are known.

    >>> differing([["model=gan", "+seed=1"], ["model=gan", "+seed=2"]])
    [{'seed': '1'}, {'seed': '2'}]
    """
    given = [_overrides(job) for job in jobs]
    if keys is None:
        keys = [
            key for key in (given[0] if given else {}) if len(given) == 1 or len({job.get(key) for job in given}) > 1
        ]
    return [{key: job.get(key, "") for key in keys} for job in given]


def _overrides(job: list[str]) -> dict[str, str]:
    """Return key -> value of the words KEY=VALUE."""
    split = [word.lstrip("+").partition("=") for word in job if "=" in word]
    return {key: value for key, _, value in split}
