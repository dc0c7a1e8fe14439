"""`ganae train --dry-run`: print what a run or a sweep would cost, before any of it is paid.

A sweep's jobs are measured one after another, each in a process of its own as when they train: `python -m
ganae_cli.costs.dry_run` reads a job's config from its standard input and answers in one line of JSON.
"""

import dataclasses
import json
import subprocess
import sys
from typing import Any, NoReturn, cast

from omegaconf import DictConfig, OmegaConf

from ganae_cli.costs.report import RunCost, run_page, sweep_page
from ganae_cli.errors import UserError
from ganae_cli.runtime import lifeline, process
from ganae_cli.runtime.import_tensorflow import import_tensorflow
from ganae_cli.sweeps.jobs import how_it_ended
from ganae_cli.sweeps.naming import differing, job_of, words_of

DOES_NOT_MATTER = ("seed",)  # for what a run costs


def show_run(config: DictConfig) -> int:
    """Print the cost of one run; return the exit code. Raises UserError for a run that cannot be built."""
    print("\n".join(run_page(_measured(config))))
    return 0


def show_sweep(jobs: list[tuple[list[str], DictConfig]]) -> int:
    """Print the cost of every job of a sweep; return 2 if a job cannot be built, 1 if one failed otherwise.

    jobs: overrides and config, by job number.
    """
    found: dict[str, tuple[RunCost | str, int]] = {}
    measured = []
    for number, ((_, config), swept) in enumerate(zip(jobs, differing([words for words, _ in jobs]), strict=True)):
        words = words_of(swept)
        key = OmegaConf.to_yaml(_without(config, DOES_NOT_MATTER), resolve=True)
        if key not in found:
            print(f"{job_of(number, len(jobs))}: {words}", file=sys.stderr, flush=True)
            found[key] = _in_own_process(config)
        measured.append((words, *found[key]))
    print("\n".join(sweep_page([(words, cost) for words, cost, _ in measured])))
    if len(found) < len(jobs):
        print("jobs that differ in their seed only were measured once")
    codes = {code for *_, code in measured}
    return 2 if 2 in codes else max(codes)


def _without(config: DictConfig, keys: tuple[str, ...]) -> dict[str, Any]:
    plain = cast(dict[str, Any], OmegaConf.to_container(config, resolve=True))
    return {key: value for key, value in plain.items() if key not in keys}


def _measured(config: DictConfig) -> RunCost:
    import_tensorflow()
    from ganae_cli.costs import measure

    return measure.measure(config, config.get("plugins") or ())


def _in_own_process(config: DictConfig) -> tuple[RunCost | str, int]:
    """Return what the job costs, or why that is not known, and an exit code: 2 for what cannot be built."""
    command = [sys.executable, "-m", "ganae_cli.costs.dry_run"]
    text = OmegaConf.to_yaml(config, resolve=True)
    with process.handling_signals(_leave), lifeline.tied() as tied:
        job = subprocess.run(command, input=text, capture_output=True, text=True, **tied)
    answer = json.loads(job.stdout.splitlines()[-1]) if job.returncode in (0, 2) and job.stdout else {}
    if "cost" in answer:
        return RunCost.of(answer["cost"]), 0
    if "refused" in answer:
        return f"cannot be built: {answer['refused']}", 2
    said = job.stderr.splitlines()[-1:] if job.returncode > 0 else []
    return f"failed: {(said or [how_it_ended(job.returncode)])[0]}", 1


def _leave(number: int) -> NoReturn:
    """End this process on a signal; `subprocess.run` then ends the job."""
    raise SystemExit(128 + number)


def _job() -> int:
    config = cast(DictConfig, OmegaConf.create(sys.stdin.read()))
    answer: dict[str, Any]
    try:
        answer, code = {"cost": dataclasses.asdict(_measured(config))}, 0
    except UserError as error:
        answer, code = {"refused": " ".join(str(error).split())}, 2
    print(json.dumps(answer))
    return code


if __name__ == "__main__":
    lifeline.follow()
    sys.exit(_job())
