"""Finish a training run: its sampler, its measures, its status and its closing lines."""

import math
from dataclasses import dataclass, field
from typing import Any

from omegaconf import DictConfig

from ganae_cli.datasets.base import Data
from ganae_cli.engine import Game
from ganae_cli.evaluation import at_end, summary
from ganae_cli.evaluation.scores import Evaluation
from ganae_cli.runtime import process
from ganae_cli.runtime.log import say
from ganae_cli.samplers import fitted
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.terminal import command
from ganae_cli.training.callbacks.patience import Patience
from ganae_cli.training.callbacks.stop import COLLAPSE, NO_BETTER, OUT_OF_TIME
from ganae_cli.training.writing import CannotWrite, Writing
from ganae_cli.units import megabytes

WARNING = "ganae: warning: "


@dataclass(frozen=True)
class Ended:
    """A run whose training is over, for now or for good.

    step, seconds: trained so far, in earlier processes too. steps: of the whole training. row: the last row of the
    history, whose columns with a dot are loss terms. writing: watches over what is written. start: facts of
    `callbacks.start`; {} if nothing was trained now. config: of the run; None: no verdict is given. evaluated: what
    `train.evaluate_every` has measured at this step; None: nothing. warnings: that were said while it trained, and are
    not over.
    """

    folder: RunFolder
    game: Game
    data: Data
    step: int
    seconds: float
    steps: int
    row: dict[str, Any]
    writing: Writing
    start: dict[str, float] = field(default_factory=dict)
    config: DictConfig | None = None
    evaluated: Evaluation | None = None
    warnings: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, float]:
        return {"step": self.step, "seconds": round(self.seconds, 3)} | self.start


def interrupted(run: Ended, reason: str) -> None:
    """Close a run that was told to stop before its last step, by a signal.

    The status comes first: whoever told the run to stop may not wait for the rest.
    """
    run.folder.write_status("interrupted", **run.facts, error=reason, stopped_by=reason, warnings=_texts(run))
    say(f"stopped by {reason} at step {run.step} of {run.steps}; go on with:")
    say(f"  {command('resume', run.folder.path)}")
    if run.folder.checkpoints.list():
        if run.step < run.steps:
            say("or finish the run at this step, with its measures:")
            say(f"  {command('resume', run.folder.path, f'train.steps={run.step}')}")
        try:
            with run.game.averaged():
                _keep_sampler(run)
        except CannotWrite as error:  # the run is saved, and a sampler can be fitted again
            say(f"ganae: warning: {error}")


def out_of_time(run: Ended) -> None:
    """Close a run whose `train.max_minutes` are over: like one that is done, except that it can go on."""
    lines = _measured(run, "interrupted", stopped_by=OUT_OF_TIME)
    _say_all(run, f"train.max_minutes is over: {run.step} of {run.steps} steps in {run.seconds:.0f} s", lines)
    say(f"go on:    {command('resume', run.folder.path)}")


def collapsed(run: Ended) -> None:
    """Close a run that `train.stop_on_collapse` ended: like one whose time is over. It was said what has collapsed."""
    lines = _measured(run, "interrupted", stopped_by=COLLAPSE)
    _say_all(
        run, f"train.stop_on_collapse: collapsed at step {run.step} of {run.steps}, after {run.seconds:.0f} s", lines
    )
    say(f"go on regardless: {command('resume', run.folder.path, 'train.stop_on_collapse=false')}")


def no_better(run: Ended, patience: Patience | None) -> None:
    """Close a run that `train.stop_when` ended: like one that is done, except that it can go on."""
    lines = _measured(run, "interrupted", stopped_by=NO_BETTER)
    why = f": {patience.line()}" if patience else ""
    _say_all(run, f"train.stop_when{why}; step {run.step} of {run.steps}, after {run.seconds:.0f} s", lines)
    say(f"go on regardless: {command('resume', run.folder.path, 'train.stop_when=null')}")


def done(run: Ended) -> None:
    """Close a run that is done: say what was learned, and where it is."""
    lines = _measured(run, "done", stopped_by=None)
    _say_all(run, f"done: {run.step} steps in {run.seconds:.0f} s", lines)


def _measured(run: Ended, state: str, stopped_by: str | None) -> list[str]:
    """Keep the sampler, measure the game, write the status; return what to say of it."""
    peak = process.peak_memory() if run.start else None  # of training: what follows takes memory of its own
    with run.game.averaged():
        source = _keep_sampler(run)
        found = summary.measure(run.game, run.data, source, say)
        verdict = _judged(run, source)
    metrics = found | {"images_per_second": _median_rate(run.folder)} | _memory(peak)
    run.folder.write_status(
        state, **run.facts, error=None, stopped_by=stopped_by, metrics=metrics, warnings=_texts(run)
    )
    lines = summary.lines(found, run.data, is_judged=bool(verdict.entries))
    if peak:
        first = run.start["compile_seconds"]
        lines.append(f"memory:   {megabytes(peak)} at most while training; the first step took {first:.1f} s")
    told = [f"{'' if number else 'verdict:':<10}{line}" for number, line in enumerate(verdict.lines)]
    return [*lines, f"sampler:  {source}", *told]


def _judged(run: Ended, source: fitted.CodeSource) -> at_end.Judged:
    """Return the verdict, and keep the scores that it is based on."""
    if run.config is None:
        return at_end.Judged([], [])
    rows = [{name: float(cell) for name, cell in row.items()} for row in run.folder.history.read()]
    found = at_end.judge(run.config, run.game, run.data, source, run.step, rows, run.evaluated, say)
    if found.entries:
        with run.writing.of("evaluation", run.folder.evaluation.path):
            run.folder.evaluation.write(found.entries)
    return found


def _say_all(run: Ended, title: str, lines: list[str]) -> None:
    terms = [f"  {name:<40} {float(value):.4g}" for name, value in run.row.items() if "." in name]
    say(f"{title}; means over the last interval:" if terms else title)
    for line in [*terms, *lines]:
        say(line)
    say(f"pictures: {run.folder.samples}")
    for line in run.warnings:
        say(line)
    out = "grid.png" if run.data.sound is None else "sounds/"
    say(f"more:     {command('sample', run.folder.path, '--count', '64', '--out', out)}")


def _texts(run: Ended) -> list[str]:
    """Return the warnings without the words that all lines of their kind begin with."""
    return [line.removeprefix(WARNING) for line in run.warnings]


def _memory(peak: int | None) -> dict:
    return {"peak_memory_mb": round(peak / 1e6)} if peak else {}


def _keep_sampler(run: Ended) -> fitted.CodeSource:
    """Fit the sampler to the latent codes of the final weights, those of the checkpoint of its step; save it."""
    game, folder = run.game, run.folder
    if fitted.check(game, game.sampler):
        say(f"fitting sampler '{game.sampler}' to latent codes of training data …")
    source = fitted.fit(game, run.data, game.sampler, game.seed)
    if source.arrays:
        with run.writing.of("sampler", folder.sampler.path):
            folder.sampler.write(source.name, source.count, folder.checkpoints.of_step(run.step), source.arrays)
    return source


def _median_rate(folder: RunFolder) -> float:
    """Return images per second, the median of the history: some intervals contain compiling and pictures."""
    rates = sorted(float(row.get("images_per_second", "nan")) for row in folder.history.read())
    rates = [rate for rate in rates if math.isfinite(rate)]
    return rates[len(rates) // 2] if rates else 0.0
