"""`ganae train --dry-run`: print what a run or a sweep would cost, before any of it is paid.

Of a sweep's jobs, those that train the same step are measured once (`costs.alike`), one after another, each in a
process of its own as when they train (`costs.processes`).
"""

import sys

from omegaconf import DictConfig

from ganae_cli.costs import alike
from ganae_cli.costs.processes import Measured, processes
from ganae_cli.costs.report import RunCost, run_page, sweep_page
from ganae_cli.runtime import process
from ganae_cli.runtime.import_tensorflow import import_tensorflow
from ganae_cli.sweeps.naming import differing, job_of, words_of
from ganae_cli.terminal import tell, width
from ganae_cli.units import duration

Job = tuple[list[str], DictConfig]  # overrides and config


def show_run(config: DictConfig, began: float | None = None) -> int:
    """Print the cost of one run; return the exit code. Raises UserError for a run that cannot be built.

    began: when the command did, by `time.monotonic`; None: now.
    """
    import_tensorflow()
    from ganae_cli.costs import measure

    print("\n".join(run_page(measure.measure(config, config.get("plugins") or (), began))))
    return 0


def show_sweep(jobs: list[Job]) -> int:
    """Print the cost of every job of a sweep; return 2 if a job cannot be built, 1 if one failed otherwise.

    jobs: overrides and config, by job number.
    """
    named = [words_of(swept) for swept in differing([words for words, _ in jobs])]
    found, count = _measure_all([config for _, config in jobs], named)
    priced = [(words, one.cost) for words, one in zip(named, found, strict=True)]
    print("\n".join(sweep_page(priced, width() if sys.stdout.isatty() else None)))
    if count < len(jobs):
        print(f"{count} of {len(jobs)} jobs measured: those whose steps are the same share a measurement")
    codes = {one.code for one in found}
    return 2 if 2 in codes else max(codes)


def _measure_all(configs: list[DictConfig], named: list[str]) -> tuple[list[Measured], int]:
    """Return what each job costs, by job number, and how often something was measured."""
    groups = alike.groups(configs)
    found: dict[int, Measured] = {}
    with process.handling_signals(_leave), processes() as measure:
        for done, (first, *others) in enumerate(groups, 1):
            also = f", and {len(others)} like it" if others else ""
            tell(f"measuring {done} of {len(groups)}: {job_of(first, len(configs))}{also}  {named[first]}")
            found[first] = measure(configs[first])
            tell(f"  {_in_words(found[first])}")
            for number in others:
                shared = alike.shared(found[first].cost, configs[number])
                found[number] = Measured(shared, found[first].code) if shared else measure(configs[number])
    return [found[number] for number in range(len(configs))], len(groups)


def _in_words(measured: Measured) -> str:
    cost = measured.cost
    if not isinstance(cost, RunCost):
        return cost
    return "not timed" if cost.seconds is None else f"{duration(cost.seconds)} for its {cost.steps:,} steps"


def _leave(number: int) -> None:
    """End this process on a signal, and with it those that measure."""
    raise SystemExit(128 + number)
