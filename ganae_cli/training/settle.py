"""Settle a budget: time the steps of a run that is set up, choose how many it has, and leave it as it was before."""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from omegaconf import DictConfig

from ganae_cli.builders import from_config
from ganae_cli.config import budget as budgets
from ganae_cli.config import chosen
from ganae_cli.datasets.batches import refusal
from ganae_cli.errors import UserError
from ganae_cli.runtime import xla_cache
from ganae_cli.runtime.log import say
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import out_of_memory, overheads
from ganae_cli.training.budget import Planned, Seconds, planned
from ganae_cli.training.callbacks.periodic import Periodic
from ganae_cli.training.callbacks.start import Start
from ganae_cli.training.setup import Setup
from ganae_cli.training.step_time import MOST_CALLS, Clock, untouched
from ganae_cli.units import duration, span, step_time

LOOKING = 6  # callbacks of a run that look at the number of the step after each one


@dataclass(frozen=True)
class Settled:
    """A run whose length is known. setup: its config states steps and intervals. start: facts of the first step.

    plan: by which the budget was settled; None without one.
    """

    setup: Setup
    start: Start
    plan: Planned | None = None

    def tell(self) -> None:
        """Say what the budget comes to, if there is one."""
        if self.plan:
            say(self.plan.line(), event="budget", **asdict(self.plan), total_steps=self.setup.config.train.steps)

    def tell_end(self, code: int, began: float) -> None:
        """Say how long the command has taken, if it had a budget and went well."""
        if self.plan and not code and self.setup.session.is_chief:
            took = time.monotonic() - began
            line = f"train.budget {span(self.plan.seconds)}: it took {duration(took)}"
            say(line, event="budget_end", took_seconds=round(took, 3))


def settle(setup: Setup, folder: RunFolder, first: int, began: float) -> Settled:
    """Choose steps and intervals of a run by its budget, if it has one.

    All workers get those of the chief. The compiled program is the one that trains. folder: of the run; nothing is
    written to it. first: steps done before. began: when the command did, by `time.monotonic`. Raises UserError for a
    budget that leaves no time to train.
    """
    seconds = budgets.seconds(setup.config.train)
    if seconds is None:
        return Settled(setup, Start())
    session, game, start = setup.session, setup.game, Start()
    with _explained(setup), untouched(game):
        step = played(setup, first, seconds, start)
        takes = overheads.measured(setup, folder, step, began) if session.is_chief else Seconds(step)
    plan = _agreed(setup, planned(seconds, takes, setup.config.train, game.block, first), takes)
    total = first + plan.steps
    values = {"train.budget": None, "train.steps": total}
    values |= {f"train.{key}": getattr(plan, key) for key in budgets.INTERVALS}
    game.total_steps = total
    return Settled(replace(setup, config=from_config.with_values(setup.config, values)), start, plan)


@contextlib.contextmanager
def _explained(setup: Setup) -> Iterator[None]:
    """Raise UserError for what a line explains: no run has begun that could record it."""
    try:
        yield
    except Exception as error:
        if refused := refusal(error):
            raise UserError(refused) from error
        if out_of_memory.is_exhausted(error):
            raise UserError(out_of_memory.advice(setup.config, setup.game)) from error
        raise


def played(setup: Setup, first: int, seconds: float, *others) -> float:
    """Play some steps, from step `first` on, and return the seconds of one. seconds: of the budget."""
    session, game = setup.session, setup.game
    agree = session.agree if session.ranks > 1 else None
    clock = Clock(min(5.0, max(0.25, seconds / 200)), min(15.0, max(1.0, seconds / 60)), agree)
    say(f"{chosen.title(setup.config)}: timing the step, for train.budget …")
    game.total_steps = first + MOST_CALLS * game.block
    with xla_cache.blamed(lambda: not clock.seconds, session.ranks == 1):
        setup.fit(first, game.total_steps, [*others, *(Periodic(0, first) for _ in range(LOOKING)), clock])
        if len(clock.seconds) < 2:
            raise RuntimeError("no step could be timed, for no reason given")
    timed = clock.seconds[1:]
    return sum(timed) / len(timed) / game.block


def _agreed(setup: Setup, plan: Planned | None, takes: Seconds) -> Planned:
    """Return the plan of the chief in every worker. Raises UserError in all of them for a budget without a step."""
    found = json.dumps(asdict(plan) if plan else {"refused": _too_short(setup.config, takes)})
    content = json.loads(setup.session.agree(found))
    if "refused" in content:
        raise UserError(content["refused"])
    return Planned(**content)


def _too_short(config: DictConfig, takes: Seconds) -> str:
    end = takes.end + takes.picture + takes.checkpoint
    least = takes.started + end + max(10 * takes.step, takes.started)
    return (
        f"train.budget={config.train.budget} is over before the first step: starting took {duration(takes.started)}, a "
        f"step takes {step_time(takes.step)}, and the end about {duration(end)}; give {span(10 * -(-least // 10))} or "
        "more"
    )
