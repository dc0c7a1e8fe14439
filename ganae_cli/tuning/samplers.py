"""Samplers and pruners of Optuna by the names of `tune.sampler` and `tune.pruner`.

A sampler is made anew for each trial, with a seed that follows from `tune.seed` and the trial's number. So what it
draws does not depend on how often the study was stopped, and a resumed study does not draw the same trials again.
"""

from collections.abc import Callable
from typing import Any

from ganae_cli.errors import UserError
from ganae_cli.tuning.journal import optuna
from ganae_cli.tuning.settings import Settings
from ganae_cli.tuning.space import Choice, Space, grid

FEWEST, MOST = 4, 10  # random trials before TPE begins: a third of all, within these bounds
EVERY = 2**31 - 1  # below which Optuna wants its seeds
PRIME = 1_000_003  # seeds of one study are as far apart as those of another are from these


def check(settings: Settings, space: Space) -> None:
    """Raise UserError for a sampler that cannot sample this space, or whose package is missing."""
    optuna()
    if settings.sampler == "grid":
        grid(space)
    if settings.sampler != "cmaes":
        return
    choices = [key for key, values in space.items() if isinstance(values, Choice)]
    if choices:
        raise UserError(
            f"tune.sampler=cmaes varies numbers in intervals, and {choices[0]} is a choice; write it as "
            f"'{choices[0]}=int(interval(2,64))' or, on a scale of powers, '{choices[0]}=tag(log,int(interval(2,64)))'"
        )
    if len(space) < 2:
        raise UserError("tune.sampler=cmaes needs two settings or more to vary; for one take tpe, grid or qmc")
    try:
        import cmaes  # noqa: F401
    except ImportError as error:
        raise UserError(f"tune.sampler=cmaes needs the extra `tune`: pip install 'ganae[tune]' ({error})") from None


def maker(settings: Settings) -> Callable[[int], Any]:
    """Return a function that gives the sampler of a trial, by its number."""
    kept: dict[str, Any] = {}

    def made(number: int) -> Any:
        seed = (settings.seed * PRIME + number) % EVERY
        if settings.sampler in ("cmaes", "qmc"):  # whose trials are parts of one sequence
            if not kept:
                kept["sampler"] = _made(settings, settings.seed)
            return kept["sampler"]
        return _made(settings, seed)

    return made


def _made(settings: Settings, seed: int) -> Any:
    samplers = optuna().samplers
    if settings.sampler == "tpe":
        startup = min(MOST, max(FEWEST, settings.trials // 3))
        return samplers.TPESampler(seed=seed, n_startup_trials=startup)
    if settings.sampler == "nsga2":
        return samplers.NSGAIISampler(seed=seed, population_size=max(4, min(50, settings.trials // 4)))
    if settings.sampler == "qmc":
        return _quiet(samplers.QMCSampler, seed=seed, scramble=True, warn_independent_sampling=False)
    if settings.sampler == "cmaes":
        return _cmaes(seed)
    return samplers.RandomSampler(seed=seed)  # a grid, too: its trials are fixed before


def _quiet(maker: Callable[..., Any], **options: Any) -> Any:
    """Make a part that Optuna calls experimental, without its warning."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return maker(**options)


def _cmaes(seed: int) -> Any:
    """Return CMA-ES whose state is in memory alone, and follows from the trials of the journal.

    Optuna's own keeps it in the journal as a pickle, which may hold any code.
    """
    from optuna.samplers import CmaEsSampler

    class CmaEs(CmaEsSampler):
        def _restore_optimizer(self, completed_trials: Any, *_: Any) -> Any:
            self._completed = completed_trials
            return getattr(self, "_kept", None)

        def _init_optimizer(self, trans: Any, direction: Any, *more: Any) -> Any:
            self._kept = optimizer = super()._init_optimizer(trans, direction, *more)
            sign = 1 if direction.name == "MINIMIZE" else -1
            size = optimizer.population_size
            while len(seen := self._get_solution_trials(self._completed, optimizer.generation)[:size]) == size:
                pairs = [(trial.params, float(trial.value or 0)) for trial in seen]  # a completed trial has a value
                optimizer.tell([(trans.transform(params), sign * value) for params, value in pairs])
            return optimizer

        def _split_optimizer_str(self, optimizer_str: str) -> dict[str, str]:
            return {}

    return CmaEs(seed=seed, warn_independent_sampling=False)


def pruner(name: str, trials: int, steps: int, every: int) -> Any:
    """Return the pruner of a name. trials: in all; steps: of a training; every: between two values of it.

    The median is that of the trials that were trained to their end, two to five of which come first; the first value of
    a training says too little.
    """
    pruners = optuna().pruners
    if name == "median":
        return pruners.MedianPruner(n_startup_trials=min(5, max(2, trials // 4)), n_warmup_steps=every + 1)
    if name == "hyperband":
        return pruners.HyperbandPruner(min_resource=every, max_resource=max(steps, every + 1), reduction_factor=3)
    return pruners.NopPruner()
